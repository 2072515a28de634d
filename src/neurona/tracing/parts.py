"""Trace: one training step as an immutable value with named parts. All arrays are read-only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from neurona.network import Vector
from neurona.numerics.losses import Loss
from neurona.optimizers import StepOptimizer

if TYPE_CHECKING:
    from collections.abc import Callable


def frozen(array: Any) -> Any:
    """Return a read-only copy of an array; None stays None."""
    if array is None:
        return None
    copy = np.array(array)
    copy.flags.writeable = False
    return copy


@dataclass(frozen=True, eq=False)
class Forward:
    """A layer going forward, rows x units: `sums` z = sum w a + b, `values` a = g(z).

    `factors` is what dropout multiplied the values by (0 or 1 / (1 - rate)), None without dropout.
    """

    activation: str
    sums: Vector
    values: Vector
    factors: Vector | None


@dataclass(frozen=True, eq=False)
class Backward:
    """A layer going backward, rows x units: `errors` are the slopes dE/dz of the mean loss E.

    `arriving` is dE/da: in the output layer the loss's slope, below it the sum over the outgoing
    weights of weight x error. `slopes` are the activation's g'(z), and arriving x slopes (x the
    dropout's factors) are the errors. Both are None where they are not numbers per unit: softmax
    mixes the units of a layer. `joined`: loss and activation were differentiated as one, so that
    nothing overflows.
    """

    arriving: Vector | None
    slopes: Vector | None
    errors: Vector
    joined: bool


@dataclass(frozen=True, eq=False)
class Change:
    """A weight matrix (inputs x units) or a bias vector in the update.

    `gradient` is `of_loss` + `of_penalty`, clipped; `new` is None where the step was not done.
    `before` and `after` are the optimizer's state by name, each shaped like the weights.
    """

    old: Vector
    of_loss: Vector
    of_penalty: Vector
    gradient: Vector
    new: Vector | None
    before: Mapping[str, Vector]
    after: Mapping[str, Vector]


@dataclass(frozen=True, eq=False)
class Update:
    """What a step does to a layer."""

    weights: Change
    biases: Change


@dataclass(frozen=True, eq=False)
class Trace:
    """One training step in its three phases; `print` it, draw it, or take it away as JSON.

    Attributes
    ----------
    forward, backward, update : tuple
        One part per layer after the inputs, in the order of the network.
    inputs, targets : ndarray of shape (rows, inputs), (rows, outputs)
        As the network sees them.
    row_shares : ndarray of shape (rows,)
        Each row's part in the mean loss; they sum to 1.
    row_losses : ndarray of shape (rows,)
    loss, penalty : float
        The mean loss of the rows, and what L2 and L1 add to it.
    gradient_norm : float
        Of the gradient, penalties included, before `clip_norm`.
    optimizer : StepOptimizer or None
        None for a full-batch solver; `note` says what is not shown then.
    rate, step : float, int
        The learning rate, and the number of the step, counted from 1.
    memory : tuple of float
        What the optimizer remembers besides its state, after the step (Nadam's product of momenta,
        Rprop's last loss).
    prediction, truth : ndarray of shape (rows, outputs)
        Outputs and targets in the user's units.
    """

    estimator: str
    sizes: tuple[int, ...]
    input_names: tuple[str, ...]
    output_names: tuple[str, ...]
    loss_function: Loss
    optimizer: StepOptimizer | None
    rate: float
    step: int
    inputs: Vector
    targets: Vector
    row_shares: Vector
    row_losses: Vector
    loss: float
    penalty: float
    gradient_norm: float
    forward: tuple[Forward, ...]
    backward: tuple[Backward, ...]
    update: tuple[Update, ...]
    memory: tuple[float, ...]
    prediction: Vector
    truth: Vector
    note: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many rows the step was done on."""
        return len(self.inputs)

    def unit_names(self, layer: int) -> tuple[str, ...]:
        """Return names of the units: layer 0 are the inputs, the last the outputs."""
        if layer == 0:
            return self.input_names
        if layer == len(self.forward):
            return self.output_names
        letter = "h" if len(self.forward) == 2 else f"h{layer}."
        return tuple(f"{letter}{unit + 1}" for unit in range(self.sizes[layer]))

    def table(self, units: int = 6, rows: int = 2, width: int = 79) -> str:
        """Return the step as text; of larger layers the first `units` are shown, of many rows the
        first `rows`.
        """
        return self._drawn("neurona.tracing.text", "table")(self, units, rows, width)  # type: ignore[no-any-return]

    def svg(self, phase: str = "all", row: int = 0, units: int = 4) -> str:
        """Return the network as an SVG picture with the numbers on it.

        Parameters
        ----------
        phase : {"all", "forward", "backward", "update"}
        row : int
            The row whose numbers stand at the units; weights are those of the whole step.
        units : int
            Of larger layers so many units are drawn.
        """
        return self._drawn("neurona.tracing.drawing", "picture")(self, phase, row, units)  # type: ignore[no-any-return]

    def to_json(self, indent: int | None = None) -> str:
        """Return all numbers as strict JSON; see docs/trace.md for its parts."""
        return self._drawn("neurona.tracing.document", "as_json")(self, indent)  # type: ignore[no-any-return]

    def _drawn(self, module: str, name: str) -> Callable[..., Any]:
        import importlib

        return getattr(importlib.import_module(module), name)  # type: ignore[no-any-return]

    def _repr_svg_(self) -> str:
        return self.svg()

    def __str__(self) -> str:
        return self.table()

    def __repr__(self) -> str:
        layers = "-".join(map(str, self.sizes))
        return f"<Trace of step {self.step} of {self.estimator} {layers} on {self.rows} rows>"
