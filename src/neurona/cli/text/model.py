"""What `neurona inspect` says of a model."""

from __future__ import annotations

from typing import Any

from neurona.cli.text.layout import entry, grid
from neurona.cli.text.members import members_text
from neurona.data.encoders import KINDS
from neurona.progress.numbers import TITLES


def model_text(found: dict[str, Any], no_color: bool = False) -> str:
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
    if training["rate_found"] is not None:
        lines.append(entry("rate", f"{training['rate_found']:g}, found by short trainings"))
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
