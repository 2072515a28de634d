"""What notebooks show of models, histories and advice: facts, and small curves; no scripts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from neurona.reports.page.fragments import curves, escaped, notebook, notebook_table, shown
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


def rates_shown(curve: Any) -> str:
    """Return a rate curve's page: the losses over the rates, and what each came to."""
    least = min(curve.losses)
    rows = [
        [
            f"{rate:.3g}",
            f"{loss:.4g}" if math.isfinite(loss) else "diverged",
            f"{steps:,}",
            "lowest" if loss == least and math.isfinite(loss) else "",
        ]
        for rate, loss, steps in zip(curve.rates, curve.losses, curve.steps, strict=True)
    ]
    of = "validation rows" if curve.validated else "rows trained on"
    said = f"loss on {of} at rates from {curve.rates[0]:.3g} to {curve.rates[-1]:.3g}"
    # a rate that diverged has no place between the others
    start = [curve.start for _ in curve.losses]
    table = notebook_table(["rate", "loss", "steps", ""], rows, range(3))
    drawn = _drawn([(said, curve.losses), ("loss of the first weights (dashed)", start)])
    return notebook(f"<p><b>RateCurve</b>: {curve.best:.3g}. {shown(curve.why)}</p>{drawn}{table}")


def batch_shown(advice: Any) -> str:
    """Return an advice's page: the rows of a batch, and what says so."""
    scale, signal = advice.noise.scale, advice.noise.signal
    rows = [
        ("signal equals noise at", f"{scale:,.3g} rows" if math.isfinite(scale) else "not seen"),
        ("measured on", f"{advice.noise.rows:,} rows (signal {signal:.3g})"),
        ("a core's cache holds", f"{advice.cached:,} rows"),
        ("rows to train on", f"{advice.rows:,}"),
    ]
    head = f"<p><b>BatchAdvice</b>: {advice.batch:,} rows. {shown(advice.why)}</p>"
    return notebook(head + notebook_table([], rows))


def trial_shown(trial: Any) -> str:
    """Return a trial's page: all scores before and after, the one that decides first."""
    names = [trial.measure, *(name for name in trial.after if name != trial.measure)]
    rows = [
        [name.replace("_", " "), f"{trial.before[name]:.4g}", f"{trial.after[name]:.4g}"]
        for name in names
    ]
    head = f"<p><b>Trial</b>: {shown(trial)}</p>"
    return notebook(head + notebook_table(["score", "before", "after"], rows, range(1, 3)))


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
    return _drawn(lines)


def _drawn(lines: Sequence[tuple[str, Sequence[float | None]]]) -> str:
    said = escaped(" and ".join(name for name, _ in lines))
    drawn = curves(lines)
    return f"<div>{drawn}<br><small>{said}</small></div>" if drawn else ""


def _number(value: Any) -> str:
    return "" if value is None else f"{value:.4g}"
