"""`neurona report`: what there is to say of a run, as one file."""

from __future__ import annotations

import click


@click.command("report", short_help="Write a report on a run, as one file.")
@click.argument("run", metavar="RUN")
@click.option(
    "-o",
    "--out",
    default="",
    metavar="FILE",
    help="Where to: .html or .md; otherwise RUN/report.html.",
)
@click.option(
    "--data",
    default="",
    metavar="TABLE",
    help="Tell of the rows of this table, whose targets are known, not of those of the run.",
)
@click.option(
    "--format", "kind", default=None, type=click.Choice(["html", "markdown"]), help="What it is."
)
def command(run: str, out: str, data: str, kind: str | None) -> None:
    """Write a report on RUN, a folder that `neurona train` wrote, as one file for a colleague.

    It has the scores beside those of a linear model and of the trivial answer, findings, the data,
    the network, charts, what the inputs matter, and the command and code that train it again. The
    HTML has no scripts and fetches nothing; Markdown has its pictures in a folder beside it.

    RUN may be a model's file, too; --data names rows to score it on. Which of them it was trained
    on is known, and said.
    """
    from neurona.runs.reporting import report_run

    click.echo(str(report_run(run, out, kind, data)))
