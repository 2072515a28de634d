"""`neurona datasets`: the tables that come with neurona, and each of them as a file."""

from __future__ import annotations

import click


@click.command("datasets", short_help="List the data sets that come with neurona, or write one.")
@click.argument("name", required=False)
@click.option("-o", "--output", metavar="FILE.csv", help="Write to a file instead of the screen.")
@click.option("--rows", type=click.IntRange(1), help="Rows to generate; generated sets only.")
@click.option("--seed", type=click.IntRange(0), help="Seed of a generated set; 0 if not given.")
@click.option("--json", "as_json", is_flag=True, help="List as JSON.")
@click.option("-q", "--quiet", is_flag=True, help="No notes, only errors.")
@click.option("--debug", is_flag=True, help="Show a traceback if something fails.")
def command(
    name: str | None,
    output: str | None,
    rows: int | None,
    seed: int | None,
    as_json: bool,
    quiet: bool,
    debug: bool,
) -> None:
    """List the data sets that come with neurona; with NAME, write that one as CSV.

    `neurona train NAME` trains on one without a file.
    """
    if name is None:
        lost = [word for word, given in (("-o", output), ("--rows", rows), ("--seed", seed))
                if given is not None]  # fmt: skip
        if lost:
            raise click.UsageError(f"{lost[0]} needs the NAME of a data set.")
        from neurona.cli.dataset_list import show

        show(as_json)
        return
    if as_json:
        raise click.UsageError("--json lists the data sets; leave NAME out, or --json.")
    from neurona.cli.dataset_list import write

    write(name, output, rows, seed, quiet)
