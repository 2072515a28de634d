"""What several tests of tables begin with."""

from __future__ import annotations

import pytest

from neurona.estimators.tables.contest import candidates


@pytest.fixture
def short(monkeypatch):
    """Contests of a line and few epochs."""
    monkeypatch.setattr(candidates, "FEW_EPOCHS", 0)
    monkeypatch.setattr(candidates, "LEAST_EPOCHS", 2)
    monkeypatch.setattr(candidates, "MOST_EPOCHS", 2)
    monkeypatch.setattr(candidates, "bayesian", lambda task, effort: [])
