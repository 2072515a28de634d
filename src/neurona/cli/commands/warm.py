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

    from neurona.progress.place import live_surface
    from neurona.progress.surface import Row

    started = time.monotonic()
    surface = None if quiet else live_surface(sys.stderr)
    if surface is not None:
        surface.show([Row("warm", [(0, "loading the compiler")])])
    from neurona.runs.compiling.everything import warm

    def tell(number: int, count: int, part: str) -> None:
        if surface is not None:
            surface.show([Row("warm", [(0, f"{number}/{count}"), (1, part)], number / count)])

    try:
        result = warm(["float32", "float64"] if dtype == "both" else [dtype], tell)
    finally:
        if surface is not None:
            surface.clear()
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
