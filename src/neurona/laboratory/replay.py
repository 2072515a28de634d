"""A log of edits done again, without a page."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def replay_log(log: Mapping[str, Any], folder: str | Path = ".") -> dict[str, Any]:
    """Return what the edits of a log come to: the epoch, and the hash of the weights.

    Parameters
    ----------
    log : mapping
        "first", the state it began with; "edits"; "epoch" and "step", where it was left.
    folder : str or Path
        Where files lie that the log calls by name and hash.
    """
    from neurona.laboratory.session.course import replayed
    from neurona.laboratory.session.edits import Edit
    from neurona.laboratory.session.shelf import Shelf
    from neurona.laboratory.session.spec import State

    edits = [Edit(**one) for one in log["edits"]]
    course = replayed(State.of(log["first"]), edits, shelf=Shelf(beside=Path(folder)))
    course.go_to(int(log.get("epoch", 0)), int(log.get("step", 0)))
    network = course.training.network
    parameters = network.parameters(course.training.weights)
    record = course.training.history[-1] if len(course.training.history) else None
    return {
        "epoch": course.epoch,
        "step": course.step,
        "loss": None if record is None else record.loss,
        "weights": hashlib.sha256(parameters.tobytes()).hexdigest(),
    }
