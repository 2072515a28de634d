"""`neurona search`: tries ways to train on a table, and trains the best one as a run."""

from __future__ import annotations

import shlex
import sys
import warnings
from pathlib import Path
from typing import Any

import click

from neurona.cli.commands.train import FLAGS, ORDERED, split_said
from neurona.cli.flags import setting_options
from neurona.runs.failures import Code, Failure
from neurona.runs.settings import resolve
from neurona.runs.takers import duration


@click.command("search", short_help="Try ways to train on a table, and train the best.")
@click.argument("source", required=False)
@click.option("--budget", metavar="TIME", help="How long, in all: 90s, 10m, 2h.")
@click.option("--trials", type=click.IntRange(1), metavar="N", help="How many candidates.")
@setting_options(ORDERED)
@click.option("--groups", metavar="COL", help="As --split group:COL.")
@click.option("--time", metavar="COL", help="As --split time:COL.")
@click.option("--config", metavar="FILE", multiple=True, help="Settings in TOML; repeatable.")
@click.option("--set", "assignments", metavar="A.B=V", multiple=True, help="Set any setting.")
@click.option("--resume", metavar="RUN", help="Go on with a search that was stopped or killed.")
@click.option("--jobs", metavar="DIR", help="Write what is to be trained as jobs of a batch queue.")
@click.option("--job", metavar="FILE", help="Train one of them.")
@click.option("--collect", metavar="DIR", help="Read what they came to; write the next, or end.")
@click.option("--json", "as_json", is_flag=True, help="Events as NDJSON on stdout.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
@click.option("--no-color", is_flag=True, help="No colours (nor with NO_COLOR).")
def command(
    source: str | None,
    budget: str | None,
    trials: int | None,
    groups: str | None,
    time: str | None,
    config: tuple[str, ...],
    assignments: tuple[str, ...],
    resume: str | None,
    jobs: str | None,
    job: str | None,
    collect: str | None,
    as_json: bool,
    quiet: bool,
    no_color: bool,
    **others: Any,
) -> int:
    """Try networks, solvers and regularisation on SOURCE, and train the best as `train` does.

    What is set by a flag is fixed, the rest is tried. The default and a linear model are always
    among the candidates, which are judged on rows held out; test rows are none of them. With
    --trials alone the result depends on the seed only.

    A batch queue: `--trials N --jobs DIR` writes DIR/jobs/1.json and so on; run each by `--job
    FILE`, anywhere that sees DIR and the table, then `--collect DIR`, which writes the next jobs,
    until it trains the best.
    """
    given = {
        key: (setting.option, others.pop(setting.option[2:].replace("-", "_")))
        for key, setting in FLAGS.items()
    }
    given["data.split"] = split_said(given["data.split"], groups, time)
    flags = any(value not in (None, ()) for _, value in given.values())
    said = bool(source or config or assignments or budget or trials or flags or jobs)
    begun = {"--resume": resume, "--job": job, "--collect": collect}
    words = [flag for flag, value in begun.items() if value is not None]
    if words and (said or len(words) > 1):
        raise Failure(f"{words[0]} takes all from the search; drop the rest.", Code.USAGE)
    if jobs is not None and given["run.out"][1]:
        raise Failure("--jobs names the search's folder; drop --out.", Code.USAGE)
    if job is not None:
        return _train_job(Path(job), quiet)
    given["run.out"] = ("--jobs", jobs) if jobs is not None else given["run.out"]
    settings = resolve(map(Path, config), assignments, {**given, "data.source": ("SOURCE", source)})
    if not words and not settings["data.source"]:
        raise Failure("Name a table: neurona search SOURCE.", Code.USAGE)
    try:
        seconds = None if budget is None else duration(budget)
    except ValueError as error:
        raise Failure(f"--budget must be {error}. Got {budget!r} instead.", Code.USAGE) from None
    from neurona.progress.events import Listener, standard_output
    from neurona.progress.place import screen_on
    from neurona.progress.terminal import Terminal
    from neurona.runs.interrupts import Interrupts

    listeners: list[Listener] = []
    if not quiet:
        listeners.append(screen_on(Terminal(sys.stderr, no_color)))
    if as_json:
        listeners.append(standard_output())
    with Interrupts() as interrupts:
        from neurona.runs.searching.search import Search

        folder = resume or collect
        if folder is not None:
            search = Search.taken_up(folder, listeners, away=collect is not None)
        else:
            search = Search(settings, listeners, seconds, trials, away=jobs is not None)
        interrupts.ask = search.stop
        interrupts.farewell = lambda: f"interrupted: {search.left()}"
        code = search.run()
    if search.posted and not quiet:
        _tell(search.posted, str(collect or jobs))
    return code


def _tell(count: int, folder: str) -> None:
    """Say how the jobs that were written are run."""
    where = shlex.quote(folder)
    click.echo(
        f"jobs    {count} in {folder}/jobs; run each, in any order: "
        f"neurona search --job {where}/jobs/N.json   (N from 1 to {count})\n"
        f"next    neurona search --collect {where}",
        err=True,
    )


def _train_job(file: Path, quiet: bool) -> int:
    from neurona.runs.searching.jobs import folder_of, run_job
    from neurona.runs.searching.search import Search

    judge, _ = Search.taken_up(folder_of(file)).look()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # candidates fail, that is what they are for
        line = run_job(file, judge)
    if not quiet:
        loss = "failed" if line["loss"] is None else f"{line['loss'] * judge.unit:.4g}"
        click.echo(f"job     {file.name}: {judge.metric} {loss}, {line['seconds']} s", err=True)
    return Code.OK
