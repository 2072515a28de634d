"""The first and the last event of a run, and which warnings say more than they do."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

from neurona import __version__
from neurona.errors import CollapsedWarning, StopReason
from neurona.estimators.showing import table_end, table_facts, table_split_facts
from neurona.progress.events import Event
from neurona.progress.facts import end_facts, training_facts
from neurona.progress.worth import worth
from neurona.runs import run_folder as folders
from neurona.runs.failures import Code
from neurona.runs.run_folder import RunFolder
from neurona.runs.scores import baseline
from neurona.runs.training_data import TrainingData
from neurona.training.history import History

CODES = {StopReason.INTERRUPTED: Code.INTERRUPTED, StopReason.DIVERGED: Code.DIVERGED}
"""What a training that ended for another reason than its plan's comes to."""


def notes_of(data: TrainingData, model: Any) -> list[str]:
    """Return what was found on the way, once: by reading, which is in both, and by the fit."""
    found = getattr(model, "rate_curve_", None)
    rate = [] if found is None else [found.why]
    return list(dict.fromkeys([*data.notes, *model.notes_, *rate]))


def start_event(
    data: TrainingData, model: Any, training: Any, seed: int, place: str | None
) -> Event:
    """Return what is known before the first epoch; `place` is the run's folder."""
    tested = data.train_values if data.test_values is None else data.test_values
    return {
        **training_facts(training),
        **table_facts(model),
        "neurona": __version__,
        "run": place,
        "source": data.source.table.source,
        "rows": data.rows,
        "dropped": data.dropped,
        "columns": data.columns,
        "task_reason": data.task_reason,
        "split": {
            **table_split_facts(model, training),
            "test": 0 if data.test is None else data.test.rows,
            "how": data.how or model.split_.how,
        },
        "seed": seed,
        "baseline": baseline(data.task, data.trained_on(model)[1], tested),
    }


def done_event(model: Any, tested: Any, collapsed: bool, code: Code) -> Event:
    """Return how training ended, and what it came to."""
    event = table_end(model)
    if code == Code.INTERRUPTED:
        event["why"] = (
            "interrupted, the best model is kept"
            if event["epochs_done"]
            else "interrupted in the first epoch, the model is kept as it was"
        )
    return {**event, "exit_code": int(code), "test": tested, "collapsed": collapsed}


def in_words(model: Any) -> str:
    """Return how good a model is beside the trivial answer, on the most telling rows."""
    scores = model.provenance_.scores
    if not scores:
        return ""
    part = scores[0]
    return worth(part.part, part.model, part.baseline, model.target_names_)


def diverged_event(seconds: float, place: str | None) -> Event:
    """Return the end of a training that diverged at once, for readers of events: no model."""
    none = (
        *("best_epoch", "worth", "validation", "train", "validation_baseline", "test", "folds"),
        *("model", "next"),
    )
    return {
        **end_facts(History(), StopReason.DIVERGED),
        **dict.fromkeys(none),
        "exit_code": int(Code.DIVERGED),
        "epochs_done": 1,
        "collapsed": False,
        "seconds": seconds,
        "run": place,
    }


def next_command(folder: RunFolder, code: Code, model: Path) -> str:
    """Return the command that a person may want next; `model` is its file, or the run's folder."""
    if code == Code.INTERRUPTED and folder.file(folders.CHECKPOINT).exists():
        return f"neurona train --resume {shlex.quote(str(folder.path))}"
    return f"neurona predict {shlex.quote(str(model))} NEW.csv"


def tells_more(category: type[Warning], code: Code) -> bool:
    """Whether a warning says what notes and the end do not say already."""
    if issubclass(category, CollapsedWarning):
        return True
    if issubclass(category, RuntimeWarning):
        return False  # NumPy's; what it comes to is told as divergence
    return not (code == Code.INTERRUPTED and category is UserWarning)
