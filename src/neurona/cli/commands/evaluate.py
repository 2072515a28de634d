"""`neurona evaluate`: how good a saved model is on a table, beside the trivial baseline."""

from __future__ import annotations

import json
from typing import Any

import click

from neurona.cli.flags import missing_columns_option, reading_options, reading_words
from neurona.runs.failures import Code, Failure


@click.command("evaluate", short_help="Score a saved model on a table whose targets are known.")
@click.argument("model", metavar="MODEL")
@click.argument("table", metavar="TABLE")
@click.option(
    "--fail-under",
    multiple=True,
    metavar="METRIC=VALUE",
    help="Exit with 5 if the metric is worse than this (r2=0.9, rmse=0.5); repeatable.",
)
@click.option(
    "--target",
    multiple=True,
    metavar="COL,...",
    help="The target columns, if not called as in training.",
)
@missing_columns_option
@reading_options
@click.option("--json", "as_json", is_flag=True, help="Print the scores as JSON.")
@click.option("-q", "--quiet", is_flag=True, help="No notes, only scores and errors.")
@click.option("--no-color", is_flag=True, help="No colours.")
def command(
    model: str,
    table: str,
    fail_under: tuple[str, ...],
    target: tuple[str, ...],
    missing_columns: str,
    as_json: bool,
    quiet: bool,
    no_color: bool,
    **how: Any,
) -> None:
    """Score MODEL on the rows of TABLE, beside the trivial baseline on the same rows.

    The baseline always says the mean of the target, or how frequent each class is. Errors are in
    the target's own units. MODEL is a file, or the folder that `neurona train` wrote.

    A model with error bars is scored for them, too: the share of rows inside its 95 % interval, how
    wide this is, and the mean log likelihood; one that knows sets of classes for the share of rows
    whose class is in its 90 % set, and how many classes a set has.

    --fail-under takes r2, rmse, mae, coverage_95, width_95, log_likelihood; accuracy,
    balanced_accuracy, log_loss, set_coverage_90, set_size_90. For rmse, mae, log_loss, widths and
    sizes less is better, so the model fails above the value. With several targets the worst one
    counts.
    """
    from neurona.cli.gates import check_metrics, misses, parse, sentence

    gates = [gate for given in fail_under for gate in parse(given)]
    words = reading_words(how)
    from neurona.runs.head import check_columns
    from neurona.runs.model import check_given

    check_given(model, table)
    check_columns(model, table, missing_columns, words, targets=target)
    from neurona.cli.text.evaluation import evaluation_document, evaluation_text
    from neurona.runs.evaluation import evaluate as score
    from neurona.runs.model import open_model

    opened = open_model(model)
    check_metrics(gates, opened.classifies)
    found = score(opened, table, target, missing_columns, **words)
    missed = misses(gates, {name: pair.model for name, pair in found.scored.pairs.items()})
    if as_json:
        click.echo(json.dumps(evaluation_document(opened, found, gates, missed)))
    else:
        click.echo(evaluation_text(opened, found, no_color))
    if not quiet:
        for note in found.notes:
            click.echo(f"note    {note}", err=True)
    if missed:
        raise Failure(sentence(missed, len(found.scored.pairs) > 1), Code.GATE_MISSED)
