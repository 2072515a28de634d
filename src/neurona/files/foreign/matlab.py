"""from_matlab: a network out of a function that MATLAB's genFunction wrote.

The layout (Deep Learning Toolbox, `genFunction`): settings `x1_step1.xoffset`, `.gain`, `.ymin`
(mapminmax) or `.ymean` (mapstd) of inputs, `y1_step1` of outputs; `IW1_1`, `LW2_1`, ..., `b1`, ...;
and a line for each layer, `a1 = tansig_apply(...)`. Older ones write `x1_step1_gain`.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import numpy as np

from neurona.errors import FormatError
from neurona.files.foreign.affine import Affine, model_of, with_input, with_output
from neurona.files.foreign.matlab_text import MOST_BYTES, literals, statements
from neurona.inference.learned import Labels
from neurona.network import Vector
from neurona.numerics.activations import ACTIVATIONS, Bounded

FUNCTIONS = {
    "tansig": "tanh",
    "logsig": "logistic",
    "purelin": "identity",
    "poslin": "relu",
    "softmax": "softmax",
    "hardlim": "step",
}
_LAYER = re.compile(r"a(\d+)\s*=\s*(?:([A-Za-z]\w*)_apply\()?.*")
_PREPARED = re.compile(r"^\s*[xX]p1\s*=\s*\w+_apply\(", re.MULTILINE)
_DYNAMIC = re.compile(r"\b(?:tapdelay\w*|Xi|xd\d+|ad\d+)\b\s*[=({]")


def from_matlab(path: str | os.PathLike[str]) -> Any:
    """Return the network of a function that MATLAB's `genFunction` wrote, as a fitted estimator.

    Parameters
    ----------
    path : str or PathLike
        The .m file. Its literal assignments are read; nothing in it is executed.

    Returns
    -------
    model : MLPRegressor, or MLPClassifier for a softmax output (classes 1, 2, ...)
        In float64, the scaling of inputs and targets in its first and last weights. It predicts,
        goes on training, is saved and exported like any other. A row is a column of MATLAB's.

    Raises
    ------
    FormatError
        The file is not of that layout, or has something that no model here can be.

    Examples
    --------
    >>> import tempfile, pathlib, neurona
    >>> text = "b1 = [0.5;-1];\\nIW1_1 = [1 2;3 4];\\nb2 = 0.25;\\nLW2_1 = [2 -1];\\n"
    >>> text += "a1 = tansig_apply(repmat(b1,1,Q) + IW1_1*xp1);\\na2 = repmat(b2,1,Q) + LW2_1*a1;"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder, "net.m")
    ...     _ = file.write_text(text)
    ...     model = neurona.from_matlab(file)
    >>> model.predict([[0.0, 0.0]]).round(4)
    array([1.9358])
    """
    file = Path(path)
    if file.stat().st_size > MOST_BYTES:
        raise FormatError(f"{os.fspath(path)!r} is larger than {MOST_BYTES >> 20} MiB")
    try:
        return _model(file.read_text(encoding="utf-8", errors="replace"))
    except FormatError as error:
        raise FormatError(f"{os.fspath(path)!r} cannot be imported: {error}.") from None


def _model(text: str) -> Any:
    found = literals(text)
    functions = _functions(text)
    if _DYNAMIC.search(text):
        raise FormatError("it has delays, and networks here have none")
    if "IW1_1" not in found or not functions:
        raise FormatError("it has no IW1_1 or no line 'a1 = ...', so genFunction did not write it")
    layers = []
    for k in range(1, max(functions) + 1):
        own = "IW1_1" if k == 1 else f"LW{k}_{k - 1}"
        others = [n for n in found if re.fullmatch(rf"(?:IW|LW){k}_\d+", n) and n != own]
        if others or own not in found or k not in functions:
            raise FormatError(f"layer {k} is not fed by the one before it alone")
        weights = found[own]
        biases = found.get(f"b{k}", np.zeros((len(weights), 1))).ravel()
        if biases.shape != (len(weights),):
            raise FormatError(f"b{k} has {biases.size} numbers for {len(weights)} units")
        layers.append(Affine(weights.T, biases, ACTIVATIONS.find(functions[k])))
    if _PREPARED.search(text) and not _steps(found, "x1"):
        raise FormatError("it prepares inputs by settings that it does not have as numbers")
    _fold_inputs(layers, found)
    _fold_outputs(layers, found)
    labels = None
    if layers[-1].activation.name == "softmax":
        classes = np.arange(1, len(layers[-1].biases) + 1)
        labels = Labels(classes, classes, "multiclass")
    return model_of(layers, labels)


def _functions(text: str) -> dict[int, str]:
    """Return the activation of each layer, by its number."""
    found = {}
    for statement in statements(text):
        match = _LAYER.fullmatch(statement.rstrip(";"))
        if match is None or ("IW" not in statement and "LW" not in statement):
            continue
        if ".*" in statement:
            raise FormatError(f"layer {match[1]} multiplies what goes in, and networks here add it")
        name = match[2] or "purelin"
        if name not in FUNCTIONS:
            raise FormatError(
                f"layer {match[1]} has the function {name!r}; those of {', '.join(FUNCTIONS)} are "
                "known"
            )
        found[int(match[1])] = FUNCTIONS[name]
    return found


class _Step:
    """A step of preparation: y = (x - offset) * gain + low, a choice of rows, or a matrix."""

    def __init__(self, values: dict[str, Any], name: str) -> None:
        self.keep: Vector | None = values.get("keep")
        self.matrix: Vector | None = values.get("transform")
        known = {"xoffset", "gain", "ymin", "ymean", "name", "keep", "remove", "no_change"}
        odd = sorted(set(values) - known - {"xrows", "yrows", "constants", "value", "transform"})
        chosen = self.keep is not None or self.matrix is not None
        if odd or not (chosen or {"xoffset", "gain"} <= set(values)):
            raise FormatError(
                f"{name} is none of mapminmax, mapstd, removeconstantrows, processpca; train "
                "without it"
            )
        self.offset, self.gain = values.get("xoffset"), values.get("gain")
        self.low = values.get("ymin", values.get("ymean", np.zeros((1, 1))))
        self.rows = values.get("xrows", np.zeros((1, 1)))
        self.removed = values.get("remove", np.zeros((0, 0))).ravel().astype(int) - 1
        self.constants = values.get("constants", values.get("value", np.zeros((1, 1)))).ravel()

    def parts(self, count: int) -> tuple[Vector, Vector]:
        """Return scale and shift of `count` numbers."""
        assert self.offset is not None and self.gain is not None
        gain = np.broadcast_to(self.gain.ravel(), (count,))
        shift = self.low.ravel() - gain * np.broadcast_to(self.offset.ravel(), (count,))
        return gain, shift

    def places(self, kept: int) -> tuple[Vector, int]:
        """Return which rows are kept, and how many there are; FormatError if it is not so many."""
        assert self.keep is not None
        places = self.keep.ravel().astype(int) - 1
        every = [*places.tolist(), *self.removed.tolist(), int(self.rows.ravel()[0]) - 1]
        count = max(every, default=-1) + 1
        if len(places) != kept or count > 100_000 or places.min(initial=0) < 0:
            raise FormatError("the rows that are kept do not fit the weights")
        return places, count


def _steps(found: dict[str, Any], prefix: str) -> list[_Step]:
    steps: dict[int, dict[str, Any]] = {}
    for name, value in found.items():
        match = re.fullmatch(rf"{prefix}_step(\d+)[._](\w+)", name)
        if match:
            steps.setdefault(int(match[1]), {})[match[2]] = value
    return [_Step(steps[k], f"{prefix}_step{k}") for k in sorted(steps)]


def _fold_inputs(layers: list[Affine], found: dict[str, Any]) -> None:
    """Make the first layer take what the file's function takes."""
    for step in reversed(_steps(found, "x1")):
        first = layers[0]
        if step.keep is not None:
            layers[0] = _spread_out(first, step)
            continue
        if step.matrix is not None:
            if len(step.matrix) != len(first.weights):
                raise FormatError("the matrix of processpca does not fit IW1_1")
            turned = step.matrix.T @ first.weights
            layers[0] = Affine(turned, first.biases, first.activation)
            continue
        try:
            layers[0] = with_input(first, *step.parts(len(first.weights)))
        except ValueError:
            raise FormatError("the scaling of inputs does not fit IW1_1") from None


