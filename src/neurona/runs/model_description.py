"""What a model is, as plain data: what its file says, and how it was trained."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from neurona import value_text
from neurona.data.encoders import Encoder
from neurona.data.task import Task
from neurona.estimators.mlp.fitted import fitted
from neurona.files.container import read
from neurona.files.models import model_of
from neurona.inference.learned import Comparison
from neurona.inference.provenance import PartScore, Provenance
from neurona.runs.members_description import describe_members
from neurona.runs.model import Model, check_readable, model_file
from neurona.runs.record import Record, is_run


def describe_model(given: str) -> dict[str, Any]:
    """Return what a model is, as plain data."""
    path = model_file(given)
    container = read(path)
    estimator = model_of(container, path)
    check_readable(estimator, given)
    found: dict[str, Any] = {
        "kind": "model",
        "path": str(path),
        "class": type(estimator).__name__,
        "written_by": container.written_by,
        "versions": dict(container.document.get("versions", {})),
        "parameters_given": _changed(estimator),
    }
    if not (hasattr(estimator, "network_") or hasattr(estimator, "coefs_")):
        return found | {"fitted": False}
    model = Model(estimator, path)
    inside = model.inside
    weights = sum(w.size for w in (*inside.coefs_, *inside.intercepts_))
    found |= {
        "fitted": True,
        "task": model.task,
        "targets": model.targets,
        "classes": model.classes,
        "layers": _layers(inside),
        "parameters": int(weights),
        "dtype": inside.coefs_[0].dtype.name,
        "training": _training(estimator, inside),
        **describe_members(model),
        "inputs": [],
        "left_out": [],
        "scaling": [],
        "notes": list(getattr(estimator, "notes_", [])),
        **_scores(estimator),
    }
    if Path(given).is_dir():
        found["folds"] = _folds(given)
    if model.of_tables:
        prepared = estimator.preparation_
        found["inputs"] = [_input(one) for one in prepared.encoders]
        found["left_out"] = [list(one) for one in prepared.dropped]
        if not model.classifies:
            turned = estimator.targets_.transform
            transformed = {"transform": turned.name} if turned else {}
            found["scaling"] = [
                {"target": name, "center": center, "scale": scale} | transformed
                for name, center, scale in zip(*estimator.targets_[:3], strict=True)
            ]
    elif hasattr(estimator, "feature_names_in_"):
        found["inputs"] = [
            {"name": str(name), "kind": "as it is", "features": 1}
            for name in estimator.feature_names_in_
        ]
    return found


def _folds(given: str) -> dict[str, Any] | None:
    """Return the cross-validation of a run, None if there was none."""
    if not is_run(given):
        return None
    record = Record.read(given)
    folds: dict[str, Any] | None = (record.done or {}).get("folds")
    return None if folds is None else {**folds, "each": record.folds}


def _changed(estimator: Any) -> dict[str, str]:
    """Return the parameters that are not the default, as texts."""
    default = type(estimator)().get_params(deep=False)
    given = estimator.get_params(deep=False)
    return {name: repr(v) for name, v in given.items() if repr(v) != repr(default[name])}


def _layers(inside: Any) -> list[dict[str, Any]]:
    network = fitted(inside).network
    sizes = network.sizes
    return [
        {"inputs": n, "outputs": m, "activation": activation.name, "parameters": (n + 1) * m}
        for n, m, activation in zip(sizes, sizes[1:], network.activations, strict=False)
    ]


def _input(encoder: Encoder) -> dict[str, Any]:
    found = {"name": encoder.name, "kind": encoder.kind, "features": len(encoder.features())}
    return found | encoder.described()


def _training(estimator: Any, inside: Any) -> dict[str, Any]:
    history = inside.history_
    found: dict[str, Any] = {
        "solver": _name(getattr(inside, "solver_", inside.solver)),
        "why_solver": getattr(inside, "solver_reason_", ""),
        "epochs": int(inside.n_iter_),
        "stop_reason": str(getattr(inside, "stop_reason_", "")),
        "seconds": _finite(history[-1].seconds) if len(history) else None,
        "loss": _finite(history[-1].loss) if len(history) else None,
        "rate_found": _finite(getattr(inside, "learning_rate_found_", None)),
        "best_epoch": None,
        "best_validation_loss": None,
    }
    losses = [(r.val_loss, r.epoch) for r in history if r.val_loss is not None]
    losses = [one for one in losses if math.isfinite(one[0])]
    if losses:
        best = min(losses)
        found["best_validation_loss"], found["best_epoch"] = best
    if hasattr(estimator, "comparison_"):
        found["comparison"] = estimator.comparison_._asdict()
        found["split"] = estimator.split_.how
    return found


def _scores(estimator: Any) -> dict[str, Any]:
    """Return scores by part of the rows, the most telling first, and how the parts came about."""
    known: Provenance | None = getattr(estimator, "provenance_", None)
    if known is not None:
        return {
            "trained_on": known.source,
            "kept_back": {"test": known.test, "validation": known.validation},
            "scores": [one._asdict() for one in known.scores],
            "fingerprints": None if known.seen is None else known.seen.rows,
        }
    compared: Comparison | None = getattr(estimator, "comparison_", None)
    if compared is None:
        return {"scores": []}
    several = estimator.task_ is Task.REGRESSION
    model, trivial = (
        {compared.metric: values if several else values[0]}
        for values in (compared.model, compared.baseline)
    )
    part = "validation" if compared.held_out else "training"
    return {"scores": [PartScore(part, compared.rows, model, trivial)._asdict()]}


def _name(solver: Any) -> str:
    if isinstance(solver, str):
        return solver
    try:
        return value_text.write(solver)
    except ValueError:
        return repr(solver)


def _finite(value: Any) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)
