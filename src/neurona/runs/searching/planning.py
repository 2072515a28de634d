"""What a table's default would be, without training it: its plan, its networks, its folds."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from neurona.choosing.work import Facts
from neurona.data.encoders import Numeric
from neurona.data.split import Split
from neurona.data.task import Task
from neurona.estimators.choices import hidden_shapes, solver_of
from neurona.estimators.tables.budget import automatic_batch
from neurona.estimators.tables.contest.joining import Joining
from neurona.estimators.tables.plan import is_bayesian, is_dense
from neurona.optimizers import find
from neurona.runs.training_data import TrainingData
from neurona.training.callbacks import Callback
from neurona.training.loop import Training


class Looked(NamedTuple):
    """The facts of a table, the default's networks, and where several ways compete, its folds and
    what lets further ways join.
    """

    facts: Facts
    networks: Sequence[Any]
    folds: Sequence[Split]
    joining: Joining | None


class Planned(Exception):  # noqa: N818 - what was wanted is known
    """Raised before the first epoch of the default."""


class Planning(Callback):
    """Ends a fit when its plan is known: its networks, and where several ways to learn would
    compete, the folds in which they are judged.
    """

    model: Any = None
    networks: Sequence[Any] = ()
    folds: Sequence[Split] = ()
    joining: Joining | None = None

    def on_start(self, training: Training) -> None:
        """Raise before the first epoch."""
        self.networks = self.model.networks_begun()
        contest = vars(self.model).get("contest")
        if contest is not None:
            self.folds = contest.folds
            self.joining = Joining(contest.entries)
        raise Planned


def look(data: TrainingData, make: Callable[[list[Callback]], Any]) -> Looked:
    """Plan the default that `make` returns, followed by callbacks, without training it."""
    planning = Planning()
    model = planning.model = make([planning])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.fit(data.train, list(data.targets), X_val=data.validation)
    except Planned:
        pass
    plan, outputs = model.plan_, model.learns()[0]
    rows = data.train.rows
    facts = Facts(
        rows=rows,
        inputs=len(model.preparation_.features),
        outputs=outputs,
        classifies=data.task is not Task.REGRESSION,
        family=_family(plan.solver),
        shapes=tuple(tuple(one) for one in hidden_shapes(plan.hidden_layer_sizes)),
        starts=plan.n_starts,
        batch=automatic_batch(rows),
        numbers=sum(isinstance(one, Numeric) for one in model.preparation_.encoders),
        contest=bool(planning.folds),
    )
    return Looked(facts, planning.networks, planning.folds, planning.joining)


def _family(solver: Any) -> str:
    if is_bayesian(solver):
        return "evidence"
    if is_dense(solver):
        return "curvature"
    return "vectors" if solver_of(solver) is not None or find(solver).full_batch else "steps"
