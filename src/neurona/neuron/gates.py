"""The gates that one threshold unit can be, with exact weights."""

from __future__ import annotations

from fractions import Fraction

from neurona import elsewhere
from neurona.errors import UnknownNameError
from neurona.nearest import nearest, unknown
from neurona.neuron.boolean import NAMED
from neurona.neuron.units import ThresholdUnit

HALF = Fraction(1, 2)


def gate(name: str, inputs: int | None = None) -> ThresholdUnit:
    """Return AND, OR, NAND, NOR (of any number of inputs) or NOT as a threshold unit.

    `with_bias()` gives the other form. All weights are 1 or -1.

    Parameters
    ----------
    name : str
    inputs : int, default=None
        None is 2, for NOT 1.

    Raises
    ------
    ValueError
        No single unit is this function (XOR, XNOR), or NOT is asked for with several inputs;
        UnknownNameError if there is no such gate.

    Examples
    --------
    >>> from neurona.neuron import gate
    >>> print(gate("NAND").truth_table())
    a1  a2 | sum  y
     0   0 |   0  1
     0   1 |  -1  1
     1   0 |  -1  1
     1   1 |  -2  0
    >>> gate("AND", 3).threshold, gate("AND").with_bias().bias
    (2.5, -1.5)
    """
    word = name.upper() if isinstance(name, str) else name
    count = (1 if word == "NOT" else 2) if inputs is None else inputs
    if not isinstance(count, int) or count < 1 or (word == "NOT" and count != 1):
        raise ValueError(
            f"{name} has {'one input' if word == 'NOT' else 'inputs'}. Got {inputs!r}."
        )
    thresholds = {
        "AND": count - HALF,
        "OR": HALF,
        "NOT": -HALF,
        "NAND": HALF - count,
        "NOR": -HALF,
    }
    if word not in thresholds:
        if word in NAMED:
            raise ValueError(
                f"{word} is not one of the gates that are a single unit with weights 1 and -1; "
                f"use realise({word!r})."
            )
        near = nearest(word, [*thresholds, *NAMED], elsewhere.GATES)
        if near is not None and near not in thresholds:
            raise UnknownNameError(
                f"Unknown gate {name!r}; did you mean {near!r}? It is not one of the gates that "
                f"are a single unit with weights 1 and -1; use realise({near!r})."
            )
        raise UnknownNameError(unknown("gate", name, thresholds, elsewhere.GATES))
    sign = -1 if word.startswith("N") else 1
    return ThresholdUnit((sign,) * count, float(thresholds[word]))
