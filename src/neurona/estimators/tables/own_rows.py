"""What a model says of the rows that it was trained on, where it is no better than the trivial
answer on rows held out: one that knows the former has not collapsed, but over-fits.
"""

from __future__ import annotations

from typing import Any

from neurona.estimators.tables.learning import Lesson
from neurona.inference.learned import Comparison


def over_fits(
    model: Any, lesson: Lesson, compared: Comparison, output: int, of: str, saying: str
) -> str | None:
    """Return a sentence if a model is better than the trivial answer on its own rows, by more than
    chance, and is not on those held out; None if it is not, or nothing is known.

    Parameters
    ----------
    model : TableRegressor or TableClassifier
    lesson : Lesson
        What it was trained on.
    compared : Comparison
        On the rows held out.
    output : int
        The place in the comparison.
    of, saying : str
        What the model is of, and what the trivial answer is, in words.
    """
    if lesson.matrix_val is None or lesson.train_values is None or lesson.seen is not None:
        return None
    truth = lesson.train_values
    said = model._said(model.network_.outputs(lesson.matrix))  # noqa: SLF001 - of this model
    own = model._compare(truth, truth, said)[0]  # noqa: SLF001
    if not own.clear[output]:
        return None
    name = "log loss" if own.metric == "log_loss" else own.metric.upper()
    ours, theirs = (f"{one.model[output]:.4g}" for one in (own, compared))
    usual, usual_held = (f"{one.baseline[output]:.4g}" for one in (own, compared))
    return (
        f"The model of {of} over-fits: on the {own.rows:,} rows that it was trained on its {name} "
        f"is {ours}, and that of always saying {saying} {usual}; on {compared.rows:,} held-out "
        f"rows it is {theirs}, which is not clearly better than {usual_held}. Give more rows or "
        "fewer columns, hold it back (alpha, dropout, a smaller network), or name no way to learn: "
        "several then compete on rows that they do not see."
    )
