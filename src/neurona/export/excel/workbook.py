"""xlsx: a trained network as a workbook whose cells compute what `predict` computes."""

from __future__ import annotations

import io
import itertools
import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from neurona.data.table import Table
from neurona.errors import IncompatibleError
from neurona.export.convert import exportable, rows_of, targets_of, usual_rows
from neurona.export.excel import inputs, training
from neurona.export.excel.answers import write_answers
from neurona.export.excel.cells import add_styles
from neurona.export.excel.cover import write_cover
from neurona.export.excel.curve import write_curve
from neurona.export.excel.examples import check_size, write_examples
from neurona.export.excel.layers import write_layers
from neurona.export.source import Exportable
from neurona.files.atomic import write_atomically
from neurona.network import Vector

MOST_GATE_INPUTS = 6
MOST_COLUMNS_A_PAGE = 16


def xlsx(
    model: Any,
    path: str | os.PathLike[str],
    X: Any = None,
    *,
    y: Any = None,
    training_step: bool = False,
) -> None:
    """Write a fitted model as an Excel workbook with live formulas.

    Every step from the inputs to the answer is a formula: the preparation of a table's columns, the
    sums and activations of every layer, the scaling back to the target's units, softmax and labels.
    Weights stand in cells that can be changed. A sheet "Truth table" is added where every input has
    two values (up to 6 inputs), a sheet "Curve" with a chart where there is one numeric input.

    Parameters
    ----------
    model : MLPRegressor, MLPClassifier, TableRegressor, TableClassifier, Autoencoder, \
TableAutoencoder, Perceptron or Adaline
        Fitted; or a single neuron or network of gates of `neurona.neuron`; or anything else that
        `neurona.export.exportable` takes. Of a model that averages several networks each one has
        its sheets, and their mean counts.
    path : str or PathLike
        The file to write; an old one is replaced as a whole.
    X : as in the model's `predict`, default=None
        The examples, a row each; without them one row of zeros, or of usual values; of a gate all
        rows of zeros and ones.
    y : targets of X, default=None
        For `training_step`: what the first example should have given.
    training_step : bool, default=False
        Whether to add one step of plain gradient descent on the first example: errors, gradient
        and new weights.

    Raises
    ------
    IncompatibleError
        The network does not fit into a spreadsheet, or has an activation without a formula.
    ImportError
        openpyxl is missing; `pip install openpyxl` brings it.
    OSError
        The file cannot be written.

    Examples
    --------
    >>> import tempfile, numpy as np, neurona
    >>> X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> model = neurona.MLPClassifier((2,), "tanh", solver="lbfgs", random_state=0)
    >>> model = model.fit(X, [0, 1, 1, 0])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     neurona.export.xlsx(model, f"{folder}/xor.xlsx", X)
    """
    found = exportable(model)
    rows = usual_rows(model) if X is None else rows_of(model, found, X)
    targets = None
    if training_step and y is not None:
        if X is None:
            raise ValueError("y is the targets of X; give X, too.")
        training.check(found)
        targets = targets_of(model, X, y)
    write_workbook(found, path, rows=rows, targets=targets, training_step=training_step)


def write_workbook(
    model: Exportable,
    path: str | os.PathLike[str],
    *,
    rows: Any = None,
    targets: Sequence[float] | None = None,
    training_step: bool = False,
) -> None:
    """Write an exportable model as a workbook: the exporter "xlsx".

    `rows` are the examples, as `Exportable.matrix` takes them; `targets` those of the first one, in
    the user's units. Raises as `xlsx` does.
    """
    try:
        from openpyxl import Workbook
    except ImportError:
        raise ImportError(
            "Writing workbooks needs openpyxl; install it: `pip install openpyxl`."
        ) from None
    _check_finite(model)
    cells = _example_cells(model, None if rows is None else rows_of(model, model, rows))
    check_size(model, len(cells))
    book = Workbook()
    book.remove(book.active)
    add_styles(book)
    write_examples(book, "Predict", "An example per row: type over the blue cells.", model, cells)
    gates = _gate_cells(model, cells)
    if gates:
        write_examples(
            book, "Truth table", "Every combination of the inputs' two values.", model, gates
        )
    ends = _curve_ends(model, cells)
    if ends is not None:
        write_curve(book, model, *ends)
    if training_step:
        wanted = training.usual_targets(model) if targets is None else targets
        training.write_training(book, model, wanted)
    write_layers(book, model)
    if model.encoders:
        inputs.write_preparation(book, model.encoders)
    write_answers(book, model)
    write_cover(book, model)
    _print_setup(book)
    book.properties.creator = "neurona"
    book.properties.title = model.title
    content = io.BytesIO()
    book.save(content)
    write_atomically(path, [content.getvalue()])


def _check_finite(model: Exportable) -> None:
    layers = (layer for network in model.networks for layer in network.layers)
    if not all(np.isfinite(one.weights).all() and np.isfinite(one.biases).all() for one in layers):
        raise IncompatibleError(
            "The network has weights that are not finite, which a spreadsheet cannot hold; train "
            "it anew with a lower learning rate."
        )


def _example_cells(model: Exportable, rows: Table | Vector | None) -> list[list[Any]]:
    """Return the rows of examples, cell by cell; a missing cell is None."""
    if not model.encoders:
        given = np.zeros((1, len(model.names))) if rows is None else rows
        return [list(row) for row in np.asarray(given).tolist()]
    if rows is None:
        return [[inputs.typical_cell(encoder) for encoder in model.encoders]]
    assert isinstance(rows, Table)
    columns = [inputs.example_cells(encoder, rows) for encoder in model.encoders]
    return [list(row) for row in zip(*columns, strict=True)]


def _gate_cells(model: Exportable, cells: list[list[Any]]) -> list[list[Any]]:
    """Return every combination of inputs that have two values each; none if one has not."""
    if len(model.names) > MOST_GATE_INPUTS:
        return []
    pairs: list[Any]
    if model.encoders:
        found = [encoder.pair() for encoder in model.encoders]
        if None in found:
            return []
        pairs = found
    else:
        pairs = [sorted(set(column)) for column in zip(*cells, strict=True)]
        if not all(len(pair) == 2 for pair in pairs):
            return []
    return [list(row) for row in itertools.product(*pairs)]


def _curve_ends(model: Exportable, cells: list[list[Any]]) -> tuple[float, float] | None:
    """Return where a curve over the only input begins and ends, None if there is no such input."""
    if len(model.names) != 1 or model.reconstruction is not None:
        return None
    center, spread = 0.0, 1.0
    if model.encoders:
        found = model.encoders[0].line()
        if found is None:
            return None
        center, spread = found
    known = [row[0] for row in cells if row[0] is not None]
    low, high = min(known, default=center), max(known, default=center)
    return (low, high) if low < high else (low - 3 * spread, low + 3 * spread)


def _print_setup(book: Any) -> None:
    """Let pages be wide, and sheets that are not too wide fit on one."""
    for sheet in book.worksheets:
        sheet.page_setup.orientation = "landscape"
        if sheet.max_column <= MOST_COLUMNS_A_PAGE or sheet.title == "Curve":
            sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
            sheet.sheet_properties.pageSetUpPr.fitToPage = True
