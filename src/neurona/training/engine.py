"""The seam to what computes: the protocols that an engine fulfils, and nothing of how.

The loop, the solvers and everything above see these names only. An engine turns a network, a loss,
an optimizer and rows into a `Session`, which trains; and a network with weights into an `Answerer`,
which predicts. Weights, gradients and states of optimizers cross the seam as flat vectors in the
layout of `network.Network`, orders of rows and rates as arrays drawn by the loop, so that the same
seed means the same training whatever computes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, runtime_checkable

from neurona.network import Network, Vector
from neurona.numerics.losses import Loss
from neurona.numerics.shuffle import Orders
from neurona.optimizers.base import StepOptimizer
from neurona.training.rows import Table

if TYPE_CHECKING:
    from neurona.training.problem import Regularisation

LOSS_SUM, ROWS, NORM_SUM, STEPS = range(4)
"""Places in the totals of an epoch: the sum of batch losses (penalties included) times rows, rows
seen, the sum of gradient norms, steps done.
"""
TOTALS = 4


class EngineTask(NamedTuple):
    """What an engine is to train: `batch` rows make a step, None threads are as many as are worth
    it; `second_order`, most of the work will be curvature.
    """

    network: Network
    loss: Loss
    optimizer: StepOptimizer | None
    table: Table
    batch: int
    regularisation: Regularisation
    n_threads: int | None
    second_order: bool


class Curvature(Protocol):
    """Loss, gradient and second-order part at a session's weights, penalties left out."""

    def matrix(self) -> tuple[float, Vector, Vector]:
        """Return mean loss, gradient (`Network.parameters`) and the Gauss-Newton matrix, a new
        one.
        """

    def jacobian(self) -> tuple[float, Vector, Vector]:
        """Return mean loss, gradient and, per row and output, the loss's root curvature times the
        derivatives (rows * outputs x parameters), which the next call may write over.
        """


class Session(Protocol):
    """A network bound to rows, with weights and an optimizer's state of its own."""

    threads: int
    """How many threads train; results do not depend on it."""
    curved: bool
    """Whether `curvature` gives something."""

    @property
    def weights(self) -> Vector:
        """The flat weights, to be read; they change with every step."""

    def set_weights(self, weights: Vector) -> None:
        """Copy flat weights in."""

    def optimizer_state(self) -> tuple[Vector, Vector]:
        """Return state and memory as `OptimizerState` has them, to be read."""

    def set_optimizer_state(self, state: Vector, memory: Vector) -> None:
        """Copy an optimizer's state and memory in."""

    def rows_changed(self) -> None:
        """Take note that the inputs of the rows to train on were written over in place."""

    def mark(self) -> None:
        """Remember weights and optimizer state, in the place of what was remembered."""

    def back(self) -> None:
        """Go back to what `mark` remembered."""

    def train(self, order: Vector, rates: Vector, first_step: int, totals: Vector) -> int:
        """Train on the rows of `order`, a batch at a time, with a rate per step; add to `totals`.

        Returns the steps done: fewer than there are batches if the loss or the gradient of the next
        one was not finite. `first_step` were done before.
        """

    def evaluate(self, table: Table, rows: int) -> tuple[Vector, float]:
        """Return the outputs for the rows of any table and their mean loss, without penalties."""

    def loss(self) -> float:
        """Return the mean loss over all the rows to train on, without penalties."""

    def value_and_gradient(self, order: Vector) -> tuple[float, Vector]:
        """Return loss (penalties included; inf if it is not finite) and flat gradient over the rows
        of `order` as one batch; the gradient may be written over by the next call.
        """

    def curvature(self, by_rows: bool, memory: float) -> Curvature:
        """Return what computes curvature: `by_rows` a Jacobian, else the matrix.

        IncompatibleError if it takes more than `memory` bytes.
        """

    def close(self) -> None:
        """Give back threads and the like; using the session later takes them again."""


@runtime_checkable
class AheadSession(Session, Protocol):
    """A session that does several epochs in one call."""

    def train_epochs(self, orders: Orders, rates: Vector, first_step: int, totals: Vector) -> int:
        """Train an epoch on each of `orders`, as `train` would, with all rates one behind the
        other, and a row of `totals` for each. All orders are drawn.

        Returns how many epochs were done whole: fewer if a loss or a gradient was not finite.
        """

    def weights_after(self, epoch: int) -> Vector:
        """Return the flat weights that an epoch of the last such call left, a copy."""

    def evaluate_epochs(self, table: Table, rows: int) -> tuple[Sequence[Vector], Sequence[float]]:
        """Return what `evaluate` would have after each epoch of the last such call: outputs, and
        losses.
        """


class Answerer(Protocol):
    """A trained network ready to answer. Not for use by two threads at once."""

    def predict(self, X: Any) -> Vector:
        """Return outputs (rows x outputs) for an array or CSR matrix of the network's dtype."""


class Engine(Protocol):
    """What computes."""

    name: str

    def bind(self, task: EngineTask) -> Session:
        """Return a session for a task."""

    def answerer(self, network: Network, weights: Vector, rows: int) -> Answerer:
        """Return an answerer, at its best for some `rows` at a time; it sees changes of weights."""


@runtime_checkable
class DeviceEngine(Protocol):
    """An engine that can train in several places."""

    def on(self, device: str) -> Engine:
        """Return this engine on a device: "auto", "cpu" or "cuda"."""

    def is_accelerated(self) -> bool:
        """Whether it finds a device besides the processor."""


@runtime_checkable
class TogetherEngine(Engine, Protocol):
    """An engine that does the steps of several trainings in one call."""

    def together(self, count: int, tables: int = 1) -> SideBySideEngine:
        """Return this engine for `count` trainings side by side, on so many tables; its sessions
        are these. Inside of trainings side by side it is theirs.
        """


class SideBySideEngine(Engine, Protocol):
    """An engine for trainings that are loops of their own and take turns in one thread: where a
    session of its has to compute, the others have their turn first, and all are served together.
    """

    alone: AbstractContextManager[None]
    """Inside of it no other training has its turn: sessions compute at once."""

    def take_turns(self, works: Iterable[Callable[[], object]]) -> None:
        """Do works, each of which trains; what one of them raises ends all."""
