"""The charts of a run, drawn into files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from neurona.errors import UnknownNameError
from neurona.runs.exhibits import exhibit_of_run
from neurona.runs.failures import Code, Failure
from neurona.runs.model import check_given
from neurona.runs.record import is_run
from neurona.runs.run_again import read_run

if TYPE_CHECKING:
    from neurona.insight.charts import Drawing
    from neurona.insight.exhibit import Exhibit

FOLDER = "plots"
MOST_DOTTED = 3
"""Runs over each other of which validation losses are drawn, too."""


class Written(NamedTuple):
    """A picture that was written, and what it shows."""

    path: Path
    caption: str


class Pictures(NamedTuple):
    """The pictures of a run, and what is to be said of them."""

    written: list[Written]
    notes: list[str]


class Known(NamedTuple):
    """A chart: its name, what it shows, and why it does not fit a run, if it does not."""

    name: str
    help: str
    refusal: str


def known_charts(given: str = "", data: str = "") -> list[Known]:
    """Return the charts that there are; `given` is a run, or a model, that they are to fit."""
    from neurona.insight.charts import CHARTS

    exhibit = exhibit_of_run(given, shown=data)[0] if given else None
    found = []
    for name in CHARTS:
        chart = CHARTS.find(name)
        refusal = "" if exhibit is None else chart.refusal(exhibit)
        found.append(Known(name, chart.help, refusal))
    return found


def plot_run(
    given: str,
    names: Sequence[str] = (),
    out: str = "",
    kind: str = "png",
    rows: str = "",
    beside: Sequence[str] = (),
    data: str = "",
) -> Pictures:
    """Draw charts of a run into files.

    Parameters
    ----------
    given : str
        The folder of a run, whose data is read and split again; or a model's file, of which charts
        that need no rows are drawn, unless there is `data`.
    names : sequence of str, default=()
        Charts (`insight.CHARTS`); none are all that fit.
    out : str, default=""
        A folder, which is made; otherwise `plots` in the run's own, or here.
    kind : {"png", "svg", "pdf"}, default="png"
    rows : {"", "training", "validation", "test"}, default=""
        Of which rows charts of one part are; nothing takes those that tell most.
    beside : sequence of str, default=()
        Other runs, whose losses are drawn over those of this one.
    data : str, default=""
        A table whose rows are shown in the place of those of the run.

    Raises
    ------
    Failure
        No run, no such chart, or one that does not fit.
    """
    if not is_run(given):
        check_given(given, data or "-")
    chosen = _checked(names)
    exhibit, run = exhibit_of_run(given, rows, data)
    from neurona.insight.drawing import drawings_of

    try:
        drawings = drawings_of(exhibit, chosen)
    except ImportError as error:
        raise Failure(str(error)) from None
    if beside:
        drawings = _over_each_other(given, exhibit, drawings, beside)
    if not drawings:
        raise Failure(f"No chart fits {given!r}. {' '.join(exhibit.notes)}".strip())
    folder = Path(out) if out else run.path / FOLDER if run is not None else Path(FOLDER)
    if folder.exists() and not folder.is_dir():
        raise Failure(f"{str(folder)!r} is a file; name a folder.")
    folder.mkdir(parents=True, exist_ok=True)
    return Pictures([_write(one, folder, kind) for one in drawings], exhibit.notes)


def _checked(names: Sequence[str]) -> list[str]:
    from neurona.insight.charts import CHARTS

    try:
        for name in names:
            CHARTS.find(name)
    except UnknownNameError as error:
        raise Failure(str(error), Code.USAGE) from None
    return list(dict.fromkeys(names))


def _over_each_other(
    given: str, exhibit: Exhibit, drawings: Sequence[Drawing], beside: Sequence[str]
) -> list[Drawing]:
    """Return drawings with the losses of several runs in the place of those of one."""
    from neurona.insight.charts import Drawing
    from neurona.reports.plots.history_chart import HistoryDisplay

    models = {Path(given).name: exhibit.model}
    for other in beside:
        name = Path(other).name
        models[name if name not in models else other] = read_run(other).model
    display = HistoryDisplay.from_several(models, validation=len(models) <= MOST_DOTTED)
    both = Drawing("history", "", display.caption(), display.figure_)
    return [both if one.chart == "history" else one for one in drawings]


def _write(drawing: Drawing, folder: Path, kind: str) -> Written:
    from neurona.files.atomic import write_atomically

    path = folder / f"{drawing.stem}.{kind}"
    write_atomically(path, [drawing.content(kind)])
    return Written(path, drawing.caption)
