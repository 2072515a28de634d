"""`neurona compare`: what differs between runs, and which is better, by how much, how surely."""

from __future__ import annotations

import click


@click.command("compare", short_help="Show what differs between runs, and how they score.")
@click.argument("runs", metavar="RUN RUN ...", nargs=-1, required=True)
@click.option("--groups", metavar="COL", help="Test rows of the same COL belong together.")
@click.option("--time", metavar="COL", help="Test rows near each other in COL belong together.")
@click.option("--json", "as_json", is_flag=True, help="Print the comparison as JSON.")
def command(runs: tuple[str, ...], groups: str | None, time: str | None, as_json: bool) -> None:
    """Compare the RUNs, folders that `neurona train` wrote: settings, scores, curves.

    Differences are those from the first run, on the test rows that both have, with intervals that
    hold them with 95 %; and over folds, where both have the same. Of runs that were split by groups
    or by time the intervals are over groups or stretches of time, not over single rows.
    """
    import json

    from neurona.progress.events import finite
    from neurona.runs.comparing.comparison import compare

    found = compare(*runs, groups=groups, time=time)
    if as_json:
        document = {"schema": 1, "event": "comparison", **found.to_dict()}
        click.echo(json.dumps(finite(document), allow_nan=False))
    else:
        from neurona.cli.text.layout import entry
        from neurona.runs.comparing.text import columns_of

        notes = [entry("note", one) for one in found.notes]
        click.echo("\n".join([columns_of(found), *([""] if notes else []), *notes]))
