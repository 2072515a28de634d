"""An exhibit: a fitted model and its rows by part, as charts and reports look at them."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from neurona.data.table import Table
from neurona.diagnosis.case import Case, case_of
from neurona.errors import NeuronaError
from neurona.estimators.mlp.base import BaseMLP
from neurona.estimators.tables.base import BaseTable
from neurona.estimators.tables.learning import LearnsTables
from neurona.reports.answers import (
    Chances,
    Quantities,
    chances_of,
    classifies,
    is_named,
    quantities_of,
    rows_and_targets,
)
from neurona.reports.measures.inspection import Importance, permutation_importance
from neurona.reports.subject import check_fitted, learner_of

ORDER = ("test", "validation", "rows", "training")
"""Parts, the most telling first."""
SHOWN = ("training", "validation", "test", "rows")


class Part(NamedTuple):
    """Rows: what is predicted from, and the true values (None of a model without targets)."""

    X: Any
    y: Any

    @property
    def rows(self) -> int:
        """How many there are."""
        return int(self.X.shape[0]) if hasattr(self.X, "shape") else len(self.X)


@dataclass(eq=False)
class Exhibit:
    """A fitted model and its rows.

    Attributes
    ----------
    model : estimator
    parts : dict of str to Part
        "training", "validation" and "test" rows, or just "rows" of a model that is not ours; empty
        if nothing but the model is known.
    name : str
        What it is called on a page.
    notes : list of str
        What is to be said of the rows.
    chosen : str
        The part that charts of one part show; nothing is the most telling there is.
    case : Case or None
        The model as a diagnosis looks at it; None of one that it does not know.
    """

    model: Any
    parts: dict[str, Part]
    name: str = ""
    notes: list[str] = field(default_factory=list)
    chosen: str = ""
    case: Case | None = None

    @property
    def called(self) -> str:
        """The model's class, for sentences."""
        return type(self.model).__name__

    @property
    def learner(self) -> Any:
        """What learned in the model: the last step of a pipeline, the best of a search."""
        return learner_of(self.model)

    @property
    def telling(self) -> str:
        """The part that tells most: test before validation before training."""
        return self.chosen or next((name for name in ORDER if name in self.parts), "")

    @property
    def part(self) -> Part:
        """The rows that tell most."""
        return self.parts[self.telling]

    @cached_property
    def classifies(self) -> bool | None:
        """Whether classes are predicted; None if nothing is that could be compared with a truth."""
        encodes = hasattr(self.model, "encoder_layers_") or hasattr(self.model, "reconstruct")
        if encodes or not hasattr(self.model, "predict"):
            return None
        return classifies(self.model)

    @cached_property
    def targets(self) -> list[str]:
        """The names of what is predicted."""
        if self.classifies is None:
            return []
        if not self.parts:
            return [str(name) for name in getattr(self.model, "target_names_", ["y"])]
        if self.classifies:
            found = self.chances(self.telling)
            return found.labels if found.several else [found.name]
        return self.quantities(self.telling).names

    @property
    def has_labels(self) -> bool:
        """Whether several labels may be on at once."""
        return bool(self.classifies and self.parts and self.chances(self.telling).several)

    @cached_property
    def _answers(self) -> dict[str, Any]:
        return {}

    def quantities(self, part: str) -> Quantities:
        """Return what a regressor says of a part; it is asked once."""
        if part not in self._answers:
            self._answers[part] = quantities_of(self.model, *self.parts[part])
        found: Quantities = self._answers[part]
        return found

    def chances(self, part: str) -> Chances:
        """Return what a classifier says of a part; it is asked once."""
        if part not in self._answers:
            self._answers[part] = chances_of(self.model, *self.parts[part])
        found: Chances = self._answers[part]
        return found

    @cached_property
    def importance(self) -> Importance:
        """What each input matters, on the rows that tell most."""
        return permutation_importance(self.model, *self.part)

    @cached_property
    def inputs(self) -> list[str]:
        """The inputs, those that matter most first."""
        found = self.importance
        return [found.names[k] for k in np.argsort(-found.mean, kind="stable")]


def exhibit_of(
    model: Any,
    X: Any = None,
    y: Any = None,
    X_val: Any = None,
    y_val: Any = None,
    X_test: Any = None,
    y_test: Any = None,
    *,
    name: str = "",
) -> Exhibit:
    """Return a fitted model with the rows that it was fitted to, taken apart as `fit` did.

    Parameters
    ----------
    model : any fitted model
    X, y : as in its `fit`, default=None
        The rows it was fitted to, those that it held out itself included.
    X_val, y_val, X_test, y_test : as X and y, default=None
        Rows to validate on, and rows that it has never seen; targets that are names of columns
        need not be said again.
    name : str, default=""

    Raises
    ------
    ValueError
        The model is not fitted, or rows and targets do not go together.
    """
    check_fitted(model)
    notes: list[str] = []
    case: Case | None = None
    if X is None:
        found: dict[str, Part] = {}
    elif isinstance(model, BaseMLP | BaseTable) and y is not None:
        case = _case(model, X, y, X_val, y_val)
        notes = [text for text in case.notes if "compared" in text]
        found = {"training": Part(case.train.X, case.train.y)}
        if case.held is not None:
            found["validation"] = Part(case.held.X, case.held.y)
    else:
        ours = hasattr(model, "history_") or hasattr(model, "mistakes_")
        found = {"training" if ours else "rows": _part(model, X, y)}
        if X_val is not None:
            found["validation"] = _part(model, X_val, y if y_val is None else y_val)
    if X_test is not None:
        found["test"] = _part(model, X_test, y if y_test is None else y_test)
    parts = {k: _needed(model, found[k]) for k in SHOWN if k in found and found[k].rows}
    return Exhibit(model, parts, name or type(model).__name__, notes, case=case)


def _case(model: Any, X: Any, y: Any, X_val: Any, y_val: Any) -> Case:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the fit told them
        if isinstance(model, BaseMLP) and is_named(X) and isinstance(y, str):
            raise TypeError(
                f"A {type(model).__name__} takes targets as values, not the name of a column; "
                "table estimators take either."
            )
        return case_of(model, X, y, X_val, y_val)


def _part(model: Any, X: Any, y: Any) -> Part:
    if y is None or not hasattr(model, "predict"):
        return Part(X, None)
    found, values, _ = rows_and_targets(model, X, y)
    return Part(found, values)


def _needed(model: Any, part: Part) -> Part:
    """Leave out columns that the model does not take, so that none of them is inspected."""
    if not isinstance(model, LearnsTables) or not is_named(part.X):
        return part
    from neurona.data.frames import as_table

    table = as_table(part.X, "X") if not isinstance(part.X, Table) else part.X
    names = [name for name in model.preparation_.names if name in table.columns]
    try:
        return Part(table.select(names), part.y)
    except NeuronaError:
        return part
