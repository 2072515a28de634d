"""A picture of predictions beside the truth, as an array: what a tracker shows of an epoch.

Numbers are a cloud of dots, true to the right and predicted upwards, with the line on which they
are the same; several outputs stand side by side. Classes are a table, a row each true class and a
column each predicted one, the darker the larger the share of its row.
"""

from __future__ import annotations

import io
from itertools import pairwise
from typing import Any

import numpy as np

from neurona.network import Vector
from neurona.training.loop import Training
from neurona.training.rows import Table

SIDE = 240
MARGIN = 12
MOST_ROWS = 2000
MOST_OUTPUTS = 4
MOST_CLASSES = 40
SHADES = 254
WHITE, INK, LINE, FRAME = 0, SHADES - 1, SHADES, SHADES + 1
"""Places in the palette: from white to a full blue, and two greys."""
PALETTE = np.concatenate(
    [
        np.linspace((255, 255, 255), (0, 107, 164), SHADES).round().astype(np.uint8),
        np.array([(150, 150, 150), (60, 60, 60)], np.uint8),
    ]
)


def picture_of(training: Training) -> tuple[Vector, str] | None:
    """Return a picture (height x width, uint8: places in `PALETTE`) of a training's predictions at
    its weights now, and a sentence that says what is seen; None if they are not finite.

    Of the validation rows; of the training rows, where there are none.
    """
    table, rows, which = _rows_seen(training)
    outputs, _ = training.problem.evaluate(table, rows)
    targets = table.targets
    finite = np.isfinite(outputs).all(axis=1)
    if not finite.any():
        return None
    if training.problem.loss.link in ("softmax", "logistic"):
        drawn = _table(targets[finite], outputs[finite])
        return drawn, f"True class down, predicted class across; {rows:,} {which} rows."
    said = f"True across, predicted upwards, as the network sees them; {rows:,} {which} rows."
    return _clouds(targets[finite], outputs[finite]), said


def as_png(picture: Vector) -> bytes:
    """Return a picture as a PNG that is made quickly: a byte a dot, most of them white."""
    from PIL import Image

    out, image = io.BytesIO(), Image.fromarray(picture)
    image.putpalette(PALETTE.tobytes())
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()


def _rows_seen(training: Training) -> tuple[Table, int, str]:
    if training.validation is not None:
        return training.validation.table, training.validation.rows, "validation"
    table = training.problem.table
    rows = table.indptr.size - 1 if table.indptr.size else len(table.dense)
    if rows > MOST_ROWS:
        rows = MOST_ROWS
        table = table._replace(
            dense=table.dense[:rows],
            indptr=table.indptr[: rows + 1],
            targets=table.targets[:rows],
            weights=table.weights[:rows],
        )
    return table, rows, "training"


def _clouds(targets: Vector, outputs: Vector) -> Vector:
    step = max(1, len(targets) // MOST_ROWS)
    columns = min(targets.shape[1], MOST_OUTPUTS)
    clouds = [_cloud(targets[::step, k], outputs[::step, k]) for k in range(columns)]
    return np.concatenate(clouds, axis=1)


def _cloud(true: Vector, predicted: Vector) -> Vector:
    """Draw dots in a square whose two sides have the same scale."""
    both = np.concatenate([true, predicted]).astype(np.float64)
    low, high = float(both.min()), float(both.max())
    span = (high - low) or 1.0
    inner = SIDE - 2 * MARGIN

    def places(values: Vector) -> Any:
        return MARGIN + ((values.astype(np.float64) - low) / span * (inner - 1)).astype(int)

    image = _blank()
    diagonal = np.arange(MARGIN, SIDE - MARGIN)
    image[SIDE - 1 - diagonal, diagonal] = LINE
    rows, columns = SIDE - 1 - places(predicted), places(true)
    for down, right in ((0, 0), (0, 1), (1, 0), (1, 1), (-1, 0), (0, -1)):
        image[rows + down, columns + right] = INK
    return _framed(image)


def _table(targets: Vector, outputs: Vector) -> Vector:
    """Draw the shares of the predicted classes in each true one."""
    true: Vector
    predicted: Vector
    if targets.shape[1] == 1:
        true, predicted, classes = targets[:, 0] > 0.5, outputs[:, 0] > 0.5, 2
    else:
        true, predicted = targets.argmax(axis=1), outputs.argmax(axis=1)
        classes = targets.shape[1]
    classes = min(classes, MOST_CLASSES)
    shown = (true < classes) & (predicted < classes)
    counts = np.zeros((classes, classes))
    np.add.at(counts, (true[shown].astype(int), predicted[shown].astype(int)), 1.0)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1.0)
    edges = np.linspace(MARGIN, SIDE - MARGIN, classes + 1).astype(int)
    image = _blank()
    for row, (top, bottom) in enumerate(pairwise(edges)):
        for column, (left, right) in enumerate(pairwise(edges)):
            image[top:bottom, left:right] = round(shares[row, column] * INK)
            image[top:bottom, left] = image[top, left:right] = LINE
    return _framed(image)


def _blank() -> Vector:
    return np.full((SIDE, SIDE), WHITE, np.uint8)


def _framed(image: Vector) -> Vector:
    first, last = MARGIN - 2, SIDE - MARGIN + 1
    image[[first, last], first : last + 1] = FRAME
    image[first : last + 1, [first, last]] = FRAME
    return image
