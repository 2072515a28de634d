"""TableRegressor and TableClassifier as a document and arrays, and back.

The network inside is kept as a model of its own; beside it stand the preparation of the inputs, the
scaling or the classes of the targets, and what training said: columns, notes, split, comparison.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

from neurona.data.columns import ColumnReport, Kind
from neurona.data.preparation import Preparation
from neurona.data.split import Split
from neurona.data.targets import NumericTargets, Task
from neurona.errors import FormatError, TableError
from neurona.estimators.classifier import MLPClassifier
from neurona.estimators.regressor import MLPRegressor
from neurona.estimators.table import BaseTable, Comparison
from neurona.estimators.table_classifier import TableClassifier
from neurona.files import plain
from neurona.files.fields import Array, Arrays, count, entry
from neurona.files.parameters import decode_parameters, encode_parameters

METRICS = ("rmse", "mae", "log_loss")
MAX_ROWS = 1 << 40

Encode = Callable[[Any, dict[str, Array], str], dict[str, Any]]
Decode = Callable[[Any, Arrays, str], Any]


def encode_table(
    encode_model: Encode, model: BaseTable, arrays: dict[str, Array], prefix: str = ""
) -> dict[str, Any]:
    """Return a model's document and add its arrays; TypeError if a parameter cannot be kept."""
    document = {"parameters": encode_parameters(model), "fitted": None}
    if hasattr(model, "network_"):
        document["fitted"] = _encode_fitted(encode_model, model, arrays, prefix)
    return document


def decode_table(
    decode_model: Decode, cls: type[BaseTable], document: Any, arrays: Arrays, prefix: str = ""
) -> BaseTable:
    """Return the model of class `cls` that `encode_table` described."""
    model: BaseTable = decode_parameters(cls, document)
    if "fitted" not in document:
        raise FormatError("the document has no 'fitted'")
    if document["fitted"] is not None:
        _restore(decode_model, model, entry(document, "fitted", dict), arrays, prefix)
    return model


def _encode_fitted(
    encode_model: Encode, model: Any, arrays: dict[str, Array], prefix: str
) -> dict[str, Any]:
    split = model.split_
    held = np.zeros(len(split.train) + len(split.held), np.uint8)
    held[split.held] = 1
    arrays[f"{prefix}held"] = np.packbits(held)
    document = {
        "network": encode_model(model.network_, arrays, f"{prefix}network."),
        "preparation": model.preparation_.to_state(),
        "preparation_notes": list(model.preparation_.notes),
        "target_names": [str(name) for name in model.target_names_],
        "left_out": list(model.left_out_),
        "n_features": int(model.n_features_in_),
        "named": hasattr(model, "feature_names_in_"),
        "task": str(model.task_),
        "columns": [
            [plain.encode(value, "A column's report") for value in report]
            for report in model.columns_
        ],
        "notes": list(model.notes_),
        "split": {"rows": len(held), "how": split.how},
        "comparison": [plain.encode(value, "The comparison") for value in model.comparison_],
    }
    if isinstance(model, TableClassifier):
        document["classes"] = plain.encode(model.classes_, "classes_")
    else:
        document["targets"] = model.targets_.to_state()
    return document


