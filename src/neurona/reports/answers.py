"""What a model answers beside the truth, as plain arrays: what charts and reports are made of.

A model is known by its public methods alone: `predict`, `predict_proba`, `predict_uncertainty`.
Rows are arrays, frames, tables or dicts of columns; targets are values, or the names of columns.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from neurona.data.frames import as_table, is_frame
from neurona.data.table import Table
from neurona.data.targets import class_labels, known_rows, label_matrix, numeric_targets
from neurona.errors import IncompatibleError
from neurona.reports.subject import check_fitted, name_of

Array = np.ndarray[Any, np.dtype[Any]]


class Quantities(NamedTuple):
    """Names of targets, and true values beside predicted ones with their standard deviations:
    rows x targets; None if the model knows none.
    """

    names: list[str]
    true: Array
    predicted: Array
    std: Array | None

    def one(self, target: Any = None) -> tuple[str, Array, Array, Array | None]:
        """Return name, true and predicted values, and deviations, of one target."""
        k = _place(self.names, target)
        std = None if self.std is None else self.std[:, k]
        return self.names[k], self.true[:, k], self.predicted[:, k], std


class Chances(NamedTuple):
    """Classes, which of them is true for each row, and the probability that the model gave to each.

    `codes` are numbers of `labels`, beyond those of `shares` for classes that the model does not
    know; of several labels that may be on at once it is a matrix of 0 and 1. `name` is the
    target's.
    """

    name: str
    labels: list[str]
    codes: Array
    shares: Array

    @property
    def several(self) -> bool:
        """Whether labels may be on at once."""
        return self.codes.ndim == 2

    def on(self) -> Array:
        """Return rows x labels: 1 where a label is true."""
        if self.several:
            return self.codes
        found: Array = (self.codes[:, None] == np.arange(self.shares.shape[1])).astype(np.int64)
        return found

    def said(self) -> Array:
        """Return the class that is said of each row, by its number; of labels 0 and 1."""
        if self.several:
            return (self.shares > 0.5).astype(np.int64)
        found: Array = self.shares.argmax(axis=1)
        return found


def classifies(model: Any) -> bool:
    """Whether a fitted model predicts classes; TypeError if it predicts nothing."""
    check_fitted(model)
    if not hasattr(model, "predict"):
        raise TypeError(f"A {name_of(model)} predicts nothing to compare with a truth.")
    if hasattr(model, "__sklearn_tags__"):
        return bool(model.__sklearn_tags__().estimator_type == "classifier")
    return getattr(model, "classes_", None) is not None


def has_labels(model: Any) -> bool:
    """Whether a fitted classifier gives labels, of which several may be on at once."""
    single = str(getattr(model, "out_activation_", "")) == "logistic"
    several = single and int(getattr(model, "n_outputs_", 1) or 1) > 1
    targets = getattr(model, "target_names_", None) or []
    return classifies(model) and (several or len(targets) > 1)


def rows_and_targets(model: Any, X: Any, y: Any) -> tuple[Any, Array, list[str]]:
    """Return inputs, the values of the targets, and their names; rows without a target are left
    out where targets are columns of X.
    """
    if y is None:
        raise ValueError("Give y, the true values: one for each row, or the name of a column of X.")
    names = _columns(X, y)
    if names is None:
        values = _values(y)
        if hasattr(X, "__len__") and not hasattr(X, "nnz") and len(values) != _rows(X):
            raise ValueError(
                f"y must have a value for each of the {_rows(X):,} rows of X. Got {len(values):,}."
            )
        return X, values, _names(model, y, values)
    table = as_table(X, "X")
    table = table.take(known_rows(table, names))
    if not classifies(model):
        return table.without(names), numeric_targets(table, names), names
    values = class_labels(table, names[0]) if len(names) == 1 else label_matrix(table, names)
    return table.without(names), values, names


def quantities_of(model: Any, X: Any, y: Any) -> Quantities:
    """Return what a regressor says of rows, beside the truth; TypeError if it is none."""
    if classifies(model):
        raise TypeError(f"A {name_of(model)} predicts classes, not quantities.")
    X, values, names = rows_and_targets(model, X, y)
    true = _numbers(values)
    std = None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what is wrong with the rows was told by others
        said = None
        if hasattr(model, "predict_uncertainty"):
            try:
                said = model.predict_uncertainty(X)
            except IncompatibleError:
                said = None
        if said is not None:
            std = _numbers(said.std)
        predicted = _numbers(model.predict(X))
    if predicted.shape != true.shape:
        raise ValueError(
            f"y has {true.shape[1]} targets for {true.shape[0]} rows, and the {name_of(model)} "
            f"predicts {predicted.shape[1]} for {predicted.shape[0]}; give all of them."
        )
    return Quantities(names, true, predicted, std)


def chances_of(model: Any, X: Any, y: Any) -> Chances:
    """Return what a classifier says of rows, beside the truth; TypeError if it is none.

    Of a model without `predict_proba` the class that it says has the probability 1.
    """
    if not classifies(model):
        raise TypeError(f"A {name_of(model)} predicts quantities, not classes.")
    X, values, names = rows_and_targets(model, X, y)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if values.ndim == 2 and values.shape[1] == 1:
            values = values[:, 0]
        if hasattr(model, "predict_proba"):
            shares = np.asarray(model.predict_proba(X), np.float64)
        else:
            shares = _certain(model, np.asarray(model.predict(X)))
    if values.ndim == 2:
        return Chances(", ".join(names), names, values.astype(np.int64), shares)
    labels, codes = coded(list(model.classes_), values)
    return Chances(names[0], labels, codes, shares)


def coded(classes: Sequence[Any], values: Any) -> tuple[list[str], Array]:
    """Return labels as texts, and the number of each value's class; others come after.

    >>> coded([0, 1], [1.0, 0.0, 2.0])
    (['0', '1', '2'], array([1, 0, 2]))
    """
    numbers: dict[str, int] = {_text(one): k for k, one in enumerate(classes)}
    found = []
    for value in np.asarray(values, object):
        found.append(numbers.setdefault(_text(value), len(numbers)))
    return list(numbers), np.array(found, np.int64)


def _certain(model: Any, said: Array) -> Array:
    if said.ndim == 2:
        return said.astype(np.float64)
    _, codes = coded(list(model.classes_), said)
    shares: Array = np.eye(len(model.classes_))[codes]
    return shares


def _text(value: Any) -> str:
    """Return what a class is called: 1, 1.0 and np.int64(1) are the same."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:g}" if abs(value) < 1e6 else repr(value).removesuffix(".0")


