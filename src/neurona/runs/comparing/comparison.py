"""compare: runs beside each other, as a value that can be printed, shown in a notebook, kept."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from neurona import value_text
from neurona.data.task import Task
from neurona.runs.comparing.paired import Difference, of_folds, of_rows
from neurona.runs.comparing.relatives import Apart, apart_of, asked, check_column
from neurona.runs.comparing.rows import Reader, Tested, fingerprint, keys
from neurona.runs.failures import Code, Failure
from neurona.runs.record import Record
from neurona.runs.setting import SETTINGS

APART = "run."
"""How settings begin that decide on nothing but where a run is written."""
LESS_IS_BETTER = {"rmse": True, "log_loss": True, "accuracy": False, "r2": False}


class Paired(NamedTuple):
    """By how much a run's score is larger than the first run's.

    `score` is its name, `target` that of the target if there are several, `on` says on what: "test
    rows" or "folds".
    """

    run: str
    score: str
    target: str
    on: str
    difference: Difference

    @property
    def verdict(self) -> str:
        """The difference in a word: better, worse, the same, or not clear."""
        if self.difference.none:
            return "the same"
        if not self.difference.clear:
            return "not clear"
        return "better" if (self.difference.value < 0) == LESS_IS_BETTER[self.score] else "worse"


@dataclass(frozen=True)
class Comparison:
    """Runs beside each other.

    Attributes
    ----------
    names : list of str
        The runs, in the order in which they were given.
    settings : dict of lists
        The settings that differ, by key: a value a run.
    facts : dict of lists
        What came of them: network, parameters, solver, epochs, seconds.
    scores : dict of lists
        "test rmse" and so on: a number (or one a target) a run, None where it has none.
    paired : list of Paired
        Differences from the first run on what both were scored on.
    notes : list of str
        What is to be known: test rows that differ, data that is gone.
    histories : dict of dict of lists
        The curves of each run, by name and column.
    """

    names: list[str]
    settings: dict[str, list[Any]]
    facts: dict[str, list[Any]]
    scores: dict[str, list[Any]]
    paired: list[Paired]
    notes: list[str]
    histories: dict[str, dict[str, list[float | None]]]

    @property
    def text(self) -> str:
        """All of it as text."""
        from neurona.runs.comparing.text import text_of

        return text_of(self)

    def __str__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        from neurona.runs.comparing.text import html_of

        return html_of(self)

    def to_dict(self) -> dict[str, Any]:
        """Return all but the histories as plain data."""
        pairs = [
            {**one._asdict(), "difference": one.difference._asdict(), "verdict": one.verdict}
            for one in self.paired
        ]
        return {
            "runs": self.names,
            "settings": self.settings,
            "facts": self.facts,
            "scores": self.scores,
            "paired": pairs,
            "notes": self.notes,
        }

    def to_frame(self) -> Any:
        """Return a pandas DataFrame: a row a run; settings that differ, facts and scores."""
        try:
            import pandas as pd
        except ImportError:
            raise ImportError("Comparison.to_frame needs pandas: pip install pandas") from None
        return pd.DataFrame({**self.settings, **self.facts, **self.scores}, index=self.names)


def compare(
    *runs: str | os.PathLike[str], groups: str | None = None, time: str | None = None
) -> Comparison:
    """Compare the runs in these folders; differences are those from the first.

    Parameters
    ----------
    *runs : str or PathLike
        Folders that `neurona train` (or `neurona search`) wrote, two or more.
    groups, time : str, default=None
        A column of the test rows: those of the same group, or near each other in time, are no
        independent rows, and intervals are as wide as that asks for. None: as the runs were split.

    Returns
    -------
    Comparison
        Prints as text, shows itself in a notebook; `to_dict`, `to_frame`.

    Raises
    ------
    Failure
        Fewer than two runs, a folder that is not that of a run, or a column that is not there.

    Notes
    -----
    Test rows are read again from where the run read them. Where two runs' differ, the rows that
    both have are compared, and a note says how many they are. A run whose data is gone is compared
    by the scores that it told. Intervals are those of a paired t-test over rows, over groups or
    stretches of time where runs were split by these, and for folds with the correction of Nadeau
    and Bengio (2003). A note says where one run was split by lot and the other was not.

    Examples
    --------
    >>> import tempfile
    >>> import neurona
    >>> from neurona.runs import Run, Settings
    >>> folder = tempfile.TemporaryDirectory()
    >>> for name, units in (("narrow", 2), ("wide", 16)):
    ...     words = {"data.source": "iris", "model.hidden": [units], "training.epochs": 30}
    ...     with Run(Settings.of({**words, "run.out": f"{folder.name}/{name}"})) as run:
    ...         code = run.train()
    >>> found = neurona.compare(f"{folder.name}/narrow", f"{folder.name}/wide")
    >>> found.settings
    {'model.hidden': [[2], [16]]}
    >>> [one.score for one in found.paired]
    ['accuracy', 'log_loss']
    >>> folder.cleanup()
    """
    if len(runs) < 2:
        raise Failure("Name two runs or more to compare.", Code.USAGE)
    said = asked(groups, time)
    records = [Record.read(os.fspath(run)) for run in runs]
    names = _names(records)
    reader, notes = Reader(), []
    tested: list[Tested | None] = []
    for name, record in zip(names, records, strict=True):
        found = reader.read(record)
        tested.append(None if isinstance(found, str) else found)
        if isinstance(found, str):
            notes.append(f"{name}: {found}; its scores are those that it told.")
        elif not found.as_told:
            notes.append(
                f"{name}: its scores on the test rows are not those that it told, so the table, or "
                "the model, has changed since."
            )
    paired = [*_on_rows(names, tested, notes, said), *_on_folds(names, records, notes)]
    return Comparison(
        names,
        _settings(records),
        _facts(records, tested),
        _scores(records),
        paired,
        notes,
        {name: record.history for name, record in zip(names, records, strict=True)},
    )


def _names(records: Sequence[Record]) -> list[str]:
    """Return the names of the folders, or the paths where two have the same name."""
    short = [record.path.resolve().name for record in records]
    long = [str(record.path) for record in records]
    names = short if len(set(short)) == len(short) else long
    return [name if names.count(name) == 1 else f"{name} ({k})" for k, name in enumerate(names, 1)]


def _settings(records: Sequence[Record]) -> dict[str, list[Any]]:
    found = {}
    for key in SETTINGS:
        values = [_plain(record.settings[key]) for record in records]
        if not key.startswith(APART) and any(value != values[0] for value in values):
            found[key] = values
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value == float("inf"):
        return "inf"
    return value if isinstance(value, bool | int | float | str | list) else value_text.write(value)


def _facts(records: Sequence[Record], tested: Sequence[Tested | None]) -> dict[str, list[Any]]:
    starts, ends = [one.start or {} for one in records], [one.done or {} for one in records]
    shapes = [start.get("shapes") or [start.get("layers", [])] for start in starts]
    networks = [
        ", ".join(start.get("candidates") or [])
        or " and ".join("-".join(map(str, one)) for one in several)
        for start, several in zip(starts, shapes, strict=True)
    ]
    facts: dict[str, list[Any]] = {
        "source": [start.get("source") for start in starts],
        "network": networks,
        "solver": [start.get("solver") for start in starts],
        "parameters": [start.get("parameters") for start in starts],
        "starts": [start.get("starts") for start in starts],
        "epochs": [end.get("epochs_done") for end in ends],
        "best epoch": [end.get("best_epoch") for end in ends],
        "seconds": [end.get("seconds") for end in ends],
        "test rows": [None if one is None else one.table.rows for one in tested],
        "their fingerprint": [
            None if one is None else fingerprint(keys(one.table, sorted(one.table.names)))
            for one in tested
        ],
    }
    alike = ("source", "starts", "test rows", "their fingerprint")
    return {n: v for n, v in facts.items() if n not in alike or any(one != v[0] for one in v)}


def _scores(records: Sequence[Record]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for k, record in enumerate(records):
        told = dict(record.metrics)
        folds = (record.done or {}).get("folds") or {}
        told["folds"] = {name: one["mean"] for name, one in folds.get("metrics", {}).items()}
        for part, scores in told.items():
            for name, value in scores.items():
                row = found.setdefault(f"{part} {name}", [None] * len(records))
                row[k] = value[0] if isinstance(value, list) and len(value) == 1 else value
    return found


def _on_rows(
    names: list[str], tested: Sequence[Tested | None], notes: list[str], said: Apart | None
) -> list[Paired]:
    first, found = tested[0], []
    if first is None:
        return []
    if said is not None:
        check_column(said, first.table)
    for name, other in zip(names[1:], tested[1:], strict=True):
        if other is None:
            continue
        if (other.task, other.targets) != (first.task, first.targets):
            notes.append(f"{name} has other targets than {names[0]}; they are not compared.")
            continue
        ours, theirs = _common(first, other)
        if not len(ours) == len(theirs) == first.table.rows == other.table.rows:
            notes.append(
                f"The test rows of {name} and {names[0]} differ: {len(ours):,} of "
                f"{other.table.rows:,} and {first.table.rows:,} are in both, "
                f"{'and' if len(ours) else 'so nothing is'} compared; the scores that they told "
                "are of different rows."
            )
        apart, note = apart_of(first.apart, other.apart, (names[0], name))
        notes += [note] if note else []
        if not len(ours):
            continue
        relatives = (said or apart).relatives(first.table.take(ours))
        for score, losses in first.losses.items():
            pair = losses[ours], other.losses[score][theirs]
            root = first.task is Task.REGRESSION
            several = zip(*(each.reshape(len(each), -1).T for each in pair), strict=True)
            targets = first.targets if root and len(first.targets) > 1 else [""]
            for target, (one, two) in zip(targets, several, strict=True):
                difference = of_rows(one, two, root, relatives)
                found.append(Paired(name, score, target, "test rows", difference))
    return found


def _common(first: Tested, second: Tested) -> tuple[Any, Any]:
    """Return the places of the rows that both tables have, by the columns that both have."""
    shared = [name for name in first.table.names if name in second.table.names]
    places = {key: place for place, key in enumerate(keys(second.table, shared))}
    mine = keys(first.table, shared)
    ours = [place for place, key in enumerate(mine) if key in places]
    return np.array(ours, int), np.array([places[mine[place]] for place in ours], int)


def _on_folds(names: list[str], records: Sequence[Record], notes: list[str]) -> list[Paired]:
    """Return differences over folds, where two runs have the same."""
    first, found = records[0], []
    if not first.folds:
        return []
    for name, other in zip(names[1:], records[1:], strict=True):
        if not other.folds:
            continue
        if _rows_of_folds(first) != _rows_of_folds(other):
            notes.append(f"The folds of {name} are not those of {names[0]}; they are not paired.")
            continue
        pairs = [
            (one, two)
            for one, two in zip(first.folds, other.folds, strict=True)
            if one["metrics"] is not None and two["metrics"] is not None
        ]
        for score in LESS_IS_BETTER:
            values = [[side["metrics"].get(score) for side in pair] for pair in pairs]
            if not values or any(value is None for pair in values for value in pair):
                continue
            matrix = np.array(values, np.float64).reshape(len(values), 2, -1).mean(axis=2)
            share = float(np.mean([one["held"] / one["train"] for one, _ in pairs]))
            difference = of_folds(matrix[:, 0], matrix[:, 1], share)
            found.append(Paired(name, score, "", "folds", difference))
    return found


def _rows_of_folds(record: Record) -> list[tuple[str, ...]]:
    """Return row, fold and truth of every row that was held out, as the run wrote them."""
    import csv

    from neurona.runs.run_folder import FOLDS

    path = record.path / FOLDS
    if not path.is_file():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    truths = [k for k, name in enumerate(rows[0]) if k < 2 or name.split("_")[0] == "true"]
    return [tuple(row[k] for k in truths) for row in rows]
