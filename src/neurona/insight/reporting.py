"""The report: what there is to say of a fitted model, as one file that a colleague opens."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import neurona
from neurona.files.atomic import write_atomically
from neurona.insight.charts import CHARTS, Drawing
from neurona.insight.drawing import fitting
from neurona.insight.exhibit import Exhibit, exhibit_of
from neurona.insight.telling.again import Again, again_of, blocks_of
from neurona.insight.telling.facts import data_of, network_of
from neurona.insight.telling.findings import diagnosis_made, findings_of
from neurona.insight.telling.reconstruction import reconstruction_of
from neurona.insight.telling.scores import scores_of
from neurona.nearest import unknown
from neurona.reports.page.document import Block, Document, Heading, Picture, Text

FORMATS = {"html": (".html", ".htm"), "markdown": (".md", ".markdown")}
TRAINING, INPUTS = ("history", "state"), ("importance", "dependence", "relevance")
WEIGHTS = ("network", "weights")
HALF, WHOLE = 4.4, 5.7
"""Inches of a picture that has half of a page's width, and those up to which it is made so."""


def report(
    model: Any,
    path: str | os.PathLike[str],
    X: Any = None,
    y: Any = None,
    X_test: Any = None,
    y_test: Any = None,
    *,
    X_val: Any = None,
    y_val: Any = None,
    title: str = "",
    format: str | None = None,
) -> Path:
    """Write a report on a fitted model: data, network, scores, charts, findings, how to make it
    again.

    Parameters
    ----------
    model : any fitted model
        Of ours; others have the parts that fit.
    path : str or PathLike
        "report.html": one file, without scripts, that fetches nothing. "report.md": Markdown, with
        a folder of pictures beside it.
    X, y : as in the model's `fit`, default=None
        The rows that it was fitted to; y may be the name of a column of X.
    X_test, y_test : as X and y, default=None
        Rows that it has never seen: scores are theirs, if there are any. Without them scores are
        those of rows held out, or trained on, which the report says.
    X_val, y_val : as X and y, default=None
        Rows to validate on that were given to `fit`.
    title : str, default=""
        What stands over it.
    format : {"html", "markdown"}, default=None
        None goes by the ending.

    Returns
    -------
    Path
        Of the file.

    Raises
    ------
    ValueError
        The model is not fitted, or the ending is of no format.

    Examples
    --------
    >>> import tempfile
    >>> from neurona import MLPRegressor, report
    >>> X, y = [[0.1 * k] for k in range(20)], [0.1 * k for k in range(20)]
    >>> model = MLPRegressor(solver="lbfgs", random_state=0).fit(X, y)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = report(model, f"{folder}/line.html", X, y)
    ...     page = path.read_text()
    >>> page.count("<script"), page.count("<img") > 5
    (0, True)
    """
    kind = format_of(path, format)
    exhibit = exhibit_of(model, X, y, X_val, y_val, X_test, y_test, name=title)
    fit = "X, y, X_val=X_val, y_val=y_val" if X_val is not None else "X, y"
    if isinstance(y, str):
        fit = fit.replace("y", repr(y), 1) if X_val is None else f"X, {y!r}, X_val=X_val"
    document = document_of(exhibit, again_of(exhibit, fit))
    return written(document, Path(path), kind)


def format_of(path: str | os.PathLike[str], said: str | None) -> str:
    """Return the format of a report: the one that was said, else that of a file's ending."""
    if said is not None:
        if said not in FORMATS:
            elsewhere = {"md": "markdown", "htm": "html", "text": "markdown"}
            raise ValueError(unknown("format of a report", said, FORMATS, elsewhere))
        return said
    ending = Path(path).suffix.lower()
    found = next((name for name, endings in FORMATS.items() if ending in endings), None)
    if found is None:
        raise ValueError(
            f"A report is written as HTML or Markdown: name it .html or .md, or say the format. "
            f"Got {os.fspath(path)!r}."
        )
    return found


def document_of(
    exhibit: Exhibit, again: Again, commands: Any = None, more: Sequence[Block] = ()
) -> Document:
    """Return the report on an exhibit; `commands` is asked for a command for each finding, `more`
    comes after the scores.
    """
    blocks: list[Block] = []
    if exhibit.parts and exhibit.classifies is not None:
        scored, lead = scores_of(exhibit)
        blocks += [Text(f"{lead}."), Heading("Scores"), *scored]
    elif exhibit.parts:
        blocks += reconstruction_of(exhibit)
    blocks += more
    diagnosis = diagnosis_made(exhibit)
    if diagnosis is not None:
        asked = None if commands is None else commands(diagnosis)
        blocks += [Heading("Findings"), *findings_of(diagnosis, asked)]
    if exhibit.parts:
        blocks += [Heading("Data"), *data_of(exhibit)]
    blocks += [Heading("Network"), *network_of(exhibit)]
    drawn = {
        chart.name: [picture_block(one, chart.title) for one in chart.drawings(exhibit)]
        for chart in fitting(exhibit)
    }
    told = {*TRAINING, *INPUTS, *WEIGHTS}
    blocks += _section("Predictions", [name for name in CHARTS if name not in told], drawn)
    blocks += _section("Inputs", INPUTS, drawn)
    blocks += _section("Training", TRAINING, drawn)
    blocks += _section("Weights", WEIGHTS, drawn)
    blocks += [Heading("To make it again"), *blocks_of(again)]
    return Document(
        exhibit.name,
        _subtitle(exhibit),
        blocks,
        f"Written by neurona {neurona.__version__}; nothing in it is fetched or run.",
    )


def picture_block(drawing: Drawing, title: str) -> Picture:
    """Return a drawing as a block of a page."""
    wide, high = map(float, drawing.figure.get_size_inches())
    if HALF < wide <= WHOLE:
        # so that two stand side by side, and their letters are not too small
        drawing.figure.set_size_inches(HALF, high * (1 + HALF / wide) / 2)
        wide = HALF
    of = f": {drawing.of}" if drawing.of else ""
    svg, png = drawing.content("svg"), drawing.content("png")
    return Picture(drawing.stem, f"{title}{of}", drawing.caption, svg, png, 72 * wide, wide > HALF)


def written(document: Document, path: Path, kind: str) -> Path:
    """Write a document; pictures of Markdown go to a folder beside it."""
    if kind == "html":
        from neurona.reports.page.html import as_html

        write_atomically(path, [as_html(document).encode("utf-8", "replace")])
        return path
    from neurona.reports.page.markdown import as_markdown

    text, pictures = as_markdown(document, f"{path.stem}-pictures")
    for place, content in pictures.items():
        file = path.parent / place
        file.parent.mkdir(exist_ok=True)
        write_atomically(file, [content])
    write_atomically(path, [text.encode("utf-8", "replace")])
    return path


def _section(title: str, names: Sequence[str], drawn: dict[str, list[Picture]]) -> list[Block]:
    found: list[Block] = [one for name in names for one in drawn.get(name, [])]
    return [Heading(title), *found] if found else []


def _subtitle(exhibit: Exhibit) -> str:
    task = {None: "no targets", True: "classification", False: "regression"}[exhibit.classifies]
    rows = sum(part.rows for part in exhibit.parts.values())
    called = [exhibit.called] if exhibit.called != exhibit.name else []
    return ", ".join([*called, task, *([f"{rows:,} rows"] if rows else []), *_target(exhibit)])


def _target(exhibit: Exhibit) -> list[str]:
    names = exhibit.targets[:3]
    return [f"target {', '.join(names)}"] if names and not exhibit.has_labels else []
