"""How fast this machine trains the default, and so on how many folds candidates can be judged."""

from __future__ import annotations

from collections.abc import Sequence

from neurona.choosing.journal import Journal
from neurona.choosing.rounds import Candidate, Rounds, Rung
from neurona.choosing.space import Parameters, make_space
from neurona.engine.threads import available_threads
from neurona.runs.searching.crew import Crew
from neurona.runs.searching.judge import Judge

OF_BUDGET = 1 / 4
"""The share of a time budget that the default may take in all folds; there are fewer otherwise."""


class Pace:
    """The default trained on the first fold, measured; written down, so that it is known again.

    Attributes
    ----------
    seconds : float
        What the default takes on one fold.
    folds : int
        On how many of the folds candidates are judged.
    """

    def __init__(
        self,
        judge: Judge,
        crew: Crew,
        journal: Journal,
        first: Sequence[tuple[str, Parameters]],
        budget: float,
    ) -> None:
        known = [line for line in journal.lines if line["event"] == "pace"]
        if not known:
            default = Candidate(0, *first[0])
            at_once = judge.is_contest(default.parameters)
            if not crew.longest(default):
                # nothing is trained twice: the journal has it when the plan asks for it
                rung = Rung(len(judge.folds) if at_once else 1, 1.0)
                trying = Rounds(make_space(judge.facts, {}), first, [rung], 0, 0)
                crew.losses(next(trying.plan()), trying, None)
            seconds = max(1e-3, crew.longest(default))
            count = len(judge.folds)
            while (
                not at_once
                and count > 1
                and seconds * count / available_threads() > budget * OF_BUDGET
            ):
                count -= 1
            known = [{"event": "pace", "folds": count, "seconds": seconds}]
            if crew.longest(default):  # not stopped before its end
                journal.append(known[0])
        self.folds, self.seconds = int(known[0]["folds"]), float(known[0]["seconds"])
