"""Exporting a saved model, or a run's, without a command line."""

from __future__ import annotations

import os
import re
from inspect import signature
from pathlib import Path
from typing import Any

from neurona.runs.failures import Failure


def export_model(given: str, to: str, out: str = "", name: str = "", **options: Any) -> str:
    """Write a saved model with the exporter of a name; returns what there is to say, in one line.

    Parameters
    ----------
    given : str
        A model file, or the folder of a run.
    to : str
        The exporter's name.
    out : str, default=""
        The folder; otherwise one of the model's name.
    name : str, default=""
        Begins the names of files and functions; otherwise made of the file's name.
    **options
        The exporter's own; those that are None or False are not said to it.

    Raises
    ------
    Failure
        There is no such model, or the exporter does not know an option.
    """
    from neurona.export.convert import exportable
    from neurona.export.exporters import EXPORTERS, FOLDERS
    from neurona.runs.model import model_file

    path = model_file(given)
    write = EXPORTERS.find(to)
    name = name or name_of(path)
    folder = Path(out or name)
    said = {key: value for key, value in options.items() if value}
    model = exportable(path)
    if to in FOLDERS:
        try:
            known = signature(write).parameters
            odd = [_flag(key) for key in said if key not in known]
            if odd:
                raise Failure(f"The exporter {to!r} does not take {', '.join(odd)}; leave it out.")
            return str(write(model, folder, name=name, **said))
        except (ValueError, ImportError) as error:
            raise Failure(str(error)) from None
    if said:
        words = ", ".join(map(_flag, said))
        raise Failure(f"The exporter {to!r} does not take {words}; leave it out.")
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.{to}"
    write(model, file)
    return os.fspath(file)


def _flag(key: str) -> str:
    return "--unit" if key == "units" else f"--{key.replace('_', '-')}"


def units_said(words: tuple[str, ...]) -> dict[str, str]:
    """Return units by column, of words like "load=kN"; Failure says what is none."""
    found = {}
    for word in words:
        name, equals, unit = word.rpartition("=")
        if not (equals and name and unit):
            raise Failure(f"--unit must be COLUMN=UNIT, like load=kN. Got {word!r} instead.")
        found[name] = unit
    return found


def name_of(path: Path) -> str:
    """Return a name for what is written: the run folder's, or the file's."""
    from neurona.export.code.program import identifier

    own = path.parent.resolve().name if path.name == "model.neurona" else path.stem
    return identifier(re.sub(r"[-_]?\d+$", "", own) or own)
