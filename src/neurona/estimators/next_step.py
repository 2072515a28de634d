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
from sklearn.preprocessing import LabelBinarizer
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import _check_sample_weight

from neurona.data.targets import NumericTargets
from neurona.engine.choice import current_engine
from neurona.estimators import choices
from neurona.estimators.mlp.autoencoder import Autoencoder
from neurona.estimators.mlp.base import BaseMLP, is_sparse
from neurona.estimators.mlp.classifier import MLPClassifier
from neurona.estimators.mlp.one_network import refuse_several
from neurona.estimators.tables import inputs
from neurona.estimators.tables.base import BaseTable
from neurona.network import Network, Vector
from neurona.numerics.losses import Loss
from neurona.numerics.schedules import Clock
from neurona.optimizers import StepOptimizer
from neurona.optimizers.state import MEMORY, OptimizerState
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
    if isinstance(X, list | tuple | np.ndarray) and np.ndim(X) == 1:
        X = np.asarray(X)[None] if isinstance(X, np.ndarray) else [X]
    if isinstance(model, BaseTable):
        return _of_table(model, X, y, sample_weight, dtype)
    if isinstance(model, BaseMLP) and not isinstance(model, Autoencoder):
        return _of_mlp(model, X, y, sample_weight, classes, dtype)
    raise TypeError(
        f"A step can be shown of neurona's estimators. Got a {type(model).__name__}; give an "
        "MLPRegressor, MLPClassifier, TableRegressor or TableClassifier."
    )


def _of_mlp(
    model: BaseMLP, X: Any, y: Any, sample_weight: Any, classes: Any, dtype: Any
) -> NextStep:
    name = type(model).__name__
    refuse_several(model, "a step")
    # encoding and drawing leave attributes behind: on a copy
    model = copy.copy(model)
    model.random_state = copy.deepcopy(model.random_state)
    model.batch_size, model.warm_start = "auto", False
    model._validate_params()
    if isinstance(model.solver, str) and model.solver == "auto":
        model.solver = "adam"  # as partial_fit does
    y = [y] if np.ndim(y) == 0 else y
    first = not hasattr(model, "coefs_")
    if first and isinstance(model, MLPClassifier):
        _learn_classes(model, y, classes)
    X, targets = model._encode(X, y, True, first)
    if sample_weight is not None:
        sample_weight = _check_sample_weight(np.atleast_1d(sample_weight), X, dtype=X.dtype)
    sample_weight = model._row_weights(y, sample_weight)
    X = X.toarray() if is_sparse(X) else X
    random = model._random()
    if choices.trains_in_double(model.solver):
        X, targets = X.astype(np.float64), targets.astype(np.float64)
    loss, output = model._loss_and_output()
    loss.member(output)
    model._check_targets(loss, targets)
    sizes = _hidden(model, first)
    activations = [*choices.hidden_activations(model.activation, len(sizes)), output]
    own = X.dtype if first else np.result_type(model.coefs_[0].dtype, np.float32)
    network = Network([X.shape[1], *sizes, targets.shape[1]], activations, own)
    if first:
        model._begin(network, random)
    if dtype is not None:
        network = Network(network.sizes, network.activations, dtype)
    solver = model.solver
    regularisation = _regularisation(model, network, random)
    X, targets = X.astype(network.dtype), targets.astype(network.dtype)
    steps = choices.solver_of(solver) is None
    optimizer = choices.step_optimizer(vars(model)) if steps else None
    state, kept = _fresh_state(network, optimizer), vars(model).get("_optimizer")
    if kept is not None and dtype is None and kept.state.state.size == state.state.size:
        state = kept.state.copy()
    return NextStep(
        estimator=name,
        solver=solver if isinstance(solver, str) else solver.name,
        network=network,
        loss=loss,
        optimizer=optimizer,
        regularisation=regularisation,
        weights=model._pack(network),
        state=state,
        rate=_rate(model),
        inputs=X,
        targets=targets,
        row_weights=None if sample_weight is None else sample_weight.astype(network.dtype),
        input_names=_input_names(model, X.shape[1]),
        output_names=_output_names(model, targets.shape[1]),
    )


