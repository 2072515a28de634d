"""Columns as inputs of a graph, and what makes the network's numbers of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.data.encoders import LIMIT, Boolean, Category
from neurona.data.encoders.piecewise import Piecewise
from neurona.data.encoders.scaled import Scaled
from neurona.errors import IncompatibleError
from neurona.export.code.columns import halves
from neurona.export.tensors.graph import Graph

ML = "ai.onnx.ml"


def column(g: Graph, encoder: Any, x: str, codes: bool) -> list[str]:
    """Add the nodes of a column `x` (rows x 1); returns tensors of the network's numbers.

    With `codes` words come as their numbers, and a missing one as not-a-number.
    """
    if isinstance(encoder, Scaled):
        return _scaled(g, encoder, x)
    if isinstance(encoder, Boolean):
        return _boolean(g, encoder, x, codes)
    if isinstance(encoder, Category):
        return _category(g, encoder, x, codes)
    raise IncompatibleError(
        f"The column {encoder.name!r} is of the kind {encoder.kind!r}, which has no ONNX nodes "
        "here; leave the column out."
    )


def is_words(encoder: Any) -> bool:
    """Whether a column comes as texts."""
    words = isinstance(encoder, Boolean) and not encoder.as_numbers()
    return words or isinstance(encoder, Category)


def _scaled(g: Graph, encoder: Any, x: str) -> list[str]:
    absent = g.node("IsNaN", x)
    high, low = halves(encoder.center, g.single)
    value = g.subtract(g.pick(absent, g.constant(high), x), g.constant(high))
    if low:
        value = g.subtract(value, g.constant(low))
    scaled = g.cut(g.divide(value, g.constant(encoder.scale)), encoder.limit)
    if low:
        # the middle itself is not 0 here to the last digit
        scaled = g.pick(absent, g.constant(0.0), scaled)
    found = [scaled, *_steps(g, encoder, x, absent)]
    return [*found, g.numbers(absent)] if encoder.indicator else found


def _steps(g: Graph, encoder: Any, x: str, absent: str) -> list[str]:
    """Return how far a number is from each quantile to the next, of columns that are so cut."""
    if not isinstance(encoder, Piecewise) or len(encoder.edges) < 2:
        return []
    edges = np.array(encoder.edges) / 2  # so that they leave room for their difference
    gaps, parts = np.diff(edges), [halves(low, g.single) for low in edges[:-1]]
    shifted = g.multiply(x, g.constant(0.5))
    for some in zip(*parts, strict=True):
        if any(some):
            shifted = g.subtract(shifted, g.constant([some]))
    share = g.divide(shifted, g.constant([gaps]))
    inside = g.node("Clip", share, g.constant(0.0), g.constant(1.0))
    usual = np.clip((encoder.center / 2 - edges[:-1]) / gaps, 0, 1)
    return [g.pick(absent, g.constant([usual]), inside)]


def _boolean(g: Graph, encoder: Any, x: str, codes: bool) -> list[str]:
    if encoder.as_numbers():
        absent = g.node("IsNaN", x)
        value = g.pick(absent, g.constant(encoder.usual), g.cut(x, LIMIT))
        return [value, g.numbers(absent)] if encoder.indicator else [value]
    if codes:
        is_low = g.node("Equal", x, g.constant(0.0))
        is_high = g.node("Equal", x, g.constant(1.0))
    else:
        words = [{w, w.upper(), w.capitalize()} for w in (encoder.low, encoder.high)]
        keys = [(key, code) for code, forms in enumerate(words) for key in sorted(forms)]
        code = _coded(g, x, keys)
        is_low = g.node("Equal", code, g.constant(0, np.int64))
        is_high = g.node("Equal", code, g.constant(1, np.int64))
    absent = g.node("Not", g.node("Or", is_low, is_high))
    value = g.pick(absent, g.constant(encoder.usual), g.numbers(is_high))
    return [value, g.numbers(absent)] if encoder.indicator else [value]


def _category(g: Graph, encoder: Any, x: str, codes: bool) -> list[str]:
    count = len(encoder.levels)
    if codes:
        # a code of -1 is none of the levels, -2 is missing where that is a level
        absent = g.node("IsNaN", x)
        places = [float(k) for k in range(count)]
        if None in encoder.levels:
            places[encoder.levels.index(None)] = -2.0
            own = g.node("Equal", x, g.constant(float(encoder.levels.index(None))))
            x = g.pick(own, g.constant(-1.0), x)
        x = g.pick(absent, g.constant(-2.0), x)
        hits = g.node("Equal", x, g.constant([places]))
    else:
        keys = [("" if level is None else level, k) for k, level in enumerate(encoder.levels)]
        code = _coded(g, x, keys)
        hits = g.node("Equal", code, g.constant([list(range(count))], np.int64))
    found = [g.numbers(hits)]
    if encoder.other:
        known = g.node("ReduceSum", found[0], g.constant([1], np.int64), keepdims=1)
        found.append(g.subtract(g.constant(1.0), known))
    return found


def _coded(g: Graph, x: str, keys: list[tuple[str, int]]) -> str:
    """Return the codes of texts, -1 for any other."""
    return g.node(
        "LabelEncoder", x, domain=ML,
        keys_strings=[key for key, _ in keys],
        values_int64s=[code for _, code in keys],
        default_int64=-1,
    )  # fmt: skip
