"""`neurona train`: from a table to a model, a score and a run folder."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from neurona.cli.flags import setting_options
from neurona.runs.failures import Code, Failure
from neurona.runs.names import READING
from neurona.runs.run_folder import check_resumed, config_of
from neurona.runs.setting import SETTINGS
from neurona.runs.settings import Settings, resolve
from neurona.runs.takers import AUTO, nearest

if TYPE_CHECKING:
    from neurona.runs.run import Run

PROGRESS = ("auto", "live", "epochs", "lines", "none")
FLAGS = {key: setting for key, setting in SETTINGS.items() if setting.flag}
ORDER = (
    *("data.target", "data.ignore", "data.types", "data.task"),
    *(f"data.{name}" for name in READING),
    *("model", "training", "data", "training.seed", "run"),
)
"""How --help orders flags: each has the place of its key or, if that has none, of its section."""


def _place(key: str) -> int:
    return ORDER.index(key if key in ORDER else key.partition(".")[0])


ORDERED = sorted(FLAGS, key=_place)


@click.command("train", short_help="Train a network on a table.")
@click.argument("source", required=False)
@setting_options(ORDERED)
@click.option("--groups", metavar="COL", help="As --split group:COL.")
@click.option("--time", metavar="COL", help="As --split time:COL.")
@click.option("--config", metavar="FILE", multiple=True, help="Settings in TOML; repeatable.")
@click.option("--set", "assignments", metavar="A.B=V", multiple=True, help="Set any setting.")
@click.option("--print-config", is_flag=True, help="Print all settings with their origins.")
@click.option("--dry-run", is_flag=True, help="Read, check and tell; train and write nothing.")
@click.option("--resume", metavar="RUN", help="Go on with a run from its checkpoint.")
@click.option("--progress", default="auto", metavar="HOW", help="auto, live, epochs, lines, none.")
@click.option("--plot", is_flag=True, help="The curve as it grows, on a terminal.")
@click.option("--json", "as_json", is_flag=True, help="Events as NDJSON on stdout.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
@click.option("-v", "--verbose", count=True, help="Print all notes and the settings.")
@click.option("--no-color", is_flag=True, help="No colours (nor with NO_COLOR).")
def command(
    source: str | None,
    config: tuple[str, ...],
    assignments: tuple[str, ...],
    print_config: bool,
    dry_run: bool,
    resume: str | None,
    **others: Any,
) -> int:
    """Train a network on SOURCE: a file (CSV, TSV, Parquet, Excel, .gz) or a data set's name.

    The last column is the target unless --target names one. What is learned, and how well, goes to
    a folder of its own under runs/. Ctrl-C stops early and keeps the best model.
    """
    progress = others["progress"]
    if progress not in PROGRESS:
        raise Failure(
            f"--progress must be one of {', '.join(PROGRESS)}{nearest(progress, PROGRESS)} Got "
            f"{progress!r} instead.",
            Code.USAGE,
        )
    given = {
        key: (setting.option, others.pop(setting.option[2:].replace("-", "_")))
        for key, setting in FLAGS.items()
    }
    given["data.split"] = split_said(given["data.split"], others.pop("groups"), others.pop("time"))
    run = None if resume is None else Path(resume)
    files = [*([] if run is None else [config_of(run)]), *map(Path, config)]
    settings = resolve(files, assignments, {**given, "data.source": ("SOURCE", source)})
    if run is not None:
        check_resumed(settings)
    if print_config:
        click.echo(settings.to_toml(), nl=False)
        return Code.OK
    if not settings["data.source"]:
        raise Failure(f"Name a table: neurona train SOURCE.{_swallowed(settings)}", Code.USAGE)
    return _train(settings, run, dry_run, **others)


def split_said(
    split: tuple[str, Any], groups: str | None, time: str | None
) -> tuple[str, str | None]:
    """Return the flag that said how to split, and how; a Failure if several did."""
    said = [split, ("--groups", groups and f"group:{groups}"), ("--time", time and f"time:{time}")]
    found = [one for one in said if one[1]]
    if len(found) > 1:
        both = " and ".join(flag for flag, _ in found)
        raise Failure(f"{both} each say how to split the rows; give one of them.", Code.USAGE)
    return found[0] if found else split


def _swallowed(settings: Settings) -> str:
    """Return a sentence if a flag whose value may be left out has taken the table for it."""
    for key, setting in FLAGS.items():
        if setting.may_stand_alone and settings[key] not in (AUTO, setting.default):
            return f" {setting.option} took {settings[key]!r}: write the table before it."
    return ""


def _train(
    settings: Settings,
    resume: Path | None,
    dry: bool,
    progress: str,
    plot: bool,
    as_json: bool,
    quiet: bool,
    verbose: int,
    no_color: bool,
) -> int:
    from neurona.progress.events import Listener, standard_output
    from neurona.progress.place import screen_on
    from neurona.progress.terminal import Terminal
    from neurona.runs.interrupts import Interrupts

    listeners: list[Listener] = []
    if not quiet:
        terminal = Terminal(sys.stderr, no_color)
        listeners.append(screen_on(terminal, progress, verbose > 0, plot))
    if as_json:
        listeners.append(standard_output())
    with Interrupts() as interrupts:
        # numpy, numba and the rest: nothing was wrong so far
        from neurona.runs.run import Run

        with Run(settings, listeners, dry, resume) as run:
            interrupts.ask = run.stop
            interrupts.keeps = lambda: run.training
            interrupts.farewell = lambda: _abandoned(run)
            try:
                code = run.train()
            except KeyboardInterrupt:
                click.echo(_abandoned(run), err=True)
                code = Code.INTERRUPTED
        if verbose and not quiet:
            click.echo(run.settings.to_toml(), err=True)
        # once all is written, too
        return Code.INTERRUPTED if interrupts.asked and code == Code.OK else code


def _abandoned(run: Run) -> str:
    """Leave nothing of a run that trained nothing; returns what there is in a sentence."""
    run.abandon()
    return run.left()
