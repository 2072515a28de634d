"""A run, or a model's file, as an exhibit: what charts and reports are made of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from neurona.errors import NeuronaError
from neurona.runs.failures import Failure
from neurona.runs.model import model_file
from neurona.runs.record import is_run
from neurona.runs.run_again import RunAgain, read_run

if TYPE_CHECKING:
    from neurona.insight.exhibit import Exhibit
    from neurona.runs.examples import Examples, Given
    from neurona.runs.scores import Array


def exhibit_of_run(given: str, rows: str = "", shown: str = "") -> tuple[Exhibit, RunAgain | None]:
    """Return what a run's folder, or a model's file, has to show, and the run if it is one.

    Parameters
    ----------
    given : str
        The folder of a run: its data is read and split again. A model's file: no rows are known.
    rows : str, default=""
        "training", "validation" or "test": which rows charts of one part show.
    shown : str, default=""
        A table whose rows are shown in the place of those of the run.

    Raises
    ------
    Failure
        It is neither, or there are no such rows.
    """
    from neurona.insight.exhibit import Exhibit, exhibit_of

    run = read_run(given) if is_run(given) else None
    model = _loaded(given) if run is None else run.model
    if run is not None and not hasattr(model, "network_"):
        raise Failure(f"The training of {given!r} came to nothing; try: neurona diagnose {given}")
    if shown:
        exhibit = exhibit_of_rows(model, given, shown)
    elif run is None:
        exhibit = exhibit_of(model, name=Path(given).stem)
    else:
        try:
            data = run.data
        except (Failure, NeuronaError, OSError) as error:
            reason = str(error) if not isinstance(error, OSError) else f"{error.strerror}"
            note = f"The run's data could not be read again, so no rows are shown: {reason}"
            exhibit = Exhibit(model, {}, run.path.name, [note])
        else:
            exhibit = exhibit_of(
                model,
                data.train,
                list(data.targets),
                X_val=data.validation,
                X_test=data.test,
                y_test=data.test_values,
                name=f"{data.source.table.source}: {', '.join(data.targets[:4])}",
            )
            exhibit.notes += [f"{data.sampled}."] if data.sampled else []
    if rows:
        if rows not in exhibit.parts:
            known = ", ".join(exhibit.parts) or "none"
            raise Failure(f"There are no {rows} rows in {given!r}; there are {known}.")
        exhibit.chosen = rows
    return exhibit, run


def exhibit_of_rows(estimator: Any, given: str, shown: str) -> Exhibit:
    """Return a fitted model with the rows of a table whose targets are known, read as `evaluate`
    reads it.

    Rows that it was trained or validated on are told from new ones by the fingerprints that it
    keeps: they are "training" rows, and new ones "test" rows. Of a model that keeps none, or keeps
    those of a sample alone, all are just "rows".
    """
    from neurona.diagnosis.case import take
    from neurona.insight.exhibit import Exhibit, Part
    from neurona.runs.examples import read_examples
    from neurona.runs.model import Model, check_readable

    check_readable(estimator, given)
    model = Model(estimator, model_file(given))
    found = read_examples(model, shown)
    X, y = _inputs(model, found.rows), _truth(model, found.rows)
    places, notes = _parts(model, found)
    parts = {name: Part(take(X, rows), y[rows]) for name, rows in places.items()}
    name = f"{Path(given).stem} on {found.source}"
    return Exhibit(estimator, parts, name, [*found.notes, *notes])


def _parts(model: Any, found: Given) -> tuple[dict[str, Array], list[str]]:
    """Return the rows by part, and what is to be said of them."""
    import numpy as np

    from neurona.runs.examples import flattery, prints_of_examples

    every = {"rows": np.arange(found.rows.size)}
    known = model.seen_rows
    prints = None if found.lacks else prints_of_examples(model, found.rows)
    if known is None or prints is None:
        return every, []
    seen = known.count(prints, len(prints))
    if not seen.exact:
        return every, [flattery(found.source, found.rows.size, seen)]
    here = known.known(prints)
    parts = {"training": np.flatnonzero(here), "test": np.flatnonzero(~here)}
    parts = {name: rows for name, rows in parts.items() if len(rows)}
    if not seen.rows:
        return parts, [f"{found.source}: the model was trained on none of these rows."]
    if len(parts) == 1:
        return parts, [flattery(found.source, found.rows.size, seen)]
    return parts, [
        f"{found.source}: the model was trained or validated on {seen.rows:,} of the "
        f"{found.rows.size:,} rows, which are shown as training rows; the other "
        f"{len(parts['test']):,} are new to it, and shown as test rows."
    ]


def _inputs(model: Any, rows: Examples) -> Any:
    """Return inputs as the model takes them: a table, or numbers by position."""
    import numpy as np

    from neurona.data.encoders import numbers_of

    if model.of_tables or getattr(model.estimator, "feature_names_in_", None) is not None:
        return rows.inputs
    return np.column_stack([numbers_of(rows.inputs, name) for name in rows.inputs.names])


def _truth(model: Any, rows: Examples) -> Any:
    """Return the true values as the model says them: quantities, labels of 0 and 1, or classes."""
    import numpy as np

    from neurona.data.targets import label_matrix, numeric_targets
    from neurona.runs.examples import class_codes

    if not model.classifies:
        return numeric_targets(rows.targets, rows.names)
    if model.task == "multilabel":
        return label_matrix(rows.targets, rows.names)
    found = class_codes(model, rows.targets, rows.names[0])
    known = [*model.classes, *found.unknown]
    values = np.empty(len(found.codes), object)
    values[:] = [known[code] for code in found.codes]
    return values


def _loaded(given: str) -> Any:
    from neurona.files.models import load

    path = model_file(given)
    model = load(path)
    if not (hasattr(model, "network_") or hasattr(model, "coefs_") or hasattr(model, "coef_")):
        raise Failure(f"The model {given!r} was saved before it was trained; train it first.")
    return model
