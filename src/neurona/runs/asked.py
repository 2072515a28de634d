"""What a model is asked for beside its predictions: not all of them know it."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from neurona.runs.failures import Failure
from neurona.spelling import parameter


class Answers(Protocol):
    """What is asked of a model, or of what its file says before its network is read."""

    @property
    def classifies(self) -> bool:
        """Whether it predicts classes."""

    @property
    def has_error_bars(self) -> bool:
        """Whether it knows how sure it is of quantities."""

    @property
    def has_sets(self) -> bool:
        """Whether it knows which classes a row may well have."""


class Asked(NamedTuple):
    """What is asked for beside predictions."""

    proba: bool = False
    std: bool = False
    interval: float | None = None
    sets: float | None = None


def check_asked(model: Answers, asked: Asked) -> None:
    """Raise a Failure if a model cannot tell what it is asked for."""
    proba, std, interval, sets = asked
    if sets is not None:
        _check_sets(model)
    if proba and not model.classifies:
        raise Failure(
            "The model predicts quantities, which have no probabilities; drop "
            f"{parameter('proba')}."
        )
    if not std and interval is None:
        return
    flag = parameter("std" if std else "interval")
    if model.classifies:
        raise Failure(
            f"The model predicts classes, which have no error bars; drop {flag}, or take "
            f"{parameter('proba')}."
        )
    if not model.has_error_bars:
        raise Failure(
            f"The model does not know how sure it is; drop {flag}, or train it with "
            f"{parameter('training.solver', 'bayesian-lm')}, which learns error bars."
        )


def _check_sets(model: Answers) -> None:
    if not model.classifies:
        raise Failure(
            f"The model predicts quantities, which have intervals, no sets; drop "
            f"{parameter('sets')}, or take {parameter('interval')}."
        )
    if not model.has_sets:
        raise Failure(
            f"The model does not know which classes a row may have; drop {parameter('sets')}, or "
            "train it on 20 rows or more without naming a way to learn, so that several are tried "
            "on folds."
        )
