"""`neurona import`: a network of another tool as a model file."""

from __future__ import annotations

import click

# ruff: noqa: N999 - commands are found by their names


@click.command("import", short_help="Read a network that MATLAB's genFunction wrote.")
@click.argument("file", metavar="FILE.m")
@click.option(
    "-o", "--out", default="", metavar="FILE", help="The model file; otherwise FILE.neurona."
)
def command(file: str, out: str) -> None:
    """Make a model of FILE.m, a function that genFunction of MATLAB's toolbox wrote.

    Its literal assignments are read and nothing in it is executed. The model predicts what the
    function computes, can be evaluated, trained on in Python, and exported.
    """
    from neurona.runs.importing import import_model

    click.echo(import_model(file, out))
