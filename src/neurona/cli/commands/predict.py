"""`neurona predict`: a saved model's predictions beside the rows of a table."""

from __future__ import annotations

from typing import Any

import click

from neurona.cli.flags import missing_columns_option, reading_options, reading_words

BLOCK_ROWS = 16_384


@click.command("predict", short_help="Predict the rows of a table with a saved model.")
@click.argument("model", metavar="MODEL")
@click.argument("table", metavar="TABLE")
@click.option("-o", "--output", metavar="FILE", help="Write to a file, whole or not at all.")
@click.option(
    "--keep",
    default="all",
    show_default=True,
    metavar="all|none|COL,...",
    help="Columns of TABLE to write before the predictions.",
)
@click.option("--proba", is_flag=True, help="Add the probability of each class.")
@click.option("--std", is_flag=True, help="Add the standard deviation of a new observation.")
@click.option(
    "--interval",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    metavar="SHARE",
    help="Add the ends of the interval that holds this share of new observations, e.g. 0.95.",
)
@click.option(
    "--sets",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    metavar="SHARE",
    help="Add the classes that a row may well have: sets that hold this share of the true ones.",
)
@missing_columns_option
@click.option(
    "--digits",
    type=click.Choice(["auto", "all"]),
    default="auto",
    show_default=True,
    help="Round predictions to what the model's error gives a meaning to, or write all digits.",
)
@click.option("--name", metavar="COL", help="Name of the column of predictions.")
@reading_options
@click.option("-q", "--quiet", is_flag=True, help="No notes, only errors.")
@click.option("--block-rows", type=click.IntRange(1), default=BLOCK_ROWS, hidden=True)
def command(model: str, table: str, output: str | None, keep: str, quiet: bool, **how: Any) -> None:
    """Write TABLE with the predictions of MODEL as one more column per target.

    MODEL is a file, or the folder that `neurona train` wrote. TABLE is a CSV, TSV, Parquet or Excel
    file, or - for standard input. Text goes through block by block, so it may be larger than
    memory. Columns are found by name: their order does not matter, and others are only copied.

    The name of the output says its kind: .csv, .tsv (both also .gz), .xlsx or .parquet. Predictions
    are rounded to a ten-thousandth of the model's error, unless --digits all is given.
    """
    from neurona.cli.output import write_out
    from neurona.runs.asked import Asked
    from neurona.runs.head import check_columns
    from neurona.runs.model import check_given, open_model
    from neurona.runs.output import check_output, to_file

    check_output(output, table)
    check_given(model, table)
    reading = reading_words(how)
    asked = Asked(*(how[name] for name in Asked._fields))
    check_columns(model, table, how["missing_columns"], reading, keep=keep, asked=asked)
    from neurona.runs.prediction import Request
    from neurona.runs.prediction import predict as predicted

    request = Request(table, output, keep, reading=reading, **how)
    piped = output is None or output == "-"
    found = predicted(open_model(model), request, write_out if piped else to_file(str(output)))
    if found is None or quiet:
        return
    for note in found.notes:
        click.echo(f"note    {note}", err=True)
    if output is not None:
        rows = f"{found.rows:,} {'row' if found.rows == 1 else 'rows'}"
        click.echo(f"wrote   {output}   {rows}", err=True)