def _place(names: Sequence[str], target: Any) -> int:
    if target is None and len(names) > 1:
        raise ValueError(
            f"The model predicts {len(names)} targets ({', '.join(names[:4])}); say which is to be "
            f"drawn: target={names[0]!r}."
        )
    if target is None:
        return 0
    if isinstance(target, int | np.integer) and 0 <= target < len(names):
        return int(target)
    if target not in names:
        raise ValueError(f"There is no target {target!r}; there are {', '.join(names)}.")
    return list(names).index(target)


def is_named(X: Any) -> bool:
    """Whether rows have named columns: a table, a frame or a dict of columns."""
    return isinstance(X, Table | Mapping) or is_frame(X)


def _columns(X: Any, y: Any) -> list[str] | None:
    """Return the names of the target columns if y is names."""
    if isinstance(y, str):
        return [y]
    if isinstance(y, list | tuple) and y and is_named(X) and all(isinstance(n, str) for n in y):
        table = as_table(X, "X")
        if all(name in table.columns for name in y):
            return list(y)
    return None


def _values(y: Any) -> Array:
    if is_named(y):
        table = as_table(y, "y")
        return np.column_stack([table[name] for name in table.names])
    return np.asarray(y)


def _rows(X: Any) -> int:
    if isinstance(X, Mapping):
        return len(next(iter(X.values()), ()))
    return len(X)


def _names(model: Any, y: Any, values: Array) -> list[str]:
    count = 1 if values.ndim == 1 else values.shape[1]
    known = getattr(model, "target_names_", None)
    if known is not None and len(known) == count:
        return [str(name) for name in known]
    if is_named(y) and not isinstance(y, Mapping):
        return as_table(y, "y").names
    name = getattr(y, "name", None)
    if count == 1:
        return [name if isinstance(name, str) and name else "y"]
    return [f"y{k + 1}" for k in range(count)]


def _numbers(values: Any) -> Array:
    found = np.asarray(values, np.float64)
    return found.reshape(len(found), -1)
