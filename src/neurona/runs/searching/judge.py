"""The judge of a search: trains a candidate without some rows, and says its loss on them.

The rows kept back for the test are not among them: nothing is chosen by these. Rows are held out
fold by fold, in the way the run is split; large tables have one share held out instead.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from neurona import metrics
from neurona.choosing.space import Parameters
from neurona.choosing.ways import ALSO
from neurona.data.split import SPLITTERS, Split, Wanted, choose_split, with_all_classes
from neurona.data.table import Column, Table
from neurona.data.task import Task
from neurona.engine.compiled import CompiledEngine
from neurona.errors import NeuronaError, StopReason
from neurona.estimators.tables.contest.unseen import in_units, out_of_fold, outputs_out_of_fold
from neurona.numerics.losses import LOSSES
from neurona.runs.estimator import make_estimator
from neurona.runs.failures import Failure
from neurona.runs.folding import make_folds
from neurona.runs.scores import answers, row_losses
from neurona.runs.searching.planning import look
from neurona.runs.searching.unseen import MODEL, Unseen
from neurona.runs.settings import Settings
from neurona.runs.side_by_side import engine_together
from neurona.runs.takers import AUTO
from neurona.runs.training_data import TrainingData, is_lone_group
from neurona.spelling import parameter
from neurona.training.callbacks import Callback
from neurona.training.engine import SideBySideEngine
from neurona.training.history import EpochRecord
from neurona.training.loop import Training

FEW, SOME = 1000, 4000
"""Rows up to which there are five folds, or three; more have one share held out."""
LEAST = 6
"""The fewest rows that a search chooses by."""
SHARE, MOST_HELD = 0.2, 10_000
"""The share held out of large tables, and its most rows."""


EXACT = 1e-12
"""A square of an error, in variances, below which all are alike."""
EFFORT = "training.effort"
"""The setting by which the default does more."""
PARTS = 10
"""Parts of a fold's rows whose losses are kept: where there is one fold, they tell how sure its
loss is.
"""


class Loss(NamedTuple):
    """A candidate's loss on a fold, that on each of PARTS parts of the rows held out, and of
    quantities the mean logarithm of the errors' squares.
    """

    loss: float
    parts: list[float]
    log: float | None = None


FAILED = Loss(math.inf, [])


class _Stopping(Callback):
    """Ends trainings when the search is to stop, or the time of a training is over."""

    def __init__(self, stopped: Callable[[], bool], limit: float) -> None:
        self._stopped, self._until = stopped, time.perf_counter() + limit

    def on_epoch(self, training: Training, record: EpochRecord) -> str | None:
        """Return why to stop."""
        if self._stopped():
            return str(StopReason.INTERRUPTED)
        return "the time limit was reached" if time.perf_counter() > self._until else None


class Judge:
    """Trains candidates on folds of a table's training rows.

    Attributes
    ----------
    facts : Facts
        What a plan is made of.
    folds : list of Split
        Rows of the training rows to train on and to judge by.
    metric : str
        What candidates are judged by: "rmse", "mae" or "log_loss".
    networks : list of estimators
        The unfitted MLPs of the default, for what has to be compiled.
    """

    def __init__(self, settings: Settings, data: TrainingData) -> None:
        self._settings, self._data = settings, data
        self.metric = _metric(settings, data.task)
        self._model: Any = None
        self._unseen: Unseen | None = None
        looked = look(data, partial(self._estimator, {}, data.split, data.split_column, 1))
        self.facts, self.networks, self._joining = looked.facts, looked.networks, looked.joining
        self.folds = self._folds(looked.folds)
        values = data.train_values
        self._scale = np.ones(1)
        if data.task is Task.REGRESSION:
            spread = values.reshape(len(values), -1).std(axis=0)
            self._scale = np.where(spread > 0, spread, 1.0)

    @property
    def unit(self) -> float:
        """What a loss is multiplied by for people: one target's spread."""
        return float(self._scale[0]) if len(self._scale) == 1 else 1.0

    def fingerprint(self) -> str:
        """Return what tells the table of another search apart."""
        digest = hashlib.blake2b(digest_size=8)
        digest.update(repr((self._data.train.names, self._data.rows)).encode(errors="replace"))
        for name in self._data.train.names:
            digest.update(repr(self._data.train[name].tolist()).encode(errors="replace"))
        return digest.hexdigest()

    def baseline(self) -> float:
        """Return the loss of the trivial answer: the mean, the median, how frequent classes are."""
        return self.combined([self._trivial(split) for split in self.folds])

    def combined(self, losses: list[float]) -> float:
        """Return the loss of a candidate over folds; that of squares is the root of their mean."""
        mean = float(np.mean(losses))
        return math.sqrt(mean) if self.metric == "rmse" else mean

    def loss(
        self, parameters: Parameters, fold: int, threads: int, stopped: Callable[[], bool]
    ) -> float:
        """Return a candidate's loss on one fold; infinite if it cannot be trained."""
        return self.losses(parameters, [fold], threads, stopped)[0].loss

    def is_contest(self, parameters: Parameters) -> bool:
        """Whether a candidate lets several ways compete, and so holds out rows itself."""
        return self.facts.contest and set(parameters) <= {EFFORT, ALSO}

    def engine_for(self, fits: int) -> SideBySideEngine | None:
        """Return the engine that a person named, if it does the steps of several fits together."""
        engine = self._settings["training.engine"]
        if engine in (AUTO, CompiledEngine.name):
            return None
        return engine_together(engine, self._settings["training.device"], fits, self.facts.starts)

    def joined_by(self, model: Any, unseen: Unseen) -> bool:
        """Let further ways be judged beside a default that was trained; `unseen` keeps what is said
        of rows held out. False if it is not known what the default's networks said of them.
        """
        self._model, self._unseen = model, unseen
        said = outputs_out_of_fold(model, self.facts.rows)
        if said is not None:
            unseen.put(MODEL, 0, said)
        return unseen.get(MODEL) is not None

    def losses(
        self,
        parameters: Parameters,
        folds: Sequence[int],
        threads: int,
        stopped: Callable[[], bool],
    ) -> list[Loss]:
        """Return the losses on some folds, infinite where it cannot be trained.

        Of a contest, which is trained once, on all rows, the folds are its own.
        """
        try:
            if ALSO in parameters and self._model is not None:
                return self._together(parameters[ALSO], folds, threads, stopped)
            if self.is_contest(parameters):
                data = self._data
                model = self._fitted(parameters, data.train, data.split, threads, stopped)
                return self.unseen(model, folds)
            return [self._on(self.folds[fold], parameters, threads, stopped) for fold in folds]
        except (NeuronaError, ValueError, ArithmeticError, np.linalg.LinAlgError):
            return [FAILED for _ in folds]

    def unseen(self, model: Any, folds: Sequence[int]) -> list[Loss]:
        """Return the losses of a contest on all rows by what its networks said of rows that they
        did not see; infinite where that is not known.
        """
        known = out_of_fold(model)
        if known is None:
            return [FAILED for _ in folds]
        rows, said = known[0], known[1].reshape(len(known[0]), -1)
        places = np.full(self.facts.rows, -1)
        places[rows] = np.arange(len(rows))
        each = [places[self.folds[fold].held] for fold in folds]
        return [
            FAILED if (one < 0).any() else self._loss(model, said[one], self.folds[fold].held)
            for fold, one in zip(folds, each, strict=True)
        ]

    def _together(
        self, ways: Sequence[str], folds: Sequence[int], threads: int, stopped: Callable[[], bool]
    ) -> list[Loss]:
        """Return the losses of the default together with further ways."""
        joining, unseen = self._joining, self._unseen
        assert joining is not None and unseen is not None
        stopping = _Stopping(stopped, self._settings["training.time_limit"])
        for way in ways:
            missing = [fold for fold in folds if unseen.get(way, fold) is None]
            if missing:
                heard = joining.said(way, missing, [stopping], threads)
                if stopped():
                    return [FAILED for _ in folds]
                for fold in missing:
                    unseen.put(way, fold, heard[self.folds[fold].held])
        answers = [unseen.of(MODEL)]
        for way in ways:
            whole = np.full_like(answers[0], np.nan)
            for fold in folds:
                whole[self.folds[fold].held] = unseen.of(way, fold)
            answers.append(whole)
        mixed, found = joining.mixed(answers, folds), []
        for fold in folds:
            held = self.folds[fold].held
            said = in_units(self._model, mixed[held]).reshape(len(held), -1)
            found.append(self._loss(self._model, said, held))
        return found

    def _on(
        self, split: Split, parameters: Parameters, threads: int, stopped: Callable[[], bool]
    ) -> Loss:
        table, word = self._data.train.take(split.train), self._data.split
        if is_lone_group(table, word, self._data.split_column or ""):
            table, word = table.without([self._data.split_column or ""]), AUTO
        model = self._fitted(parameters, table, word, threads, stopped)
        said = answers(model, self._data.train.take(split.held))
        return self._loss(model, said, split.held)

    def _fitted(
        self,
        parameters: Parameters,
        table: Table,
        word: str,
        threads: int,
        stopped: Callable[[], bool],
    ) -> Any:
        column = None if word == AUTO else self._data.split_column
        stopping = _Stopping(stopped, self._settings["training.time_limit"])
        model = self._estimator(parameters, word, column, threads, [stopping])
        return model.fit(table, list(self._data.targets), X_val=self._data.validation)

    # -- one candidate

    def _estimator(
        self,
        parameters: Mapping[str, Any],
        word: str,
        column: str | None,
        threads: int,
        callbacks: list[Callback],
    ) -> Any:
        settings = with_parameters(self._settings, parameters)
        settings.values["training.threads"] = threads
        return make_estimator(
            settings,
            self._data.task,
            word,
            split_column=column,
            kinds=self._data.kinds,
            callbacks=callbacks,
        )

    def _loss(self, model: Any, said: Any, held: Column) -> Loss:
        values = self._data.train_values[held]
        if self.metric == "mae":
            losses = np.abs((values.reshape(said.shape) - said) / self._scale)
        else:
            losses = row_losses(model, said, values)
        log = None
        if self.metric == "rmse":
            losses = losses / self._scale**2
            log = float(np.log(np.maximum(losses, EXACT)).mean())
        parts = np.array_split(losses, min(PARTS, len(losses)))
        return Loss(float(losses.mean()), [float(one.mean()) for one in parts], log)

    def _trivial(self, split: Split) -> float:
        train = self._data.train_values[split.train]
        held = self._data.train_values[split.held]
        if self._data.task is Task.REGRESSION:
            train, held = train.reshape(len(train), -1), held.reshape(len(held), -1)
            middle = np.median(train, axis=0) if self.metric == "mae" else train.mean(axis=0)
            errors = (held - middle) / self._scale
            return float(np.abs(errors).mean() if self.metric == "mae" else (errors**2).mean())
        if self._data.task is Task.MULTILABEL:
            shares = train.mean(axis=0)
            given = np.where(held, shares, 1 - shares)
            return float(metrics.surprise(given, None).sum(axis=1).mean())
        classes, counts = np.unique(train, return_counts=True)
        known = dict(zip(classes.tolist(), (counts / len(train)).tolist(), strict=True))
        given = np.array([known.get(label, 0.0) for label in held.tolist()])
        return float(metrics.surprise(given, None).mean())

    # -- what the table is

    def _folds(self, own: Sequence[Split]) -> list[Split]:
        """Return the folds that suit the rows: some of the default's own, where it has any."""
        data, rows = self._data, self.facts.rows
        if rows < LEAST:
            raise Failure(
                f"{rows} rows to learn from are too few to choose by; a search needs {LEAST}. "
                "Train without one."
            )
        count = 5 if rows <= FEW else 3 if rows <= SOME else 1
        if own:
            return list(own[:count])
        word, column = data.split, data.split_column
        classes = data.train_values if data.task in (Task.BINARY, Task.MULTICLASS) else None
        random = np.random.RandomState([self._settings["training.seed"] % 2**32, 3])
        where = data.train[column] if column and SPLITTERS[word].of_column else None
        share = min(SHARE, MOST_HELD / rows)
        wanted = Wanted(rows, share, random, where, classes, column)
        for fewer in range(count, 1, -1):  # as many as there are rows, groups or times for
            with suppress(Failure):
                return make_folds(word, wanted, fewer)
        word = AUTO if word == "none" or (word == "stratified" and classes is None) else word
        split = with_all_classes(choose_split(word, wanted), word, wanted, column)
        if not len(split.held):
            raise Failure("No rows can be held out to choose by: each class has a single one.")
        return [split]


def with_parameters(settings: Settings, parameters: Mapping[str, Any]) -> Settings:
    """Return settings with those of a candidate, said by the search."""
    changed = Settings(dict(settings.values), dict(settings.origins))
    for key, value in parameters.items():
        changed.put(key, value, "search")
    return changed


def given_settings(settings: Settings) -> dict[str, Any]:
    """Return what a person has said of the network and its training: the search leaves it alone."""
    apart = ("training.seed", "training.threads", "training.time_limit")
    return {
        key: value
        for key, value in settings.values.items()
        if key.split(".")[0] in ("model", "training")
        and key not in apart
        and settings.origins[key] != "default"
        and value != AUTO
    }


def _metric(settings: Settings, task: Task) -> str:
    if task is not Task.REGRESSION:
        return "log_loss"
    said = settings["model.loss"]
    middle = LOSSES.find("squared_error" if said == AUTO else said).baseline
    if middle is None:
        raise Failure(
            "A search judges by RMSE, by MAE or by the log loss, which are not what "
            f"{parameter('model.loss', said)} learns; train with it instead."
        )
    return "mae" if middle == "median" else "rmse"
