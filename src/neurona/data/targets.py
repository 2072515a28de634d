"""Targets: what is to be predicted, as numbers for a network, and back in the user's units.

numbers          regression, one or several targets: (y - mean) / standard deviation, of y or of a
                 monotone function of it (`transforms`)
one column of two values            binary: 0 and 1
one column of several values        multiclass: a class each
several columns of 0/1 or yes/no    multilabel: a label each
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from neurona.data.contents import numbers_of, texts_of
from neurona.data.dates import find_dates
from neurona.data.encoders import BOOLEAN_WORDS
from neurona.data.encoders.boolean import boolean_words
from neurona.data.table import Column, Table, is_missing
from neurona.data.task import Task
from neurona.data.transforms import Transform
from neurona.errors import TableError
from neurona.spelling import can_be_set, parameter

MOST_CLASSES = 20


class FoundTask(NamedTuple):
    """A task, and the reason in words."""

    task: Task
    reason: str


def find_task(table: Table, targets: Sequence[str]) -> FoundTask:
    """Return the task that target columns speak for.

    Texts are classes. Numbers are a quantity, unless they are whole, at most 20 different, and
    either 0 and 1 alone or 0, 1, 2, ... (or 1, 2, 3, ...) without a gap, at least 10 rows each on
    average. Several columns are labels if all are 0 and 1, or words like yes and no. Dates and
    times of day are refused.
    """
    if not targets:
        raise TableError(f"{table.source}: no target was named; name the column to predict.")
    refuse_dates(table, targets)
    columns = [table[name] for name in targets]
    named = ", ".join(map(repr, targets[:4])) + (", ..." if len(targets) > 4 else "")
    if len(columns) > 1:
        if all(_is_label(column) for column in columns):
            return FoundTask(Task.MULTILABEL, f"the columns {named} are 0 or 1")
        texts = [name for name in targets if table[name].dtype.kind == "O"]
        if texts:
            raise TableError(
                f"{table.source}: target {texts[0]!r} has texts beside other targets; predict one "
                "column of classes, or several of numbers, or several of 0 and 1."
            )
        return FoundTask(Task.REGRESSION, f"the columns {named} are numbers")
    column = columns[0]
    present = column[~is_missing(column)]
    if column.dtype.kind in "Ob":
        count = len(set(one_spelling(present).tolist()))
        task = Task.MULTICLASS if count > 2 else Task.BINARY
        return FoundTask(task, f"{named} has {count} different {_plural(column)}")
    values = np.unique(present)
    if len(values) == 2 and set(values.tolist()) == {0.0, 1.0}:
        return FoundTask(Task.BINARY, f"{named} is 0 or 1")
    whole = 2 <= len(values) <= MOST_CLASSES and bool((values % 1 == 0).all())
    gapless = whole and values[0] in (0, 1) and bool((np.diff(values) == 1).all())
    if gapless and len(present) >= 10 * len(values):
        task = Task.MULTICLASS if len(values) > 2 else Task.BINARY
        return FoundTask(
            task, f"{named} has the {len(values)} values {values[0]:g} to {values[-1]:g}"
        )
    return FoundTask(Task.REGRESSION, f"{named} is a number")


def refuse_dates(table: Table, targets: Sequence[str]) -> None:
    """Raise TableError for targets that are dates or times of day, written as such or as texts."""
    for name in targets:
        column = table[name]
        what = "dates" if column.dtype.kind == "M" else None
        if column.dtype.kind == "O":
            found = find_dates(sorted({text for text in column.tolist() if text is not None}))
            if found is not None:
                what = "times of day" if found.form.order == "clock" else "dates"
        if what is not None:
            number = "days until then" if what == "dates" else "minutes"
            how = parameter("data.types", f"{name}=category")
            classes = f", or say that they are classes: {how}" if can_be_set("data.types") else ""
            raise TableError(
                f"{table.source}: target {name!r} has {what}; predict a number, e.g. {number}"
                f"{classes}."
            )


def _plural(column: Column) -> str:
    return "texts" if column.dtype.kind == "O" else "values"


def _is_label(column: Column) -> bool:
    texts = {text.lower() for text in texts_of(column) if text is not None}
    return len(texts) <= 2 and any(texts <= set(pair) for pair in (*BOOLEAN_WORDS, ("0", "1")))


def known_rows(table: Table, targets: Sequence[str]) -> Column:
    """Return the numbers of the rows in which no target is missing."""
    absent = np.zeros(table.rows, bool)
    for name in targets:
        absent |= is_missing(table[name])
    return np.flatnonzero(~absent)


class NumericTargets(NamedTuple):
    """Targets that are numbers, scaled for training: state and both ways.

    With a `transform`, `center` and `scale` are those of what it makes of the targets.
    """

    names: tuple[str, ...]
    center: tuple[float, ...]
    scale: tuple[float, ...]
    transform: Transform = Transform()

    @classmethod
    def fit(
        cls,
        names: Sequence[str],
        targets: Column,
        center: bool = True,
        scaled: bool = True,
        transform: str = "none",
    ) -> NumericTargets:
        """Learn mean and standard deviation of targets (rows x outputs); a constant keeps scale 1.

        `center=False` only divides, by the mean size (for losses that need targets above 0).
        """
        targets = np.asarray(targets, np.float64)
        turned = Transform.fit(transform, names, targets)
        targets = turned.forward(targets)
        middle = targets.mean(axis=0) if center and scaled else np.zeros(targets.shape[1])
        # two steps, so that large offsets and large numbers do not swallow the spread
        peak = np.abs(targets - middle).max(axis=0)
        safe = np.where(peak > 0, peak, 1.0)
        parts = (targets - middle) / safe
        size = np.sqrt((parts**2).mean(axis=0)) * safe
        tiny = 1e-14 * np.maximum(np.abs(middle), np.finfo(np.float64).tiny)
        scale = np.where((size > tiny) & scaled, size, 1.0)
        return cls(tuple(names), tuple(map(float, middle)), tuple(map(float, scale)), turned)

    @property
    def spread(self) -> tuple[float, ...]:
        """How large each target's differences are, in its own units."""
        if not self.transform:
            return self.scale
        middle, size = np.array(self.center), np.array(self.scale)
        ends = self.transform.back(middle + size) - self.transform.back(middle - size)
        return tuple(np.where(ends > 0, ends / 2, 1.0).tolist())

    def forward(self, targets: Column) -> Column:
        """Return targets as the network learns them."""
        targets = np.asarray(targets, np.float64)
        self.transform.check(self.names, targets)
        scaled: Column = (self.transform.forward(targets) - self.center) / self.scale
        return scaled

    def back(self, outputs: Column) -> Column:
        """Return the network's outputs in the user's units, float64."""
        restored: Column = np.asarray(outputs, np.float64) * self.scale + self.center
        return self.transform.back(restored)

    def to_state(self) -> dict[str, Any]:
        """Return all of it as plain data."""
        state: dict[str, Any] = {
            "names": list(self.names),
            "center": list(self.center),
            "scale": list(self.scale),
        }
        return state | ({"transform": self.transform.to_state()} if self.transform else {})

    def __repr__(self) -> str:
        # checksums of models without a transform are as before there were any
        more = f", transform={self.transform!r}" if self.transform else ""
        known = f"names={self.names!r}, center={self.center!r}, scale={self.scale!r}"
        return f"NumericTargets({known}{more})"

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> NumericTargets:
        """Return the targets of such data; anything else is a TableError."""
        try:
            names = tuple(state["names"])
            center, scale = (tuple(map(float, state[key])) for key in ("center", "scale"))
            if not (len(names) == len(center) == len(scale) and all(map(_is_text, names))):
                raise ValueError("lengths")
            if not np.isfinite([*center, *scale]).all() or min(scale, default=1) <= 0:
                raise ValueError("numbers")
            given = state.get("transform")
            turned = Transform() if given is None else Transform.from_state(given, len(names))
        except (KeyError, TypeError, ValueError) as error:
            raise TableError(
                f"The stored scaling of targets is not valid ({error}); save the model anew."
            ) from None
        return cls(names, center, scale, turned)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def numeric_targets(table: Table, names: Sequence[str]) -> Column:
    """Return target columns as a matrix, rows x targets, nan where missing."""
    return np.column_stack([numbers_of(table, name) for name in names])


