"""Evidence: what checks look at; every measure is made when it is asked for, once."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

import numpy as np

from neurona.diagnosis import references
from neurona.diagnosis.case import Case, Rows
from neurona.diagnosis.columns import ColumnFacts, column_facts
from neurona.diagnosis.probes import Losses as ShortLosses
from neurona.diagnosis.probes import Probe, probed, probed_batches
from neurona.errors import OperationError, StopReason
from neurona.estimators.choices import initial_rate
from neurona.network import Network, Vector
from neurona.optimizers import StepOptimizer
from neurona.training.guard import answers_loss, trivial_loss
from neurona.training.history import History
from neurona.training.loop import Training
from neurona.training.measures import (
    GradientNoise,
    LayerGradient,
    Place,
    Sharpness,
    UnitActivity,
    gradient_noise,
    layer_gradients,
    sharpness,
    unit_activity,
)
from neurona.training.measures.place import thinned
from neurona.training.rows import Table, make_table

Measured = TypeVar("Measured")
MOST_ROWS = 2000
"""Rows on which outputs, neighbours and lines are computed."""


class Losses(NamedTuple):
    """A mean loss without penalties, that of the trivial answer, and the share of that which is
    explained: 1 is perfect, 0 no better, below 0 worse.
    """

    loss: float
    trivial: float

    @property
    def explained(self) -> float:
        """The share of the trivial answer's loss that is gone."""
        return 1 - self.loss / self.trivial if self.trivial > 0 else math.nan