def _restore(
    decode_model: Decode, model: Any, document: dict[str, Any], arrays: Arrays, prefix: str
) -> None:
    network = decode_model(entry(document, "network", dict), arrays, f"{prefix}network.")
    classifies = isinstance(model, TableClassifier)
    inside = MLPClassifier if classifies else MLPRegressor
    if type(network) is not inside or not hasattr(network, "coefs_"):
        raise FormatError("the network inside is not of the right kind")
    model.network_ = network
    for name in ("history_", "stop_reason_", "n_iter_"):
        if not hasattr(network, name):
            raise FormatError(f"the network inside has no {name}")
        setattr(model, name, getattr(network, name))
    try:
        prepared = Preparation.from_state(entry(document, "preparation", dict))
        if not classifies:
            model.targets_ = NumericTargets.from_state(entry(document, "targets", dict))
    except TableError as error:
        raise FormatError(str(error)) from None
    notes = tuple(_texts(document, "preparation_notes"))
    model.preparation_ = dataclasses.replace(prepared, notes=notes)
    model.target_names_ = _texts(document, "target_names")
    model.left_out_ = _texts(document, "left_out")
    model.notes_ = _texts(document, "notes")
    model.n_features_in_ = count(document, "n_features")
    if entry(document, "named", bool):
        model.feature_names_in_ = np.array(prepared.names, object)
    if model.n_features_in_ != len(prepared.names):
        raise FormatError("the number of columns is not that of the preparation")
    if sum(len(one.features()) for one in prepared.encoders) != network.n_features_in_:
        raise FormatError("the prepared columns do not fit the network")
    _restore_targets(model, document, network)
    model.columns_ = [_report(one) for one in entry(document, "columns", list)]
    model.split_ = _split(entry(document, "split", dict), arrays, prefix)
    model.comparison_ = _comparison(entry(document, "comparison", list))


def _restore_targets(model: Any, document: dict[str, Any], network: Any) -> None:
    try:
        model.task_ = Task(entry(document, "task", str))
    except ValueError:
        raise FormatError("the task is an unknown one") from None
    outputs, names = network.n_outputs_, len(model.target_names_)
    if not isinstance(model, TableClassifier):
        fits = outputs == len(model.targets_.names) == names
        if model.task_ is not Task.REGRESSION or not fits:
            raise FormatError("the targets do not fit the network")
        return
    classes = plain.decode(entry(document, "classes", dict))
    if not isinstance(classes, np.ndarray) or classes.ndim != 1 or not len(classes):
        raise FormatError("the classes are not a list of labels")
    model.classes_ = classes
    said = {
        Task.BINARY: len(classes) <= 2 and outputs == names == 1,
        Task.MULTICLASS: len(classes) == outputs and names == 1,
        Task.MULTILABEL: len(classes) == outputs == names,
    }
    if not said.get(model.task_, False):
        raise FormatError("the classes do not fit the network")


def _texts(document: dict[str, Any], name: str) -> list[str]:
    found = entry(document, name, list)
    if not all(isinstance(text, str) for text in found):
        raise FormatError(f"{name!r} in the document is not a list of texts")
    return found


def _report(json: Any) -> ColumnReport:
    fields = [plain.decode(value) for value in json] if isinstance(json, list) else []
    if len(fields) != len(ColumnReport._fields):
        raise FormatError("a column's report is not as it should be")
    name, kind, reason, *counts = fields[:6]
    texts = all(isinstance(text, str) for text in (name, kind, reason))
    numbers = all(type(number) is int and number >= 0 for number in counts)
    ends = all(isinstance(end, float | int | str | None) for end in fields[6:])
    if not (texts and numbers and ends and kind in set(Kind)):
        raise FormatError("a column's report is not as it should be")
    return ColumnReport(name, Kind(kind), *fields[2:])


def _split(document: dict[str, Any], arrays: Arrays, prefix: str) -> Split:
    rows, how = count(document, "rows"), entry(document, "how", str)
    if rows > MAX_ROWS:
        raise FormatError("the split has too many rows")
    held = np.unpackbits(arrays.take(f"{prefix}held", np.uint8, (-(-rows // 8),)), count=rows)
    return Split(np.flatnonzero(held == 0), np.flatnonzero(held), how)


def _comparison(json: list[Any]) -> Comparison:
    fields = [plain.decode(value) for value in json]
    if len(fields) != len(Comparison._fields):
        raise FormatError("the comparison is not as it should be")
    metric, model, baseline, clear, rows, held_out = fields
    lists = [isinstance(one, list) for one in (model, baseline, clear)]
    fits = (
        metric in METRICS
        and all(lists)
        and len(model) == len(baseline) == len(clear)
        and all(type(number) is float for number in (*model, *baseline))
        and all(type(flag) is bool for flag in (*clear, held_out))
        and type(rows) is int
    )
    if not fits:
        raise FormatError("the comparison is not as it should be")
    return Comparison(*fields)
