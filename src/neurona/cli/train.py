"""`neurona train`: from a table to a model, a score and a run folder."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from neurona.cli.failures import Code, Failure
from neurona.cli.flags import reading_options
from neurona.cli.settings import SETTINGS, Settings, nearest, resolve

PROGRESS = ("auto", "live", "epochs", "lines", "none")
FLAGS = {
    "target": "data.target",
    "ignore": "data.ignore",
    "task": "data.task",
    "split": "data.split",
    "delimiter": "data.delimiter",
    "decimal": "data.decimal",
    "thousands": "data.thousands",
    "encoding": "data.encoding",
    "bad_cells": "data.bad_cells",
    "validation": "data.validation",
    "test_share": "data.test_share",
    "hidden": "model.hidden",
    "activation": "model.activation",
    "solver": "training.solver",
    "starts": "training.starts",
    "rate": "training.rate",
    "batch": "training.batch",
    "epochs": "training.epochs",
    "steps": "training.steps",
    "time_limit": "training.time_limit",
    "seed": "training.seed",
    "out": "run.out",
    "checkpoint_every": "run.checkpoint_every",
}
"""Flags that are settings: `--time-limit` is training.time_limit."""


def flags_of_parameters() -> dict[str, str]:
    """Return how `train` writes the parameters of reading and of the estimators."""
    from neurona.cli.estimator import PARAMETERS

    flags = {key: f"--{name.replace('_', '-')}" for name, key in FLAGS.items()}
    named = {
        **{key.partition(".")[2]: key for key in SETTINGS if key.startswith("data.")},
        **{parameter: key for key, parameter in PARAMETERS.items()},
        "random_state": "training.seed",
    }
    return {name: flags.get(key, f"--set {key}") for name, key in named.items()}


@click.command("train", short_help="Train a network on a table.")
@click.argument("source", required=False)
@click.option("--target", multiple=True, metavar="COL", help="Column to predict; may be repeated.")
@click.option("--ignore", multiple=True, metavar="COL", help="Column to leave out; repeatable.")
@click.option("--task", metavar="TASK", help="auto, regression or classification.")
@reading_options
@click.option("--hidden", metavar="SIZES", help="Hidden layers, e.g. 32,32 (or none).")
@click.option("--activation", metavar="NAME", help="Of the hidden layers, e.g. silu, tanh.")
@click.option("--solver", metavar="NAME", help="auto, bayesian-lm, lm, adam, ...")
@click.option("--starts", metavar="N", help="Trainings side by side from different weights.")
@click.option("--rate", metavar="X", help="Learning rate.")
@click.option("--batch", metavar="ROWS", help="Rows of a step.")
@click.option("--epochs", metavar="N", help="Most passes over the rows.")
@click.option("--steps", metavar="N", help="Most steps.")
@click.option("--time-limit", metavar="SECONDS", help="Stop after so long.")
@click.option(
    "--split", metavar="HOW", help="auto, random, stratified, last, none, group:COL or time:COL."
)
@click.option("--validation", metavar="FILE", help="Validation rows, instead of a share.")
@click.option("--test-share", metavar="SHARE", help="Rows kept back for the test; 0 for none.")
@click.option("--seed", metavar="N", help="Same seed, same result.")
@click.option("--out", metavar="DIR", help="The run's folder; otherwise runs/NAME-0001 and so on.")
@click.option("--config", metavar="FILE", multiple=True, help="Settings in TOML; repeatable.")
@click.option("--set", "assignments", metavar="A.B=V", multiple=True, help="Set any setting.")
@click.option("--print-config", is_flag=True, help="Print all settings with their origins.")
@click.option("--dry-run", is_flag=True, help="Read, check and tell; train and write nothing.")
@click.option("--checkpoint-every", metavar="N", help="Epochs between two checkpoints.")
@click.option("--resume", metavar="RUN", help="Go on with a run from its checkpoint.")
@click.option("--progress", default="auto", metavar="HOW", help="auto, live, epochs, lines, none.")
@click.option("--json", "as_json", is_flag=True, help="Events as NDJSON on stdout.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
@click.option("-v", "--verbose", count=True, help="Print all notes and the settings.")
@click.option("--no-color", is_flag=True, help="No colours (nor with NO_COLOR).")
@click.option("--debug", is_flag=True, help="Show a traceback if something fails.")
def command(
    source: str | None,
    config: tuple[str, ...],
    assignments: tuple[str, ...],
    print_config: bool,
    dry_run: bool,
    resume: str | None,
    progress: str,
    as_json: bool,
    quiet: bool,
    verbose: int,
    no_color: bool,
    debug: bool,
    **flags: Any,
) -> int:
    """Train a network on SOURCE: a file (CSV, TSV, Parquet, Excel, .gz) or a data set's name.

    The last column is the target unless --target names one. What is learned, and how well, goes to
    a folder of its own under runs/. Ctrl-C stops early and keeps the best model.
    """
    if progress not in PROGRESS:
        raise Failure(
            f"--progress must be one of {', '.join(PROGRESS)}{nearest(progress, PROGRESS)} Got "
            f"{progress!r} instead.",
            Code.USAGE,
        )
    given = {
        key: (f"--{name.replace('_', '-')}", flags[name])
        for name, key in FLAGS.items()
        if name in flags
    }
    run = None if resume is None else Path(resume)
    files = [*([] if run is None else [_config_of(run)]), *map(Path, config)]
    settings = resolve(files, assignments, {**given, "data.source": ("SOURCE", source)})
    if run is not None:
        _check_resumed(settings, run)
    if print_config:
        click.echo(settings.to_toml(), nl=False)
        return Code.OK
    if not settings["data.source"]:
        raise Failure("Name a table: neurona train SOURCE.", Code.USAGE)
    _absolute_paths(settings)
    return _train(settings, run, dry_run, progress, as_json, quiet, verbose, no_color)


def _train(
    settings: Settings,
    resume: Path | None,
    dry: bool,
    progress: str,
    as_json: bool,
    quiet: bool,
    verbose: int,
    no_color: bool,
) -> int:
    from neurona.cli.interrupts import Interrupts
    from neurona.progress.events import Stream, standard_output
    from neurona.progress.screen import Screen
    from neurona.progress.terminal import Terminal

    stream = Stream()
    if not quiet:
        terminal = Terminal(sys.stderr, no_color)
        if progress == "auto":
            progress = "live" if terminal.moves else "lines"
        stream.add(Screen(terminal, progress, verbose > 0))
    if as_json:
        stream.add(standard_output())
    with Interrupts() as interrupts:
        # numpy, numba and the rest: nothing was wrong so far
        from neurona.cli.train_run import TrainRun

        run = TrainRun(settings, stream, interrupts, dry, resume)
        try:
            code = run.run()
        finally:
            run.close()
        if verbose and not quiet:
            click.echo(settings.to_toml(), err=True)
    return code


def _config_of(run: Path) -> Path:
    from neurona.cli.run_folder import CONFIG

    if not (run / CONFIG).is_file():
        raise Failure(f"--resume: {str(run)!r} is not the folder of a run.")
    return run / CONFIG


def _check_resumed(settings: Settings, run: Path) -> None:
    if settings.origins["run.out"] in ("--out", "--set"):
        raise Failure("--out: a run that is resumed stays in its folder.", Code.USAGE)


def _absolute_paths(settings: Settings) -> None:
    """Make paths absolute, so that the run's config means the same from any folder."""
    import os

    for key in ("data.source", "data.validation"):
        if settings[key] and os.path.exists(settings[key]):
            settings.values[key] = os.path.abspath(settings[key])
