"""The report on a run, with the command and the code that train it again."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neurona.runs.exhibits import exhibit_of_run
from neurona.runs.failures import Failure
from neurona.runs.model import check_given
from neurona.runs.record import is_run
from neurona.runs.run_again import RunAgain
from neurona.runs.settings import Settings
from neurona.runs.spelled import as_code, as_command
from neurona.runs.takers import AUTO
from neurona.spelling import parameter

if TYPE_CHECKING:
    from neurona.insight.exhibit import Exhibit
    from neurona.insight.telling.again import Again

NAME = "report"
AGAIN = "again"


def report_run(given: str, out: str = "", format: str | None = None, data: str = "") -> Path:
    """Write the report on a run: one HTML file, or Markdown with a folder of pictures.

    Parameters
    ----------
    given : str
        The folder of a run; its data is read and split again. With `data` also a model's file.
    out : str, default=""
        The file; otherwise report.html, or report.md, in the run's folder, or here.
    format : {"html", "markdown"}, default=None
        None goes by the file's ending.
    data : str, default=""
        A table whose rows are told of in the place of those of the run.

    Returns
    -------
    Path
        Of the file.

    Raises
    ------
    Failure
        It is no run's folder, or the file cannot be written.
    """
    from neurona.insight.reporting import FORMATS, document_of, format_of, written

    if out:
        kind = format_of(out, format)
        if not Path(out).parent.is_dir():
            raise Failure(f"There is no folder {str(Path(out).parent)!r} to write to; make it.")
    else:
        kind = format or "html"
    if not is_run(given):
        check_given(given, data or "-")
        if not data:
            raise Failure(
                f"{given!r} is not the folder of a run; name one that `neurona train` wrote, or "
                f"give rows for the model: {parameter('data')} TABLE."
            )
    exhibit, run = exhibit_of_run(given, shown=data)
    home = Path() if run is None else run.path
    path = Path(out) if out else home / f"{NAME}{FORMATS[kind][0]}"
    from neurona.runs.diagnosis import command_for
    from neurona.runs.reported import blocks_of_run

    def commands(found: Any) -> list[str]:
        return [""] * len(found) if run is None else [command_for(run, one) for one in found]

    again = again_of_model(exhibit) if run is None else again_of_run(run, exhibit.model)
    try:
        document = document_of(exhibit, again, commands, () if run is None else blocks_of_run(run))
    except ImportError as error:
        raise Failure(str(error)) from None
    return written(document, path, kind)


def again_of_model(exhibit: Exhibit) -> Again:
    """Return the code that trains a model's file again, of which no run is known."""
    from neurona.insight.telling.again import again_of

    model = exhibit.model
    targets = [str(name) for name in getattr(model, "target_names_", [])]
    named = repr(targets[0] if len(targets) == 1 else targets)
    found = again_of(exhibit, f"table, {named}" if targets else "X, y")
    known = getattr(model, "provenance_", None)
    source = f"{known.source}, " if known is not None and known.source else ""
    where = f"The rows are those that it was trained on: {source}without those that were tested on."
    return found._replace(remarks=(where, *found.remarks))


def again_of_run(run: RunAgain, model: Any) -> Again:
    """Return the command, the settings and the code that train a run again."""
    from neurona.insight.telling.again import Again, weights_print

    given = given_settings(run)
    source = Path(str(given["data.source"]))
    facts = [("weights", weights_print(model))]
    if source.is_file():
        digest = hashlib.sha256()
        with source.open("rb") as file:
            while piece := file.read(1 << 20):
                digest.update(piece)
        size = source.stat().st_size
        facts.append(("data", f"{source.name}, {size:,} bytes, SHA-256 {digest.hexdigest()}"))
    remarks: tuple[str, ...] = (
        "The same data, settings and versions give the same bits; the digits below tell whether "
        "they did.",
    )
    seconds = given.get("training.time_limit")
    if seconds is not None:
        remarks += ("A time limit was set: how far training came depends on the computer.",)
    return Again(as_command(given, AGAIN), "", as_code(given, AGAIN), remarks, tuple(facts))


def given_settings(run: RunAgain) -> dict[str, Any]:
    """Return the settings of a run that are not those of one of which nothing was said."""
    usual = Settings.defaults()
    _settled(usual, run)
    found = {"data.source": run.settings["data.source"], "data.target": _targets(run)}
    for key, value in run.settings.values.items():
        if key not in found and value not in (usual[key], AUTO):
            found[key] = value
    return found


def _targets(run: RunAgain) -> list[str]:
    given: list[str] = run.settings["data.target"]
    try:
        return given or list(run.data.targets)
    except Exception:  # the data is gone, and what was said is all there is
        return given


def _settled(settings: Settings, run: RunAgain) -> None:
    """Put what "auto" becomes when nothing is said."""
    from neurona.runs.estimator import make_estimator

    try:
        data = run.data
    except Exception:
        return
    make_estimator(settings, data.task, data.split, split_column=data.split_column)
