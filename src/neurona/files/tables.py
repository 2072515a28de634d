"""TableRegressor and TableClassifier as a document and arrays, and back.

What was learned of the table is plain data (`Preparation.to_state`, `NumericTargets.to_state`); the
network inside is a model of its own. Of the split only the words are kept: row numbers are of no
use without the rows.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.data.columns import ColumnReport, Kind
from neurona.data.preparation import Preparation
from neurona.data.split import Split
from neurona.data.targets import NumericTargets, Task
from neurona.errors import FormatError
from neurona.estimators.classifier import MLPClassifier
from neurona.estimators.regressor import MLPRegressor
from neurona.estimators.table import BaseTable, Comparison
from neurona.estimators.table_classifier import TableClassifier
from neurona.files import plain
from neurona.files.fields import Array, Arrays, entry
from neurona.files.mlp import decode_mlp, encode_mlp
from neurona.files.parameters import decode_parameters, encode_parameters

NETWORK = "network."


def encode_table(model: BaseTable, arrays: dict[str, Array], prefix: str = "") -> dict[str, Any]:
    """Return a model's document and add its arrays; TypeError if a parameter cannot be kept."""
    learned = None
    if hasattr(model, "network_"):
        learned = _encode_learned(model, arrays, prefix)
    return {"parameters": encode_parameters(model), "fitted": learned}


def decode_table(cls: type[BaseTable], document: Any, arrays: Arrays, prefix: str = "") -> Any:
    """Return the model of class `cls` that `encode_table` described."""
    model: Any = decode_parameters(cls, document)
    if "fitted" not in document:
        raise FormatError("the document has no 'fitted'")
    if document["fitted"] is not None:
        _decode_learned(model, entry(document, "fitted", dict), arrays, prefix)
    return model


def _encode_learned(model: Any, arrays: dict[str, Array], prefix: str) -> dict[str, Any]:
    classifier = isinstance(model, TableClassifier)
    named = hasattr(model, "feature_names_in_")
    return {
        "network": encode_mlp(model.network_, arrays, prefix + NETWORK),
        "task": str(model.task_),
        "targets": list(model.target_names_),
        "scaling": None if classifier else model.targets_.to_state(),
        "classes": plain.encode(model.classes_, "classes_") if classifier else None,
        "preparation": model.preparation_.to_state(),
        "columns": [
            [plain.encode(value, "A column's report") for value in plain_report(report)]
            for report in model.columns_
        ],
        "inputs": int(model.n_features_in_),
        "named": named,
        "left_out": list(model.left_out_),
        "notes": list(model.notes_),
        "split": str(model.split_.how),
        "comparison": plain.encode(tuple(model.comparison_), "The comparison"),
    }


def plain_report(report: ColumnReport) -> tuple[Any, ...]:
    """Return a report on a column as plain values."""
    return (report.name, str(report.kind), *report[2:])


def _decode_learned(model: Any, document: dict[str, Any], arrays: Arrays, prefix: str) -> None:
    classifier = isinstance(model, TableClassifier)
    network_class = MLPClassifier if classifier else MLPRegressor
    network = decode_mlp(network_class, entry(document, "network", dict), arrays, prefix + NETWORK)
    if not hasattr(network, "coefs_"):
        raise FormatError("the network inside is not fitted")
    model.network_ = network
    model.target_names_ = texts_of(document, "targets")
    model.task_ = _task(entry(document, "task", str), classifier)
    try:
        model.preparation_ = Preparation.from_state(entry(document, "preparation", dict))
        if not classifier:
            model.targets_ = NumericTargets.from_state(entry(document, "scaling", dict))
    except FormatError:
        raise
    except ValueError as error:
        raise FormatError(str(error)) from None
    outputs = network.coefs_[-1].shape[1]
    if len(model.preparation_.features) != network.coefs_[0].shape[0]:
        raise FormatError("the prepared columns do not fit the network")
    if classifier:
        model.classes_ = _classes(document, network, model.task_)
    elif not len(model.target_names_) == len(model.targets_.names) == outputs:
        raise FormatError("the targets do not fit the network")
    model.columns_ = [report_of(one) for one in entry(document, "columns", list)]
    names = list(model.preparation_.names)
    if entry(document, "inputs", int) != len(names):
        raise FormatError("the number of inputs is wrong")
    model.n_features_in_ = len(names)
    if entry(document, "named", bool):
        model.feature_names_in_ = np.array(names, object)
    model.left_out_ = texts_of(document, "left_out")
    model.notes_ = texts_of(document, "notes")
    model.comparison_ = _comparison(document)
    nothing = np.zeros(0, np.intp)
    model.split_ = Split(nothing, nothing, entry(document, "split", str))
    model.history_ = network.history_
    model.stop_reason_ = getattr(network, "stop_reason_", "")
    model.n_iter_ = getattr(network, "n_iter_", 0)


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


def _classes(document: dict[str, Any], network: Any, task: Task) -> Array:
    classes = plain.decode(entry(document, "classes", dict))
    if not isinstance(classes, np.ndarray) or classes.ndim != 1 or not len(classes):
        raise FormatError("the classes are not a list of labels")
    several = task is Task.MULTILABEL
    # one class, or two, are one output, and two classes to the network
    expected = network.coefs_[-1].shape[1] if several else len(network.classes_)
    if len(classes) > max(expected, 2) or (several and len(classes) != expected):
        raise FormatError("the classes do not fit the network")
    found: Array = classes
    return found


def report_of(given: Any) -> ColumnReport:
    """Return the report that `plain_report` made plain, every value checked."""
    values = plain.decode(given)
    if not isinstance(values, list) or len(values) != len(ColumnReport._fields):
        raise FormatError("the report on a column is not as it should be")
    name, kind, reason, *counts = values
    texts = isinstance(name, str) and isinstance(reason, str) and kind in list(Kind)
    if not texts or not all(type(number) is int for number in counts[:3]):
        raise FormatError("the report on a column is not as it should be")
    return ColumnReport(name, Kind(kind), reason, *counts)


def _comparison(document: dict[str, Any]) -> Comparison:
    values = plain.decode(entry(document, "comparison", dict))
    if not isinstance(values, tuple) or len(values) != len(Comparison._fields):
        raise FormatError("the comparison with the baseline is not as it should be")
    found = Comparison(*values)
    numbers = all(isinstance(part, list) for part in (found.model, found.baseline, found.clear))
    if not isinstance(found.metric, str) or not numbers or type(found.rows) is not int:
        raise FormatError("the comparison with the baseline is not as it should be")
    return found
