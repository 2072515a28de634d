"""Plans of a search: candidates take the default's place, or join a default of several ways."""

from __future__ import annotations

from neurona.choosing.answer import DEFAULT
from neurona.choosing.journal import Journal
from neurona.choosing.rounds import Rounds, rungs_of, whole_rungs_of
from neurona.choosing.space import Parameters, make_space
from neurona.choosing.ways import ALSO, WaySpace
from neurona.choosing.work import of_default
from neurona.runs.searching.crew import Crew
from neurona.runs.searching.jobs import Away
from neurona.runs.searching.judge import Judge, given_settings
from neurona.runs.searching.named import named_beside, named_first
from neurona.runs.searching.pace import Pace
from neurona.runs.settings import Settings

LONGEST = 1 / 8
"""The share of a time budget that one candidate may take on one core, by its operations."""


def in_its_place(
    settings: Settings,
    judge: Judge,
    crew: Crew | Away,
    journal: Journal,
    budget: float | None,
    trials: int | None,
) -> Rounds:
    """Return the plan where candidates are trained alone, and the best takes the default's place.

    With a budget of time the default is trained on a fold first, and the judge has as many folds as
    there is time for.
    """
    given, usual = given_settings(settings), of_default(judge.facts)
    longest, first = 20 * usual, named_first(given)
    if budget is not None and isinstance(crew, Crew):
        pace = Pace(judge, crew, journal, first, budget)
        judge.folds = judge.folds[: pace.folds]
        longest = min(longest, max(2.0, budget * LONGEST) * usual / pace.seconds)
    space = make_space(judge.facts, given, longest)
    return Rounds(space, first, rungs_of(len(judge.folds)), settings["training.seed"], trials)


def beside_it(settings: Settings, judge: Judge, trials: int | None, joins: bool) -> Rounds:
    """Return the plan where candidates join the default, which was trained; only the default where
    none `joins`, as nothing is known of rows that it did not see.
    """
    given = given_settings(settings)
    fixed = ALSO in given or not joins

    def best() -> Parameters | None:
        found = rounds.best()
        return None if found is None else found.parameters

    rounds = Rounds(
        WaySpace(best, fixed),
        [(DEFAULT, {})],
        whole_rungs_of(len(judge.folds)),
        settings["training.seed"],
        0 if fixed else trials,
        then=[] if fixed else named_beside(given),
    )
    return rounds


def begun_beside(settings: Settings) -> int:
    """Return how many candidates `beside_it` names beforehand, the default among them."""
    return 1 + sum(map(len, named_beside(given_settings(settings))))
