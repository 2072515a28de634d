"""`neurona datasets`: the tables that come with neurona, and each of them as a file."""

from __future__ import annotations

import json

import click


@click.command("datasets", short_help="List the data sets that come with neurona, or write one.")
@click.argument("name", required=False)
@click.option("-o", "--output", metavar="FILE.csv", help="Write to a file instead of the screen.")
@click.option("--rows", type=click.IntRange(1), help="Rows to generate; generated sets only.")
@click.option("--seed", type=click.IntRange(0), help="Seed of a generated set; 0 if not given.")
@click.option("--json", "as_json", is_flag=True, help="List as JSON.")
@click.option("-q", "--quiet", is_flag=True, help="No notes, only errors.")
def command(
    name: str | None,
    output: str | None,
    rows: int | None,
    seed: int | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """List the data sets that come with neurona; with NAME, write that one as CSV.

    `neurona train NAME` trains on one without a file.
    """
    if name is None:
        lost = [word for word, given in (("-o", output), ("--rows", rows), ("--seed", seed))
                if given is not None]  # fmt: skip
        if lost:
            raise click.UsageError(f"{lost[0]} needs the NAME of a data set.")
        from neurona.cli.text.datasets import datasets_text
        from neurona.runs.datasets import dataset_entries

        entries = dataset_entries()
        if as_json:
            click.echo(json.dumps({"schema": 1, "event": "datasets", "datasets": entries}))
        else:
            click.echo(datasets_text(entries))
        return
    if as_json:
        raise click.UsageError("--json lists the data sets; leave NAME out, or --json.")
    _write(name, output, rows, seed, quiet)


def _write(name: str, output: str | None, rows: int | None, seed: int | None, quiet: bool) -> None:
    from neurona.cli.output import write_out
    from neurona.runs.datasets import blocks, load

    found = load(name, rows, seed)
    if output is None or output == "-":
        write_out(blocks(found))
        return
    from neurona.files.atomic import write_atomically

    write_atomically(output, blocks(found))
    if not quiet:
        targets = ", ".join(found.target_names)
        click.echo(
            f"wrote   {output}   {len(found.X):,} rows x {len(found.input_names)} inputs, "
            f"target{'s' if len(found.target_names) > 1 else ''} {targets}",
            err=True,
        )
