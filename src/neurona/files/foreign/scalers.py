"""Scalers of scikit-learn as straight lines: columns that are chosen, by a scale, plus a shift."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from neurona.errors import IncompatibleError
from neurona.files.foreign.affine import Affine, with_input
from neurona.network import Vector

Pair = tuple[Any, Any]


class Line(NamedTuple):
    """x becomes scale * x[columns] + shift; of so many `inputs`."""

    columns: Vector
    scale: Vector
    shift: Vector
    inputs: int

    def before(self, layer: Affine) -> Affine:
        """Return a layer that takes x where the given one takes what becomes of it."""
        if len(self.columns) != len(layer.weights):
            raise IncompatibleError("The steps of the pipeline do not fit together; fit it again.")
        own = with_input(layer, self.scale, self.shift)
        weights = np.zeros((self.inputs, len(layer.biases)))
        np.add.at(weights, self.columns, own.weights)
        return Affine(weights, own.biases, own.activation)

    def then(self, other: Line) -> Line:
        """Return the line of another one behind this one."""
        scale, shift = self.scale[other.columns], self.shift[other.columns]
        return Line(
            self.columns[other.columns],
            scale * other.scale,
            shift * other.scale + other.shift,
            self.inputs,
        )


def line_of(step: Any, outputs: int) -> Line:
    """Return a fitted transformer as a line; IncompatibleError if it is none.

    `outputs` is how many columns come out, for a step that does not say how many go in.
    """
    kind = type(step).__name__
    count = int(getattr(step, "n_features_in_", outputs))
    if kind == "ColumnTransformer":
        return _columns(step)
    if kind == "Pipeline":
        line = _plain(count)
        for _, one in step.steps:
            line = line.then(line_of(one, len(line.columns)))
        return line
    if step in (None, "passthrough"):
        return _plain(count)
    if kind not in KINDS or getattr(step, "clip", False):
        said = f"{kind} with clip" if kind in KINDS else kind
        raise IncompatibleError(
            f"from_sklearn folds {', '.join(KINDS)} and ColumnTransformers of them in. Got {said}; "
            "take another scaler, give the network alone, or fit a TableRegressor, which takes "
            "words and missing cells."
        )
    scale, shift = KINDS[kind](step)
    columns = np.arange(count)
    return Line(columns, np.ones(count) * scale, np.zeros(count) + shift, count)


def _plain(count: int) -> Line:
    return Line(np.arange(count), np.ones(count), np.zeros(count), count)


def _of_center(step: Any, center: Any) -> Pair:
    scale = 1.0 if step.scale_ is None else 1 / np.asarray(step.scale_)
    return scale, -(0.0 if center is None else np.asarray(center)) * scale


def _function(step: Any) -> Pair:
    if step.func is not None or step.inverse_func is not None:
        raise IncompatibleError("A function of the columns or targets is no scaling; leave it out.")
    return 1.0, 0.0


KINDS: dict[str, Callable[[Any], Pair]] = {
    "StandardScaler": lambda s: _of_center(s, s.mean_ if s.with_mean else None),
    "MinMaxScaler": lambda s: (np.asarray(s.scale_), np.asarray(s.min_)),
    "RobustScaler": lambda s: _of_center(s, s.center_ if s.with_centering else None),
    "MaxAbsScaler": lambda s: (1 / np.asarray(s.scale_), 0.0),
    "FunctionTransformer": _function,
}


def _columns(step: Any) -> Line:
    """Return a ColumnTransformer of lines; it may leave columns out and bring others forward."""
    count = int(step.n_features_in_)
    names = np.asarray(getattr(step, "feature_names_in_", np.arange(count)))
    parts = []
    for _, one, chosen in step.transformers_:
        if isinstance(one, str) and one == "drop":
            continue
        columns = _places(chosen, names, count)
        own = line_of(one, len(columns))
        parts.append(Line(columns[own.columns], own.scale, own.shift, count))
    return Line(
        np.concatenate([one.columns for one in parts]),
        np.concatenate([one.scale for one in parts]),
        np.concatenate([one.shift for one in parts]),
        count,
    )


def _places(chosen: Any, names: Vector, count: int) -> Vector:
    """Return the places of columns that are told by place, name, slice or mask."""
    if isinstance(chosen, str):
        chosen = [chosen]
    if not isinstance(chosen, slice):
        chosen = np.asarray(chosen)
        if chosen.dtype.kind in "OUT":
            known = {name: k for k, name in enumerate(names.tolist())}
            return np.array([known[name] for name in chosen.tolist()], np.intp)
    return np.atleast_1d(np.arange(count)[chosen])
