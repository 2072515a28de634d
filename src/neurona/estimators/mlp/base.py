"""What MLPRegressor and MLPClassifier share: parameters, fitting, prediction."""

from __future__ import annotations

import operator
from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar, NamedTuple

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.exceptions import NotFittedError
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import InvalidParameterError
from sklearn.utils.validation import _check_sample_weight, validate_data

from neurona.engine.choice import current_engine
from neurona.engine.threads import available_threads
from neurona.engine.workspace import BLOCK_ROWS
from neurona.errors import IncompatibleError, StopReason
from neurona.estimators import choices
from neurona.estimators.automatic import choose
from neurona.estimators.mlp import outcome
from neurona.estimators.mlp.one_network import one_network
from neurona.estimators.mlp.parameters import NetworkParameters
from neurona.estimators.mlp.starts import shape_of, start_of, train_all
from neurona.estimators.parameters import did_you_mean
from neurona.estimators.showing import network_callback
from neurona.inference.answers import converted
from neurona.inference.members import mean_outputs
from neurona.network import Network, Vector, count_parameters
from neurona.numerics.activations import Activation
from neurona.numerics.initializers import find_initializer
from neurona.numerics.losses import Loss
from neurona.numerics.noise import Noise
from neurona.numerics.schedules import Constant
from neurona.optimizers.solver import MEMORY_LIMIT, Need
from neurona.spelling import parameter
from neurona.training.callbacks import Callback, as_callbacks
from neurona.training.engine import Answerer
from neurona.training.history import History
from neurona.training.loop import Plan, StoppingRule, Training, Validation, order_of
from neurona.training.objective import NetworkObjective
from neurona.training.problem import Problem, Regularisation
from neurona.training.rows import Table, make_table
from neurona.training.solving import Solving, refuse_noise

DTYPES = (np.float64, np.float32)


class Packed(NamedTuple):
    """The weights in one flat vector, the views of it that are coefs_ and intercepts_, and idle
    predictors.

    Replaced as a whole, so that threads never see parts of two.
    """

    network: Network
    weights: Vector
    views: list[Vector]
    predictors: list[Answerer]


