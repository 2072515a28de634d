"""Which rows a model was made of: their fingerprints when it is trained, and again when it is
evaluated.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from neurona.data.contents import texts_of
from neurona.data.preparation import Preparation
from neurona.data.table import Column, Table
from neurona.data.targets import label_matrix, numeric_targets
from neurona.data.task import Task
from neurona.inference.provenance import SeenRows, fingerprints, text_prints

BLOCK_ROWS = 1 << 16


def prints_of(
    preparation: Preparation, salt: int, table: Table, targets: Sequence[str], task: Task
) -> Column:
    """Return a fingerprint of every row: of its prepared inputs, and of its targets."""
    found = [np.zeros(0, np.uint64)]
    for block in table.blocks(BLOCK_ROWS):
        inputs = preparation.transform(block, np.float64)
        if task is Task.REGRESSION:
            found.append(fingerprints(salt, [inputs, numeric_targets(block, targets)]))
        elif task is Task.MULTILABEL:
            found.append(fingerprints(salt, [inputs, label_matrix(block, targets)]))
        else:
            texts = [text and text.strip().lower() for text in texts_of(block[targets[0]])]
            found.append(fingerprints(salt, [inputs], [text_prints(texts)]))
    return np.concatenate(found)


def seen_rows(
    preparation: Preparation, salt: int, tables: Sequence[Table], targets: Any, task: Task
) -> SeenRows:
    """Return what is kept of the rows of tables."""
    return SeenRows.of(
        salt,
        np.concatenate([prints_of(preparation, salt, one, targets, task) for one in tables]),
    )
