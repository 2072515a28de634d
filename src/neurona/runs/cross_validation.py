"""Cross-validation of a run: a model a fold, scored on rows that it has not seen.

The run's own model is trained first, as it is without folds, so a run that is stopped in between
has a model, and the folds that are done. Folds are made of all rows whose targets are known, those
kept back for the test included: each fold holds its own rows back.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from neurona.data.cells import NumberFormat
from neurona.data.split import SPLITTERS, Split, Wanted
from neurona.data.task import Task
from neurona.engine.granted import granting
from neurona.engine.threads import available_threads
from neurona.errors import DivergenceError, StopReason
from neurona.inference.members import have_error_bars
from neurona.progress.events import Event, Stream
from neurona.runs.cells import number_cells, value_cells, written
from neurona.runs.estimator import make_estimator
from neurona.runs.failures import Code
from neurona.runs.folding import make_folds
from neurona.runs.run_folder import FOLDS, RunFolder
from neurona.runs.scores import Array, answers, baseline, score_answers
from neurona.runs.settings import Settings
from neurona.runs.side_by_side import engine_like, side_by_side
from neurona.runs.takers import AUTO
from neurona.runs.training_data import TrainingData, Whole, is_lone_group
from neurona.training.callbacks import Callback
from neurona.training.history import EpochRecord
from neurona.training.loop import Training


class Fold(NamedTuple):
    """A fold that is done: its number from 1, the rows held out, and what was said of them.

    `said` are quantities, or probabilities by class or label; `std` their standard deviations, if
    the model knows them.
    """

    number: int
    held: Array
    said: Array
    predicted: Array
    std: Array | None


class CrossValidation:
    """The folds of a run: `run` trains them side by side, until it is asked to stop.

    Attributes
    ----------
    folds : list of Split
        What is held out, fold by fold.
    done : list of Fold
        Those that are done.
    asked : bool
        Whether it was asked to stop.
    """

    def __init__(self, settings: Settings, data: TrainingData, whole: Whole) -> None:
        self.settings, self.data, self._whole = settings, data, whole
        self.folds = _folds(settings, data.task, whole)
        self.done: list[Fold] = []
        self._events: list[Event] = []
        self._labels: list[Any] = []
        self._threads = 1
        self.asked = False

    def ask(self) -> bool:
        """Ask to stop: the fold that is being trained is left out, those done stay."""
        self.asked = True
        return True

    def run(self, stream: Stream, folder: RunFolder, network: Any) -> Code:
        """Train and score all folds; each in its turn is an event and is saved. Returns if all are
        done.

        They are trained side by side by what trained the run's own `network`, a fitted MLP.
        """
        for number, came in enumerate(self._side_by_side(network)):
            if came is None:
                done = f"{number} of {len(self.folds)} folds"
                stream.note(f"Cross-validation was stopped after {done}; they are kept.", "warning")
                return Code.INTERRUPTED
            event, fold = came
            self._events.append(event)
            if fold is not None:
                self.done.append(fold)
            stream.put(event)
            folder.write(FOLDS, self.csv())
        return Code.OK

    def _side_by_side(self, network: Any) -> Iterator[tuple[Event, Fold | None] | None]:
        """Yield what the folds come to, in order, while those that follow are trained."""
        given = self.settings["training.threads"]
        threads = available_threads() if given == AUTO else given
        at_once = min(threads, len(self.folds))
        self._threads = max(1, threads // at_once)
        works = [partial(self._fold, *one) for one in enumerate(self.folds, 1)]
        together = engine_like(network, len(works))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is to be said is in the scores
            with granting(self._threads), side_by_side(works, at_once, together) as futures:
                try:
                    for future in futures:
                        yield future.result()
                except BaseException:
                    self.asked = True  # the others end, too
                    raise

    def facts(self) -> Event:
        """Return what the done event says of the folds: mean and spread of each score."""
        scored = [one for one in self._events if one["metrics"] is not None]
        return {
            "folds": len(self.folds),
            "done": len(scored),
            "how": self.folds[0].how,
            "metrics": spreads([one["metrics"] for one in scored]),
            "baseline": spreads([one["baseline"] for one in scored]),
            "file": FOLDS,
        }

    def csv(self) -> Iterator[bytes]:
        """Yield the predictions of the rows held out, in the order of the table, in pieces."""
        form = NumberFormat()
        yield (",".join(written(self._header(), ",", form)) + "\n").encode("utf-8", "replace")
        if not self.done:
            return
        rows = np.concatenate([one.held for one in self.done])
        order = np.argsort(rows, kind="stable")
        fold = np.concatenate([np.full(len(one.held), one.number) for one in self.done])
        columns = [self.data.numbers[rows] + 1, fold, *_columns(self._whole.values[rows])]
        columns += _columns(np.concatenate([one.predicted for one in self.done]))
        if self.data.task is not Task.REGRESSION:
            columns += _columns(np.concatenate([one.said for one in self.done]))
        deviations = [one.std for one in self.done if one.std is not None]
        if len(deviations) == len(self.done):
            columns += _columns(np.concatenate(deviations))
        cells = [_cells(column[order], form) for column in columns]
        yield "".join(",".join(row) + "\n" for row in zip(*cells, strict=True)).encode(
            "utf-8", "replace"
        )

    def _header(self) -> list[str]:
        targets = self.data.targets
        names = _named("true", targets) + _named("predicted", targets)
        if self.data.task is Task.MULTILABEL:
            names += [f"p_{target}" for target in targets]
        elif self.data.task is not Task.REGRESSION:
            names += [f"p_{label}" for label in value_cells(np.array(self._labels), NumberFormat())]
        if self.done and all(one.std is not None for one in self.done):
            names += _named("std", targets)
        return ["row", "fold", *names]

    # -- a fold

    def _fold(self, number: int, split: Split) -> tuple[Event, Fold | None] | None:
        """Train and score one fold; None if it was stopped, no Fold if training diverged."""
        if self.asked:
            return None
        began = time.perf_counter()
        model = self._trained(split)
        if self.asked:
            return None
        scores, fold = (None, None) if model is None else self._score(number, split, model)
        values = self._whole.values
        event = {
            "event": "fold",
            "fold": number,
            "folds": len(self.folds),
            "train": len(split.train),
            "held": len(split.held),
            "how": split.how,
            "metrics": scores,
            "baseline": baseline(self.data.task, values[split.train], values[split.held])[
                "metrics"
            ],
            "seconds": round(time.perf_counter() - began, 3),
        }
        return event, fold

    def _trained(self, split: Split) -> Any:
        """Return the model of a fold; None if training diverged at once."""
        whole = self._whole
        table, word, column = whole.table.take(split.train), whole.word, whole.column
        stopping = _StoppingOneStart if self.settings["run.checkpoint_every"] else _Stopping
        if is_lone_group(table, word, column):
            table, word, column = table.without([column]), AUTO, ""
        model = make_estimator(
            self.settings,
            self.data.task,
            word,
            split_column=column or None,
            kinds=self.data.kinds,
            callbacks=[stopping(self)],
        )
        if model.n_threads is not None:  # else it takes those that it has been granted
            model.n_threads = self._threads
        try:
            return model.fit(table, list(self.data.targets), X_val=self.data.validation)
        except DivergenceError:
            return None

    def _score(self, number: int, split: Split, model: Any) -> tuple[dict[str, Any], Fold]:
        table, values = self._whole.table.take(split.held), self._whole.values[split.held]
        said, std = answers(model, table), None
        scores, predicted = score_answers(model, said, values), said
        if self.data.task is Task.MULTILABEL:
            predicted = (said > 0.5).astype(int)
        elif self.data.task is not Task.REGRESSION:
            self._labels = self._labels or sorted(set(self._whole.values.tolist()))
            predicted = model.classes_[said.argmax(axis=1)]
            said = _spread_out(said, model.classes_.tolist(), self._labels)
        elif have_error_bars(model.network_.learned().members):
            std = model.predict_uncertainty(table).std.reshape(len(said), -1)
        return scores, Fold(number, split.held, said, predicted, std)


class _Stopping(Callback):
    """Ends a fold's training when the run was asked to stop, or the time of a training is over."""

    def __init__(self, folds: CrossValidation) -> None:
        self._folds = folds
        self._until = time.perf_counter() + folds.settings["training.time_limit"]

    def on_epoch(self, training: Training, record: EpochRecord) -> str | None:
        """Return why to stop."""
        if self._folds.asked:
            return str(StopReason.INTERRUPTED)
        return "the time limit was reached" if time.perf_counter() > self._until else None


