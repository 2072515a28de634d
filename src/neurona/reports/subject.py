"""What a drawing sees of a model: its layers, names, epochs, relevances, and answers at places.

A model is known by its public attributes alone, those of scikit-learn and ours, so that estimators
for arrays and for tables, loaded ones, units, and scikit-learn's own all can be drawn. Whatever is
missing is a sentence that says what to draw instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from neurona.data.frames import as_table, is_frame
from neurona.data.table import Table
from neurona.network import numbered

Array = np.ndarray[Any, np.dtype[Any]]


class Layers(NamedTuple):
    """A network's matrices (inputs x outputs) and biases, names if it has any, and a remark."""

    matrices: list[Array]
    biases: list[Array]
    input_names: list[str] | None
    output_names: list[str] | None
    activation: str
    note: str = ""


class Epoch(NamedTuple):
    """An epoch of a model that kept its losses only."""

    epoch: int
    loss: float
    val_loss: float | None = None


class Places(NamedTuple):
    """Rows to draw: numbers (rows x columns), their names if they have any, and targets.

    `like` is what the rows were given as; `given` makes other rows of that kind, for the model.
    """

    points: Array
    names: list[str] | None
    targets: Array
    target_name: str | None
    like: Any

    def given(self, points: Array) -> Any:
        """Return other points as what the model was given."""
        if self.names is None:
            return points
        columns = dict(zip(self.names, points.T, strict=True))
        if isinstance(self.like, Table | Mapping):
            return columns
        import narwhals.stable.v2 as nw

        backend = nw.get_native_namespace(self.like)
        return nw.from_dict(columns, backend=backend).to_native()


def is_model(given: Any) -> bool:
    """Whether this is an estimator, rather than numbers or records."""
    return hasattr(given, "fit")


def name_of(model: Any) -> str:
    """Return what a sentence calls a model."""
    return type(model).__name__


def learner_of(model: Any) -> Any:
    """Return what learned in a model: of a search its best, of a pipeline its last step."""
    while True:
        if hasattr(model, "best_estimator_"):
            model = model.best_estimator_
        elif hasattr(model, "named_steps"):
            model = model.steps[-1][1]
        else:
            return model


def check_fitted(model: Any) -> None:
    """ValueError if a model is a class, or was not fitted."""
    if isinstance(model, type):
        raise TypeError(f"{model.__name__} is a class; give a fitted model, {model.__name__}(...).")
    if hasattr(model, "__sklearn_is_fitted__"):
        fitted = bool(model.__sklearn_is_fitted__())  # a pipeline has nothing else to tell by
    else:
        learned = [name for name in vars(model) if name.endswith("_") and not name.startswith("_")]
        fitted = bool(learned) or not is_model(model)
    if not fitted:
        raise ValueError(f"This {name_of(model)} is not fitted, so there is nothing to draw yet.")


def layers_of(model: Any) -> Layers:
    """Return a fitted model's layers; of several networks that are averaged those of one."""
    check_fitted(model)
    model = learner_of(model)
    if hasattr(model, "coefs_"):
        matrices, biases = list(model.coefs_), list(model.intercepts_)
        activation = str(getattr(model, "out_activation_", "identity"))
    elif hasattr(model, "coef_"):
        # units, one row each
        coef = model.coef_
        coef = coef.toarray() if hasattr(coef, "toarray") else np.asarray(coef)
        matrices, biases = [np.atleast_2d(coef).T], [np.atleast_1d(model.intercept_)]
        activation = "step"
    else:
        raise TypeError(f"A {name_of(model)} has no weights (coefs_ or coef_) to draw.")
    outputs = matrices[-1].shape[1]
    count = _averaged(model)
    note = f"one of {count} networks that are averaged" if count > 1 else ""
    return Layers(
        matrices, biases, _encoded_names(model), _output_names(model, outputs), activation, note
    )


def unit_of(model: Any) -> Layers:
    """Return a fitted model of one unit as layers; ValueError if it has more."""
    found = layers_of(model)
    if len(found.matrices) != 1 or found.matrices[0].shape[1] != 1:
        sizes = [found.matrices[0].shape[0], *(one.shape[1] for one in found.matrices)]
        raise ValueError(
            f"This {name_of(model)} is not one unit, but layers of {sizes}: draw network."
        )
    return found


def _averaged(model: Any) -> int:
    """Return of how many networks the predictions are the mean."""
    inside = getattr(model, "network_", model)
    learned = inside.learned() if hasattr(inside, "learned") else None
    return len(learned.members) if learned is not None and learned.is_average else 1


def column_names(model: Any) -> list[str] | None:
    """Return the names of the columns that a model was fitted to, None if they had none."""
    names = getattr(model, "feature_names_in_", None)
    return None if names is None else [str(name) for name in names]


