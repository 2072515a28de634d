"""`neurona diagnose`: what is wrong with the training of a run, and what to do about it."""

from __future__ import annotations

import click


@click.command("diagnose", short_help="Say what is wrong with a training, and what to do.")
@click.argument("run", metavar="RUN")
@click.option(
    "--try",
    "tries",
    default=0,
    metavar="N",
    type=click.IntRange(0),
    help="Train with the remedies of the N worst findings, and score them.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.option("--no-color", is_flag=True, help="No colours.")
def command(run: str, tries: int, as_json: bool, no_color: bool) -> None:
    """Say what is wrong with the training of RUN, a folder that `neurona train` wrote.

    The model is read, its table is read and split again, and every finding has its evidence in
    numbers, what to do, and the command that trains with that changed. Test rows are not looked at.
    """
    import json

    from neurona.runs.diagnosis import diagnose_run

    found = diagnose_run(run)
    if as_json:
        from neurona.cli.text.diagnosis import diagnosis_document as document

        click.echo(json.dumps(document(found, list(found.trials(tries)))))
        return
    from neurona.cli.text.diagnosis import diagnosis_text, trial_text

    click.echo(diagnosis_text(found, no_color))
    for finding, trial in found.trials(tries):
        click.echo(trial_text(finding, trial))
