from __future__ import annotations

import pytest

from tests.cli.models import save_all


@pytest.fixture(scope="session")
def models(tmp_path_factory):
    return save_all(tmp_path_factory.mktemp("models"))
