"""`neurona plot`: charts of a run, as pictures."""

from __future__ import annotations

import click


@click.command("plot", short_help="Draw charts of a run into files.")
@click.argument("run", metavar="RUN", required=False)
@click.argument("charts", metavar="[CHART]...", nargs=-1)
@click.option("-o", "--out", default="", metavar="DIR", help="Where to; otherwise RUN/plots.")
@click.option(
    "--format",
    "kind",
    default="png",
    show_default=True,
    type=click.Choice(["png", "svg", "pdf"]),
    help="What the pictures are.",
)
@click.option(
    "--data",
    default="",
    metavar="TABLE",
    help="Show the rows of this table, whose targets are known, not those of the run.",
)
@click.option(
    "--rows",
    default=None,
    type=click.Choice(["training", "validation", "test"]),
    help="Which rows are shown; otherwise the test's, or those held out.",
)
@click.option(
    "--beside", multiple=True, metavar="RUN", help="Draw its losses over RUN's; repeatable."
)
@click.option(
    "--list", "listed", is_flag=True, help="Say which charts there are; of RUN, which fit."
)
@click.option("-q", "--quiet", is_flag=True, help="Print the paths only.")
def command(
    run: str | None,
    charts: tuple[str, ...],
    out: str,
    kind: str,
    data: str,
    rows: str | None,
    beside: tuple[str, ...],
    listed: bool,
    quiet: bool,
) -> None:
    """Draw charts of RUN, a folder that `neurona train` wrote: those named, or all that fit.

    The model is read, and its table is read and split again. RUN may be a model's file, too: with
    --data charts show the rows of that table, those that the model was trained on as training rows;
    without it only charts are drawn that need no rows.
    """
    if listed:
        from neurona.cli.text.pictures import charts_text
        from neurona.runs.pictures import known_charts

        click.echo(charts_text(known_charts(run or "", data)))
        return
    if run is None:
        raise click.UsageError("Missing argument 'RUN'; --list says which charts there are.")
    from neurona.cli.text.pictures import pictures_text
    from neurona.runs.pictures import plot_run

    click.echo(pictures_text(plot_run(run, charts, out, kind, rows or "", beside, data), quiet))
