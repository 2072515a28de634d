"""A search as a person reads it: how many candidates it says there are is how many are tried."""

from __future__ import annotations

import pytest

from neurona.progress.search_lines import search_parts, trying_row

BEGIN = {
    "event": "search", "metric": "rmse", "folds": 5, "held": 20, "rows": 100, "baseline": 1.0,
    "budget": None, "trials": 5, "named": 3,
}  # fmt: skip
TRYING = {
    "event": "trying", "metric": "rmse", "done": 2, "of": 4, "tried": 6, "best": None,
    "seconds": 3.0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "at most 8 candidates (3 of them named beforehand)"),
        ({"trials": None, "budget": 30.0}, "for 30 s"),
        ({"budget": 30.0}, "for 30 s or at most 8 candidates (3 of them named beforehand)"),
    ],
)
def test_how_long_it_is_to_go_on(given, said):
    assert search_parts({**BEGIN, **given})[-1] == said


def test_the_bar_is_full_when_all_have_been_tried():
    assert trying_row(TRYING, BEGIN).share == pytest.approx(6 / 8)
    assert trying_row({**TRYING, "tried": 8}, BEGIN).share == 1
    timed = {**BEGIN, "trials": None, "budget": 30.0}
    assert trying_row(TRYING, timed).share == pytest.approx(0.1)
