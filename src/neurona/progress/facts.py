"""What events say of a training: the network and its plan, the best epoch, why it ended."""

from __future__ import annotations

import math
from typing import Any

from neurona.errors import StopReason
from neurona.progress.duration import cores, seconds_at_most
from neurona.progress.events import SCHEMA, Event
from neurona.training.history import EpochRecord, History
from neurona.training.loop import Training

WHY = {
    str(StopReason.MAX_EPOCHS): "budget used up",
    str(StopReason.MONITOR_FLAT): "early stop",
    str(StopReason.LOSS_FLAT): "loss is flat",
    str(StopReason.INTERRUPTED): "interrupted",
    str(StopReason.DIVERGED): "diverged",
    str(StopReason.CONVERGED): "converged",
}
"""Reasons in a word or two; others are shown as they are."""


def training_facts(training: Training) -> Event:
    """Return what a start event says of the network, the solver and the plan."""
    network, problem = training.network, training.problem
    optimizer, solving, rows = problem.optimizer, training.solving, training.rows
    hidden = [one.name for one in network.activations[:-1]] or [network.activations[-1].name]
    return {
        "event": "start",
        "schema": SCHEMA,
        "layers": list(network.sizes),
        "activation": hidden[0] if len(set(hidden)) == 1 else "-".join(hidden),
        "parameters": int(network.n_parameters),
        "solver": _name(optimizer if solving is None else solving.solver),
        "rate": None if optimizer is None else training.learning_rate,
        "batch": int(problem.batch),
        "epochs": int(training.plan.max_epochs),
        "steps_per_epoch": -(-rows // int(problem.batch)),
        "starts": training.starts,
        "epochs_before": int(training.epochs_done),
        "seconds_at_most": seconds_at_most(training, training.starts),
        "cores": cores(),
    }


def _name(method: Any) -> str:
    return "" if method is None else str(method.name)


def validation_rows(training: Training) -> int:
    """Return the number of rows that are validated on."""
    return 0 if training.validation is None else int(training.validation.rows)


def best_record(history: History) -> EpochRecord | None:
    """Return the first epoch with the best validation loss (training loss, if there is none)."""
    best: EpochRecord | None = None
    lowest = math.inf
    for record in history:
        value = record.loss if record.val_loss is None else record.val_loss
        if value < lowest:
            best, lowest = record, value
    return best


def start_facts(training: Training) -> Event:
    """Return what an event says of one start that has ended: by what starts are compared, and how
    far it came. More is better of `log_evidence`, less of losses.
    """
    best = best_record(training.history)
    measure, value = "loss", None if best is None else best.loss
    state = None if training.solving is None else training.solving.state
    known = getattr(state, "log_evidence", None)
    if best is not None and best.val_loss is not None:
        measure, value = "val_loss", best.val_loss
    elif known is not None and math.isfinite(known):
        measure, value = "log_evidence", float(known)
    return {
        "event": "start_end",
        "start": training.start + 1,
        "starts": training.starts,
        "epochs_done": training.epochs_done,
        "why": WHY.get(str(training.reason), str(training.reason)),
        "measure": measure,
        "value": value,
        "score": None if best is None else best.score,
        "candidate": training.about.get("candidate"),
    }


def end_facts(history: History, reason: str) -> Event:
    """Return what a done event says of how a training ended."""
    best = best_record(history)
    return {
        "event": "done",
        "why": WHY.get(reason, reason),
        "reason": reason,
        "epochs_done": len(history),
        "best_epoch": None if best is None else best.epoch,
        "training_seconds": history[-1].seconds if len(history) else 0.0,
    }
