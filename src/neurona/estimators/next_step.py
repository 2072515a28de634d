"""What the next training step of an estimator starts from, taken without changing the estimator.

The rows are encoded as `partial_fit` encodes them, weights, optimizer state and learning rate are
those that `partial_fit` would go on with; an estimator that was not fitted draws its first weights
as `fit` would.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sklearn.exceptions import NotFittedError

from neurona.data.targets import NumericTargets
from neurona.engine.choice import current_engine
from neurona.estimators import choices
from neurona.estimators.mlp.assigning import drawing, packed_weights, regularisation
from neurona.estimators.mlp.assignment import with_seed
from neurona.estimators.mlp.autoencoder import Autoencoder
from neurona.estimators.mlp.base import BaseMLP, is_sparse
from neurona.estimators.mlp.classifier import MLPClassifier
from neurona.estimators.mlp.examples import Given, check_targets, examples
from neurona.estimators.mlp.one_network import refuse_several
from neurona.estimators.mlp.standing import Earlier, Standing
from neurona.estimators.parameters import check_parameters
from neurona.estimators.random_state import generator
from neurona.estimators.tables.base import BaseTable
from neurona.network import Network, Vector, numbered
from neurona.numerics.losses import Loss
from neurona.numerics.schedules import Clock
from neurona.optimizers import StepOptimizer
from neurona.optimizers.state import OptimizerState
from neurona.training.problem import Problem, Regularisation
from neurona.training.rows import make_table


@dataclass(frozen=True, eq=False)
class NextStep:
    """A network with the rows of one step, and all that decides how its weights will move.

    `optimizer` is None for a full-batch solver, `solver` its name either way. `targets` are as the
    network learns them; `scaling` brings outputs back to the user's units, None where they are so.
    """

    estimator: str
    solver: str
    network: Network
    loss: Loss
    optimizer: StepOptimizer | None
    regularisation: Regularisation
    weights: Vector
    state: OptimizerState
    rate: float
    inputs: Vector
    targets: Vector
    row_weights: Vector | None
    input_names: tuple[str, ...]
    output_names: tuple[str, ...]
    scaling: NumericTargets | None = None

    def problem(self, optimizer: bool = True, regularisation: Any = None) -> Problem:
        """Return the rows and the network bound to the kernels, as one batch."""
        table = make_table(self.inputs, self.targets, self.row_weights, self.network.dtype)
        problem = Problem(
            self.network,
            self.loss,
            self.optimizer if optimizer else None,
            table,
            len(self.inputs),
            self.regularisation if regularisation is None else regularisation,
            engine=current_engine(),
        )
        problem.set_weights(self.weights)
        if optimizer and self.optimizer is not None:
            problem.set_optimizer_state(self.state)
        return problem


def next_step(
    model: Any, X: Any, y: Any, sample_weight: Any = None, classes: Any = None, dtype: Any = None
) -> NextStep:
    """Return what a step of `model` on the rows of X starts from; a single row may be given flat.

    `dtype` recasts the network (for looking closer than the training did). Raises TypeError for
    what is no estimator of ours, NotFittedError for a table estimator that was not fitted.
    """
    X = as_rows(X)
    if isinstance(model, BaseTable):
        return _of_table(model, X, y, sample_weight, dtype)
    if isinstance(model, BaseMLP) and not isinstance(model, Autoencoder):
        return step_of_network(model, X, y, sample_weight, classes, dtype)
    raise TypeError(
        f"A step can be shown of neurona's estimators. Got a {type(model).__name__}; give an "
        "MLPRegressor, MLPClassifier, TableRegressor or TableClassifier."
    )


def as_rows(X: Any) -> Any:
    """Return rows; a single one may be given flat."""
    if isinstance(X, list | tuple | np.ndarray) and np.ndim(X) == 1:
        return np.asarray(X)[None] if isinstance(X, np.ndarray) else [X]
    return X


def step_of_network(
    model: BaseMLP, X: Any, y: Any, sample_weight: Any, classes: Any, dtype: Any
) -> NextStep:
    """Return what a step of an MLP starts from; one that was not fitted draws its first weights."""
    name = type(model).__name__
    refuse_several(model, "a step")
    # encoding and drawing leave attributes behind: on a copy
    model = copy.copy(model)
    model.random_state = copy.deepcopy(model.random_state)
    model.batch_size, model.warm_start = "auto", False
    check_parameters(model)
    if isinstance(model.solver, str) and model.solver == "auto":
        model.solver = "adam"  # as partial_fit does
    y = [y] if np.ndim(y) == 0 else y
    earlier = model.earlier()
    if earlier is None and isinstance(model, MLPClassifier):
        model.learn_classes(y, classes)
    weights = None if sample_weight is None else np.atleast_1d(sample_weight)
    subject, random = model.subject(), generator(model.random_state)
    found, method = examples(vars(model), subject, Given(X, y, weights), True, earlier is None)
    check_targets(found.loss, found.targets)
    inputs, targets = found.inputs, found.targets
    inputs = inputs.toarray() if is_sparse(inputs) else inputs
    sizes = [inputs.shape[1], *_hidden(model, earlier), targets.shape[1]]
    if earlier is None:
        network = subject.network(sizes, found.output, inputs.dtype)
        first = drawing(vars(model))(network, random)
    else:
        own = np.result_type(earlier.coefs[0].dtype, np.float32)
        network = subject.network(sizes, found.output, own)
        first = packed_weights(network, earlier)
    # a trace of a solver that finds its own penalties shows those that were given
    added = with_seed(regularisation(vars(model), network, None), random)
    if dtype is not None:
        layers = network.views(first)
        network = Network(network.sizes, network.activations, dtype)
        first = network.pack(*layers)
    state = OptimizerState.fresh(method.optimizer, network)
    standing = Standing() if earlier is None else earlier.standing
    kept = standing.optimizer
    if kept is not None and dtype is None and kept.state.size == state.state.size:
        state = kept.copy()
    return NextStep(
        estimator=name,
        solver=method.name,
        network=network,
        loss=found.loss,
        optimizer=method.optimizer,
        regularisation=added,
        weights=first,
        state=state,
        rate=_rate(vars(model), standing, 0 if earlier is None else earlier.samples_seen),
        inputs=inputs.astype(network.dtype),
        targets=targets.astype(network.dtype),
        row_weights=None if found.weights is None else found.weights.astype(network.dtype),
        input_names=_input_names(model, inputs.shape[1]),
        output_names=_output_names(model, targets.shape[1]),
    )


def _hidden(model: Any, earlier: Earlier | None) -> list[int]:
    """Return the sizes of the hidden layers; of several shapes the one that was best."""
    if earlier is None:
        return choices.hidden_shapes(model.hidden_layer_sizes)[0]
    return [matrix.shape[1] for matrix in earlier.coefs[:-1]]


def _rate(params: Mapping[str, Any], standing: Standing, samples_seen: int) -> float:
    """Return the rate of the first step of the next call of partial_fit."""
    schedule = choices.learning_schedule(params)
    initial = choices.initial_rate(params)
    if not schedule.varies:
        return float(initial if standing.optimizer is None else standing.learning_rate)
    clock = Clock(np.zeros(1), 1, samples_seen)
    return float(initial * schedule.factors(clock)[0])


def _input_names(model: Any, count: int) -> tuple[str, ...]:
    given = getattr(model, "feature_names_in_", None)
    return tuple(map(str, given)) if given is not None else numbered("x", count)


def _output_names(model: Any, count: int) -> tuple[str, ...]:
    classes = getattr(model, "classes_", None)
    if classes is None:
        return ("y",) if count == 1 else numbered("y", count)
    return tuple(map(str, classes[-1:] if count == 1 else classes))


def _of_table(model: Any, X: Any, y: Any, sample_weight: Any, dtype: Any) -> NextStep:
    name = type(model).__name__
    if not hasattr(model, "network_"):
        raise NotFittedError(
            f"This {name} is not fitted: how its columns become numbers is learned from a table; "
            "fit it first."
        )
    model = copy.copy(model)
    if isinstance(X, Mapping):
        X = {column: [cells] if np.ndim(cells) == 0 else cells for column, cells in X.items()}
    if np.ndim(y) == 0 and not (isinstance(y, str) and _has_column(X, y)):
        y = [y]
    network = model.network_
    own = network.coefs_[0].dtype if dtype is None else dtype
    matrix, targets, weights = model.prepared(X, y, sample_weight, own)
    found = step_of_network(network, matrix, targets, weights, None, dtype)
    scaling = getattr(model, "targets_", None)
    classes = getattr(model, "classes_", None)
    outputs = tuple(model.target_names_)
    if classes is not None and len(outputs) == 1:
        outputs = tuple(map(str, classes if len(classes) > 2 else classes[-1:]))
    return replace(
        found,
        estimator=name,
        input_names=tuple(model.preparation_.features),
        output_names=outputs,
        scaling=scaling,
    )


def _has_column(X: Any, name: str) -> bool:
    if isinstance(X, Mapping):
        return name in X
    names = getattr(X, "names", None)
    if names is None:
        names = getattr(X, "columns", None)
    return names is not None and name in list(names)