def _spread_out(layer: Affine, step: _Step) -> Affine:
    """Return a layer that takes rows that were left out, too, and weighs them by 0."""
    places, count = step.places(len(layer.weights))
    weights = np.zeros((count, len(layer.biases)))
    weights[places] = layer.weights
    return Affine(weights, layer.biases, layer.activation)


def _with_constants(layer: Affine, step: _Step) -> Affine:
    """Return a layer that gives the outputs that were constant, too."""
    places, count = step.places(len(layer.biases))
    if layer.activation.name != "identity" or step.matrix is not None:
        raise FormatError("outputs that were constant were left out; train without them")
    weights, biases = np.zeros((len(layer.weights), count)), np.zeros(count)
    try:
        biases[step.removed] = step.constants
    except (ValueError, IndexError):
        raise FormatError("the outputs that were left out do not fit the last layer") from None
    weights[:, places], biases[places] = layer.weights, layer.biases
    return Affine(weights, biases, layer.activation)


def _fold_outputs(layers: list[Affine], found: dict[str, Any]) -> None:
    """Make the last layer give what the file's function gives."""
    for step in reversed(_steps(found, "y1")):
        last = layers[-1]
        if step.keep is not None:
            layers[-1] = _with_constants(last, step)
            continue
        if step.matrix is not None:
            raise FormatError("processpca of targets is not known here; train without it")
        try:
            gain, shift = step.parts(len(last.biases))
        except ValueError:
            raise FormatError("the scaling of targets does not fit the last layer") from None
        if last.activation.name == "identity":
            layers[-1] = with_output(last, 1 / gain, -shift / gain)
        else:
            layers[-1] = _bounded(last, gain, shift)


def _bounded(last: Affine, gain: Vector, shift: Vector) -> Affine:
    """Return a sigmoid with the scaling of its values as its bounds."""
    low = {"tanh": -1.0, "logistic": 0.0}.get(last.activation.name)
    if low is None or np.ptp(gain) or np.ptp(shift):
        raise FormatError(
            f"the output {last.activation.name!r} with scaled targets is no output that we have"
        )
    ends = [(value - shift[0]) / gain[0] for value in (low, 1.0)]
    factor = 2.0 if low else 1.0
    return Affine(
        last.weights * factor, last.biases * factor, Bounded(float(ends[0]), float(ends[1]))
    )
