"""Homework: a number worked out by hand beside the right one, and what likely went wrong."""

from __future__ import annotations

from typing import Any

from neurona.estimators.next_step import NextStep
from neurona.laboratory.commands import TraceAnswer
from neurona.laboratory.fields import Refused
from neurona.tracing.parts import Trace
from neurona.tracing.step import trace_step

NEAR = 0.01


def judged(step: NextStep, given: TraceAnswer) -> dict[str, Any]:
    """Return {"right": bool, "text": sentence, "expected": number}."""
    network = step.network
    if given.layer >= network.n_layers or given.unit >= network.sizes[given.layer + 1]:
        raise Refused("There is no such unit.", "unit")
    found = trace_step(step, step.rate)
    if given.quantity == "delta":
        expected, slips = _delta(found, given)
    else:
        expected, slips = _weight(found, given)
    if _near(given.value, expected):
        return {"right": True, "text": "Right.", "expected": expected}
    for value, sentence in slips:
        if value is not None and _near(given.value, value) and not _near(value, expected):
            return {"right": False, "text": sentence, "expected": expected}
    way = "too small" if given.value < expected else "too large"
    text = f"Not yet: {given.value:g} is {way}. Work it out factor by factor."
    return {"right": False, "text": text, "expected": expected}


Slips = list[tuple[float | None, str]]


def _delta(found: Trace, given: TraceAnswer) -> tuple[float, Slips]:
    part, unit, layer = found.backward[given.layer], given.unit, given.layer
    expected = float(part.errors[0, unit])
    slips: Slips = [(-expected, "The size is right, the sign is not: it is output minus target.")]
    if part.arriving is not None and part.slopes is not None:
        arriving = float(part.arriving[0, unit])
        slope = float(part.slopes[0, unit])
        slips.append((arriving, "You forgot g'(z): multiply by the slope of the activation."))
        slips.append((arriving * slope**2, "The slope g'(z) belongs in once, not twice."))
        slips.append((slope, "That is g'(z) alone: multiply it by what arrives from above."))
    if layer + 1 < len(found.backward):
        above = found.backward[layer + 1].errors[0]
        slips.append((float(above.sum()), "You added the deltas above without their weights w."))
    return expected, slips


def _weight(found: Trace, given: TraceAnswer) -> tuple[float, Slips]:
    if not found.update:
        raise Refused(found.note or "This method shows no new weights.", "quantity")
    layer = found.update[given.layer]
    if isinstance(given.source, str):
        change, place = layer.biases, (given.unit,)
    else:
        change, place = layer.weights, (given.source, given.unit)  # type: ignore[assignment]
        if given.source >= change.old.shape[0]:
            raise Refused("There is no such input.", "source")
    if change.new is None:
        raise Refused(found.note, "quantity")
    old, new = float(change.old[place]), float(change.new[place])
    gradient = float(change.gradient[place])
    slips: Slips = [
        (2 * old - new, "You went uphill: the step goes against the gradient, so subtract it."),
        (old - gradient, "You forgot the learning rate: the step is the rate times the gradient."),
        (old + gradient, "You forgot the learning rate, and went uphill."),
        (gradient, "That is the gradient: the new weight is the old one minus rate times it."),
        (new - old, "That is the step alone: add it to the old weight."),
        (old, "That is the old weight."),
    ]
    return new, slips


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= NEAR * abs(other) + 5e-5
