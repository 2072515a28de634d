"""onnx: write a model as an ONNX file, and measure it against `predict`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from neurona.export.code.error_bars import best_alone
from neurona.export.code.form import Program
from neurona.export.code.program import DTYPES, identifier, program_of
from neurona.export.code.readme import readme
from neurona.export.code.vectors import Vectors, csv_of, difference, vectors_of
from neurona.export.code.writing import Written, left_out, put
from neurona.export.convert import exportable
from neurona.export.source import Exportable
from neurona.export.tensors.graph import package
from neurona.export.tensors.model import graph_of
from neurona.files.atomic import write_atomically


def write_onnx(
    model: Exportable,
    folder: str | os.PathLike[str],
    *,
    name: str = "",
    dtype: str = "float64",
    matrix: bool = False,
    best_start: bool = False,
    std: bool = False,
    interval: float | None = None,
    rows: Any = None,
    check: bool = False,
    units: Mapping[str, str] | None = None,
) -> Written:
    """Write a model as NAME.onnx with its test vectors; see `onnx`."""
    if best_start:
        model = best_alone(model, std or interval is not None)
    if dtype not in DTYPES:
        raise ValueError(f"dtype must be one of {', '.join(DTYPES)}. Got {dtype!r} instead.")
    name = name or identifier(model.title)
    single = dtype == "float32"
    program = program_of(model, name, dtype, std, units=units, interval=interval)
    made = graph_of(model, single, matrix, name, std, interval)
    vectors = vectors_of(program, rows)
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    path, table = place / f"{name}.onnx", place / f"{name}-test-vectors.csv"
    write_atomically(path, [made.SerializeToString()])
    write_atomically(table, [csv_of(program, vectors).encode()])
    # the reference evaluator is told codes, which every model has
    numbers = graph_of(model, single, True, name, std, interval)
    answered = vectors.rows[~vectors.refused]
    found = answers_of(model, program, numbers, answered)
    filled = vectors.answers.copy()
    filled[~vectors.refused] = found
    far = difference(model, program, vectors._replace(answers=filled))
    checked = _checked(model, program, made, numbers, vectors) if check else ""
    told = readme("onnx", program, far, None, [path.name, table.name], dtype)
    paths = (path, table, *put(place, {f"{name}-README.txt": told}))
    return Written(paths, far, None, checked, left_out(model, std or interval is not None))


def answers_of(model: Exportable, program: Program, made: Any, rows: Any) -> Any:
    """Return what the reference evaluator makes of rows of numbers and codes, in the order of the
    program's outputs (of a table's autoencoder the score alone, the rest not-a-number).
    """
    package()
    from onnx.reference import ReferenceEvaluator

    dtype = np.float32 if program.single else np.float64
    with np.errstate(all="ignore"):
        found = ReferenceEvaluator(made).run(None, {"x": np.asarray(rows, dtype)})
    return _in_order(model, found, rows)


def _in_order(model: Exportable, found: list[Any], rows: Any) -> Any:
    """Return the outputs of a graph as the program has them."""
    if model.reconstruction is not None and model.preparation is not None:
        unknown = np.full((len(rows), len(model.names)), np.nan)
        return np.column_stack([unknown, found[1]])
    parts = []
    for one in found:
        if one.dtype.kind in "OUS" or (one.ndim == 1 and model.answers.classes is not None):
            assert model.answers.classes is not None
            known = {str(value): k for k, value in enumerate(model.answers.classes.tolist())}
            one = np.array([known[str(value)] for value in one.tolist()], np.float64)
        parts.append(one.reshape(len(rows), -1).astype(np.float64))
    return np.column_stack(parts)


def _checked(model: Exportable, program: Program, made: Any, numbers: Any, vectors: Vectors) -> str:
    """Return what ONNX Runtime says of the graph, and makes of the test vectors, if it is there."""
    try:
        import onnxruntime
    except ImportError:
        return "not run: no ONNX Runtime here"
    providers = ["CPUExecutionProvider"]
    onnxruntime.InferenceSession(made.SerializeToString(), providers=providers)
    session = onnxruntime.InferenceSession(numbers.SerializeToString(), providers=providers)
    rows, filled = vectors.rows[~vectors.refused], vectors.answers.copy()
    given = rows.astype(np.float32 if program.single else np.float64)
    filled[~vectors.refused] = _in_order(model, session.run(None, {"x": given}), rows)
    far = difference(model, program, vectors._replace(answers=filled))
    return f"ONNX Runtime loads it, and is at most {far.largest:.1e} of a spread from predict"


def onnx(model: Any, folder: str | os.PathLike[str], **options: Any) -> Written:
    """Write a fitted model as an ONNX graph: opset 17, ai.onnx.ml 3, IR 8.

    Parameters
    ----------
    model : as in `exportable`
    folder : str or PathLike
        Where to; it is made if it is not there.
    name : str, default=""
        The file's; otherwise made of the estimator's name.
    dtype : {"float64", "float32"}, default="float64"
        float32 for accelerators, which know nothing else.
    matrix : bool, default=False
        One input `x` (rows x columns, words as codes) instead of one a column (rows x 1, named as
        in training; words are texts, and an empty one is missing).
    best_start, std, interval, units, rows, check : as in `c`

    Returns
    -------
    Written
        Its difference is that of the reference evaluator from `predict`.

    Raises
    ------
    ImportError
        The package onnx is not there: `pip install 'neurona[onnx]'`.
    IncompatibleError
        The model has something that there are no nodes for.

    Examples
    --------
    >>> import tempfile, neurona
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     said = neurona.export.onnx(neurona.neuron.gate("OR"), folder, name="any")
    >>> [path.name for path in said.paths], said.difference.largest
    (['any.onnx', 'any-test-vectors.csv', 'any-README.txt'], 0.0)
    """
    return write_onnx(exportable(model), folder, **options)