def class_labels(table: Table, name: str) -> Column:
    """Return a target column as labels: whole numbers as int64, texts as object, booleans as bool.

    Missing cells must have been left out before.
    """
    column = table[name]
    if column.dtype.kind == "f":
        if len(column) and (column % 1 == 0).all() and np.abs(column).max() < 2**53:
            return column.astype(np.int64)
        texts = sorted({f"{value:g}" for value in column[column % 1 != 0][:3].tolist()})
        raise TableError(
            f"{table.source}: target {name!r} has values like {', '.join(texts)}; that is a "
            "quantity, train a regression."
        )
    return one_spelling(column)


def one_spelling(column: Column) -> Column:
    """Return texts that are yes and no (or another pair) in several cases in one spelling each,
    the more frequent; other columns as they are.
    """
    counts = Counter(text for text in column.tolist() if text is not None)
    if column.dtype.kind != "O" or len(counts) < 3 or not boolean_words(counts):
        return column
    usual: dict[str, str] = {}
    for text, _ in sorted(counts.items(), key=lambda one: (-one[1], one[0])):
        usual.setdefault(text.strip().lower(), text)
    spelled = np.empty(len(column), object)
    spelled[:] = [None if text is None else usual[text.strip().lower()] for text in column]
    return spelled


def label_matrix(table: Table, names: Sequence[str]) -> Column:
    """Return several columns of 0/1 (or yes/no) as an int64 matrix, rows x labels."""
    ones = {pair[1] for pair in BOOLEAN_WORDS} | {"1"}
    matrix = np.empty((table.rows, len(names)), np.int64)
    for position, name in enumerate(names):
        if not _is_label(table[name]):
            raise TableError(
                f"{table.source}: target {name!r} is not 0 and 1 (or yes and no), as several "
                "targets of a classifier must be."
            )
        matrix[:, position] = [t is not None and t.lower() in ones for t in texts_of(table[name])]
    return matrix
