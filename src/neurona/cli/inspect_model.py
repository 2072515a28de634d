"""The work of `neurona inspect` for a model: what its file says, as plain data and as text."""

from __future__ import annotations

import math
from typing import Any

from neurona.cli.inspect_members import describe_members, members_text
from neurona.cli.layout import entry, grid
from neurona.cli.model import Model, check_readable, model_file
from neurona.data.encoders import KINDS, Encoder
from neurona.files.container import read
from neurona.files.models import model_of
from neurona.progress.numbers import TITLES


def describe(given: str) -> dict[str, Any]:
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
    }
    if model.of_tables:
        prepared = estimator.preparation_
        found["inputs"] = [_input(one) for one in prepared.encoders]
        found["left_out"] = [list(one) for one in prepared.dropped]
        if not model.classifies:
            found["scaling"] = [
                {"target": name, "center": center, "scale": scale}
                for name, center, scale in zip(*estimator.targets_, strict=True)
            ]
    elif hasattr(estimator, "feature_names_in_"):
        found["inputs"] = [
            {"name": str(name), "kind": "as it is", "features": 1}
            for name in estimator.feature_names_in_
        ]
    return found


def _changed(estimator: Any) -> dict[str, str]:
    """Return the parameters that are not the default, as texts."""
    default = type(estimator)().get_params(deep=False)
    given = estimator.get_params(deep=False)
    return {name: repr(v) for name, v in given.items() if repr(v) != repr(default[name])}


def _layers(inside: Any) -> list[dict[str, Any]]:
    network = inside.learned().network
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


def _name(solver: Any) -> str:
    return solver if isinstance(solver, str) else repr(solver)


def _finite(value: Any) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)


def text(found: dict[str, Any], no_color: bool = False) -> str:
    """Return the description as text that fits the terminal."""
    lines = [entry("model", f"{found['path']}   {found['class']}")]
    if not found["fitted"]:
        lines.append(entry("state", "not trained yet"))
    else:
        lines += _fitted_text(found, no_color)
    if found["parameters_given"]:
        given = ", ".join(f"{name}={value}" for name, value in found["parameters_given"].items())
        lines.append(entry("given", given))
    packages = ", ".join(f"{n} {v}" for n, v in found["versions"].items() if n != "neurona")
    lines.append(entry("written by", f"neurona {found['written_by']}, {packages}".rstrip(", ")))
    return "\n".join(lines)


def _fitted_text(found: dict[str, Any], no_color: bool) -> list[str]:
    sizes = [found["layers"][0]["inputs"], *(layer["outputs"] for layer in found["layers"])]
    names = [layer["activation"] for layer in found["layers"]]
    hidden = sorted(set(names[:-1]))
    shape = "-".join(map(str, sizes))
    lines = [
        entry("task", f"{found['task']} of {', '.join(found['targets'])}"),
        entry(
            "network",
            f"{shape}   {', '.join([*hidden, names[-1]])}   {found['parameters']:,} parameters   "
            f"{found['dtype']}",
        ),
    ]
    if found["classes"]:
        shown = ", ".join(map(str, found["classes"][:12]))
        lines.append(entry("classes", shown + (", ..." if len(found["classes"]) > 12 else "")))
    for one in found["scaling"]:
        said = f"{one['target']}: mean {one['center']:.6g}, spread {one['scale']:.6g}"
        lines.append(entry("target", said))
    lines += _training_text(found["training"])
    lines += members_text(found, no_color)
    if found["inputs"]:
        body = [[one["name"], one["kind"], str(one["features"]), _how(one)]
                for one in found["inputs"]]  # fmt: skip
        head = ["input", "kind", "features", "how it is prepared"]
        lines += ["", grid(head, body, right={2}, no_color=no_color)]
    lines.append("")
    lines += [entry("left out", f"{name}: {why}") for name, why in found["left_out"]]
    lines += [entry("note", note) for note in found["notes"] if "is left out: it is" not in note]
    return lines


def _training_text(training: dict[str, Any]) -> list[str]:
    seconds = "" if training["seconds"] is None else f" in {training['seconds']:.2f} s"
    epochs = "1 epoch" if training["epochs"] == 1 else f"{training['epochs']:,} epochs"
    lines = [entry("training", f"{training['solver']}, {epochs}{seconds}")]
    if training["why_solver"] not in ("", "as asked for"):
        lines.append(entry("solver", f"{training['solver']}: {training['why_solver']}"))
    if training["stop_reason"]:
        lines.append(entry("stopped", training["stop_reason"]))
    if training["best_epoch"] is not None:
        loss = f"validation loss {training['best_validation_loss']:.4g}"
        lines.append(entry("best", f"epoch {training['best_epoch']:,}, {loss}"))
    if "split" in training:
        lines.append(entry("split", training["split"]))
        said = training["comparison"]
        metric = TITLES[said["metric"]]
        model, base = (", ".join(f"{v:.4g}" for v in said[k]) for k in ("model", "baseline"))
        where = "held-out" if said["held_out"] else "training"
        lines.append(
            entry("score", f"{metric} {model} on {said['rows']:,} {where} rows; baseline {base}")
        )
    return lines


def _how(one: dict[str, Any]) -> str:
    encodes = KINDS.encoder(one["kind"]) if one["kind"] in KINDS else None
    return "" if encodes is None else encodes.in_words(one)
