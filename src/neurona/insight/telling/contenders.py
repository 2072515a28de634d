"""Who a model has to beat: the trivial answer, and a linear model on the same prepared inputs."""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple

import numpy as np

from neurona.estimators.tables.inputs import matched
from neurona.estimators.tables.learning import LearnsTables
from neurona.insight.exhibit import Exhibit, Part
from neurona.reports.answers import coded, is_named

Array = np.ndarray[Any, np.dtype[Any]]
MOST_ROWS, MOST_CELLS = 50_000, 50_000_000
MODEL, LINEAR, TRIVIAL = "this model", "linear model", "trivial answer"


class Contenders(NamedTuple):
    """What each says of the rows that are scored: rows x targets, or rows x classes.

    `learned` tells which rows the others learned from, and how many; `notes` why one is missing.
    They are `flattered` where these are the rows that are scored, and the model did not see them.
    """

    said: dict[str, Array]
    trivial: str
    linear: str
    learned: str
    notes: list[str]
    flattered: bool


def contenders(exhibit: Exhibit) -> Contenders:
    """Return what the model and the others say of the rows that tell most."""
    own = exhibit.telling
    names: list[str] = [
        name for name in ("training", "validation") if name in exhibit.parts and name != own
    ]
    learned = names or [own]
    rows = sum(exhibit.parts[name].rows for name in learned)
    where = f"the {rows:,} {' and '.join(learned)} rows" if learned != ["rows"] else "these rows"
    if exhibit.classifies:
        return _of_classes(exhibit, learned, where)
    found = exhibit.quantities(own)
    true = np.concatenate([exhibit.quantities(name).true for name in learned])
    said = {MODEL: found.predicted}
    notes: list[str] = []
    fitted = _fitted(exhibit, learned, true, notes, _ridge())
    if fitted is not None:
        said[LINEAR] = np.asarray(fitted.predict(_inputs(exhibit.model, exhibit.part))).reshape(
            found.true.shape
        )
    said[TRIVIAL] = np.broadcast_to(true.mean(axis=0), found.true.shape)
    return Contenders(said, "the mean", "ridge regression", where, notes, learned == ["test"])


def _of_classes(exhibit: Exhibit, learned: list[str], where: str) -> Contenders:
    found = exhibit.chances(exhibit.telling)
    several, count = found.several, found.shares.shape[1]
    codes = np.concatenate([_codes(exhibit, name) for name in learned])
    on = codes if several else (codes[:, None] == np.arange(count)).astype(np.float64)
    said = {MODEL: found.shares}
    notes: list[str] = []
    fitted = _fitted(exhibit, learned, codes, notes, _logistic(several))
    if fitted is not None:
        shares = np.zeros(found.shares.shape)
        given = np.asarray(fitted.predict_proba(_inputs(exhibit.model, exhibit.part)))
        places = np.arange(count) if several else fitted.classes_
        known = places < count
        shares[:, places[known]] = given[:, known]
        said[LINEAR] = shares
    said[TRIVIAL] = np.broadcast_to(on.mean(axis=0), found.shares.shape)
    usual = "how frequent each label is" if several else "how frequent each class is"
    return Contenders(said, usual, "logistic regression", where, notes, learned == ["test"])


def _codes(exhibit: Exhibit, name: str) -> Array:
    """Return true classes of a part by their number, without asking the model."""
    values = np.asarray(exhibit.parts[name].y)
    if values.ndim == 2 and values.shape[1] > 1:
        return values.astype(np.int64)
    return coded(list(exhibit.model.classes_), values.ravel())[1]


def _fitted(
    exhibit: Exhibit, learned: list[str], targets: Array, notes: list[str], linear: Any
) -> Any:
    """Return a linear model fitted to prepared inputs; None, and a note, where there cannot be."""
    try:
        parts = [_inputs(exhibit.model, exhibit.parts[name]) for name in learned]
    except (TypeError, ValueError):
        notes.append("The inputs are no numbers, so there is no linear model beside it.")
        return None
    if len({part.shape[1] for part in parts}) > 1 or hasattr(parts[0], "nnz"):
        from scipy import sparse

        inputs = sparse.vstack(parts).tocsr()
    else:
        inputs = np.concatenate(parts)
    step = max(1, -(-inputs.shape[0] // MOST_ROWS), -(-inputs.shape[0] * inputs.shape[1] //
               MOST_CELLS))  # fmt: skip
    inputs, targets = inputs[::step], targets[::step]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return linear.fit(inputs, targets)
        except ValueError as error:
            notes.append(f"No linear model could be fitted: {str(error).splitlines()[0]}")
            return None


def _inputs(model: Any, part: Part) -> Any:
    """Return rows as numbers: as the network sees them, of a table."""
    if isinstance(model, LearnsTables):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            table = matched(model, part.X)
        return model.preparation_.transform(table, np.dtype(np.float64))
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