class Evidence:
    """What is known of a training: model, prepared rows, targets, weights, history, and measures.

    Attributes
    ----------
    case : Case
    history : History
        Empty if training left the finite numbers at once.
    reason : str
        Why training ended.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self.history: History = getattr(case.network, "history_", History())
        self.reason: str = getattr(case.network, "stop_reason_", str(StopReason.DIVERGED))

    # -- what is given

    @property
    def rows(self) -> int:
        """How many rows were trained on."""
        return self.case.train.count

    @property
    def network(self) -> Network:
        """The network's layers and activations."""
        return self.case.fit.network

    @property
    def optimizer(self) -> StepOptimizer | None:
        """What did the steps, None for a full-batch solver."""
        return self.case.fit.method.optimizer

    @property
    def rate(self) -> float:
        """The learning rate at the start."""
        return initial_rate(vars(self.case.network))

    @property
    def diverged(self) -> bool:
        """Whether training left the finite numbers, or rose far above where it started."""
        return not self.case.is_fitted or self.reason == StopReason.DIVERGED

    @cached_property
    def training(self) -> Training:
        """The fit as it begins, to be looked at: its first weights, its problem; it is not run."""
        training = self.case.fit.training()
        training.problem.close()
        return training

    @property
    def first(self) -> Vector:
        """The flat weights that training began with."""
        return self.training.guard.first

    @property
    def averages(self) -> bool:
        """Whether the model says the mean of several networks, of which `last` is one."""
        return self.case.is_fitted and self.case.network.learned().is_average

    @cached_property
    def last(self) -> Vector:
        """The flat weights that it came to; the first ones if it came to nothing."""
        if not self.case.is_fitted:
            return self.first
        learned = self.case.network.learned()
        return self.network.pack(*learned.network.views(learned.weights))

    # -- rows

    @cached_property
    def seen(self) -> Rows:
        """At most MOST_ROWS of the rows trained on."""
        return _thinned(self.case.train)

    @cached_property
    def held(self) -> Rows | None:
        """At most MOST_ROWS of the rows held out; None if there are none."""
        return None if self.case.held is None else _thinned(self.case.held)

    @cached_property
    def columns(self) -> list[ColumnFacts]:
        """What the network's inputs are like, column by column, on the rows trained on."""
        return column_facts(self.case.names, self.case.train.inputs)

    def outputs(self, rows: Rows) -> Vector:
        """Return the network's outputs for rows."""
        key = id(rows)
        if key not in self._outputs:
            inputs = np.ascontiguousarray(rows.inputs, self.network.dtype)
            with np.errstate(all="ignore"):
                self._outputs[key] = self._answers(inputs).astype(np.float64)
        found: Vector = self._outputs[key]
        return found

    @cached_property
    def _outputs(self) -> dict[int, Vector]:
        return {}

    def _answers(self, inputs: Vector) -> Vector:
        if self.case.is_fitted:
            found: Vector = self.case.network.learned().outputs(inputs)
            return found
        return self.evaluated(self.first, make_table(inputs, None, None, inputs.dtype))[0]

    def evaluated(self, weights: Vector, table: Table) -> tuple[Vector, float]:
        """Return outputs and mean loss of the network at some weights."""
        problem = self.training.problem
        own = problem.weights.copy()
        problem.set_weights(weights)
        try:
            with np.errstate(all="ignore"):
                count = len(table.targets) or len(table.dense)
                return problem.evaluate(table, count)
        finally:
            problem.set_weights(own)

    # -- losses

    def losses(self, rows: Rows, weights: Vector | None = None) -> Losses:
        """Return the loss on rows beside that of the trivial answer to the rows trained on: at some
        weights, else of what the model says, which may be a mean of networks.
        """
        dtype = self.network.dtype
        table = make_table(rows.inputs.astype(dtype), rows.targets.astype(dtype), None, dtype)
        loss = math.nan
        if weights is None and self.averages:
            loss = answers_loss(self.case.fit.loss, rows.targets, self.outputs(rows), None)
        if math.isnan(loss):
            _, loss = self.evaluated(self.last if weights is None else weights, table)
        trivial = trivial_loss(self.case.fit.loss, table)
        return Losses(loss if math.isfinite(loss) else math.inf, trivial)

    @cached_property
    def on_seen(self) -> Losses:
        """On the rows trained on."""
        return self.losses(self.seen)

    @cached_property
    def on_held(self) -> Losses | None:
        """On the rows held out; None if there are none."""
        return None if self.held is None else self.losses(self.held)

    # -- history

    @cached_property
    def curve(self) -> Vector:
        """The training loss of every epoch."""
        return np.array(self.history.column("loss"), np.float64)

    @cached_property
    def val_curve(self) -> Vector | None:
        """The validation loss of every epoch; None if there were no such rows."""
        found = self.history.column("val_loss")
        if not found or found[0] is None:
            return None
        return np.array(found, np.float64)

    @property
    def steps(self) -> int:
        """How many steps training did, about."""
        return len(self.history) * -(-self.rows // self.case.fit.batch)

    # -- verdicts

    @cached_property
    def explained(self) -> float:
        """The share of the trivial answer's loss that is gone, on the rows trained on."""
        return self.on_seen.explained

    @cached_property
    def stuck(self) -> bool:
        """Whether the model is hardly better than the trivial answer."""
        return not self.explained > 0.05

    @cached_property
    def squares(self) -> float:
        """The share of the targets' variance that the answers explain: on the rows held out, if
        there are any, else on those trained on.
        """
        rows = self.seen if self.held is None else self.held
        with np.errstate(all="ignore"):
            left = ((rows.targets - self.outputs(rows)) ** 2).sum()
            total = ((rows.targets - self.seen.targets.mean(axis=0)) ** 2).sum()
        return float(1 - left / total) if total > 0 and np.isfinite(left) else -math.inf

    @cached_property
    def known(self) -> float:
        """The share of the targets' variance that neighbours or a straight line explain."""
        found = [self.references.nearby, self.references.line, 0.0]
        return float(np.nanmax(found))

    @property
    def falls_short(self) -> float:
        """How much less the model explains than simple means do, beyond what few rows held out
        make of chance.
        """
        chance = 0.0 if self.held is None else 0.5 / math.sqrt(len(self.held.inputs))
        return self.known - self.squares - chance

    @cached_property
    def overfits(self) -> float:
        """The explained share on the rows trained on, less that on those held out; nan if there are
        none, or all of these have one target.
        """
        held = self.on_held
        if held is None or math.isnan(held.explained):
            return math.nan
        return self.explained - max(-1.0, held.explained)

    # -- measures

    def measure(
        self, function: Callable[[Place], Measured], place: Place | None
    ) -> Measured | None:
        """Return what a function of a place gives; None where it cannot be measured."""
        return measured(function, place)

    def _place(self, weights: Vector) -> Place | None:
        """Return a place; None where weights or rows left the finite numbers."""
        if not np.isfinite(weights).all():
            return None
        return Place.of(self.training.problem, weights, self.case.fit.order)

    @cached_property
    def at_first(self) -> Place | None:
        """Where training began, to be measured."""
        return self._place(self.first)

    @cached_property
    def at_last(self) -> Place | None:
        """Where it came to."""
        return self._place(self.last)

    @cached_property
    def sharpness_first(self) -> Sharpness | None:
        """The largest curvature where training began."""
        return measured(sharpness, self.at_first)

    @cached_property
    def sharpness_last(self) -> Sharpness | None:
        """The largest curvature where it came to."""
        return measured(sharpness, self.at_last)

    @cached_property
    def noise_last(self) -> GradientNoise | None:
        """The gradient noise where it came to."""
        return measured(gradient_noise, self.at_last)

    @cached_property
    def units(self) -> list[UnitActivity]:
        """What the hidden units do where training came to."""
        return measured(unit_activity, self.at_last) or []

    @cached_property
    def units_first(self) -> list[UnitActivity]:
        """What they did where it began."""
        return measured(unit_activity, self.at_first) or []

    @cached_property
    def layers_first(self) -> list[LayerGradient]:
        """The gradient in each layer where training began."""
        return measured(layer_gradients, self.at_first) or []

    @cached_property
    def probe(self) -> Probe | None:
        """What a few steps at other rates do from where training came to, or from its start if it
        diverged; None for a solver that has no rate.
        """
        if self.optimizer is None:
            return None
        return self.probe_first if self.diverged else probed(self, self.last, True)

    @cached_property
    def probe_first(self) -> Probe:
        """The same from where training began; only for a method of steps."""
        return probed(self, self.first, False)

    @cached_property
    def probe_batches(self) -> dict[int, ShortLosses]:
        """The loss after the same rows in batches of other sizes, from where training came to."""
        return probed_batches(self, self.last, True)

    @cached_property
    def probe_batches_first(self) -> dict[int, ShortLosses]:
        """The same from where training began."""
        return probed_batches(self, self.first, False)

    @cached_property
    def references(self) -> references.References:
        """What neighbours and a straight line can say of the targets."""
        return references.references(self)

    def number(self, value: Any) -> float:
        """Return a number of a measure that may be None, as nan."""
        return math.nan if value is None else float(value)


def measured(measure: Callable[[Place], Measured], place: Place | None) -> Measured | None:
    """Return a measure at a place; None where it cannot be made (a loss of the user's without an
    expression, numbers that overflow).
    """
    if place is None:
        return None
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return measure(place)
        except (OperationError, np.linalg.LinAlgError, FloatingPointError):
            return None


def _thinned(rows: Rows) -> Rows:
    few = thinned(len(rows.inputs), MOST_ROWS)
    return Rows(rows.X, rows.y, rows.inputs[few], rows.targets[few], rows.places[few])
