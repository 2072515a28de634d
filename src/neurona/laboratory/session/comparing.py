"""Lines of time and runs over each other: curves, settings that differ, changes, the outcome."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np

from neurona.laboratory import commands as c
from neurona.laboratory.commands.comparing import MOST_COMPARED
from neurona.laboratory.fields import Refused
from neurona.laboratory.session import telling
from neurona.laboratory.session.answers import answers
from neurona.laboratory.session.course import Course
from neurona.laboratory.session.curve import thinned
from neurona.laboratory.session.edits import told
from neurona.laboratory.session.keeping import RUNS, run_name
from neurona.laboratory.session.of_run import state_of_settings
from neurona.laboratory.session.spec import State
from neurona.laboratory.session.timeline import Branch
from neurona.laboratory.session.trainer import Trainer
from neurona.runs.failures import Failure
from neurona.runs.record import Record

POINTS = 600
MOST_EDITS = 30
COLUMNS = ("epoch", "loss", "val_loss", "score")


@answers(c.Compare)
def compare(trainer: Trainer, command: c.Compare) -> dict[str, Any]:
    """Return each with its curve and what it came to, and the settings in which they differ."""
    if len(command.branches) + len(command.runs) > MOST_COMPARED:
        raise Refused(f"At most {MOST_COMPARED} are laid over each other.", "branches")
    lines, states = [], []
    for number in dict.fromkeys(command.branches):
        line, state = _of_branch(trainer.course, trainer.course.timeline[number])
        lines.append(line)
        states.append(state)
    for name in dict.fromkeys(command.runs):
        line, state = _of_run(run_name(name))
        lines.append(line)
        states.append(state)
    return {"lines": lines, "settings": differing(states)}


def differing(states: list[State]) -> list[dict[str, Any]]:
    """Return the settings that are not the same in all states: a name, and a text for each."""
    found = []
    for section in dataclasses.fields(State):
        values = [getattr(one, section.name) for one in states]
        for field in dataclasses.fields(values[0]) if values else ():
            each = [_text(getattr(one, field.name)) for one in values]
            if len(set(each)) > 1:
                found.append({"name": f"{section.name}.{field.name}", "values": each})
    return found


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        text = ", ".join(_text(one) for one in value) or "none"
    elif isinstance(value, float):
        text = f"{value:g}"
    else:
        text = "none" if value is None or value == "" else str(value)
    return text if len(text) <= 80 else text[:77] + "..."


def state_of_branch(course: Course, branch: Branch) -> State:
    """Return the rows, network and method of a line of time as they are at its end."""
    here = branch is course.branch
    how = course.method if here or branch.method is None else branch.method
    return State(branch.world.material.spec, branch.world.net, how)


def _of_branch(course: Course, branch: Branch) -> tuple[dict[str, Any], State]:
    state = state_of_branch(course, branch)
    shown = telling.table_shown(branch.world)
    rows = branch.curve.whole().astype(np.float64)[:, : len(COLUMNS)]
    edits = _edits_of(course, branch)
    line = {
        "kind": "branch",
        "id": branch.number,
        "label": branch.name or f"branch {branch.number}",
        "parent": None if branch.parent is None else branch.parent.number,
        "start": branch.start,
        "edits": edits[-MOST_EDITS:],
        "score_name": shown.score_name,
        "baseline": shown.baseline,
        **_came_to(rows),
    }
    return line, state


def _edits_of(course: Course, branch: Branch) -> list[str]:
    """Return in words the changes that lie on the way to the end of a line of time."""
    ends: dict[int, float] = {}
    end = math.inf
    for one in branch.ancestors():
        ends[one.number] = end
        end = one.start
    return [
        f"{told(one.command)}, epoch {one.epoch}"
        for one in course.edits
        if one.branch in ends and one.epoch < ends[one.branch] and one.command["do"] != "time.fork"
    ]


def _of_run(name: str) -> tuple[dict[str, Any], State]:
    try:
        record = Record.read(RUNS / name)
    except (Failure, OSError, ValueError) as error:
        raise Refused(str(error), "runs") from None
    columns = [record.history[column] for column in COLUMNS]
    rows = np.array([[math.nan if one is None else one for one in each] for each in columns]).T
    metrics = next(iter(record.metrics.values()), {})
    line = {
        "kind": "run",
        "id": name,
        "label": name,
        "parent": None,
        "start": 0,
        "edits": [],
        "score_name": "score",
        "baseline": None,
        "metrics": {key: one for key, one in metrics.items() if isinstance(one, int | float)},
        **_came_to(rows.reshape(-1, len(COLUMNS))),
    }
    return line, state_of_settings(record.settings)


def _came_to(rows: Any) -> dict[str, Any]:
    """Return the curve, its end, and where the held-out loss was least."""
    best = None
    if len(rows) and np.isfinite(rows[:, 2]).any():
        best = rows[int(np.nanargmin(rows[:, 2]))]
    last = rows[-1] if len(rows) else [0, math.nan, math.nan, math.nan]
    return {
        "curve": thinned(rows, POINTS).tolist(),
        "epochs": int(last[0]),
        "loss": float(last[1]),
        "val_loss": float(last[2]),
        "score": float(last[3]),
        "best_epoch": None if best is None else int(best[0]),
        "best_val_loss": None if best is None else float(best[2]),
    }
