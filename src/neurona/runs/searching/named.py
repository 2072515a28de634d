"""What a search tries because it is named beforehand, not drawn: the default, a line, leaves."""

from __future__ import annotations

from typing import Any

from neurona.choosing.answer import DEFAULT, LEAVES
from neurona.choosing.space import HIDDEN, Parameters
from neurona.choosing.ways import ALSO
from neurona.estimators.tables.contest.boosting import are_readable

LEAVES_FIRST = ["leaves()", "leaves(rate=0.1, least_rows=5)"]


def named_first(given: dict[str, Any]) -> list[tuple[str, Parameters]]:
    """Return what is tried in any case: the default, and a network without hidden layers."""
    first: list[tuple[str, Parameters]] = [(DEFAULT, {})]
    if HIDDEN not in given:
        first.append(("linear", {HIDDEN: []}))
    return first


def named_beside(given: dict[str, Any]) -> list[list[tuple[str, Parameters]]]:
    """Return what joins a default of several ways first: leaves of boosted trees, then also of ones
    that see finer.
    """
    if ALSO in given or not are_readable():
        return []
    return [[(LEAVES, {ALSO: LEAVES_FIRST[:count]})] for count in (1, 2)]
