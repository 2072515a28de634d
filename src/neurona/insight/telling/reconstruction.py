"""How much of its inputs an autoencoder gives back, beside PCA with a code of the same size."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.data.frames import as_table
from neurona.data.table import Table
from neurona.insight.exhibit import Exhibit
from neurona.reports.page.document import Block, Grid, Heading, Text

Array = np.ndarray[Any, np.dtype[Any]]


def reconstruction_of(exhibit: Exhibit) -> list[Block]:
    """Return the section on an autoencoder; nothing of another model, or of sparse rows."""
    model, parts = exhibit.model, exhibit.parts
    if not hasattr(model, "reconstruct") or any(hasattr(p.X, "nnz") for p in parts.values()):
        return []
    inside = getattr(model, "network_", model)
    seen = {name: _inputs(model, part.X) for name, part in parts.items()}
    known = seen.get("training", next(iter(seen.values())))
    code = int(inside.codes(known[:1]).shape[1])
    head = ["", "rows", "given back", f"by PCA with {code} numbers"]
    pca = _pca(known, code)
    rows = [
        [name, f"{len(given):,}", _percent(inside.score(given)), _percent(pca(given))]
        for name, given in seen.items()
    ]
    what = (
        "The share of the inputs' variance that is left when they have gone through a code of "
        f"{code} numbers; PCA is the best straight code of the rows trained on."
    )
    return [Heading("Scores"), Grid(head, rows, [1, 2, 3]), Text(what, small=True)]


def _inputs(model: Any, X: Any) -> Array:
    """Return rows as the network sees them."""
    prepared = getattr(model, "preparation_", None)
    if prepared is not None:
        table = X if isinstance(X, Table) else as_table(X, "X")
        found: Array = prepared.transform(table, np.float64)
        return found
    return np.asarray(X, np.float64)


def _pca(known: Array, code: int) -> Any:
    """Return what says of rows which share of their variance PCA keeps."""
    middle = known.mean(axis=0)
    axes = np.linalg.svd(known - middle, full_matrices=False)[2][:code]

    def share(rows: Array) -> float:
        centred = rows - middle
        left = ((centred - centred @ axes.T @ axes) ** 2).sum()
        total = ((rows - rows.mean(axis=0)) ** 2).sum()
        return float(1 - left / total) if total > 0 else np.nan

    return share


def _percent(share: float) -> str:
    return f"{100 * share:.1f}\N{NO-BREAK SPACE}%" if np.isfinite(share) else "-"