def _hidden(model: Any, first: bool) -> list[int]:
    """Return the sizes of the hidden layers; of several shapes the one that was best."""
    if first:
        return choices.hidden_shapes(model.hidden_layer_sizes)[0]
    return [matrix.shape[1] for matrix in model.coefs_[:-1]]


def _fresh_state(network: Network, optimizer: StepOptimizer | None) -> OptimizerState:
    slots = 0 if optimizer is None else len(optimizer.state_names())
    chunks = len(network.strips()[1])
    return OptimizerState(np.zeros(network.size * slots, network.dtype), np.zeros(MEMORY * chunks))


def _learn_classes(model: Any, y: Any, classes: Any) -> None:
    labels = y if type_of_target(y).startswith("multilabel") else classes
    if labels is None:
        raise ValueError(
            "A classifier that is not fitted does not know its classes; pass "
            "classes=[...], all that there will ever be, or fit it first."
        )
    model._label_binarizer = LabelBinarizer().fit(labels)
    model.classes_ = model._label_binarizer.classes_


def _regularisation(model: BaseMLP, network: Network, random: Any) -> Regularisation:
    dropout = choices.dropout_rates(model.dropout, network.n_layers - 1)
    seed = int(random.randint(2**31 - 1)) if any(dropout) else 0
    return Regularisation(
        model.alpha, model.alpha_l1, model.clip_value or 0.0, model.clip_norm or 0.0, dropout, seed
    )


def _rate(model: Any) -> float:
    """Return the rate of the first step of the next call of partial_fit."""
    schedule = choices.learning_schedule(vars(model))
    kept = vars(model).get("_optimizer")
    if not schedule.varies:
        return float(model.learning_rate_init if kept is None else kept.learning_rate)
    clock = Clock(np.zeros(1), 1, model.t_)
    return float(model.learning_rate_init * schedule.factors(clock)[0])


def _input_names(model: Any, count: int) -> tuple[str, ...]:
    given = getattr(model, "feature_names_in_", None)
    return tuple(map(str, given)) if given is not None else numbered("x", count)


def _output_names(model: Any, count: int) -> tuple[str, ...]:
    classes = getattr(model, "classes_", None)
    if classes is None:
        return ("y",) if count == 1 else numbered("y", count)
    return tuple(map(str, classes[-1:] if count == 1 else classes))


def numbered(letter: str, count: int) -> tuple[str, ...]:
    """Return x1, x2, ... for a letter x."""
    return tuple(f"{letter}{k + 1}" for k in range(count))


def _of_table(model: Any, X: Any, y: Any, sample_weight: Any, dtype: Any) -> NextStep:
    name = type(model).__name__
    if not hasattr(model, "network_"):
        raise NotFittedError(
            f"This {name} is not fitted: how its columns become numbers is learned from a table; "
            "fit it first."
        )
    model = copy.copy(model)
    model.notes_ = []
    if isinstance(X, Mapping):
        X = {column: [cells] if np.ndim(cells) == 0 else cells for column, cells in X.items()}
    if np.ndim(y) == 0 and not (isinstance(y, str) and _has_column(X, y)):
        y = [y]
    rows, _ = model._rows(X, y, sample_weight, False)
    network = model.network_
    own = network.coefs_[0].dtype if dtype is None else dtype
    named = inputs.target_names(inputs.inputs_of(model, X)[0], y) is not None
    table = inputs.matched(model, rows.table if named else X)
    matrix = model.preparation_.transform(table, own)
    targets = model._encode_targets(rows.values)
    found = _of_mlp(network, matrix, targets, rows.weights, None, dtype)
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
