"""What `verbose` asks for: 1 shows the fit as the command line does, 2 and more print the lines of
scikit-learn.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from neurona.data.task import Task
from neurona.engine.granted import is_worker
from neurona.errors import StopReason
from neurona.estimators.choices import hidden_shapes
from neurona.progress.events import Event
from neurona.progress.facts import best_record, end_facts, training_facts, validation_rows
from neurona.progress.place import fit_stream
from neurona.progress.watcher import Watcher
from neurona.progress.worth import worth
from neurona.training.callbacks import Callback, Printer
from neurona.training.loop import Training


def shows_screen(verbose: Any) -> bool:
    """Whether `verbose` asks for the screen."""
    return bool(verbose) and verbose <= 1


def network_callback(model: Any, incremental: bool) -> Callback:
    """Return the callback that shows the fit of an MLP; a `partial_fit` is but a line.

    Screens stay at home: of several jobs side by side none has one.
    """
    if incremental or not shows_screen(model.verbose):
        return Printer()
    if is_worker():
        return Callback()
    stream = fit_stream()

    def ended(training: Training, reason: str) -> None:
        if reason != StopReason.FAILED:
            stream.put(_network_end(model, training, reason))
        stream.close()

    return Watcher(stream, lambda training: stream.put(_network_start(model, training)), ended)


def _network_start(model: Any, training: Training) -> Event:
    train, validation = training.order.size, validation_rows(training)
    names = getattr(model, "feature_names_in_", None)
    return {
        **training_facts(training),
        "rows": train + validation,
        "columns": training.network.sizes[0],
        "outputs": training.network.sizes[-1],
        "features": None if names is None else len(names),
        "task": model.subject().task,
        "split": {"train": train, "validation": validation} if validation else None,
    }


def _network_end(model: Any, training: Training, reason: str) -> Event:
    event = end_facts(training.history, reason)
    best = best_record(training.history)
    held_out = best is not None and best.val_loss is not None
    if best is not None:
        event["validation"] = None
        if held_out:
            event["validation"] = {"loss": best.val_loss, model.subject().score_name: best.score}
        event["train"] = None if held_out else {"loss": best.loss}
    return {**event, "seconds": event["training_seconds"]}


def table_facts(model: Any) -> Event:
    """Return what a start event says of a table, how it was prepared, and the networks to train."""
    regression = model.task_ is Task.REGRESSION
    inputs = len(model.preparation_.features)
    outputs, _ = model.learns()
    shapes = [
        [inputs, *hidden, outputs] for hidden in hidden_shapes(model.plan_.hidden_layer_sizes)
    ]
    return {
        "shapes": shapes,
        "why_solver": model.plan_.reason,
        "target": list(model.target_names_),
        "task": str(model.task_),
        "scaled": "inputs by median and spread"
        + (", target by mean and deviation" if regression else ""),
        "features": inputs,
        "left_out": [one.name for one in model.preparation_.dropped],
        "candidates": None,
        **_contest_facts(model),
    }


def _contest_facts(model: Any) -> Event:
    """Return what a start event says where several ways are tried: none stands for the others."""
    contest = vars(model).get("contest")
    if contest is None:
        return {}
    several: Event = {
        "shapes": [],
        "layers": [],
        "parameters": None,
        "solver": "several",
        "rate": None,
    }
    return {**several, "candidates": contest.names()}


def table_split_facts(model: Any, training: Training) -> Event:
    """Return how many rows are trained on and validated on; of folds all are both."""
    folds = "contest" in vars(model)
    train = len(model.split_.train) if folds else int(training.rows)
    return {"train": train, "validation": 0 if folds else validation_rows(training)}


@contextmanager
def shown(model: Any, source: str, rows: int) -> Iterator[list[Callback]]:
    """Show the fit of a table estimator if `verbose` is 1; yields callbacks that do it."""
    if is_worker() or not shows_screen(model.verbose):
        yield []
        return
    stream, began = fit_stream(), time.perf_counter()

    def started(training: Training) -> None:
        stream.put(_table_start(model, source, rows, training))
        for text in model.notes_:
            stream.note(text)

    try:
        yield [Watcher(stream, started)]
        stream.put({**table_end(model), "seconds": time.perf_counter() - began})
    finally:
        stream.close()


def _table_start(model: Any, source: str, rows: int, training: Training) -> Event:
    split = {**table_split_facts(model, training), "how": model.split_.how}
    columns = len(model.preparation_.names)
    facts = {"source": source, "rows": rows, "columns": columns, "split": split}
    return {**training_facts(training), **facts, **table_facts(model)}


def table_end(model: Any) -> Event:
    """Return what a done event says of a fitted table estimator, beside the trivial baseline."""
    comparison, best = model.comparison_, best_record(model.history_)
    values, trivial = comparison.model, comparison.baseline
    if comparison.metric == "log_loss":
        values, trivial = values[0], trivial[0]
    own = {comparison.metric: values}
    if comparison.held_out and best is not None and best.score is not None:
        own["r2" if model.task_ is Task.REGRESSION else "accuracy"] = best.score
    part = "validation" if comparison.held_out else "training"
    both = {comparison.metric: values}, {comparison.metric: trivial}
    return {
        **end_facts(model.history_, model.stop_reason_),
        "worth": worth(part, *both, model.target_names_),
        "validation": own if comparison.held_out else None,
        "train": None if comparison.held_out else own,
        "validation_baseline": {comparison.metric: trivial},
        "candidates": [one._asdict() for one in vars(model).get("candidates_", [])],
        **certainty(model),
    }


def certainty(model: Any) -> Event:
    """Return how many networks a table model averages, and how sure they are of themselves."""
    network = model.network_
    members = network.learned().members
    noise = getattr(model, "noise_", None)
    return {
        "members": len(members),
        "effective_parameters": getattr(network, "effective_parameters_", None),
        "noise": None if noise is None else noise.tolist(),
    }
