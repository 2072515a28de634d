"""What a model has learned, as plain data: enough to predict, and to go on training."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from neurona.inference.members import Member
from neurona.network import Network, Vector
from neurona.training.history import History

if TYPE_CHECKING:  # kinds of columns are no network's to import
    from neurona.data.columns import ColumnReport
    from neurona.data.preparation import Preparation
    from neurona.data.targets import NumericTargets
    from neurona.data.task import Task
    from neurona.inference.held_out import HeldOutErrors
    from neurona.inference.noise_scale import NoiseScale
    from neurona.inference.provenance import Provenance
    from neurona.optimizers.state import OptimizerState

NUMBERS = (
    *("n_iter_", "t_", "loss_", "best_loss_", "best_validation_score_", "stop_reason_"),
    "learning_rate_found_",
)
"""Attributes that are a number, a text or None."""


class StartRecord(NamedTuple):
    """One start: what starts are compared by (less is better), its loss, epochs, and its end."""

    result: float
    loss: float
    epochs: int
    reason: str


class Method(NamedTuple):
    """How a model was trained: the solver's name or value, why it was taken, every start, and which
    of them is the best.
    """

    solver: Any
    reason: str
    starts: list[StartRecord]
    best: int


@dataclass
class Labels:
    """What a classifier knows of its classes; `kind` is scikit-learn's name of the target's type,
    `known` the classes that were seen when the kind was found.
    """

    classes: Vector
    known: Vector
    kind: str
    sparse: bool = False


@dataclass
class Fitted:
    """Everything that prediction, partial_fit and a warm start need.

    `numbers` has those of NUMBERS that the model has; `loss_curve` and `validation_scores` are its
    attributes, None where it has none; `best_result` and `flat_epochs` are the stopping rule's;
    `members` are the networks that predict, empty if it is this one alone and nothing more is known
    of it; `method` is None for models of before there were several starts.
    """

    network: Network
    weights: Vector
    history: History
    numbers: dict[str, Any] = field(default_factory=dict)
    loss_curve: list[float] | None = None
    validation_scores: list[float | None] | None = None
    feature_names: Vector | None = None
    best_result: float | None = None
    flat_epochs: int = 0
    optimizer: OptimizerState | None = None
    learning_rate: float = 0.0
    labels: Labels | None = None
    members: list[Member] = field(default_factory=list)
    method: Method | None = None


class Comparison(NamedTuple):
    """The model beside the trivial baseline, on rows held out (or trained on, if none were).

    `metric` is "rmse" or "mae" (in the target's units, one number per target; the baseline says the
    mean, or the median) or "log_loss" (one number; the baseline says how frequent the classes are).
    `clear` tells whether the model is better by more than chance explains (one number in 20).
    """

    metric: str
    model: list[float]
    baseline: list[float]
    clear: list[bool]
    rows: int
    held_out: bool


class Judged(NamedTuple):
    """What became of a candidate: its loss on rows it did not see, how much it counts, the
    processor's seconds, and its networks.
    """

    name: str
    loss: float
    weight: float
    seconds: float
    networks: int


@dataclass
class FittedTable:
    """What a table model has learned: its network, how columns go in and answers come out.

    `scaling` is a regression's, `classes` a classifier's; `named` tells whether the columns had
    names; `left_out` were used for the split only, which `split` describes; `plan` is the
    estimator's `plan_`, a tuple, None for models of before there was one; `provenance` is what a
    run knows of the model, None for those that Python fitted; `judged` are the candidates of a
    contest, `errors` those on rows that no network saw, None where there was none; `noise_scale`
    says how large these are at each row, None where that does not depend on the inputs.
    """

    network: Fitted
    task: Task
    targets: list[str]
    scaling: NumericTargets | None
    classes: Vector | None
    preparation: Preparation
    columns: list[ColumnReport]
    named: bool
    left_out: list[str]
    notes: list[str]
    split: str
    comparison: Comparison
    plan: tuple[Any, ...] | None = None
    provenance: Provenance | None = None
    judged: list[Judged] = field(default_factory=list)
    errors: HeldOutErrors | None = None
    noise_scale: NoiseScale | None = None
