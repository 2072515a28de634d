"""A result in words: honest where it is no better than saying always the same, and near 1."""

from __future__ import annotations

import pytest

from neurona.progress.numbers import percent
from neurona.progress.worth import worth

QUANTITIES = [
    ([1.1], [4.1], "explains 93 % of the variance that the mean leaves"),
    ([0.0], [4.1], "explains 100 % of the variance"),
    ([1e-5], [1.0], "explains 99.999999990 % of the variance"),
    ([3.9], [4.1], "explains 10 % of the variance"),
    ([4.1], [4.1], "no better than always saying the mean"),
    ([4.095], [4.1], "no better than always saying the mean"),
    ([5.0], [4.1], "worse than always saying the mean"),
    ([1e9], [4.1], "worse than always saying the mean"),
]


@pytest.mark.parametrize(("error", "usual", "said"), QUANTITIES)
@pytest.mark.parametrize("part", ["test", "validation", "training"])
def test_quantities(error, usual, said, part):
    text = worth(part, {"rmse": error, "r2": 0.5}, {"rmse": usual}, ["flow"])
    assert text.startswith(said) and "RMSE" in text
    assert ("says little" in text or "say little" in text) == (part == "training")
    assert {"test": "test rows", "validation": "validation rows", "training": "trained on"}[
        part
    ] in text


def test_the_worst_of_several_targets_counts():
    scores = {"rmse": [1.0, 5.0]}, {"rmse": [10.0, 4.0]}
    assert worth("test", *scores, ["a", "b"]).startswith("worse than always saying the mean of 'b'")
    scores = {"rmse": [1.0, 2.0]}, {"rmse": [10.0, 4.0]}
    said = worth("test", *scores, ["a", "b"])
    assert said.startswith("explains 75 % of the variance that the mean of 'b' leaves, and up to")
    assert "99.0 % ('a')" in said


def test_a_constant_target_leaves_nothing_to_say():
    assert worth("test", {"rmse": [0.0]}, {"rmse": [0.0]}, ["flow"]) == ""
    assert worth("test", {"mae": [0.0]}, {"mae": [0.0]}, ["flow"]) == ""
    assert worth("test", {"log_loss": 1.0}, {"log_loss": 2.0}, ["flow"]) == ""


@pytest.mark.parametrize(
    ("right", "usual", "said"),
    [
        (0.95, 0.3, "right in 95 % of the test rows; always saying the most frequent class: 30 %"),
        (0.9995, 0.5, "right in 99.950 % of the test rows"),
        (0.4, 0.4, "no better than always saying the most frequent class"),
        (0.3, 0.4, "worse than always saying the most frequent class"),
    ],
)
def test_classes(right, usual, said):
    scores = {"accuracy": right, "log_loss": 1.0}, {"accuracy": usual}
    assert worth("test", *scores, ["kind"]).startswith(said)


@pytest.mark.parametrize(
    ("error", "said"),
    [(1.0, "errs 75 % less than the median"), (4.0, "no better than"), (5.0, "worse than")],
)
def test_sizes_of_errors(error, said):
    assert worth("validation", {"mae": [error]}, {"mae": [4.0]}, ["flow"]).startswith(said)


@pytest.mark.parametrize("share", [0.9994, 0.99999, 1 - 1e-9, 1e-5, 0.005])
def test_a_percentage_never_rounds_to_all_or_nothing(share):
    number = float(percent(share).removesuffix(" %"))
    assert 0 < number < 100
