"""Models and histories as notebooks show them: facts, and small curves; no scripts."""

from __future__ import annotations

from typing import Any

from neurona.reports.page.fragments import curves, escaped, notebook, notebook_table
from neurona.reports.subject import layers_of

ARROW = " \N{RIGHTWARDS ARROW} "
MOST = 12


def model_shown(model: Any) -> str:
    """Return an estimator's page: parameters, and of a fitted one layers and losses."""
    inside = getattr(model, "network_", model)
    name = f"<b>{escaped(type(model).__name__)}</b>"
    fitted = hasattr(inside, "coefs_") or hasattr(inside, "coef_")
    head = f"<p>{name}{'' if fitted else ', not fitted yet'}</p>"
    rows = [("parameters", _given(model))]
    if fitted:
        rows += _learned(model, inside)
    history = getattr(inside, "history_", None)
    drawn = "" if not history else _curves(history)
    return notebook(head + notebook_table([], [row for row in rows if row[1]]) + drawn)


def history_shown(history: Any) -> str:
    """Return a history's page: its curves, and its first, best and last epoch."""
    if not len(history):
        return notebook("<p><b>History</b>, no epochs yet</p>")
    losses = [r.loss if r.val_loss is None else r.val_loss for r in history]
    best = min(range(len(losses)), key=lambda k: (losses[k] != losses[k], losses[k]))
    chosen = {"first": history[0], "best": history[best], "last": history[-1]}
    fields = ("epoch", "loss", "val_loss", "score", "learning_rate", "gradient_norm")
    used = [f for f in fields if any(getattr(r, f) is not None for r in chosen.values())]
    rows = [[name, *(_number(getattr(r, f)) for f in used)] for name, r in chosen.items()]
    table = notebook_table(["", *(f.replace("_", " ") for f in used)], rows, range(1, 9))
    return notebook(f"<p><b>History</b>, {len(history):,} epochs</p>{_curves(history)}{table}")


def _given(model: Any) -> str:
    default = type(model)().get_params(deep=False)
    given = model.get_params(deep=False)
    said = [f"{name}={v!r}" for name, v in given.items() if repr(v) != repr(default[name])]
    return ", ".join(one if len(one) < 120 else f"{one[:117]}..." for one in said) or "the defaults"


def _learned(model: Any, inside: Any) -> list[tuple[str, str]]:
    layers = layers_of(model)
    sizes = [layers.matrices[0].shape[0], *(one.shape[1] for one in layers.matrices)]
    total = sum(w.size + b.size for w, b in zip(layers.matrices, layers.biases, strict=True))
    found = [("layers", f"{ARROW.join(map(str, sizes))}, {total:,} numbers")]
    found.append(("of these", layers.note))
    found.append(("target", _some(getattr(model, "target_names_", None))))
    found.append(("inputs", _some(getattr(model, "feature_names_in_", None))))
    solver = getattr(inside, "solver_", getattr(inside, "solver", ""))
    found.append(("solver", solver if isinstance(solver, str) else repr(solver)))
    epochs = getattr(inside, "n_iter_", None)
    if epochs is not None:
        reason = str(getattr(inside, "stop_reason_", ""))
        found.append(("ended", f"after {int(epochs):,} epochs: {reason}"))
    return found


def _some(names: Any) -> str:
    if names is None:
        return ""
    more = f" and {len(names) - MOST} more" if len(names) > MOST else ""
    return ", ".join(map(str, names[:MOST])) + more


def _curves(history: Any) -> str:
    lines = [("training loss", history.column("loss"))]
    validated = history.column("val_loss")
    if any(value is not None for value in validated):
        lines.append(("validation loss (dashed)", validated))
    said = escaped(" and ".join(name for name, _ in lines))
    drawn = curves(lines)
    return f"<div>{drawn}<br><small>{said}</small></div>" if drawn else ""


def _number(value: Any) -> str:
    return "" if value is None else f"{value:.4g}"
