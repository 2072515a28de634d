"""`neurona export`: a saved model as code, a workbook, or whatever an exporter writes."""

from __future__ import annotations

import click

from neurona.garbage import no_collection


@click.command("export", short_help="Write a saved model as C, Python, ONNX, a workbook, ...")
@click.argument("model", metavar="MODEL")
@click.option(
    "--to", required=True, metavar="NAME",
    help="c, python, javascript, matlab, onnx, fmu, st, xlsx, or what another package brings.",
)  # fmt: skip
@click.option(
    "-o", "--out", default="", metavar="DIR", help="The folder; otherwise one named NAME."
)
@click.option("--name", default="", metavar="NAME", help="Begins names of files and functions.")
@click.option(
    "--dtype",
    type=click.Choice(["float64", "float32", "int16", "int32"]),
    help="Numbers of the code; float64.",
)
@click.option(
    "--sums",
    type=click.Choice(["auto", "one", "two", "whole"]),
    help="Sums in float32: of one term, two (exact, large, slow) or whole numbers; auto finds out.",
)
@click.option("--matrix", is_flag=True, help="Of ONNX: one input for all columns, words as codes.")
@click.option("--fmi", type=click.Choice(["2.0", "3.0"]), help="Version of a unit; 2.0.")
@click.option("--best-start", is_flag=True, help="Of averaged networks write the best one alone.")
@click.option("--std/--no-std", help="Add the standard deviation of a new observation, or not.")
@click.option(
    "--interval",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    metavar="SHARE",
    help="Add the ends of the interval that holds this share of new observations, e.g. 0.95.",
)
@click.option(
    "--unit", "units", multiple=True, metavar="COLUMN=UNIT", help="Said in heads; may be repeated."
)
@click.option("--check", is_flag=True, help="Run what was written and compare every bit.")
def command(
    model: str,
    to: str,
    out: str,
    name: str,
    dtype: str | None,
    sums: str | None,
    matrix: bool,
    fmi: str | None,
    best_start: bool,
    std: bool,
    interval: float | None,
    units: tuple[str, ...],
    check: bool,
) -> None:
    """Write MODEL, a file or the folder of a run, as code that needs nothing of neurona.

    Beside the code stand test vectors: hard rows and what must come of them, to the last bit. The
    line that is printed says how far the code is from `neurona predict` on them, and what it costs.
    """
    how = {
        "dtype": dtype,
        "sums": sums,
        "fmi": fmi,
        "matrix": matrix,
        "best_start": best_start,
        "std": std,
        "interval": interval,
        "check": check,
    }
    with no_collection():
        from neurona.runs.exporting import export_model, units_said

        said = export_model(model, to, out, name, units=units_said(units), **how)
    click.echo(said)
