"""Who a model has to beat: the trivial answer, and a linear model on the same prepared inputs."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from neurona.estimators.tables.inputs import matched
from neurona.estimators.tables.learning import LearnsTables
from neurona.insight.exhibit import Exhibit, Part
from neurona.reports.answers import coded, is_named

Array = np.ndarray[Any, np.dtype[Any]]
Lessons = list[tuple[Array, Array]]
"""Rows that are learned from, and those that are answered then."""
MOST_ROWS, MOST_CELLS = 50_000, 50_000_000
LEAST_ALONE = 20
"""New rows of which others can learn."""
MODEL, LINEAR, TRIVIAL = "this model", "linear model", "trivial answer"


class Contenders(NamedTuple):
    """What each says of the rows that are scored: rows x targets, or rows x classes.

    `learned` tells which rows the others learned from, and how many; `notes` why one is missing.
    """

    said: dict[str, Array]
    trivial: str
    linear: str
    learned: str
    notes: list[str]


def contenders(exhibit: Exhibit) -> Contenders:
    """Return what the model and the others say of the rows that tell most.

    The others learn from the rows that the model was trained and validated on. Where only rows are
    known that are new to the model they learn from four fifths of these, and answer the last.
    """
    own = exhibit.telling
    names: list[str] = [
        name for name in ("training", "validation") if name in exhibit.parts and name != own
    ]
    learned = names or [own]
    rows = sum(exhibit.parts[name].rows for name in learned)
    where = f"the {rows:,} {' and '.join(learned)} rows" if learned != ["rows"] else "these rows"
    lessons = [(np.arange(rows), np.arange(exhibit.part.rows))]
    if learned == ["test"]:
        if rows < LEAST_ALONE:
            said = exhibit.chances(own).shares if exhibit.classifies else (
                exhibit.quantities(own).predicted)  # fmt: skip
            return Contenders({MODEL: said}, "", "", "", ["The rows are too few for others to "
                              "learn from; give those of the training, too."])  # fmt: skip
        where = "the other four fifths of these rows, in turn"
        lessons = _fifths(rows)
    tell = _of_classes if exhibit.classifies else _of_quantities
    return tell(exhibit, learned, where, lessons)


def _of_quantities(
    exhibit: Exhibit, learned: list[str], where: str, lessons: Lessons
) -> Contenders:
    found = exhibit.quantities(exhibit.telling)
    true = np.concatenate([exhibit.quantities(name).true for name in learned])
    said = {MODEL: found.predicted}
    notes: list[str] = []
    trivial = np.empty(found.true.shape)
    for rows, asked in lessons:
        trivial[asked] = true[rows].mean(axis=0)

    def ask(linear: Any, asked: Any) -> Array:
        told: Array = np.asarray(linear.predict(asked)).reshape(asked.shape[0], -1)
        return told

    linear = _taught(exhibit, learned, true, lessons, notes, _ridge, ask)
    if linear is not None:
        said[LINEAR] = linear
    said[TRIVIAL] = trivial
    return Contenders(said, "the mean", "ridge regression", where, notes)


def _of_classes(exhibit: Exhibit, learned: list[str], where: str, lessons: Lessons) -> Contenders:
    found = exhibit.chances(exhibit.telling)
    several, count = found.several, found.shares.shape[1]
    codes = np.concatenate([_codes(exhibit, name) for name in learned])
    on = codes if several else (codes[:, None] == np.arange(count)).astype(np.float64)
    said = {MODEL: found.shares}
    notes: list[str] = []
    trivial = np.empty(found.shares.shape)
    for rows, asked in lessons:
        trivial[asked] = on[rows].mean(axis=0)

    def ask(linear: Any, asked: Any) -> Array:
        shares = np.zeros((asked.shape[0], count))
        given = np.asarray(linear.predict_proba(asked))
        places = np.arange(count) if several else linear.classes_
        known = places < count
        shares[:, places[known]] = given[:, known]
        return shares

    linear = _taught(exhibit, learned, codes, lessons, notes, lambda: _logistic(several), ask)
    if linear is not None:
        said[LINEAR] = linear
    said[TRIVIAL] = trivial
    usual = "how frequent each label is" if several else "how frequent each class is"
    return Contenders(said, usual, "logistic regression", where, notes)


def _fifths(rows: int) -> Lessons:
    from sklearn.model_selection import KFold

    folds = KFold(5, shuffle=True, random_state=0).split(np.zeros((rows, 1)))
    return [(learned, asked) for learned, asked in folds]


def _codes(exhibit: Exhibit, name: str) -> Array:
    """Return true classes of a part by their number, without asking the model."""
    values = np.asarray(exhibit.parts[name].y)
    if values.ndim == 2 and values.shape[1] > 1:
        return values.astype(np.int64)
    return coded(list(exhibit.model.classes_), values.ravel())[1]


def _taught(
    exhibit: Exhibit,
    learned: list[str],
    targets: Array,
    lessons: Lessons,
    notes: list[str],
    made: Callable[[], Any],
    ask: Callable[[Any, Any], Array],
) -> Array | None:
    """Return what linear models say that learned from prepared inputs; None, and a note, where
    there cannot be one.
    """
    try:
        parts = [_inputs(exhibit.model, exhibit.parts[name]) for name in learned]
        own = _inputs(exhibit.model, exhibit.part)
    except (TypeError, ValueError):
        notes.append("The inputs are no numbers, so there is no linear model beside it.")
        return None
    if len({part.shape[1] for part in parts}) > 1 or hasattr(parts[0], "nnz"):
        from scipy import sparse

        inputs = sparse.vstack(parts).tocsr()
        own = own.tocsr()
    else:
        inputs = np.concatenate(parts)
    cells = inputs.shape[0] * inputs.shape[1]
    step = max(1, -(-inputs.shape[0] // MOST_ROWS), -(-cells // MOST_CELLS))
    answers: list[Array] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            for rows, asked in lessons:
                linear = made().fit(inputs[rows[::step]], targets[rows[::step]])
                answers.append(ask(linear, own[asked]))
        except ValueError as error:
            one = exhibit.classifies and len(np.unique(targets)) == 1
            why = "there is one class only." if one else str(error).splitlines()[0]
            notes.append(f"No linear model could be fitted: {why}")
            return None
    found = np.empty((exhibit.part.rows, answers[0].shape[1]))
    for (_, asked), answer in zip(lessons, answers, strict=True):
        found[asked] = answer
    return found


def _inputs(model: Any, part: Part) -> Any:
    """Return rows as numbers: of a table as the network sees them, but without pieces, in which a
    line bends.
    """
    if isinstance(model, LearnsTables):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            table = matched(model, part.X)
        seen = model.preparation_
        whole = replace(seen, encoders=tuple(one.whole() for one in seen.encoders))
        return whole.transform(table, np.dtype(np.float64))
    if hasattr(part.X, "nnz"):
        return part.X
    if is_named(part.X):
        from neurona.data.frames import as_table

        table = as_table(part.X, "X")
        return np.column_stack([table[name].astype(np.float64) for name in table.names])
    return np.asarray(part.X, np.float64)


def _scaled(last: Any) -> Any:
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    # a column may be constant, and a sparse matrix is not moved
    return make_pipeline(StandardScaler(with_mean=False), last)


def _ridge() -> Any:
    from sklearn.linear_model import Ridge

    return _scaled(Ridge())


def _logistic(several: bool) -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier

    linear = LogisticRegression(max_iter=1000)
    return _scaled(OneVsRestClassifier(linear) if several else linear)
