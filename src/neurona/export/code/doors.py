"""What users call: a model as C, Python, JavaScript, a MATLAB function, or Structured Text."""

from __future__ import annotations

import os
from typing import Any

from neurona.export.code.writing import Written, write_code
from neurona.export.convert import exportable

Folder = str | os.PathLike[str]


def c(model: Any, folder: Folder, **options: Any) -> Written:
    """Write a fitted model as C99: a header and a source that need no library and no heap.

    Parameters
    ----------
    model : as in `exportable`
    folder : str or PathLike
        Where to; it is made if it is not there.
    name : str, default=""
        Begins the names of files and functions; otherwise made of the estimator's name.
    dtype : {"float64", "float32", "int16", "int32"}, default="float64"
        Integers are for chips without floating point. int16 takes 32 bits where 16 are off by more
        than 1e-3 of the target's spread. Their `difference` is over `rows`, or over rows drawn
        from the range of training; a model of arrays must be given rows.
    sums : {"auto", "one", "two", "whole"}, default="auto"
        Terms of a sum in float32. Two are exact where weights are large and cancel, and cost twice
        the tables and four times the operations. Whole numbers of 64 bits are as exact and as small
        as one term; they are for tables, and hidden layers of tanh or logistic. "auto" takes them,
        or else two terms, where one term is off by more than 5e-7 of the target's spread.
    best_start : bool, default=False
        Of averaged networks write the best one alone: a fraction of the size.
    std : bool, default=False
        Put the standard deviation of a new observation behind the targets, of a model that has
        error bars. Where these are of a posterior, it takes a number for each pair of weights.
    interval : float in (0, 1), default=None
        Put the lower and the upper ends of the interval behind them that holds this share of new
        observations, as `predict_interval` does.
    units : mapping of str to str, default=None
        What columns and targets are told in, by name, for the heads of files: {"load": "kN"}.
    rows : array of rows x inputs, default=None
        Some of your own rows, as numbers, for the test vectors.
    check : bool, default=False
        Compile and run what was written, and compare every bit.

    Returns
    -------
    Written
        Paths, the largest difference to `predict` in spreads of the target, bytes, operations; as a
        text, one line.

    Raises
    ------
    IncompatibleError
        The model has something that there is no code for, or what was run gave other answers.
    ValueError
        `name` cannot begin names, or `dtype` is none.

    Examples
    --------
    >>> import tempfile, neurona
    >>> gate = neurona.neuron.gate("AND")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     written = neurona.export.c(gate, folder, name="both", dtype="float32")
    ...     [path.name for path in written.paths]
    ['both.h', 'both.c', 'both-test-vectors.csv', 'both-README.txt']
    >>> written.figures.table_bytes
    12
    """
    return write_code(exportable(model), folder, language="c", **options)


def python(model: Any, folder: Folder, **options: Any) -> Written:
    """Write a fitted model as a Python module that needs nothing; with NumPy it answers many rows
    at once. The parameters are those of `c`, numbers are float64.

    Examples
    --------
    >>> import tempfile, neurona
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     said = neurona.export.python(neurona.neuron.gate("OR"), folder, name="any", check=True)
    >>> said.checked
    'python gives the same bits in ... rows'
    """
    return write_code(exportable(model), folder, language="python", **options)


def javascript(model: Any, folder: Folder, **options: Any) -> Written:
    """Write a fitted model as a JavaScript module without dependencies; parameters as of `python`.

    Examples
    --------
    >>> import tempfile, neurona
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     said = neurona.export.javascript(neurona.neuron.gate("OR"), folder, name="any")
    >>> said.paths[0].name
    'any.mjs'
    """
    return write_code(exportable(model), folder, language="javascript", **options)


def matlab(model: Any, folder: Folder, **options: Any) -> Written:
    """Write a fitted model as a function for MATLAB and Octave; parameters as of `python`.

    Examples
    --------
    >>> import tempfile, neurona
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     said = neurona.export.matlab(neurona.neuron.gate("OR"), folder, name="any")
    >>> said.paths[0].name
    'any.m'
    """
    return write_code(exportable(model), folder, language="matlab", **options)


def st(model: Any, folder: Folder, **options: Any) -> Written:
    """Write a fitted model as a function block in Structured Text; parameters as of `c`.

    Nobody has run it on a PLC yet: a parser and an interpreter have read it.

    Examples
    --------
    >>> import tempfile, neurona
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     said = neurona.export.st(neurona.neuron.gate("OR"), folder, name="any")
    >>> said.paths[0].name
    'any.st'
    """
    return write_code(exportable(model), folder, language="st", **options)


def fmu(model: Any, folder: Folder, **options: Any) -> Written:
    """Write a fitted model as a functional mock-up unit for co-simulation, with source: FMI 2.0, or
    3.0 with `fmi="3.0"`.

    A tool compiles it: Simulink by itself since R2024a, others with FMPy (`fmpy compile NAME.fmu`).
    Inputs and outputs are real numbers of the columns' names. The parameters are those of `c` but
    dtype, which is float64; check compiles and runs the C inside.

    Examples
    --------
    >>> import tempfile, neurona
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     said = neurona.export.fmu(neurona.neuron.gate("OR"), folder, name="any")
    >>> said.paths[0].name
    'any.fmu'
    """
    from neurona.export.code.fmu import write_fmu

    return write_fmu(exportable(model), folder, **options)
