"""A trace as text for a terminal: three phases, a table per layer, large layers abbreviated."""

from __future__ import annotations

import dataclasses
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

from neurona.network import Vector
from neurona.tracing.parts import Change, Trace

Row = list[str]
Place = tuple[str, Change, tuple[int, ...]]
NAME_ROOM = 16


def table(trace: Trace, units: int, rows: int, width: int) -> str:
    """Return the whole step; see `Trace.table`."""
    parts = [
        *_wrapped(_headline(trace), width),
        "",
        "FORWARD: sum z = sum of w a, plus b; activation a = g(z)",
        *_forward(trace, units, rows, width),
        "",
        *_loss(trace, rows, width),
        "",
        "BACKWARD: error = dE/dz, the slope of the loss by the sum of a unit",
        *_backward(trace, units, rows, width),
        "",
        "UPDATE: gradient = sum over the rows of a (below) x error (above)",
        *_update(trace, units, width),
    ]
    return "\n".join(line.rstrip() for line in parts)


def number(value: float) -> str:
    """Return a number as the tables show it: six digits."""
    return f"{float(value) + 0.0:.6g}"


def shown(names: Sequence[str], most: int) -> list[int]:
    """Return which of many are shown: all, or the first so many."""
    return list(range(len(names) if len(names) <= most + 1 else most))


def short(name: str, room: int = NAME_ROOM) -> str:
    """Return a name in so many letters, without what could drive a terminal."""
    clean = "".join(c if c.isprintable() else "\ufffd" for c in name)
    return clean if len(clean) <= room else clean[: room - 2] + ".."


def columns(head: Row, rows: Iterable[Row], width: int, indent: str = "  ") -> list[str]:
    """Return rows under a head, the first column to the left, numbers to the right; what is too
    wide is continued below, with the first column again.
    """
    body = [head, *rows]
    widths = [max(len(row[k]) for row in body) for k in range(len(head))]
    blocks, used = [[0]], width
    for k in range(1, len(head)):
        if used + 2 + widths[k] > width:
            blocks.append([0])
            used = len(indent) + widths[0]
        blocks[-1].append(k)
        used += 2 + widths[k]
    lines = []
    for block in blocks if len(blocks) == 1 else blocks[1:]:
        for row in body:
            cells = [row[k].rjust(widths[k]) if k else row[k].ljust(widths[k]) for k in block]
            lines.append(indent + "  ".join(cells))
    return lines


def spelled(value: Any) -> str:
    """Return a registered value with the options that are not the defaults."""
    options = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    given = ", ".join(
        f"{field.name}={getattr(options[field.name], '__qualname__', repr(options[field.name]))}"
        for field in dataclasses.fields(value)
        if options[field.name] != field.default
    )
    return f"{value.name}({given})" if given else str(value.name)


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width)


def _headline(trace: Trace) -> str:
    sizes = "-".join(map(str, trace.sizes))
    names = ", ".join(layer.activation for layer in trace.forward)
    rows = "1 row" if trace.rows == 1 else f"{trace.rows} rows"
    how = (
        ""
        if trace.optimizer is None
        else f"; {spelled(trace.optimizer)}, rate {number(trace.rate)}"
    )
    given = "".join(f", {name} {value}" for name, value in trace.options.items())
    return (
        f"Step {trace.step} of {trace.estimator} {sizes} ({names}) on {rows}; "
        f"{spelled(trace.loss_function)}{given}{how}."
    )


def _title(trace: Trace, layer: int) -> str:
    last = layer == len(trace.forward)
    return "output" if last else f"layer {layer}"


def _more(hidden: int, what: str) -> list[str]:
    return [f"  ... and {hidden} more {what}"] if hidden else []


def _per_unit(
    names: Sequence[str], arrays: dict[str, Vector], units: int, rows: int, width: int
) -> list[str]:
    """Return arrays (rows x units) side by side, a line per unit; with several rows, row by row."""
    total = len(next(iter(arrays.values())))
    seen = shown(names, units)
    lines: list[str] = []
    for row in range(min(total, rows)):
        label = "unit" if total == 1 else f"row {row + 1}"
        body = [[short(names[j]), *(number(a[row, j]) for a in arrays.values())] for j in seen]
        lines += columns([label, *arrays], body, width)
    return lines + _more(len(names) - len(seen), "units") + _more(max(0, total - rows), "rows")


