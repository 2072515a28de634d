"""One run: data, training, scores, files. Who starts it hears of it through events.

A command, a page and a notebook start the same run:

>>> import tempfile
>>> from neurona.runs import Code, Run, Settings
>>> class Counting:  # any object with these two methods listens
...     def __init__(self):
...         self.epochs = 0
...     def take(self, event):
...         self.epochs += event["event"] == "epoch"
...     def close(self):
...         pass
>>> with tempfile.TemporaryDirectory() as folder:
...     settings = Settings.of(
...         {
...             "data.source": "iris",
...             "model.hidden": [8],
...             "training.solver": "adam(beta1=0.8)",
...             "training.epochs": 3,
...             "run.out": f"{folder}/first",
...         }
...     )
...     counting = Counting()
...     with Run(settings, [counting]) as run:
...         code = run.train()
...     saved = sorted(path.name for path in run.folder.path.iterdir())
>>> code is Code.OK, counting.epochs
(True, 3)
>>> saved
['config.toml', 'events.jsonl', 'history.csv', 'model.neurona', 'summary.md']
>>> run.model.classes_.tolist()
['setosa', 'versicolor', 'virginica']
"""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neurona.errors import CollapsedWarning, DivergenceError
from neurona.progress.events import Event, Listener, Stream
from neurona.progress.log import log_file
from neurona.progress.watcher import Watcher
from neurona.runs import run_folder as folders
from neurona.runs.estimator import check_loss, check_shares, make_estimator
from neurona.runs.failures import Code, Failure
from neurona.runs.history_csv import as_csv
from neurona.runs.larger import gather_for_training
from neurona.runs.run_folder import RunFolder, check_resumed, config_of, what_is_left
from neurona.runs.settings import Said, Settings, in_table, make_absolute, read_toml
from neurona.runs.summary import summary
from neurona.runs.training_data import TrainingData
from neurona.spelling import parameter
from neurona.training.history import History

if TYPE_CHECKING:
    from neurona.compiled.announcements import Announcement
    from neurona.files.checkpoint import Checkpoint
    from neurona.observers.tensorboard import TensorBoard
    from neurona.runs.cross_validation import CrossValidation


class _Planned(Exception):  # noqa: N818 - the end of a dry run, not an error
    """Raised before the first epoch of a dry run."""


