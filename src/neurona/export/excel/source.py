"""What a workbook needs to know of an estimator: inputs, weights, and what its outputs mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sklearn.exceptions import NotFittedError

from neurona.data.encoders import Encoder
from neurona.data.table import Table
from neurona.data.targets import NumericTargets, Task
from neurona.estimators.mlp.base import BaseMLP, is_sparse
from neurona.estimators.mlp.fitted import fitted
from neurona.estimators.mlp.one_network import refuse_several
from neurona.estimators.next_step import numbered
from neurona.estimators.tables import inputs as table_inputs
from neurona.estimators.tables.base import BaseTable
from neurona.network import Vector
from neurona.numerics.activations import Activation
from neurona.numerics.losses import Loss


@dataclass(frozen=True, eq=False)
class Source:
    """A network with what stands around it.

    `encoders` make numbers of a table's columns; without them the inputs are numbers already.
    `examples` are rows of cells, as many columns as `names`; a missing cell is None.
    `classes` are those of a binary or multiclass task; `l2` and `l1` the penalties of training.
    """

    title: str
    names: tuple[str, ...]
    features: tuple[str, ...]
    encoders: tuple[Encoder, ...]
    matrices: Sequence[Vector]
    biases: Sequence[Vector]
    activations: tuple[Activation, ...]
    task: Task
    output_names: tuple[str, ...]
    classes: tuple[Any, ...] = ()
    scaling: NumericTargets | None = None
    loss: Loss | None = None
    l2: float = 0.0
    l1: float = 0.0
    rate: float = 0.1
    table: Table | None = None
    rows: Vector | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units per layer, inputs first."""
        return (len(self.features), *(len(bias) for bias in self.biases))


def source_of(model: Any, X: Any = None) -> Source:
    """Return what there is to know of a fitted estimator, with the rows of X as examples."""
    if isinstance(model, BaseTable):
        return _of_table(model, X)
    if isinstance(model, BaseMLP):
        return _of_mlp(model, X)
    raise TypeError(
        f"A workbook holds neurona's networks. Got a {type(model).__name__}; give an "
        "MLPRegressor, MLPClassifier, TableRegressor or TableClassifier."
    )


def _weights(model: BaseMLP, name: str) -> dict[str, Any]:
    if not hasattr(model, "coefs_"):
        raise NotFittedError(f"This {name} is not fitted: there are no weights to write; fit it.")
    refuse_several(model, "a workbook")
    learned = fitted(model)
    matrices, biases = learned.network.views(learned.weights.astype(np.float64))
    loss, _ = model.subject().loss_and_output()
    notes = []
    if learned.network.dtype == np.float32:
        notes.append(
            "The network was trained in single precision (7 digits) and says so much in Python; "
            "the workbook computes with 15 digits, so answers differ in the seventh."
        )
    return {
        "matrices": matrices,
        "biases": biases,
        "activations": learned.network.activations,
        "loss": loss,
        "l2": float(model.alpha),
        "l1": float(model.alpha_l1),
        "rate": float(model.learning_rate_init),
        "notes": notes,
    }


def _of_mlp(model: BaseMLP, X: Any) -> Source:
    found = _weights(model, type(model).__name__)
    count = len(found["matrices"][0])
    given = getattr(model, "feature_names_in_", None)
    names = numbered("x", count) if given is None else tuple(map(str, given))
    rows = np.zeros((1, count))
    if X is not None:
        if is_sparse(X):
            X = X.toarray()
        model.outputs(X)  # refuses what predict refuses
        rows = np.asarray(X, np.float64)
    classes = getattr(model, "classes_", None)
    outputs = len(found["biases"][-1])
    if classes is None:
        task, labels = Task.REGRESSION, ()
        said = ("y",) if outputs == 1 else numbered("y", outputs)
    else:
        labels, said = tuple(classes.tolist()), tuple(map(str, classes))
        kind: Any = model
        task = Task.BINARY if outputs == 1 else Task.MULTICLASS
        if kind.labels().kind.startswith("multilabel"):
            task = Task.MULTILABEL
    return Source(
        title=type(model).__name__, names=names, features=names, encoders=(), task=task,
        output_names=said, classes=labels, rows=rows, **found,
    )  # fmt: skip


def _of_table(model: Any, X: Any) -> Source:
    name = type(model).__name__
    if not hasattr(model, "network_"):
        raise NotFittedError(f"This {name} is not fitted: there are no weights to write; fit it.")
    preparation = model.preparation_
    table = None
    if X is not None:
        table = table_inputs.matched(model, X)
        preparation.transform(table)  # refuses what predict refuses
    regression = model.task_ is Task.REGRESSION
    classes = () if regression else tuple(model.classes_.tolist())
    several = regression or model.task_ is Task.MULTILABEL
    return Source(
        title=name,
        names=tuple(preparation.needed),
        features=tuple(preparation.features),
        encoders=preparation.encoders,
        task=model.task_,
        output_names=tuple(model.target_names_) if several else tuple(map(str, classes)),
        classes=() if several else classes,
        scaling=model.targets_ if regression else None,
        table=table,
        **_weights(model.network_, name),
    )
