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
def command(dtype: str, as_json: bool, quiet: bool) -> None:
    """Compile the training loop and every activation, loss and optimizer; done once, it stays.

    The first training of a machine otherwise compiles what it needs, for about ten seconds. The
    cache is keyed by neurona's sources and the versions of Python, NumPy and Numba.
    """
    import time

    from neurona.progress.terminal import Terminal

    started = time.monotonic()
    terminal = Terminal(sys.stderr)
    shown = terminal.moves and not quiet
    if shown:
        terminal.redraw("loading the compiler")
    from neurona.runs.warming import warm

    def tell(number: int, count: int, part: str) -> None:
        if shown:
            terminal.redraw(f"compiling {number}/{count}  {part}")

    result = warm(["float32", "float64"] if dtype == "both" else [dtype], tell)
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
