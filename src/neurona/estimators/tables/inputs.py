"""What users hand to the table estimators: inputs as a Table, columns matched by name, targets by
name.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.utils.validation import check_array

from neurona.data.cells import NUMBER_MARKS, NumberFormat, to_number
from neurona.data.columns import find_columns
from neurona.data.frames import as_table, has_text_names, is_frame, unmasked
from neurona.data.preparation import Preparation
from neurona.data.read import read_table
from neurona.data.sources import names_of, whole
from neurona.data.table import Column, Table, missing_columns
from neurona.errors import TableError, TableWarning
from neurona.estimators.given import refuse_no_rows
from neurona.estimators.mlp.base import is_sparse
from neurona.estimators.sentences import in_a_sentence
from neurona.estimators.warn import warn_user

MANY = 20
"""Different texts that are numbers; fewer may be versions, or steps of a scale."""


def inputs_of(estimator: Any, X: Any) -> tuple[Table, bool]:
    """Return X as a Table, and whether its columns have names of their own."""
    X = unmasked(X)
    if isinstance(X, Table):
        return X, True
    if isinstance(X, str | os.PathLike):
        return read_table(os.fspath(X)), True
    # SciPy's dictionary of keys is a mapping too
    if isinstance(X, Mapping) and not is_sparse(X):
        return as_table(X, "X"), True
    if isinstance(X, np.ndarray) and X.dtype.names:
        return as_table(X, "X"), True
    if is_frame(X):
        return as_table(X, "X"), has_text_names(X)
    streamed = whole(X)
    if streamed is not None:
        return streamed, True
    refuse_no_rows(X, "X")
    if isinstance(X, list | tuple) and X and all(isinstance(row, Mapping) for row in X):
        names = dict.fromkeys(name for row in X for name in row)  # records, as JSON has them
        return as_table({name: [row.get(name) for row in X] for name in names}, "X"), True
    if isinstance(X, list | tuple) and any(
        isinstance(c, str) for row in X[:50] for c in _cells(row)
    ):
        X = np.array(X, object)
    if getattr(getattr(X, "dtype", None), "kind", "") == "T":
        X = X.astype(object)
    try:
        # it sums them first, and sums may be no finite numbers
        with np.errstate(over="ignore", invalid="ignore"):
            matrix = check_array(
                X, dtype=None, ensure_all_finite="allow-nan", estimator=estimator, input_name="X"
            )
    except (ValueError, TypeError, OverflowError) as error:
        raise in_a_sentence(error, "X", X) from None
    return as_table(matrix, "X"), False


def _cells(row: Any) -> Any:
    return row if isinstance(row, list | tuple | np.ndarray) else ()


def remember_columns(estimator: Any, table: Table, named: bool) -> None:
    """Set scikit-learn's attributes on columns."""
    estimator.n_features_in_ = len(table.names)
    estimator.__dict__.pop("feature_names_in_", None)
    if named:
        estimator.feature_names_in_ = np.array(table.names, object)


def learn_columns(
    estimator: Any,
    table: Table,
    named: bool,
    bins: int = 0,
    kinds: Mapping[str, str] | None = None,
) -> None:
    """Learn of what kind the columns are and how they become numbers (numbers in `bins` pieces,
    too), with notes on both; `kinds` are those that are known, in the place of the estimator's.
    """
    remember_columns(estimator, table, named)
    estimator.columns_ = find_columns(table, estimator.kinds if kinds is None else kinds)
    estimator.preparation_ = Preparation.fit(
        table,
        max_levels=estimator.max_levels,
        bins=bins,
        refuse_missing=estimator.missing == "refuse",
        reports=estimator.columns_,
    )
    estimator.columns_ = estimator.preparation_.bounded(estimator.columns_, table)
    estimator.notes_ += [*table.notes, *estimator.preparation_.notes]
    for name in (one.name for one in estimator.columns_):
        example = number_as_text(table[name])
        if example:
            said = (
                f"Column {name!r} has numbers that are texts, such as {example!r}, and they count "
                "as words; make them numbers, e.g. with pandas: to_numeric(column, errors='coerce')"
                ", after replacing decimal commas."
            )
            estimator.notes_.append(said)
            warn_user(said, TableWarning)


