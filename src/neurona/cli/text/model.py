"""What `neurona inspect` says of a model."""

from __future__ import annotations

from typing import Any

from neurona.cli.text.layout import entry, grid
from neurona.cli.text.members import members_text
from neurona.data.encoders import KINDS
from neurona.progress.fold_lines import fold_parts, folds_text
from neurona.progress.numbers import count, scores_text, short


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
        of = f"{one['transform']} of " if "transform" in one else ""
        said = f"{of}{one['target']}: mean {one['center']:.6g}, spread {one['scale']:.6g}"
        lines.append(entry("target", said))
    lines += _training_text(found["training"])
    lines += _scores_text(found)
    if found.get("folds"):
        lines.append(entry("folds", f"{folds_text(found['folds'])}   ({found['folds']['how']})"))
        lines += [entry("", "   ".join(fold_parts(one))) for one in found["folds"]["each"]]
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
        loss = f"validation loss {short(training['best_validation_loss'])}"
        lines.append(entry("best", f"epoch {training['best_epoch']:,}, {loss}"))
    return lines


LABELS = {"test": "test score", "validation": "validation", "training": "train score"}
ROWS = {
    "test": "held out for the test",
    "validation": "held out to validate on",
    "training": "that were trained on, which says little of others",
}


def _scores_text(found: dict[str, Any]) -> list[str]:
    """Return scores by part of the rows, the most telling first."""
    lines = []
    if "kept_back" in found:
        rows = {one["part"]: one["rows"] for one in found["scores"]}
        verbs = {"training": "train on", "validation": "validate on", "test": "test"}
        parts = []
        for part, verb in verbs.items():
            how = found["kept_back"].get(part, "")
            many = f"{rows[part]:,}" if rows.get(part) else "none"
            parts.append(f"{many} to {verb}" + (f" ({how})" if how not in ("", "none") else ""))
        lines.append(entry("rows", f"{found['trained_on']}: {', '.join(parts)}"))
    elif "split" in found["training"]:
        lines.append(entry("split", found["training"]["split"]))
    for one in found["scores"]:
        on = f"on {count(one['rows'], 'row')} {ROWS[one['part']]}"
        said = f"{scores_text(one['model'])}   {on}"
        trivial = scores_text(one["baseline"])
        lines.append(entry(LABELS[one["part"]], f"{said}; baseline {trivial}"))
    return lines


def _how(one: dict[str, Any]) -> str:
    encodes = KINDS.encoder(one["kind"]) if one["kind"] in KINDS else None
    return "" if encodes is None else encodes.in_words(one)