class _StoppingOneStart(_Stopping):
    """The same where a checkpoint follows the one start that the run's model has."""

    needs_one_start = True


def spreads(scores: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return mean and spread (standard deviation) of scores by name, over folds.

    A score may be a list, one number a target; one that some folds have not is left out.

    >>> spreads([{"r2": 0.5, "rmse": [1.0]}, {"r2": 0.7, "rmse": [3.0]}])["rmse"]
    {'mean': [2.0], 'spread': [1.4142135623730951]}
    """
    found = {}
    for name in scores[0] if scores else ():
        values = [one[name] for one in scores]
        if any(value is None for value in values):
            continue
        matrix = np.array(values, np.float64)
        spread = matrix.std(axis=0, ddof=1) if len(matrix) > 1 else np.zeros_like(matrix[0])
        found[name] = {"mean": matrix.mean(axis=0).tolist(), "spread": spread.tolist()}
    return found


def _folds(settings: Settings, task: Task, whole: Whole) -> list[Split]:
    word = whole.word
    classes = whole.values if task in (Task.BINARY, Task.MULTICLASS) else None
    random = np.random.RandomState([settings["training.seed"] % 2**32, 2])
    column = whole.table[whole.column] if SPLITTERS[word].of_column else None
    wanted = Wanted(whole.table.rows, 0.5, random, column, classes, whole.column or None)
    return make_folds(word, wanted, settings["data.folds"])


def _spread_out(said: Array, known: list[Any], labels: list[Any]) -> Array:
    """Return probabilities by all labels: those that a fold's training had not are 0."""
    out = np.zeros((len(said), len(labels)))
    out[:, [labels.index(label) for label in known]] = said
    return out


def _named(what: str, targets: list[str]) -> list[str]:
    return [what] if len(targets) == 1 else [f"{what}_{target}" for target in targets]


def _columns(values: Array) -> list[Array]:
    return list(values.reshape(len(values), -1).T)


def _cells(column: Array, form: NumberFormat) -> list[str]:
    if column.dtype.kind in "iuf":
        return number_cells(column, form)
    return written(value_cells(column, form), ",", form)
