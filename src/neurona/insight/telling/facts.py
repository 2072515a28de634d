"""What the data, the network and the training are, as facts and tables."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from neurona import value_text
from neurona.data.columns import find_columns
from neurona.data.dates import as_dates
from neurona.data.frames import as_table
from neurona.data.table import Table
from neurona.estimators.mlp.base import BaseMLP
from neurona.estimators.mlp.fitted import fitted
from neurona.insight.exhibit import Exhibit
from neurona.progress.numbers import count
from neurona.reports.answers import is_named
from neurona.reports.page.document import Block, Facts, Grid, Text
from neurona.reports.subject import layers_of

MOST_COLUMNS = 24
Array = np.ndarray[Any, np.dtype[Any]]


def data_of(exhibit: Exhibit) -> list[Block]:
    """Return what the rows are: how many in which part, targets, columns."""
    model, parts = exhibit.model, exhibit.parts
    rows = [("rows", ", ".join(f"{part.rows:,} {name}" for name, part in parts.items()))]
    split = getattr(getattr(model, "split_", None), "how", "")
    if split:
        rows.append(("held out", split))
    if getattr(model, "left_out_", None):
        rows.append(("split by", f"{', '.join(model.left_out_)}, which is no input"))
    if exhibit.targets:
        rows.append(("target" if len(exhibit.targets) == 1 else "targets", _targets(exhibit)))
    rows += _classes(exhibit)
    found: list[Block] = [Facts(rows)]
    found += _columns(exhibit)
    notes = dict.fromkeys([*getattr(model, "notes_", []), *exhibit.notes])
    found += [Text(_sentence(note), small=True) for note in notes]
    return found


def _targets(exhibit: Exhibit) -> str:
    names = ", ".join(exhibit.targets[:8]) + (", ..." if len(exhibit.targets) > 8 else "")
    if exhibit.classifies:
        return names
    true = exhibit.quantities(exhibit.telling).true
    if true.shape[1] == 1:
        low, high = float(true.min()), float(true.max())
        return f"{names}, from {low:.4g} to {high:.4g} ({exhibit.telling} rows)"
    return names


def _classes(exhibit: Exhibit) -> list[tuple[str, str]]:
    if not exhibit.classifies:
        return []
    found = exhibit.chances(exhibit.telling)
    shares = found.on().mean(axis=0)
    percent = "\N{NO-BREAK SPACE}%"  # never at the start of a line
    said = [
        f"{n}: {100 * share:.0f}{percent}" for n, share in zip(found.labels, shares, strict=False)
    ]
    word = "labels" if found.several else "classes"
    return [(word, ", ".join(said[:12]) + (", ..." if len(said) > 12 else ""))]


def _columns(exhibit: Exhibit) -> list[Block]:
    """Return the inputs as a table: their kind, range, and what is missing."""
    name = "training" if "training" in exhibit.parts else exhibit.telling
    X = exhibit.parts[name].X
    if hasattr(X, "nnz"):
        return [Text(f"{X.shape[1]:,} inputs, sparse: {X.nnz:,} numbers are not 0.")]
    if isinstance(X, Table):
        table = X
    elif is_named(X):
        table = as_table(X, "X")
    else:
        matrix = np.asarray(X)
        table = as_table(matrix.reshape(len(matrix), -1), "X")
    known = getattr(exhibit.model, "columns_", None)
    kinds = {one.name: one.kind for one in known} if known else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reports = find_columns(table.select(table.names[:MOST_COLUMNS]))
    rows = []
    for one in reports:
        missing = f"{100 * one.missing / max(one.rows, 1):.1f} %" if one.missing else ""
        kind = str(kinds.get(one.name, one.kind))
        rows.append([one.name, kind, _range(table, one, kind), missing])
    head = ["input", "kind", "values", "missing"]
    if not any(row[3] for row in rows):
        head, rows = head[:3], [row[:3] for row in rows]
    found: list[Block] = [Grid(head, rows, [3] if len(head) > 3 else [])]
    if len(table.names) > MOST_COLUMNS:
        found.append(Text(f"And {len(table.names) - MOST_COLUMNS:,} more inputs.", small=True))
    return found


def _range(table: Table, report: Any, kind: str) -> str:
    column = table[report.name]
    if kind != "date" and column.dtype.kind == "f" and report.low is not None:
        with np.errstate(all="ignore"):
            middle = float(np.nanmedian(column))
        return f"{report.low:.4g} to {report.high:.4g}, median {middle:.4g}"
    if kind == "date" or column.dtype.kind == "M":
        dates = as_dates(column)[0]
        dates = dates[~np.isnat(dates)].astype("datetime64[D]")
        return f"{dates.min()} to {dates.max()}" if len(dates) else ""
    texts = [str(value) for value in column.tolist() if value is not None]
    names, counts = np.unique(np.array(texts, str), return_counts=True)
    order = np.argsort(-counts, kind="stable")[:4]
    more = f" and {len(names) - 4} more" if len(names) > 4 else ""
    return ", ".join(names[k][:30] for k in order) + more


def network_of(exhibit: Exhibit) -> list[Block]:
    """Return the layers, what trained them, and how that ended."""
    model = exhibit.learner
    inside = getattr(model, "network_", model)
    found: list[Block] = []
    if hasattr(inside, "coefs_") or hasattr(inside, "coef_"):
        found.append(_layers(inside))
        layers = layers_of(model)
        if layers.note:
            found.append(Text(f"This is {layers.note}.", small=True))
    rows = []
    solver = getattr(inside, "solver_", getattr(inside, "solver", None))
    if solver is not None:
        why = getattr(model, "solver_reason_", "")
        text = solver if isinstance(solver, str) else value_text.write(solver)
        rows.append(("trained by", f"{text}: {why}" if why else str(text)))
    rate = getattr(inside, "learning_rate_found_", None)
    if rate is not None:
        rows.append(("learning rate", f"{rate:.3g}, found by short trainings"))
    if getattr(inside, "history_", None):
        rows.append(("epochs", f"{int(inside.n_iter_):,}"))
    if hasattr(model, "stop_reason_"):
        rows.append(("ended", str(model.stop_reason_)))
    seed = getattr(model, "random_state", None)
    rows.append(("seed", "none, so that another training comes out differently" if seed is None
                 else str(seed)))  # fmt: skip
    return [*found, Facts(rows)]


def _layers(inside: Any) -> Block:
    layers = layers_of(inside)
    names = [""] * len(layers.matrices)
    if isinstance(inside, BaseMLP):
        names = [one.name for one in fitted(inside).network.activations]
    elif hasattr(inside, "activation"):
        names = [str(inside.activation)] * (len(names) - 1) + [layers.activation]
    rows = [
        [str(k), f"{w.shape[0]:,}", f"{w.shape[1]:,}", name, f"{w.size + b.size:,}"]
        for k, (w, b, name) in enumerate(zip(layers.matrices, layers.biases, names, strict=True), 1)
    ]
    total = sum(w.size + b.size for w, b in zip(layers.matrices, layers.biases, strict=True))
    rows.append(["", "", "", "", count(int(total), "parameter")])
    return Grid(["layer", "inputs", "units", "activation", "parameters"], rows, [1, 2, 4])


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."