class Run:
    """A training with its folder, from settings to a saved model.

    Parameters
    ----------
    settings : Settings
        What to train on, and how. The run has a copy of its own, in which "auto" becomes what was
        taken.
    listeners : sequence of Listener, default=()
        What hears the run's events (`progress.events`), in order.
    dry : bool, default=False
        Whether to stop before the first epoch, and write nothing.
    resume : Path, default=None
        The folder of a run to go on with from its checkpoint; `taken_up` finds the settings, too.
    folder : RunFolder, default=None
        One that is there already, to be filled; otherwise it is made.

    Attributes
    ----------
    folder : RunFolder or None
        Where files go, from the start event on; None in a dry run.
    model : estimator or None
        The fitted TableRegressor or TableClassifier, once `train` is done.
    training : bool
        Whether epochs are being trained: a KeyboardInterrupt then ends them and keeps the model.
    """

    def __init__(
        self,
        settings: Settings,
        listeners: Sequence[Listener] = (),
        dry: bool = False,
        resume: Path | None = None,
        folder: RunFolder | None = None,
    ) -> None:
        self.settings = Settings(dict(settings.values), dict(settings.origins))
        self.stream = Stream(listeners)
        self.dry, self.resume = dry, resume
        self.folder: RunFolder | None = None
        self.model: Any = None
        self.training = False
        self._asked = self._making = False
        self._saved: Path | None = None
        self._given, self._began = folder, time.perf_counter()
        self._ask: Callable[[], bool] = lambda: False
        self._start: Event = {}
        self._folds: CrossValidation | None = None

    @classmethod
    def taken_up(
        cls,
        folder: str | os.PathLike[str],
        changes: Mapping[str, Any] | None = None,
        listeners: Sequence[Listener] = (),
    ) -> Run:
        """Return a run that goes on from the checkpoint in a folder, with some settings changed.

        Failure if the folder is not that of a run.
        """
        path = Path(folder)
        config = config_of(path)
        settings = Settings.defaults()
        said = [Said(key, value, "given") for key, value in (changes or {}).items()]
        settings.put_all([*in_table(read_toml(config), f"config {config.name}"), *said])
        check_resumed(settings)
        return cls(settings, listeners, resume=path)

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def train(self) -> Code:
        """Train and save, once; returns what it came to.

        Raises
        ------
        Failure
            Data or settings are not right, or training diverged at once; `code` says which kind.
        NeuronaError, OSError
            What reading, training and writing raise; `as_failure` makes a Failure of any.
        """
        if not self.settings["data.source"]:
            raise Failure(f"There is no table: set {parameter('data.source')}.", Code.USAGE)
        make_absolute(self.settings)
        resumed = None if self.resume is None else folders.checkpoint_in(self.resume)
        if resumed is None and self._given is None:
            folders.check_out(self.settings["run.out"])
        check_shares(self.settings)
        data = gather_for_training(self.settings)
        check_loss(self.settings, data)
        # only now what trains is imported: what is wrong so far has been said at once
        from neurona.diagnosis.notes import Notes
        from neurona.runs.checkpoints import checkpoint_of
        from neurona.runs.cross_validation import CrossValidation
        from neurona.runs.watching import tensorboard_of

        if data.whole is not None:
            self._folds = CrossValidation(self.settings, data, data.whole)
        board = tensorboard_of(self.settings, data)
        checkpoint = checkpoint_of(self.settings["run.checkpoint_every"], resumed, self.stream)
        watcher = Watcher(
            self.stream,
            lambda training: self._started(data, model, training, checkpoint, board),
            time_limit=self.settings["training.time_limit"],
            save_history=self._save_history,
            stopping=lambda training: self._before_stop(training, checkpoint),
        )
        model = make_estimator(
            self.settings,
            data.task,
            data.split,
            split_column=data.split_column,
            kinds=data.kinds,
            callbacks=[*filter(None, (checkpoint, watcher, Notes(self._tell_finding), board))],
        )
        self._ask = watcher.ask
        try:
            caught = self._fit(model, data)
            if not self._start:
                raise KeyboardInterrupt  # before the first epoch, which training takes for its end
        except DivergenceError:
            from neurona.runs.run_events import diverged_event

            self.stream.put(diverged_event(self._seconds(), self._place()))
            raise Failure(
                "Training diverged in its first epoch: the loss or the weights left the finite "
                f"numbers. Lower {parameter('training.rate')} (it is "
                f"{self.settings['training.rate']:g}), or look for huge values in the inputs; no "
                "model was saved.",
                Code.DIVERGED,
            ) from None
        except _Planned:
            self.stream.note("dry run: nothing was trained, nothing was written")
            return Code.OK
        except BaseException:
            self.abandon()
            raise
        finally:
            self.training = False
            # from here on a first wish to stop lets the files be written
            self._ask = lambda: True
        return self._finish(model, data, caught)

    def stop(self) -> bool:
        """Ask training to stop after this epoch, from any thread; the best model is kept.

        Returns False if that cannot be waited for: training did not begin, or its epochs are long.
        """
        self._asked = True
        # a folder that is being made is not left half made
        return self._making or self._ask()

    def abandon(self) -> None:
        """Remove the folder of a run that was made, and in which nothing was trained."""
        ours = self.resume is None and self._given is None
        if self.folder is not None and ours and not self._start:
            self.folder.abandon()
            self.folder = None

    def left(self) -> str:
        """Return what there is if the run ends at once, in a sentence."""
        folder = None if self.folder is None else self.folder.path
        return what_is_left(folder if self.resume is None else self.resume, self._saved)

    def close(self) -> None:
        """Let go of the folder, and end the listeners."""
        self.stream.close()
        if self.folder is not None:
            self.folder.close()

    # -- before training

    def _fit(self, model: Any, data: TrainingData) -> list[warnings.WarningMessage]:
        """Fit; returns the warnings. Rows to validate on are a table of their own, if given.

        What has to be compiled ends the fit before it begins; it is compiled, and fit again.
        """
        from neurona.compiled.announcements import announced_to
        from neurona.runs.compiling.before_training import Cold, compile_ahead, without_computing

        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            fit = partial(model.fit, data.learned, list(data.targets), X_val=data.validation)
            without_computing(fit, self.dry and self.resume is None)
            try:
                with announced_to(partial(self._refuse_to_compile, model)):
                    fit()
            except Cold as cold:
                caught.clear()
                compile_ahead(cold.networks, self._tell_compiling)
                fit()
        return list(caught)

    def _tell_compiling(self, text: str) -> None:
        self.stream.note(text, "compiling")

    def _refuse_to_compile(self, model: Any, _: Announcement) -> None:
        """Let nothing be compiled before it was told; what training has begun with may be."""
        from neurona.runs.compiling.before_training import Cold

        if not self._start:
            raise Cold(model.networks_begun())

    def _started(
        self,
        data: TrainingData,
        model: Any,
        training: Any,
        checkpoint: Checkpoint,
        board: TensorBoard | None,
    ) -> None:
        """Make the start event, and the folder: only now nothing is known to be wrong any more.

        The time limit begins after this, and so after all compiling.
        """
        from neurona.runs.compiling.before_training import compile_ahead

        if not self.dry:
            compile_ahead(model.networks_begun(), self._tell_compiling)
            self._make_folder(data.source.name, training, checkpoint, board)
        from neurona.runs.run_events import notes_of, start_event

        event = start_event(data, model, training, self.settings["training.seed"], self._place())
        self.stream.put(event)
        self._start, self.training = event, True
        for text in notes_of(data, model):
            self.stream.note(text)
        if self.resume is not None:
            self.stream.note(f"taken up after epoch {training.epochs_done}")
        if self.dry:
            raise _Planned

    def _make_folder(
        self, name: str, training: Any, checkpoint: Checkpoint, board: TensorBoard | None
    ) -> None:
        from neurona.runs.watching import place_in

        self._making = True
        if self.resume is None:
            self.folder = self._given or RunFolder.create(name, self.settings["run.out"])
            checkpoint.path = self.folder.file(folders.CHECKPOINT)
        else:
            self.folder = RunFolder.reopen(self.resume, training.epochs_done)
        place_in(board, self.folder)
        self.folder.write(folders.CONFIG, [self.settings.to_config().encode()])
        self.stream.add(log_file(self.folder.events))
        self._making = False
        if self._asked:  # while the folder was made
            raise KeyboardInterrupt
        if self.folder.damaged:
            lines = ", ".join(map(str, self.folder.damaged))
            self.stream.note(f"{folders.EVENTS}: damaged, left out: line {lines}.", "warning")

    # -- during training

    def _tell_finding(self, text: str, name: str) -> None:
        self.stream.note(f"{name.replace('_', ' ')}: {text}", "finding")

    def _save_history(self, history: History) -> None:
        from neurona.runs.saving import put

        if self.folder is not None:
            put(self.folder, folders.HISTORY, as_csv(history), self.stream)

    def _before_stop(self, training: Any, checkpoint: Checkpoint) -> None:
        """Keep where training stands, so that it can be taken up; of several starts nothing is."""
        if training.starts == 1:
            checkpoint.keep(training)

    # -- after training

    def _finish(self, model: Any, data: TrainingData, caught: list[Any]) -> Code:
        from neurona.runs.measuring import provenance_of, tested_of
        from neurona.runs.run_events import (
            CODES,
            done_event,
            in_words,
            next_command,
            notes_of,
            tells_more,
        )
        from neurona.runs.saving import drop_checkpoint, put, save_model

        # what was found in these rows is no parameter
        model.set_params(kinds=data.said or None)
        code = CODES.get(model.stop_reason_, Code.OK)
        collapsed = any(issubclass(one.category, CollapsedWarning) for one in caught)
        for one in caught:
            if tells_more(one.category, code):
                self.stream.note(str(one.message), "warning")
        tested = tested_of(model, data, self.stream)
        model.provenance_ = provenance_of(model, data, tested, self.settings["run.fingerprints"])
        assert self.folder is not None
        self.model = model
        self._saved, in_place = save_model(model, self.folder, self.stream)
        put(self.folder, folders.HISTORY, as_csv(model.history_), self.stream)
        if self._folds is not None and code == Code.OK:
            self._ask = self._folds.ask
            code = self._folds.run(self.stream, self.folder, model.network_)
        place = self.folder.path if in_place else self._saved
        event = {
            **done_event(model, tested, collapsed, code),
            "worth": in_words(model),
            "folds": None if self._folds is None else self._folds.facts(),
            "seconds": self._seconds(),
            "run": self._place(),
            "model": str(self._saved),
            "next": next_command(self.folder, code, place),
        }
        text = summary(self._start, event, notes_of(data, model))
        put(self.folder, folders.SUMMARY, [text.encode("utf-8", "replace")], self.stream)
        if not self.settings["run.checkpoint_every"] and code == Code.OK and self.resume is None:
            drop_checkpoint(self.folder)
        if code == Code.OK and not in_place:
            code = Code.INVALID
        if code == Code.OK and self._asked:
            code = Code.INTERRUPTED
            self.stream.note("interrupted when training was over: the model is saved all the same")
        self.stream.put({**event, "exit_code": int(code)})
        return code

    def _seconds(self) -> float:
        return round(time.perf_counter() - self._began, 3)

    def _place(self) -> str | None:
        return None if self.folder is None else os.fspath(self.folder.path)
