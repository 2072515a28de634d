"""`neurona search`: tries ways to train on a table, and trains the best one as a run."""

from __future__ import annotations

import sys
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
    as_json: bool,
    quiet: bool,
    no_color: bool,
    **others: Any,
) -> int:
    """Try networks, solvers and regularisation on SOURCE, and train the best as `train` does.

    What is set by a flag is fixed, the rest is tried. The default and a linear model are always
    among the candidates, which are judged on rows held out; test rows are none of them. With
    --trials alone the result depends on the seed only.
    """
    given = {
        key: (setting.option, others.pop(setting.option[2:].replace("-", "_")))
        for key, setting in FLAGS.items()
    }
    given["data.split"] = split_said(given["data.split"], groups, time)
    flags = any(value not in (None, ()) for _, value in given.values())
    if resume is not None and (source or config or assignments or budget or trials or flags):
        raise Failure("--resume takes all from the search; drop the rest.", Code.USAGE)
    settings = resolve(map(Path, config), assignments, {**given, "data.source": ("SOURCE", source)})
    if resume is None and not settings["data.source"]:
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

        if resume is not None:
            search = Search.taken_up(resume, listeners)
        else:
            search = Search(settings, listeners, seconds, trials)
        interrupts.ask = search.stop
        interrupts.farewell = lambda: f"interrupted: {search.left()}"
        return search.run()
