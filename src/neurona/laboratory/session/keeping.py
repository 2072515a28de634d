"""A training kept as a run: the folder that `neurona train` would write, and the runs there are."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import warnings
from pathlib import Path
from typing import Any

from neurona import __version__
from neurona.errors import NeuronaError
from neurona.estimators.showing import table_end, table_facts
from neurona.inference.provenance import Provenance
from neurona.laboratory import commands as c
from neurona.laboratory.fields import Refused
from neurona.laboratory.session.answers import answers
from neurona.laboratory.session.course import Course
from neurona.laboratory.session.exporting import fitted, settings_of
from neurona.laboratory.session.of_run import state_of_run
from neurona.laboratory.session.trainer import Trainer
from neurona.progress.events import Stream
from neurona.progress.facts import training_facts
from neurona.progress.log import log_file
from neurona.runs import run_folder as folders
from neurona.runs.failures import Failure
from neurona.runs.history_csv import as_csv
from neurona.runs.run_folder import RunFolder
from neurona.runs.settings import Settings

RUNS = Path("runs")
EDITS = "edits.json"
MOST_LISTED = 200
NAME = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}"


def run_name(text: str) -> str:
    """Return the name of a run; Refused for one that is not of letters, digits, - _ and dots."""
    if not re.fullmatch(NAME, text, re.ASCII):
        raise Refused("A run's name has up to 60 letters, digits, -, _ and dots.", "name")
    return text


@answers(c.RunSave)
def save_run(trainer: Trainer, command: c.RunSave) -> dict[str, Any]:
    """Save the present as a run."""
    name = run_name(command.name)
    course = trainer.course
    if course.step or not course.epoch:
        raise Refused("A run ends with an epoch: train to the end of one first.")
    try:
        model = fitted(course)
        folder = RunFolder.create(name, parent=RUNS)
        try:
            return _filled(course, model, folder)
        except BaseException:
            folder.abandon()
            raise
        finally:
            folder.close()
    except (OSError, Failure, NeuronaError) as error:
        raise Refused(f"The run cannot be saved: {error}") from None


def _filled(course: Course, model: Any, folder: RunFolder) -> dict[str, Any]:
    """Write what a run's folder holds, and the changes besides."""
    from neurona.runs.saving import put, save_model  # with every estimator there is

    stream = Stream([log_file(folder.events)])
    source = _source(course, folder)
    said = {**settings_of(course.state, course.epoch), "data.source": source}
    folder.write(folders.CONFIG, [Settings.of(said, "the Lab").to_config().encode()])
    found = course.world.material
    rows = f"{len(found.held)} rows, drawn by lot" if len(found.held) else "none"
    model.provenance_ = Provenance(found.name, "none", rows, [])
    stream.put(
        {
            **training_facts(course.training),
            **table_facts(model),
            "neurona": __version__,
            "run": str(folder.path),
            "source": found.name,
            "rows": len(found.values),
            "seed": course.state.net.seed,
            "split": {
                "train": len(found.train), "validation": len(found.held), "test": 0, "how": rows,
            },
        }
    )  # fmt: skip
    path, _ = save_model(model, folder, stream)
    put(folder, folders.HISTORY, as_csv(model.history_), stream)
    folder.write(EDITS, [json.dumps(course.log(), indent=1).encode()])
    model_at = shlex.quote(str(folder.path))
    stream.put(
        {
            **table_end(model), "exit_code": 0, "test": None, "collapsed": False, "worth": "",
            "folds": None, "run": str(folder.path), "model": str(path),
            "next": f"neurona predict {model_at} NEW.csv",
        }
    )  # fmt: skip
    rows_at = shlex.quote(source)
    return {
        "run": folder.path.name,
        "folder": str(folder.path),
        "next": f"neurona evaluate {model_at} {rows_at}",
    }


def _source(course: Course, folder: RunFolder) -> str:
    """Return what the run's settings call the rows; a file that was handed over is put beside."""
    data = course.state.data
    if not data.sha256:
        return data.source
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = course.shelf.find(data.source, data.sha256)
    kept = folder.file(path.name)
    shutil.copyfile(path, kept)
    return str(kept.absolute())


@answers(c.RunList)
def list_runs(_: Trainer, __: c.RunList) -> list[str]:
    """Return the names of the runs, the newest first."""
    if not RUNS.is_dir():
        return []
    known = [one for one in RUNS.iterdir() if (one / folders.CONFIG).is_file()]
    known = [one for one in known if re.fullmatch(NAME, one.name, re.ASCII)]
    known.sort(key=lambda one: (one / folders.CONFIG).stat().st_mtime, reverse=True)
    return [one.name for one in known[:MOST_LISTED]]


@answers(c.RunOpen)
def open_run(trainer: Trainer, command: c.RunOpen) -> None:
    """Begin with a run."""
    folder = RUNS / run_name(command.run)
    state = state_of_run(folder)
    model = (folder / folders.MODEL).absolute()
    trainer.course.shelf.known = tuple({*trainer.course.shelf.known, model})
    trainer.running, trainer.past = False, None
    trainer.restart(state)
