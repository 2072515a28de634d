"""Assignment: one fit as a value, with all that decides what it comes to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from neurona.network import Network, Vector
from neurona.numerics.activations import Activation
from neurona.numerics.initializers import Initializer
from neurona.numerics.losses import Loss
from neurona.optimizers import StepOptimizer
from neurona.optimizers.solver import MEMORY_LIMIT, Need, Solver, Tolerances
from neurona.optimizers.state import OptimizerState
from neurona.training.blas import one_blas_thread
from neurona.training.engine import Engine
from neurona.training.feed import BLOCK_BYTES, Feed
from neurona.training.history import History
from neurona.training.loop import Training
from neurona.training.memory import DOUBLE, MIB, refuse_memory
from neurona.training.objective import NetworkObjective
from neurona.training.plan import Plan, StoppingRule, Validation
from neurona.training.problem import Problem, Regularisation
from neurona.training.rates import RateCurve
from neurona.training.rows import Table
from neurona.training.solving import Solving, refuse_noise
from neurona.training.spool import Spool
from neurona.training.units import ScaledObjective, Units, units_of


@dataclass(frozen=True)
class ChosenMethod:
    """What lowers the loss, and why it was taken.

    `given` is the name or value that was asked for or chosen. It stands for a full-batch `solver`,
    which stops by `limits` or after `max_evaluations`, or for an `optimizer` of steps.
    """

    given: Any
    reason: str
    solver: Solver | None = None
    optimizer: StepOptimizer | None = None
    limits: Tolerances = field(default_factory=Tolerances)
    max_evaluations: float = np.inf

    @property
    def name(self) -> str:
        """The solver's or the optimizer's name."""
        return self.given if isinstance(self.given, str) else str(self.given.name)


@dataclass(frozen=True, eq=False)
class Beginning:
    """Where the first start begins: weights (`drawn`, or an earlier fit's), and what an earlier
    training left to go on with.
    """

    weights: Vector
    history: History = field(default_factory=History)
    samples_seen: int = 0
    optimizer: OptimizerState | None = None
    learning_rate: float | None = None
    drawn: bool = False


@dataclass(frozen=True, eq=False)
class Spooled:
    """Rows on a disk, of which so many bytes make a block; `seed` says how blocks are mixed."""

    spool: Spool
    seed: int
    block_bytes: int = BLOCK_BYTES


@dataclass(frozen=True, eq=False)
class Assignment:
    """A fit as a value: `training` makes of it a training that is ready to run.

    Attributes
    ----------
    networks : tuple of Network, one per start
    loss : Loss
    method : ChosenMethod
    regularisations : tuple of Regularisation, one per start
        The first with its seed; the others draw theirs.
    plan : Plan
    rule : StoppingRule
        As it stands before the first epoch.
    table : Table
        All rows, of which `order` lists those to train on; a few of them if the rows are `spooled`.
    order : ndarray of int64
    validation : Validation or None
    batch : int
        Rows of a step.
    beginning : Beginning
        Of the first start.
    random : RandomState
        What the first start draws from; all it draws before its first epoch is drawn.
    draw : function (network, random) that returns flat weights
        Draws the first weights.
    engine : Engine
        What computes.
    why_engine : str
        Why this one, in a sentence.
    seeds : tuple of int, one per start but the first
    threads : int or None
        Threads of one training.
    about : mapping
        What trackers are told of it (`Training.about`).
    rate_curve : RateCurve or None
        What the plan's rate was found by, if it was found for this fit.
    spooled : Spooled or None
        The rows, where they do not fit into memory; `order` lists their chunks.

    Examples
    --------
    >>> from neurona import MLPRegressor
    >>> from neurona.estimators.mlp.assigning import assignment_of
    >>> model = MLPRegressor(hidden_layer_sizes=(4,), solver="lbfgs", random_state=0)
    >>> fit = assignment_of(model, [[0.0], [1.0], [2.0]], [0.0, 1.0, 4.0])
    >>> fit.network.sizes, fit.method.name, fit.loss.name
    ((1, 4, 1), 'lbfgs', 'squared_error')
    >>> training = fit.training()
    >>> reason = training.run()
    >>> training.history[-1].loss < 1e-3
    True
    """

    networks: tuple[Network, ...]
    loss: Loss
    method: ChosenMethod
    regularisations: tuple[Regularisation, ...]
    plan: Plan
    rule: StoppingRule
    table: Table
    order: Vector
    validation: Validation | None
    batch: int
    beginning: Beginning
    random: np.random.RandomState
    draw: Callable[[Network, np.random.RandomState], Vector]
    engine: Engine
    seeds: tuple[int, ...] = ()
    threads: int | None = None
    about: Mapping[str, Any] = field(default_factory=dict)
    rate_curve: RateCurve | None = None
    why_engine: str = ""
    spooled: Spooled | None = None

    @property
    def network(self) -> Network:
        """The network of the first start."""
        return self.networks[0]

    @property
    def starts(self) -> int:
        """How many trainings this is."""
        return len(self.networks)

    @property
    def shares_rows(self) -> bool:
        """Whether all starts train by steps on the same rows: no blocks, no noise on them."""
        noisy = any(one.noise is not None for one in self.regularisations)
        return self.method.optimizer is not None and self.spooled is None and not noisy

    def training(self, start: int = 0) -> Training:
        """Return the training of one start, ready to run.

        The first one draws from `random`; it is made once. IncompatibleError if the method cannot
        train this loss, or not with this regularisation.
        """
        network, regularisation = self.networks[start], self.regularisations[start]
        if start == 0:
            random, beginning = self.random, self.beginning
        else:
            random = np.random.RandomState(self.seeds[start - 1])
            weights = self.draw(network, random)
            seen = self.beginning.samples_seen
            beginning = Beginning(weights, samples_seen=seen, drawn=True)
            regularisation = with_seed(regularisation, random)
        problem = self._problem(network, regularisation)
        units = self._units(network)
        weights = beginning.weights
        if units is not None and beginning.drawn:
            weights = units.begun(weights)
        problem.set_weights(weights)
        if beginning.optimizer is not None:
            problem.set_optimizer_state(beginning.optimizer)
        training = Training(
            problem,
            self.plan,
            replace(self.rule) if start == 0 else fresh(self.rule),
            self.order.copy(),  # which it shuffles
            random,
            self.validation,
            beginning.history,
            beginning.samples_seen,
            beginning.learning_rate,
            self._solving(problem, units),
        )
        training.about.update(self.about)
        return training

    def _problem(self, network: Network, regularisation: Regularisation) -> Problem:
        """Bind a network to the kernels, with the optimizer and what is done to the gradient."""
        solver = self.method.solver
        if solver is not None and not solver.keeps_dtype:
            refuse_noise(solver, regularisation)
        if solver is not None and solver.matrices:
            needed = solver.matrices * DOUBLE * network.n_parameters**2
            memory = getattr(solver, "memory_limit", MEMORY_LIMIT) * MIB
            refuse_memory(network, self.batch, needed, memory)
        feed = self._feed()
        return Problem(
            network,
            self.loss,
            self.method.optimizer,
            self.table if feed is None else feed.table,
            self.batch,
            regularisation,
            self.threads,
            solver is not None and Need.MODEL in solver.needs,
            engine=self.engine,
            feed=feed,
        )

    def _feed(self) -> Feed | None:
        """Return the rows block by block, where they do not fit into memory."""
        if self.spooled is None:
            return None
        spool, seed, block_bytes = (
            self.spooled.spool, self.spooled.seed, self.spooled.block_bytes,
        )  # fmt: skip
        return Feed(spool, self.batch, self.plan.shuffle, seed, block_bytes)

    def _units(self, network: Network) -> Units | None:
        """Return the units in which a solver with a prior sees the targets."""
        solver = self.method.solver
        if solver is None or Need.EVIDENCE not in solver.needs:
            return None
        return units_of(network, self.loss, self.table)

    def _solving(self, problem: Problem, units: Units | None) -> Solving | None:
        method = self.method
        if method.solver is None:
            return None
        memory = getattr(method.solver, "memory_limit", MEMORY_LIMIT)
        by_rows = False if Need.EVIDENCE in method.solver.needs else None
        if units is None:
            objective = NetworkObjective(problem, memory, by_rows)
        else:
            objective = ScaledObjective(units, problem, memory, by_rows)
        return Solving(objective, method.solver, method.limits, method.max_evaluations)


def fresh(rule: StoppingRule) -> StoppingRule:
    """Return a rule that has seen no epoch yet."""
    return StoppingRule(rule.monitor, rule.tol, rule.patience)


def initial_weights(
    initializer: Initializer,
    given: Activation | None,
    network: Network,
    random: np.random.RandomState,
) -> Vector:
    """Draw a network's first weights.

    An initializer sees the hidden layers' activation, as scikit-learn's does, for the last layer,
    too; without hidden layers the one that was `given` for them, if there is one.
    """
    *hidden, last = network.activations
    last = hidden[-1] if hidden else given or last
    layers = zip(network.sizes, network.sizes[1:], [*hidden, last], strict=False)
    with one_blas_thread():
        pairs = [initializer(random, n, m, activation) for n, m, activation in layers]
    return network.pack([w for w, _ in pairs], [b for _, b in pairs])


def with_seed(given: Regularisation, random: np.random.RandomState) -> Regularisation:
    """Draw the seed of dropout and noise.

    Only if there is any, so that without dropout the stream of lots is scikit-learn's.
    """
    if not any(given.dropout) and given.noise is None:
        return given
    return replace(given, seed=int(random.randint(2**31 - 1)))