def _forward(trace: Trace, units: int, rows: int, width: int) -> list[str]:
    lines = ["inputs", *_per_unit(trace.input_names, {"a": trace.inputs}, units, rows, width)]
    for k, layer in enumerate(trace.forward, 1):
        arrays = {"z": layer.sums}
        if layer.factors is not None:
            arrays["dropout"] = layer.factors
        lines += [
            f"{_title(trace, k)}, {layer.activation}",
            *_per_unit(trace.unit_names(k), arrays | {"a": layer.values}, units, rows, width),
        ]
    return lines


def _loss(trace: Trace, rows: int, width: int) -> list[str]:
    lines = []
    for row in range(min(trace.rows, rows)):
        pairs = ", ".join(
            f"{short(name)} {number(said)} for {number(true)}"
            for name, said, true in list(
                zip(trace.output_names, trace.prediction[row], trace.truth[row], strict=True)
            )[:6]
        )
        which = "" if trace.rows == 1 else f"Row {row + 1}: "
        more = ", ..." if len(trace.output_names) > 6 else ""
        loss = number(trace.row_losses[row])
        lines += _wrapped(f"{which}output {pairs}{more}: loss {loss}", width)
    lines += _more(max(0, trace.rows - rows), "rows")
    added = f", penalty {number(trace.penalty)}" if trace.penalty else ""
    lines.append(f"E = {number(trace.loss)}{added}")
    return lines


def _backward(trace: Trace, units: int, rows: int, width: int) -> list[str]:
    lines = []
    last = len(trace.backward)
    for k in range(last, 0, -1):
        layer, activation = trace.backward[k - 1], trace.forward[k - 1].activation
        if layer.joined:
            how = f"loss and {activation} together: error = slope of the loss by z"
        elif layer.slopes is None:
            how = f"{activation} mixes its units: error = a (dE/da - sum of a dE/da)"
        else:
            source = "slope of the loss" if k == last else "sum of w x error above"
            how = f"error = dE/da ({source}) x g'(z)"
        arrays = {} if layer.arriving is None else {"dE/da": layer.arriving}
        factors = trace.forward[k - 1].factors
        arrays |= {} if factors is None else {"dropout": factors}
        arrays |= {} if layer.slopes is None else {"g'(z)": layer.slopes}
        arrays |= {"error": layer.errors}
        lines += [
            f"{_title(trace, k)}: {how}",
            *_per_unit(trace.unit_names(k), arrays, units, rows, width),
        ]
    return lines


def _update(trace: Trace, units: int, width: int) -> list[str]:
    lines = []
    for k, layer in enumerate(trace.update, 1):
        sources, targets = trace.unit_names(k - 1), trace.unit_names(k)
        places: list[Place] = [
            (f"{short(sources[i], 10)} -> {short(targets[j], 10)}", layer.weights, (i, j))
            for j in shown(targets, units)
            for i in shown(sources, units)
        ]
        places = [places[p] for p in shown([name for name, _, _ in places], 2 * units)]
        places += [
            (f"bias -> {short(targets[j], 10)}", layer.biases, (j,)) for j in shown(targets, units)
        ]
        hidden = layer.weights.old.size + layer.biases.old.size - len(places)
        lines += [
            _title(trace, k),
            *_changes(places, bool(trace.penalty), width),
            *_more(hidden, "weights"),
        ]
    return lines + _wrapped(trace.note, width)


def _changes(places: list[Place], penalized: bool, width: int) -> list[str]:
    """Return a line per weight: old, gradient with its parts, new, the optimizer's state."""
    head = ["weight", "old", *(["of loss", "of penalty"] if penalized else []), "gradient"]
    first = places[0][1]
    # what an optimizer does not use under its options stays 0
    used = [
        name
        for name in first.after
        if any(change.before[name][at] or change.after[name][at] for _, change, at in places)
    ]
    head += [] if first.new is None else ["new"]
    head += [f"{name} {when}" for name in used for when in ("before", "after")]
    body = []
    for name, change, at in places:
        arrays = [
            change.old,
            *([change.of_loss, change.of_penalty] if penalized else []),
            change.gradient,
            *([] if change.new is None else [change.new]),
            *(state[one] for one in used for state in (change.before, change.after)),
        ]
        body.append([name, *(number(array[at]) for array in arrays)])
    return columns(head, body, width)
