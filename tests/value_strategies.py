"""Hypothesis strategies for values: any that a registered class allows."""

from __future__ import annotations

import dataclasses
import math
import typing

from hypothesis import assume
from hypothesis import strategies as st

from neurona.registry import Registry


def options(field, hint):
    """Options that a field may have, and some that its class refuses."""
    low, high, _ = field.metadata.get("range", (-math.inf, math.inf, ""))
    kinds = typing.get_args(hint) or (hint,)
    found = []
    for kind in kinds:
        if kind is bool:
            found.append(st.booleans())
        elif kind is type(None):
            found.append(st.none())
        elif kind is int:
            found.append(st.integers(int(max(low, -9)), int(min(high, 99))))
        elif kind is float:
            ends = [None if math.isinf(end) else end for end in (low, high)]
            found.append(st.floats(*ends, allow_nan=False))
        else:
            registry = Registry.holding(kind)
            found.append(st.sampled_from(registry.classes()).flatmap(values_of))
    return st.one_of(found)


def values_of(cls):
    """Values of a class."""
    hints = typing.get_type_hints(cls)
    fields = [field for field in dataclasses.fields(cls) if field.init]
    given_some = {field.name: options(field, hints[field.name]) for field in fields}
    return st.fixed_dictionaries({}, optional=given_some).map(lambda given: made(cls, given))


def made(cls, given):
    try:
        return cls(**given)
    except ValueError:
        assume(False)
