"""`neurona warm`: compile everything ahead, once on a machine."""

from __future__ import annotations

import sys

import click


@click.command("warm", short_help="Compile everything now, so that no training waits for it.")
@click.option(
    "--dtype",
    type=click.Choice(["float32", "float64", "both"]),
    default="both",
    show_default=True,
    help="The numbers to compile for.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
@click.option("--debug", is_flag=True, help="Show a traceback if something fails.")
def command(dtype: str, as_json: bool, quiet: bool, debug: bool) -> None:
    """Compile the training loop and every activation, loss and optimizer; done once, it stays.

    The first training of a machine otherwise compiles what it needs, for about ten seconds. The
    cache is keyed by neurona's sources and the versions of Python, NumPy and Numba.
    """
    import time

    from neurona.progress.terminal import Terminal

    started = time.monotonic()
    terminal = Terminal(sys.stderr)
    say = terminal.redraw if terminal.moves and not quiet else lambda text: None
    say("loading the compiler")
    from neurona.cli.warming import run

    result = run(["float32", "float64"] if dtype == "both" else [dtype], say)
    terminal.clear()
    seconds = time.monotonic() - started
    if as_json:
        import json

        click.echo(json.dumps({"schema": 1, "event": "warm", "seconds": seconds, **result}))
        return
    if result["compiled"]:
        functions = "1 function" if result["compiled"] == 1 else f"{result['compiled']} functions"
        click.echo(f"compiled  {functions} for {' and '.join(result['dtypes'])}   {seconds:.1f} s")
    else:
        click.echo(
            f"ready     nothing to compile: all {result['parts']} parts for "
            f"{' and '.join(result['dtypes'])} are there   {seconds:.1f} s"
        )
    click.echo(f"cache     {result['cache']}")
