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


def exhibit_of_run(given: str, rows: str = "") -> tuple[Exhibit, RunAgain | None]:
    """Return what a run's folder, or a model's file, has to show, and the run if it is one.

    Parameters
    ----------
    given : str
        The folder of a run: its data is read and split again. A model's file: no rows are known.
    rows : str, default=""
        "training", "validation" or "test": which rows charts of one part show.

    Raises
    ------
    Failure
        It is neither, or there are no such rows.
    """
    from neurona.insight.exhibit import Exhibit, exhibit_of

    run = read_run(given) if is_run(given) else None
    if run is None:
        model = _loaded(given)
        exhibit = exhibit_of(model, name=Path(given).stem)
    else:
        model = run.model
        if not hasattr(model, "network_"):
            raise Failure(f"The training of {given!r} came to nothing; try: neurona diagnose "
                          f"{given}")  # fmt: skip
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
    if rows:
        if rows not in exhibit.parts:
            known = ", ".join(exhibit.parts) or "none"
            raise Failure(f"There are no {rows} rows in {given!r}; there are {known}.")
        exhibit.chosen = rows
    return exhibit, run


def _loaded(given: str) -> Any:
    from neurona.files.models import load

    path = model_file(given)
    model = load(path)
    if not (hasattr(model, "network_") or hasattr(model, "coefs_") or hasattr(model, "coef_")):
        raise Failure(f"The model {given!r} was saved before it was trained; train it first.")
    return model
