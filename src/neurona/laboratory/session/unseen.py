"""Which rows a model has not seen: what may be held out when a training goes on from it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from neurona.data.table import Table
from neurona.data.task import Task
from neurona.errors import NeuronaError
from neurona.laboratory.session.of_model import Learned, read_model
from neurona.laboratory.session.shelf import Shelf
from neurona.runs.seen import prints_of

if TYPE_CHECKING:
    from neurona.laboratory.session.material import Material

LEAST_TO_LEARN = 2


def without_seen(found: Material, shelf: Shelf) -> Material | None:
    """Return the rows with those held out that the model of the spec has not seen.

    None if that is not known, if all were seen, or if nearly none was.
    """
    learned = learned_of(found, shelf)
    held = _unseen(found, learned)
    if held is None or not LEAST_TO_LEARN <= len(found.values) - len(held) < len(found.values):
        return None
    train = np.setdiff1d(np.arange(len(found.values)), held)
    note = (
        f"the network begins with the weights of {found.spec.model[0]}{learned.whose}; held out "
        f"are the {len(held):,} rows that it was not made of"
    )
    return replace(found, train=train, held=held, notes=(*found.notes, note))


def drawn_note(found: Material, shelf: Shelf) -> Material:
    """Return the rows with a word on what scores are worth whose rows may have been seen."""
    note = (
        f"the network begins with the weights of {found.spec.model[0]}"
        f"{learned_of(found, shelf).whose}, which may have been made of rows that are held out "
        "here: their scores may flatter it"
    )
    return replace(found, notes=(*found.notes, note))


def learned_of(found: Material, shelf: Shelf) -> Learned:
    """Return the model of the spec."""
    name, sha256 = found.spec.model
    return read_model(shelf.find(name, sha256), sha256)


def _unseen(found: Material, learned: Learned) -> Any:
    preparation, seen = getattr(learned.estimator, "preparation_", None), learned.seen
    if preparation is None or seen is None or not seen.complete:
        return None
    columns = {one: found.table[one] for one in found.table.names}
    matrix = found.values.reshape(len(found.values), -1)
    for place, target in enumerate(found.targets):
        columns[target] = _column(matrix[:, place], found.task)
    try:
        table = Table(columns, found.name)
        prints = prints_of(preparation, seen.salt, table, found.targets, found.task)
    except (NeuronaError, ValueError, KeyError):
        return None  # another table than the model's
    return np.flatnonzero(~seen.known(prints))


def _column(values: Any, task: Task) -> Any:
    if task is Task.REGRESSION or values.dtype.kind in "iufb":
        return values.astype(np.float64)
    return values.astype(object)
