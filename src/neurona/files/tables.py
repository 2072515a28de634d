"""TableRegressor and TableClassifier as a document and arrays, and back.

The network inside is a model of its own. What was learned is read in `fitted_table.py`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.data.columns import ColumnReport
from neurona.data.split import Split
from neurona.estimators.mlp.classifier import MLPClassifier
from neurona.estimators.mlp.fitted import restore
from neurona.estimators.mlp.regressor import MLPRegressor
from neurona.estimators.tables.base import BaseTable
from neurona.estimators.tables.classifier import TableClassifier
from neurona.estimators.tables.plan import Plan
from neurona.files import plain
from neurona.files.contest import encode_contest
from neurona.files.fields import Array, Arrays, entry
from neurona.files.fitted_table import NETWORK, decode_fitted_table
from neurona.files.mlp import encode_mlp
from neurona.files.parameters import decode_parameters, encode_parameters
from neurona.files.provenance import encode_provenance
from neurona.inference.learned import FittedTable
from neurona.inference.provenance import Provenance


def encode_table(model: BaseTable, arrays: dict[str, Array], prefix: str = "") -> dict[str, Any]:
    """Return a model's document and add its arrays; TypeError if a parameter cannot be kept."""
    learned = None
    if hasattr(model, "network_"):
        learned = _encode_learned(model, arrays, prefix)
    return {"parameters": encode_parameters(model), "fitted": learned}


def decode_table(cls: type[BaseTable], document: Any, arrays: Arrays, prefix: str = "") -> Any:
    """Return the model of class `cls` that `encode_table` described."""
    model: Any = decode_parameters(cls, document)
    classifies = isinstance(model, TableClassifier)
    state = decode_fitted_table(document, arrays, prefix, classifies)
    if state is not None:
        inside = entry(entry(document, "fitted", dict), "network", dict)
        _restore(model, state, decode_parameters(_network_class(classifies), inside))
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
        **_encode_plan(model),
        **_encode_provenance(model, arrays, prefix),
        **encode_contest(
            getattr(model, "candidates_", []),
            getattr(model, "held_out_errors_", None),
            getattr(model, "noise_scale_", None),
            arrays,
            prefix,
        ),
    }


def plain_report(report: ColumnReport) -> tuple[Any, ...]:
    """Return a report on a column as plain values."""
    return (report.name, str(report.kind), *report[2:])


def _encode_plan(model: Any) -> dict[str, Any]:
    plan: Plan | None = getattr(model, "plan_", None)
    return {} if plan is None else {"plan": plain.encode(tuple(plan), "The plan")}


def _encode_provenance(model: Any, arrays: dict[str, Array], prefix: str) -> dict[str, Any]:
    known: Provenance | None = getattr(model, "provenance_", None)
    return {} if known is None else {"provenance": encode_provenance(known, arrays, prefix)}


def _network_class(classifies: bool) -> Any:
    return MLPClassifier if classifies else MLPRegressor


def _restore(model: Any, state: FittedTable, network: Any) -> None:
    """Make a new table estimator the fitted one whose state this is, with a new network inside."""
    restore(network, state.network)
    model.network_ = network
    model.target_names_, model.task_ = state.targets, state.task
    model.preparation_ = state.preparation
    if state.scaling is not None:
        model.targets_ = state.scaling
    if state.classes is not None:
        model.classes_ = state.classes
    model.columns_ = state.columns
    names = list(state.preparation.names)
    model.n_features_in_ = len(names)
    if state.named:
        model.feature_names_in_ = np.array(names, object)
    model.left_out_, model.notes_ = state.left_out, state.notes
    model.comparison_ = state.comparison
    if state.plan is not None:
        model.plan_ = Plan(*state.plan)
    if state.provenance is not None:
        model.provenance_ = state.provenance
    if state.judged:
        model.candidates_ = state.judged
    if state.errors is not None:
        model.held_out_errors_ = state.errors
    if state.noise_scale is not None:
        model.noise_scale_ = state.noise_scale
    nothing = np.zeros(0, np.intp)
    model.split_ = Split(nothing, nothing, state.split)
