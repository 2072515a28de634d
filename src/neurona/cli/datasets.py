"""`neurona datasets`: the tables that come with neurona."""

from __future__ import annotations

import click


@click.command("datasets", short_help="List the data sets that come with neurona.")
@click.option("--debug", is_flag=True, help="Show a traceback if something fails.")
def command(debug: bool) -> None:
    """List the data sets that come with neurona; `neurona train NAME` trains on one."""
    from neurona import datasets

    for name in datasets.names():
        click.echo(name)
