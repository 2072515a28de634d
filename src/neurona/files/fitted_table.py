"""What a table model has learned (`inference.learned.FittedTable`) out of a document and arrays.

What was learned of the table is plain data (`Preparation.to_state`, `NumericTargets.to_state`); the
network inside is a model of its own. Of the split only the words are kept: row numbers are of no
use without the rows.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.data.columns import ColumnReport
from neurona.data.encoders import KINDS
from neurona.data.preparation import Preparation
from neurona.data.targets import NumericTargets
from neurona.data.task import Task
from neurona.errors import FormatError
from neurona.files import plain
from neurona.files.contest import decode_contest, decode_noise
from neurona.files.fields import Array, Arrays, entry
from neurona.files.fitted import decode_fitted
from neurona.files.method import is_solver
from neurona.files.provenance import decode_provenance
from neurona.inference.learned import Comparison, Fitted, FittedTable
from neurona.inference.provenance import Provenance

NETWORK = "network."


def decode_fitted_table(
    document: Any, arrays: Arrays, prefix: str, classifies: bool
) -> FittedTable | None:
    """Return what the document of a table model says that it learned; None if that is nothing."""
    if not isinstance(document, dict) or "fitted" not in document:
        raise FormatError("the document has no 'fitted'")
    if document["fitted"] is None:
        return None
    found = entry(document, "fitted", dict)
    network = decode_fitted(entry(found, "network", dict), arrays, prefix + NETWORK, classifies)
    if network is None:
        raise FormatError("the network inside is not fitted")
    targets, task = texts_of(found, "targets"), _task(entry(found, "task", str), classifies)
    preparation, scaling = _of_the_table(found, classifies)
    if len(preparation.features) != network.network.sizes[0]:
        raise FormatError("the prepared columns do not fit the network")
    classes = _classes(found, network, task) if classifies else None
    outputs = network.network.sizes[-1]
    if scaling is not None and not len(targets) == len(scaling.names) == outputs:
        raise FormatError("the targets do not fit the network")
    if entry(found, "inputs", int) != len(preparation.names):
        raise FormatError("the number of inputs is wrong")
    of_errors = 1 if classifies and task is not Task.MULTILABEL else outputs
    judged, errors = decode_contest(found, arrays, prefix, of_errors)
    scale = None if classifies else decode_noise(found, arrays, prefix, network.network)
    return FittedTable(
        network=network,
        task=task,
        targets=targets,
        scaling=scaling,
        classes=classes,
        preparation=preparation,
        columns=[report_of(one) for one in entry(found, "columns", list)],
        named=entry(found, "named", bool),
        left_out=texts_of(found, "left_out"),
        notes=texts_of(found, "notes"),
        split=entry(found, "split", str),
        comparison=_comparison(found),
        plan=_plan(found) if "plan" in found else None,
        provenance=_provenance(found, arrays, prefix),
        judged=judged,
        errors=errors,
        noise_scale=scale,
    )


def _of_the_table(
    document: dict[str, Any], classifies: bool
) -> tuple[Preparation, NumericTargets | None]:
    try:
        preparation = Preparation.from_state(entry(document, "preparation", dict))
        if classifies:
            return preparation, None
        return preparation, NumericTargets.from_state(entry(document, "scaling", dict))
    except FormatError:
        raise
    except ValueError as error:
        raise FormatError(str(error)) from None


def texts_of(document: dict[str, Any], name: str) -> list[str]:
    """Return an entry that must be a list of texts."""
    found = entry(document, name, list)
    if not all(isinstance(one, str) for one in found):
        raise FormatError(f"{name!r} in the document is not a list of texts")
    return list(found)


def _task(text: str, classifier: bool) -> Task:
    if text not in list(Task) or (text == Task.REGRESSION) == classifier:
        raise FormatError("the task does not fit the model")
    return Task(text)


def _classes(document: dict[str, Any], network: Fitted, task: Task) -> Array:
    classes = plain.decode(entry(document, "classes", dict))
    if not isinstance(classes, np.ndarray) or classes.ndim != 1 or not len(classes):
        raise FormatError("the classes are not a list of labels")
    several = task is Task.MULTILABEL
    # one class, or two, are one output, and two classes to the network
    known = 0 if network.labels is None else len(network.labels.classes)
    expected = network.network.sizes[-1] if several else known
    if len(classes) > max(expected, 2) or (several and len(classes) != expected):
        raise FormatError("the classes do not fit the network")
    found: Array = classes
    return found


def report_of(given: Any) -> ColumnReport:
    """Return the report that was made plain, every value checked."""
    values = plain.decode(given)
    if not isinstance(values, list) or len(values) != len(ColumnReport._fields):
        raise FormatError("the report on a column is not as it should be")
    name, kind, reason, *counts = values
    texts = isinstance(name, str) and isinstance(reason, str) and kind in KINDS
    if not texts or not all(type(number) is int for number in counts[:3]):
        raise FormatError("the report on a column is not as it should be")
    return ColumnReport(name, kind, reason, *counts)


def _plan(document: dict[str, Any]) -> tuple[Any, ...]:
    """Return the fields of `estimators.tables.plan.Plan`, in their order."""
    values = plain.decode(entry(document, "plan", dict))
    if not isinstance(values, tuple) or len(values) != 8:
        raise FormatError("the plan is not as it should be")
    solver, _, _, starts, combine, initializer, iterations, reason = values
    texts = (combine, initializer, reason)
    sound = (
        is_solver(solver)
        and all(isinstance(text, str) for text in texts)
        and all(type(number) is int and number >= 0 for number in (starts, iterations))
    )
    if not sound:
        raise FormatError("the plan is not as it should be")
    return values


def _provenance(document: dict[str, Any], arrays: Arrays, prefix: str) -> Provenance | None:
    if document.get("provenance") is None:
        return None
    return decode_provenance(entry(document, "provenance", dict), arrays, prefix)


def _comparison(document: dict[str, Any]) -> Comparison:
    values = plain.decode(entry(document, "comparison", dict))
    if not isinstance(values, tuple) or len(values) != len(Comparison._fields):
        raise FormatError("the comparison with the baseline is not as it should be")
    found = Comparison(*values)
    numbers = all(isinstance(part, list) for part in (found.model, found.baseline, found.clear))
    if not isinstance(found.metric, str) or not numbers or type(found.rows) is not int:
        raise FormatError("the comparison with the baseline is not as it should be")
    return found