def number_as_text(column: Column) -> str | None:
    """Return a cell if nearly all texts of a column are numbers with decimals, and many."""
    if column.dtype.kind != "O":
        return None
    texts: list[str] = sorted({text for text in column.tolist() if text is not None} - NUMBER_MARKS)
    for mark in ".,":
        form = NumberFormat(decimal=mark)
        numbers = [text for text in texts if mark in text and to_number(text, form) is not None]
        if len(numbers) > max(MANY, 0.9 * len(texts)):
            return numbers[0]
    return None


def keep_columns(estimator: Any, table: Table, named: bool, known: Preparation) -> None:
    """Let columns become numbers in a way that is known; the table has what it needs."""
    known.check_columns(table)
    table = table.select([name for name in known.names if name in table.columns])
    remember_columns(estimator, table, named)
    kinds = {one.name: one.kind for one in known.encoders}
    estimator.columns_ = known.bounded(find_columns(table, kinds), table)
    estimator.preparation_ = known
    estimator.notes_ += [*table.notes, *known.notes]


def matched(estimator: Any, X: Any) -> Table:
    """Return X with the columns that a fitted estimator needs, found by name whatever their order.

    Arrays, and frames where training had an array, go by position.
    """
    table, named = inputs_of(estimator, X)
    preparation = estimator.preparation_
    names = list(preparation.names)
    by_name = hasattr(estimator, "feature_names_in_")
    if named and (by_name or all(name in table.columns for name in preparation.needed)):
        preparation.check_columns(table)
        known = [*estimator.target_names_, *estimator.left_out_]
        for remark in preparation.remarks(table, known):
            warn_user(remark, TableWarning)
        return table
    if len(table.names) != len(names):
        if named:
            raise TableError(missing_columns(preparation.needed, table.names, table.source))
        raise ValueError(
            f"X has {len(table.names)} features, but {type(estimator).__name__} is expecting "
            f"{len(names)} features as input."
        )
    if named != by_name:
        has, fitted = ("has", "without") if named else ("does not have valid", "with")
        warn_user(
            f"X {has} feature names, but {type(estimator).__name__} was fitted {fitted} feature "
            "names; columns are taken by their position.",
        )
    columns = dict(zip(names, table.columns.values(), strict=True))
    return Table(columns, table.source, table.first_row, table.line_offset, table.notes, table.rows)


def target_names(table: Table, y: Any) -> list[str] | None:
    """Return the names of target columns if y is names, None if y holds values."""
    if isinstance(y, str):
        return [table.select([y]).names[0]]
    if (
        isinstance(y, list | tuple)
        and y
        and all(isinstance(name, str) for name in y)
        and (len(y) != table.rows or all(name in table.columns for name in y))
        and (len(y) <= len(table.names) or any(name in table.columns for name in y))
    ):
        if len(set(y)) < len(y):
            raise TableError(f"The targets {y!r} name a column twice; name each once.")
        return table.select(list(y)).names
    return None


def is_named(estimator: Any, X: Any, y: Any) -> bool:
    """Whether y names columns of X; of what cannot be names it is told without a look at X."""
    if names_of(y) is None:
        return False
    return isinstance(y, str) or target_names(inputs_of(estimator, X)[0], y) is not None


def held_targets(estimator: Any, X_val: Any, y: Any, y_val: Any) -> Any:
    """Return what says the targets of rows to validate on: `y_val`, or y if it is names."""
    if y_val is None and not is_named(estimator, X_val, y):
        raise ValueError(
            "X_val is provided, but y_val was not provided: y has values, which are those of X."
        )
    return y if y_val is None else y_val


def values_names(y: Any, count: int) -> list[str]:
    """Return names for targets given as values: those of a frame or series, else y, or y1, y2."""
    names = getattr(y, "columns", None)
    if names is None or callable(names):
        names = getattr(y, "column_names", None)
    if names is not None and len(names) == count:
        return [str(name) for name in names]
    name = getattr(y, "name", None)
    if count == 1:
        return [name if isinstance(name, str) and name else "y"]
    return [f"y{position}" for position in range(1, count + 1)]


def target_table(y: Any) -> Table | None:
    """Return targets that came as a frame or a dict, None if they are an array."""
    if not (isinstance(y, Table | Mapping) or is_frame(y)) or is_sparse(y):
        return None
    table = as_table(y, "y")
    if not table.names:
        raise TableError("y has no columns; give at least one.")
    return table


def check_lengths(table: Table, values: Column) -> None:
    """Raise if inputs and targets have not the same number of rows."""
    if table.rows != len(values):
        raise ValueError(
            "Found input variables with inconsistent numbers of samples: "
            f"X has {table.rows} rows, y has {len(values)}."
        )