class BaseMLP(NetworkParameters, BaseEstimator, ABC):  # type: ignore[misc]
    """Shared part of the estimators. Use MLPRegressor or MLPClassifier."""

    _task: ClassVar[str] = "regression"
    _score_name: ClassVar[str] = "r2"

    @abstractmethod
    def _encode(self, X: Any, y: Any, incremental: bool, first: bool) -> tuple[Any, Vector]:
        """Validate, and return X and the targets (rows x outputs, in X's dtype)."""

    @abstractmethod
    def _encode_more(self, X: Any, y: Any) -> tuple[Any, Vector]:
        """The same for rows besides the training rows: what is known of the columns stays."""

    @abstractmethod
    def _loss_and_output(self) -> tuple[Loss, Activation]:
        """Return the loss and the output activation."""

    @abstractmethod
    def _score_outputs(self, targets: Vector, weights: Vector | None, outputs: Vector) -> float:
        """Return the validation score of outputs."""

    def _stratify(self, targets: Vector) -> Any:
        return None

    def _row_weights(self, y: Any, sample_weight: Vector | None) -> Vector | None:
        return sample_weight

    def _hidden_shapes(self) -> list[list[int]]:
        """Return the sizes of the hidden layers of each start in turn."""
        return choices.hidden_shapes(self.hidden_layer_sizes)

    def _network(self, sizes: list[int], output: Activation, dtype: Any) -> Network:
        """Return the network of these layers, inputs and outputs among them."""
        hidden = choices.hidden_activations(self.activation, len(sizes) - 2)
        return Network(sizes, [*hidden, output], dtype)

    def _noise(self) -> Noise | None:
        """Return what the inputs are spoiled with in training."""
        return None

    def _trained(self, training: Training) -> None:
        """Learn more from a training that has just been taken over."""

    def _validate_params(self) -> None:
        try:
            super()._validate_params()
        except InvalidParameterError as error:
            raise InvalidParameterError(f"{error}{did_you_mean(self)}") from None

    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        X_val: Any = None,
        y_val: Any = None,
        sample_weight_val: Any = None,
    ) -> Any:
        """Fit the network to the rows of X and their targets y.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Inputs; float32 trains in float32, anything else in float64.

        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets.

        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows in the loss.

        X_val, y_val : as X and y, default=None
            Rows to validate on after every epoch. Without them `early_stopping=True` puts a share
            of X aside.

        sample_weight_val : array-like of shape (n_val,), default=None
            Their weights.

        Returns
        -------
        self : object
        """
        self._validate_params()
        return self._fit(X, y, sample_weight, False, X_val, y_val, sample_weight_val)

    def _fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any,
        incremental: bool,
        X_val: Any = None,
        y_val: Any = None,
        sample_weight_val: Any = None,
    ) -> Any:
        shapes = self._hidden_shapes()
        callbacks = as_callbacks(self.callbacks)
        self._check_starts(len(shapes), callbacks)
        if incremental and self.early_stopping:
            raise ValueError("partial_fit does not support early_stopping=True")
        first = not hasattr(self, "coefs_") or not (self.warm_start or incremental)
        X, targets = self._encode(X, y, incremental, first)
        loss, output = self._loss_and_output()
        loss.member(output)  # refuses a pair that cannot be trained
        self._choose_solver(X.shape, shapes, targets.shape[1], loss, output, incremental)
        if choices.trains_in_double(self.solver_):
            X, targets = X.astype(np.float64, copy=False), targets.astype(np.float64, copy=False)
        if sample_weight is not None:
            sample_weight = _check_sample_weight(sample_weight, X, dtype=X.dtype)
        sample_weight = self._row_weights(y, sample_weight)
        random = self._random()
        self._check_targets(loss, targets)
        networks = [
            self._network([X.shape[1], *sizes, targets.shape[1]], output, X.dtype)
            for sizes in shapes
        ]
        if not first:
            # the best of several shapes is where a warm start begins
            widths = [w.shape[1] for w in self.coefs_]
            networks.sort(key=lambda one: list(one.sizes[1:]) != widths)
        hidden = [one.n_layers > 1 for one in networks]
        first_network = networks[shape_of(0, self.n_starts, hidden)] if first else networks[0]
        if first:
            self._begin(first_network, random)
        weights = self._pack(first_network)

        rows, validation = self._split(
            X, targets, sample_weight, X_val, y_val, sample_weight_val, random
        )
        solver = choices.solver_of(self.solver_)
        if solver is not None and len(rows) < len(targets):
            # a solver takes all rows of its table
            X, targets = X[rows], targets[rows]
            sample_weight = None if sample_weight is None else sample_weight[rows]
            rows = np.arange(len(rows))
        table = make_table(X, targets, sample_weight, X.dtype)
        # from a copy, so that the first start is the training of n_starts=1
        others = np.random.RandomState(0)
        others.set_state(random.get_state())
        seeds = others.randint(2**31 - 1, size=self.n_starts - 1)

        def make(start: int) -> Training:
            own = random if start == 0 else np.random.RandomState(seeds[start - 1])
            if start == 0:
                network, begin = first_network, weights
            else:
                network = networks[shape_of(start, self.n_starts, hidden)]
                begin = self._initial(network, own)
            problem = self._problem(network, loss, table, len(rows), own)
            problem.set_weights(begin)
            if incremental and hasattr(self, "_optimizer"):
                problem.set_optimizer_state(self._optimizer.state)
            # coefs_ may have been set by hand
            history = vars(self).get("history_", History()) if start == 0 else History()
            order = order_of(rows).copy()  # which it shuffles
            return self._training(problem, order, own, validation, incremental, history)

        if self.verbose:
            callbacks = [network_callback(self, incremental), *callbacks]
        if self.n_starts == 1 or incremental:
            self._run(make(0), callbacks, incremental)
        else:
            self._run_starts(make, callbacks)
        return self

    def _check_starts(self, shapes: int, callbacks: list[Callback]) -> None:
        if shapes > self.n_starts:
            raise ValueError(
                f"hidden_layer_sizes gives {shapes} shapes to be tried side by side, so n_starts "
                f"must be {shapes} or more. Got {self.n_starts}."
            )
        alone = [type(one).__name__ for one in callbacks if one.needs_one_start]
        if self.n_starts > 1 and alone:
            raise IncompatibleError(
                f"{alone[0]} follows one training, but {parameter('n_starts', self.n_starts)} "
                f"trains several side by side: set {parameter('n_starts', 1)}, or leave it out."
            )

    def _choose_solver(
        self,
        shape: tuple[int, int],
        shapes: list[list[int]],
        outputs: int,
        loss: Loss,
        output: Activation,
        incremental: bool,
    ) -> None:
        """Set solver_, and solver_reason_ if it was left to us."""
        self.solver_, self.solver_reason_ = self.solver, "as asked for"
        if not isinstance(self.solver, str) or self.solver != "auto":
            return
        noisy = any(choices.dropout_rates(self.dropout, len(shapes[0]))) or self._noise()
        if incremental or noisy:
            self.solver_, self.solver_reason_ = "adam", "a step at a time"
            return
        parameters = max(count_parameters((shape[1], *sizes, outputs)) for sizes in shapes)
        choice = choose(shape[0], outputs, parameters, loss, output)
        self.solver_, self.solver_reason_ = choice.solver, choice.reason

    def _problem(
        self,
        network: Network,
        loss: Loss,
        table: Table,
        rows: int,
        random: np.random.RandomState,
    ) -> Problem:
        """Bind the network to the kernels, with the optimizer and what is done to the gradient."""
        optimizer, batch, second_order = None, rows, False
        solver = choices.solver_of(self.solver_)
        if solver is not None:
            second_order = Need.MODEL in solver.needs
        else:
            optimizer = choices.step_optimizer(self._words())
            batch = choices.batch_rows(self.batch_size, optimizer, rows)
        dropout = choices.dropout_rates(self.dropout, network.n_layers - 1)
        noise = self._noise()
        finds_its_own = solver is not None and Need.EVIDENCE in solver.needs
        regularisation = Regularisation(
            0.0 if finds_its_own else self.alpha,
            0.0 if finds_its_own else self.alpha_l1,
            self.clip_value or 0.0,
            self.clip_norm or 0.0,
            dropout,
            # drawn only if needed, so that without dropout the stream is scikit-learn's
            int(random.randint(2**31 - 1)) if any(dropout) or noise else 0,
            noise,
        )
        if solver is not None and not solver.keeps_dtype:
            refuse_noise(solver, regularisation)
        # starts side by side have a thread each
        threads = self.n_threads if self.n_starts == 1 else 1
        return Problem(
            network, loss, optimizer, table, batch, regularisation, threads, second_order,
            engine=current_engine(),
        )  # fmt: skip

    def _run(self, training: Training, callbacks: list[Callback], incremental: bool) -> None:
        """Train, take over what it came to, and report it."""
        try:
            reason = training.run(callbacks)
        except Exception:
            # a callback's: what was learned before it stays
            outcome.take_over(self, training, StopReason.FAILED)
            raise
        if incremental and reason == StopReason.MAX_EPOCHS:
            reason = StopReason.ONE_EPOCH
        outcome.take_over(self, training, reason)
        self._trained(training)
        outcome.take_over_starts(self, [start_of(training, reason)], 0)
        outcome.report(self, training, reason)

    def _run_starts(self, make: Callable[[int], Training], callbacks: list[Callback]) -> None:
        """Train several starts, take over the best, and report it."""
        threads = self.n_threads or available_threads()
        done = train_all(make, self.n_starts, callbacks, threads)
        outcome.take_over(self, done.training, done.reason)
        self._trained(done.training)
        outcome.take_over_starts(self, done.starts, done.best)
        outcome.report(self, done.training, done.reason)

    def _words(self) -> dict[str, Any]:
        """Return the flat parameters, with the solver that was chosen."""
        return {**vars(self), "solver": self.solver_}

    def _is_lbfgs(self) -> bool:
        return isinstance(self.solver_, str) and self.solver_ == "lbfgs"

    def _is_stochastic(self) -> bool:
        """Whether the parameter `solver` takes mini-batches; "auto" can."""
        return choices.solver_of(self.solver) is None

    def _random(self) -> np.random.RandomState:
        # scikit-learn's None is NumPy's global generator, which we leave alone
        if self.random_state is None:
            return np.random.RandomState()
        random: np.random.RandomState = check_random_state(self.random_state)
        return random

    def _check_targets(self, loss: Loss, targets: Vector) -> None:
        if (
            targets.min(initial=0.0) < loss.target_low
            or targets.max(initial=0.0) > loss.target_high
        ):
            raise ValueError(
                f"The loss {loss.name!r} needs targets in [{loss.target_low:g}, "
                f"{loss.target_high:g}]. "
                f"Got y between {targets.min():g} and {targets.max():g}."
            )
        if loss.target_sums_to_one and not np.allclose(targets.sum(axis=1), 1, atol=1e-3):
            raise ValueError(
                f"The loss {loss.name!r} needs targets that sum to 1 in every row: give y one "
                "column per class."
            )

    def _begin(self, network: Network, random: np.random.RandomState) -> None:
        """Draw initial weights and forget what earlier fits left."""
        self.n_iter_ = 0
        self.t_ = 0
        self.n_outputs_ = network.sizes[-1]
        self.n_layers_ = len(network.sizes)
        self.out_activation_ = network.activations[-1].name
        self._adopt(network, self._initial(network, random))
        self.history_ = History()
        self._no_improvement_count = 0
        self.__dict__.pop("_optimizer", None)

    def _initial(self, network: Network, random: np.random.RandomState) -> Vector:
        """Draw initial weights."""
        initialize = find_initializer(self.initializer)
        layers = zip(
            network.sizes, network.sizes[1:], self._initializer_activations(network), strict=False
        )
        pairs = [initialize(random, n, m, activation) for n, m, activation in layers]
        return network.pack([w for w, _ in pairs], [b for _, b in pairs])

    def _initializer_activations(self, network: Network) -> list[Activation]:
        """The activation that each layer's initializer sees: scikit-learn's goes by the hidden
        layers' alone.
        """
        hidden = network.activations[:-1]
        return [*hidden, hidden[-1] if hidden else network.activations[-1]]

    def _adopt(self, network: Network, weights: Vector) -> Packed:
        """Show a flat weight vector as coefs_ and intercepts_, which are views of it."""
        coefs, intercepts = network.views(weights)
        packed = self._packed = Packed(network, weights, [*coefs, *intercepts], [])
        self.coefs_, self.intercepts_ = coefs, intercepts
        return packed

    def _pack(self, network: Network) -> Vector:
        """Return the flat vector of coefs_ and intercepts_, whoever set them."""
        shapes = [np.shape(w) for w in self.coefs_]
        if shapes != list(zip(network.sizes, network.sizes[1:], strict=False)):
            raise ValueError(
                f"The weights of the last fit are for layers of {shapes}, but "
                "hidden_layer_sizes, X and y now ask "
                f"for {network}. Set warm_start=False to begin anew."
            )
        return network.pack(self.coefs_, self.intercepts_)

    def _split(
        self,
        X: Any,
        targets: Vector,
        sample_weight: Vector | None,
        X_val: Any,
        y_val: Any,
        sample_weight_val: Any,
        random: np.random.RandomState,
    ) -> tuple[Vector, Validation | None]:
        """Return the rows to train on, and the validation rows if there are any."""
        rows = np.arange(X.shape[0])
        # scikit-learn's "lbfgs" has no early stopping
        can_stop = not self._is_lbfgs()
        if (X_val is None) != (y_val is None):
            given, missing = ("X_val", "y_val") if y_val is None else ("y_val", "X_val")
            raise ValueError(f"{given} is provided, but {missing} was not provided.")
        if X_val is None and sample_weight_val is not None:
            raise ValueError(
                "sample_weight_val is provided, but X_val and y_val were not provided."
            )
        if X_val is not None:
            X_val, targets_val = self._encode_more(X_val, y_val)
            if sample_weight_val is not None:
                sample_weight_val = _check_sample_weight(sample_weight_val, X_val, dtype=X.dtype)
            weights_val = self._row_weights(y_val, sample_weight_val)
        elif self.early_stopping and can_stop:
            # not at the top: it is slow to import
            from sklearn.model_selection import train_test_split

            rows, held = train_test_split(
                rows,
                random_state=random,
                test_size=self.validation_fraction,
                stratify=self._stratify(targets),
            )
            if len(held) < 2:
                raise ValueError(
                    "The validation set is too small. Increase 'validation_fraction' or the "
                    "size of your dataset."
                )
            X_val, targets_val = X[held], targets[held]
            weights_val = None if sample_weight is None else sample_weight[held]
        else:
            if self.monitor in ("val_loss", "score") and can_stop:
                raise ValueError(
                    f"monitor={self.monitor!r} needs validation rows: pass X_val and y_val to "
                    "fit, or set "
                    "early_stopping=True."
                )
            return rows, None
        table = make_table(X_val, targets_val, weights_val, X.dtype)
        return rows, Validation(
            table, X_val.shape[0], partial(self._score_outputs, table.targets, weights_val)
        )

    def _training(
        self,
        problem: Problem,
        order: Vector,
        random: np.random.RandomState,
        validation: Validation | None,
        incremental: bool,
        history: History,
    ) -> Training:
        monitor = self.monitor
        if monitor == "auto":
            monitor = "score" if self.early_stopping else "loss"
        rule = StoppingRule(monitor, self.tol, self.n_iter_no_change)
        if len(history) and hasattr(self, "_rule_best"):
            rule.best, rule.flat_epochs = self._rule_best, self._no_improvement_count
        watched = validation is not None and monitor != "loss"
        restore = watched if self.restore_best == "auto" else bool(self.restore_best)
        solver = choices.solver_of(self.solver_)
        plan = Plan(
            1 if incremental else self.max_iter,
            self.learning_rate_init,
            Constant() if solver is not None else choices.learning_schedule(self._words()),
            restore,
            # a solver ends by its own tolerances
            not incremental and (solver is None or monitor != "loss"),
            self.shuffle and solver is None,
        )
        rate = (
            self._optimizer.learning_rate if incremental and hasattr(self, "_optimizer") else None
        )
        if plan.schedule.varies:
            rate = None
        solving = None
        if solver is not None:
            memory = getattr(solver, "memory_limit", MEMORY_LIMIT)
            limits = choices.tolerances(self.solver_, self.tol)
            objective = NetworkObjective(
                problem, memory, False if Need.EVIDENCE in solver.needs else None
            )
            solving = Solving(objective, solver, limits, self.max_fun)
        return Training(
            problem, plan, rule, order, random, validation, history, self.t_, rate, solving
        )

    def _outputs(self, X: Any) -> Vector:
        """Return the network's outputs for X, validated."""
        return self._forward(self._validated_inputs(X))

    def _validated_inputs(self, X: Any) -> Any:
        """Return X as the network takes it; the short way for what needs no conversion."""
        if not hasattr(self, "coefs_"):
            raise NotFittedError(
                f"This {type(self).__name__} instance is not fitted yet. Call 'fit' with "
                "appropriate arguments "
                "before using this estimator."
            )
        simple = (
            type(X) is np.ndarray
            and X.ndim == 2
            and 0 < X.size <= 10_000
            and X.dtype in DTYPES
            and X.shape[1] == self.n_features_in_
            and "feature_names_in_" not in self.__dict__
            and np.isfinite(X).all()
        )
        if not simple:
            X = validate_data(self, X, accept_sparse="csr", dtype=DTYPES, order="C", reset=False)
        return X

    def _forward(self, X: Any) -> Vector:
        packed = self._current()
        if X.dtype != packed.network.dtype:
            X = converted("X", X, packed.network.dtype)
        if self._averages():
            return mean_outputs(self._members, X)
        try:
            predictor = packed.predictors.pop()
        except IndexError:
            predictor = current_engine().answerer(packed.network, packed.weights, BLOCK_ROWS)
        outputs = predictor.predict(X)
        packed.predictors.append(predictor)
        return outputs

    def member(self, index: int) -> Any:
        """Return a copy of this model that predicts by one of the networks that it averages.

        Parameters
        ----------
        index : int
            Which one, from 0 to the number of starts less one.

        Returns
        -------
        model : estimator of the same class
            Fitted; to look at, to write to a workbook, to trace.
        """
        self._current()
        return one_network(self, index)

    def _averages(self) -> bool:
        """Whether predictions are the mean of several starts."""
        return len(self.__dict__.get("_members", ())) > 1

    def _current(self) -> Packed:
        """Return the packed weights, brought up to date."""
        packed: Packed | None = self.__dict__.get("_packed")
        if packed is None or not self._is_current(packed):
            packed = self._packed_again()
        return packed

    def _is_current(self, packed: Packed) -> bool:
        """Whether coefs_ and intercepts_ still are the arrays that the packed weights are seen
        through.
        """
        shown = (*self.coefs_, *self.intercepts_)
        return len(shown) == len(packed.views) and all(map(operator.is_, shown, packed.views))

    def _packed_again(self) -> Packed:
        """Pack weights that were unpickled or set by hand."""
        sizes = [self.coefs_[0].shape[0], *(w.shape[1] for w in self.coefs_)]
        _, output = self._loss_and_output()
        dtype = np.result_type(self.coefs_[0].dtype, np.float32)
        network = self._network(sizes, output, dtype)
        return self._adopt(network, network.pack(self.coefs_, self.intercepts_))

    def __getstate__(self) -> dict[str, Any]:
        state = dict(super().__getstate__())
        state.pop("_packed", None)
        return state

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    def _check_stochastic(self) -> bool:
        if not self._is_stochastic():
            raise AttributeError(
                f"partial_fit is only available for stochastic optimizers. {self.solver} is not "
                "stochastic."
            )
        return True


def is_sparse(X: Any) -> bool:
    """Whether X is a SciPy sparse matrix or array."""
    return bool(sparse.issparse(X))
