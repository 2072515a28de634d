"""`neurona inspect`: what a table or a saved model is."""

from __future__ import annotations

from typing import Any

import click

from neurona.cli.flags import reading_options, reading_words


@click.command("inspect", short_help="Show what a table or a saved model is.")
@click.argument("path", metavar="PATH")
@click.option("--target", metavar="COL,...", help="Warn of columns that give these targets away.")
@reading_options
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("--no-color", is_flag=True, help="No colours.")
@click.option("--debug", is_flag=True, help="Show a traceback if something fails.")
def command(
    path: str, target: str | None, as_json: bool, no_color: bool, debug: bool, **how: Any
) -> None:
    """Show what PATH is: a table, or a model (its file, or the folder of a training run).

    Of a table: each column's kind and why, missing cells, range or levels, and warnings. Of a
    model: layers, parameters, scaling, how training went. - reads a table from standard input.
    """
    import json

    from neurona.cli.model import is_model

    words = reading_words(how)
    if path != "-" and is_model(path):
        if target is not None or words:
            flag = "--target" if target is not None else f"--{min(words).replace('_', '-')}"
            raise click.UsageError(f"{path!r} is a model; {flag} is for tables.")
        from neurona.cli.inspect_model import describe, text

        found = describe(path)
    else:
        from neurona.cli.inspect_table import describe_table, text_of_table

        text, found = text_of_table, describe_table(path, target, words)
    if as_json:
        click.echo(json.dumps({"schema": 1, "event": "inspect", **found}))
    else:
        click.echo(text(found, no_color))