def _encoded_names(model: Any) -> list[str] | None:
    """Return the names of a network's inputs: of a table's, what the columns were encoded to."""
    prepared = getattr(model, "preparation_", None)
    return column_names(model) if prepared is None else list(prepared.features)


def _output_names(model: Any, outputs: int) -> list[str] | None:
    classes, targets = getattr(model, "classes_", None), getattr(model, "target_names_", None)
    names: list[str] | None = None
    if targets and len(targets) > 1:
        names = [str(one) for one in targets]  # labels, each 0 or 1, or quantities
    elif classes is not None and not isinstance(classes, list):
        names = [str(one) for one in (classes if outputs > 1 else classes[-1:])]
    elif targets:
        names = [str(one) for one in targets]
    elif hasattr(model, "encoder_layers_") or hasattr(model, "reference_"):
        names = _encoded_names(model)  # it gives back its inputs
    return names if names is not None and len(names) == outputs else None


def epochs_of(given: Any) -> Sequence[Any]:
    """Return the records of a model's epochs; a history is taken as it is."""
    if not is_model(given):
        return given  # type: ignore[no-any-return]
    check_fitted(given)
    given = learner_of(given)
    history = getattr(given, "history_", None)
    if history is not None:
        return history  # type: ignore[no-any-return]
    losses = getattr(given, "loss_curve_", None)
    if losses is None:
        raise TypeError(f"A {name_of(given)} kept no losses (history_ or loss_curve_) to draw.")
    return [Epoch(k, float(loss)) for k, loss in enumerate(losses, 1)]


def relevances_of(model: Any) -> tuple[list[str], Array]:
    """Return the columns of a model and how much each matters; ValueError if it does not know."""
    check_fitted(model)
    model = learner_of(model)
    found = getattr(model, "relevance_", None)
    if found is None:
        raise ValueError(
            f"This {name_of(model)} does not know what its inputs matter: fit with "
            'solver="bayesian-lm", or draw permutation importances, relevance(names, values).'
        )
    if isinstance(found, Mapping):
        return list(found), np.array(list(found.values()), np.float64)
    values = np.asarray(found, np.float64)
    return column_names(model) or list(numbered("x", values.size)), values


def check_answers(model: Any, kind: str, instead: str) -> None:
    """TypeError, with what to draw instead, if a model predicts no classes, or no quantities.

    `kind` is "classifier" or "regressor".
    """
    what = {"classifier": "classes", "regressor": "quantities"}
    tags = model.__sklearn_tags__() if hasattr(model, "__sklearn_tags__") else None
    found = getattr(tags, "estimator_type", kind)
    if not hasattr(model, "predict") or (found != kind and tags is not None):
        other = what.get(str(found))
        said = f"predicts {other}, not {what[kind]}" if other else f"predicts no {what[kind]}"
        raise TypeError(f"A {name_of(model)} {said}: {instead}.")


def places_of(X: Any, y: Any, columns: int) -> Places:
    """Return rows to draw in so many columns, from arrays, or from a table and its target.

    Parameters
    ----------
    X : array-like of shape (rows, columns), frame, Table or dict of columns
    y : array-like of shape (rows,), or the name of a column of X; None is 0 in every row

    Raises
    ------
    ValueError
        Other columns, texts among them, or as many targets as there are not rows.
    """
    named = isinstance(X, Table | Mapping) or is_frame(X)
    names, target_name = None, str(getattr(y, "name", None) or "") or None
    if named:
        table = as_table(X, "X")
        if isinstance(y, str):
            target_name, y = y, table[y]
            table = table.without([target_name])
        names = table.names
        texts = [name for name in names if table[name].dtype.kind not in "fb"]
        if texts:
            raise ValueError(
                f"Only columns of numbers can be drawn along an axis. Got {', '.join(texts)}."
            )
        matrix = [np.asarray(table[name], np.float64) for name in names]
        points = np.column_stack(matrix) if matrix else np.zeros((table.rows, 0))
    else:
        points = np.asarray(X, np.float64)
    if points.ndim != 2 or not len(points) or len(points[0]) != columns:
        wanted = {1: "one column, to be drawn along one axis", 2: "two columns, to be drawn in a "
                  "plane"}[columns]  # fmt: skip
        raise ValueError(f"X must have {wanted}. Got {points.shape}.")
    targets: Array = np.zeros(len(points)) if y is None else np.asarray(y)
    if targets.ndim == 2 and targets.shape[1] == 1:
        targets = targets[:, 0]
    if targets.shape != (len(points),):
        raise ValueError(
            f"y must be one target for each of the {len(points)} rows of X. Got shape "
            f"{targets.shape}."
        )
    return Places(points, names, targets, target_name, X)
