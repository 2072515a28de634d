"""`neurona inspect`: what a table or a saved model is."""

from __future__ import annotations

from typing import Any

import click

from neurona.cli.flags import reading_options, reading_words, setting_options, taken


@click.command("inspect", short_help="Show what a table or a saved model is.")
@click.argument("path", metavar="PATH")
@click.option(
    "--target",
    multiple=True,
    metavar="COL,...",
    help="Warn of columns that give these targets away.",
)
@setting_options(["data.types"])
@reading_options
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("--no-color", is_flag=True, help="No colours.")
def command(
    path: str,
    target: tuple[str, ...],
    type: tuple[str, ...],
    as_json: bool,
    no_color: bool,
    **how: Any,
) -> None:
    """Show what PATH is: a table, the name of a data set that comes with neurona, or a model (its
    file, or the folder of a training run).

    Of a table: each column's kind and why, missing cells, range or levels, and warnings. Of a
    model: layers, parameters, scaling, how training went. - reads a table from standard input.
    """
    import json

    from neurona.runs.model import is_model

    words = reading_words(how)
    kinds = taken("data.types", list(type)) if type else []
    if path != "-" and is_model(path):
        if target or words or kinds:
            flag = "--target" if target else "--type" if kinds else f"--{min(words)}"
            flag = flag.replace("_", "-")
            raise click.UsageError(f"{path!r} is a model; {flag} is for tables.")
        from neurona.cli.text.model import model_text as show
        from neurona.runs.model_description import describe_model

        found = describe_model(path)
    else:
        from neurona.cli.text.table import table_text as show
        from neurona.runs.table_description import describe_table

        found = describe_table(path, target, kinds, **words)
    if as_json:
        click.echo(json.dumps({"schema": 1, "event": "inspect", **found}))
    else:
        click.echo(show(found, no_color))
