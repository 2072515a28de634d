"""How a table estimator will learn: what was left to "auto" is filled in, with the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from neurona.estimators.automatic import (
    ITERATIONS,
    VECTOR_ITERATIONS,
    Choice,
    choose,
    hidden_sizes,
)
from neurona.estimators.choices import hidden_shapes, solver_of
from neurona.network import count_parameters
from neurona.numerics.activations import Activation
from neurona.numerics.losses import Loss
from neurona.optimizers import find
from neurona.optimizers.solver import Need
from neurona.spelling import parameter

BATCH_WORDS = (
    "steps",
    "epochs",
    "patience",
    "batch_size",
    "learning_rate_init",
    "schedule",
    "alpha",
    "dropout",
)
"""Parameters that speak of mini-batches and their penalties: who sets one wants a step method."""
BATCH_SIZES, BATCH_ACTIVATION = (64, 64), "silu"
STACK = "stack"
"""How networks are combined that were trained in several ways, and count by rows not seen."""
LENGTHS = "steps", "epochs"
"""Those that say how long training lasts."""


class Task(NamedTuple):
    """What is to be learned: rows, prepared inputs, outputs, by which loss, how many columns trees
    see of these inputs if not all (None): a category is one, and how many rows have the rarer of
    two classes (None of all else).
    """

    rows: int
    inputs: int
    outputs: int
    loss: Loss
    output: Activation
    columns_of_trees: int | None = None
    rarer: int | None = None

    @property
    def columns(self) -> int:
        """How many columns trees see."""
        return self.inputs if self.columns_of_trees is None else self.columns_of_trees

    def parameters(self, shapes: Sequence[Sequence[int]]) -> list[int]:
        """Return how many parameters networks of some hidden layers have."""
        return [count_parameters((self.inputs, *one, self.outputs)) for one in shapes]


class Plan(NamedTuple):
    """Parameters for the network's estimator; `iterations` 0 leaves their number to `steps`."""

    solver: Any
    hidden_layer_sizes: Any
    activation: Any
    n_starts: int
    combine: str
    initializer: str
    iterations: int
    reason: str

    def parameters(self) -> dict[str, Any]:
        """Return what the network's estimator takes."""
        taken = self._asdict()
        del taken["iterations"], taken["reason"]
        return taken

    def describe(self) -> str:
        """Return the choice in words."""
        starts = f", {self.n_starts} starts" if self.n_starts > 1 else ""
        return f"{self.solver}{starts}: {self.reason}"


def make_plan(
    given: Mapping[str, Any], task: Task, batch_words: Sequence[str], alone: bool
) -> Plan:
    """Return the plan for a task.

    `given` has the estimator's parameters of the same names, `batch_words` those of BATCH_WORDS
    that were set, `alone` that only one training at a time can be followed.
    """
    solver, reason, starts, iterations = given["solver"], "as asked for", 1, 0
    choice: Choice | None = None
    shapes: Any = given["hidden_layer_sizes"]
    if shapes == "auto":
        tried = hidden_sizes(task.rows, task.inputs, task.outputs)
    else:
        tried = [tuple(one) for one in hidden_shapes(shapes)]
    if solver == "auto" and batch_words:
        words = ", ".join(map(parameter, batch_words))
        said = "was" if len(batch_words) == 1 else "were"
        solver, reason = "adam", f"a step method, for {words} {said} given"
    elif solver == "auto":
        size = max(task.parameters(tried))
        choice = choose(task.rows, task.outputs, size, task.loss, task.output)
        solver, starts, iterations = choice.solver, choice.starts, choice.iterations
        if is_bayesian(solver) and shapes == "auto":
            starts += 1  # the straight line
    if any(word in LENGTHS for word in batch_words):
        iterations = 0
    else:
        iterations = iterations or iterations_of(solver)
    bayesian, dense = is_bayesian(solver), is_dense(solver)
    followed = "; one start, which a checkpoint can follow" if alone and starts > 1 else ""
    starts = 1 if followed else starts
    if given["n_starts"] != "auto":
        starts = given["n_starts"]
    if shapes == "auto":
        shapes = tried[0] if dense else BATCH_SIZES
        if bayesian:
            shapes = [*tried, ()] if starts > 2 else tried[:starts]
    if choice is not None:
        reason = choice.because(task.parameters(hidden_shapes(shapes)[: max(1, starts)]), task.rows)
    reason += followed
    activation = given["activation"]
    if activation == "auto":
        activation = "tanh" if dense else BATCH_ACTIVATION
    combine = given["combine"]
    if combine == "auto":
        combine = "average" if bayesian else "best"
    initializer = "nguyen_widrow" if bayesian and activation == "tanh" else "scikit_learn"
    return Plan(solver, shapes, activation, starts, combine, initializer, iterations, reason)


def is_dense(solver: Any) -> bool:
    """Whether a solver works with matrices, so that small networks are what it is good for."""
    found = solver_of(solver)
    return found is not None and found.is_dense


def iterations_of(solver: Any) -> int:
    """Return the most iterations of a method that takes all rows at a time; 0 for mini-batches."""
    if is_dense(solver):
        return ITERATIONS
    full_batch = solver_of(solver) is not None or find(solver).full_batch
    return VECTOR_ITERATIONS if full_batch else 0


def is_bayesian(solver: Any) -> bool:
    """Whether a solver regularises by the evidence, and so needs no rows held out."""
    found = solver_of(solver)
    return found is not None and Need.EVIDENCE in found.needs
