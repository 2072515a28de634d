"""Boolean functions as truth tables."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from neurona import elsewhere
from neurona.errors import UnknownNameError
from neurona.nearest import unknown
from neurona.neuron.truth_table import TruthTable

Bits = tuple[int, ...]

NAMED: dict[str, Callable[[Bits], bool]] = {
    "AND": all,
    "OR": any,
    "NAND": lambda bits: not all(bits),
    "NOR": lambda bits: not any(bits),
    "XOR": lambda bits: sum(bits) % 2 == 1,
    "XNOR": lambda bits: sum(bits) % 2 == 0,
    "NOT": lambda bits: not bits[0],
    "MAJORITY": lambda bits: 2 * sum(bits) > len(bits),
}
"""Functions of any number of inputs by name (NOT of one); XOR is the parity."""


def corners(inputs: int) -> list[Bits]:
    """Return all rows of zeros and ones in the order of counting: 00, 01, 10, 11."""
    return list(itertools.product((0, 1), repeat=inputs))


@dataclass(frozen=True)
class BooleanFunction:
    """A truth table: an output, 0 or 1, for each row of `corners(inputs)`.

    Examples
    --------
    >>> from neurona.neuron import boolean_function
    >>> xor = boolean_function("0110")
    >>> xor(1, 0), xor.inputs
    (1, 2)
    >>> print(xor)
    a1  a2 | y
     0   0 | 0
     0   1 | 1
     1   0 | 1
     1   1 | 0
    """

    outputs: Bits

    def __post_init__(self) -> None:
        size = len(self.outputs)
        if size < 2 or size & (size - 1) or any(bit not in (0, 1) for bit in self.outputs):
            raise ValueError(
                "A truth table needs an output, 0 or 1, for each of its 2, 4, 8, ... rows. Got "
                f"{size} outputs: {str(self.outputs)[:60]}."
            )

    @property
    def inputs(self) -> int:
        """How many inputs the function has."""
        return len(self.outputs).bit_length() - 1

    @property
    def rows(self) -> list[Bits]:
        """The rows, in the order of the outputs."""
        return corners(self.inputs)

    def __call__(self, *bits: int) -> int:
        """Return the output for one row."""
        row = tuple(int(bit) for bit in bits)
        if row not in self.rows:
            raise ValueError(f"The function has {self.inputs} inputs, 0 or 1. Got {bits!r}.")
        return self.outputs[self.rows.index(row)]

    def __str__(self) -> str:
        return str(TruthTable.of(self.rows, self.outputs))


def boolean_function(given: Any, inputs: int | None = None) -> BooleanFunction:
    """Return the Boolean function that something stands for.

    Parameters
    ----------
    given : str, sequence, mapping, function or BooleanFunction
        A name ("XOR"); the outputs in the order of counting ("0110", [0, 1, 1, 0]); a mapping of
        rows to outputs ({(0, 0): 0, ...}); or a function of the inputs (lambda a, b: a != b).
    inputs : int, default=None
        How many inputs a name or a function has; None is 2 (1 for NOT).

    Raises
    ------
    ValueError
        The outputs are not a truth table; UnknownNameError if no function has the name.
    """
    if isinstance(given, BooleanFunction):
        return given
    if isinstance(given, str) and given.strip("01 "):
        name = given.upper()
        if name not in NAMED:
            said = unknown("Boolean function", given, NAMED, elsewhere.GATES).removesuffix(".")
            raise UnknownNameError(f"{said}, or give the outputs of the truth table.")
        count = _count(inputs, 1 if name == "NOT" else 2)
        if name == "NOT" and count != 1:
            raise ValueError(f"NOT has one input. Got inputs={inputs}.")
        return BooleanFunction(tuple(int(NAMED[name](row)) for row in corners(count)))
    if isinstance(given, str):
        return BooleanFunction(tuple(int(bit) for bit in given.replace(" ", "")))
    if isinstance(given, Mapping):
        return _of_mapping(given)
    if callable(given):
        return BooleanFunction(tuple(int(bool(given(*row))) for row in corners(_count(inputs, 2))))
    if isinstance(given, Sequence) or hasattr(given, "tolist"):
        return BooleanFunction(tuple(_bit(one) for one in list(given)))
    raise ValueError(
        f"A Boolean function is a name, the outputs of a truth table, a mapping of its rows, or a "
        f"function. Got {given!r}."
    )


def _count(inputs: int | None, default: int) -> int:
    count = default if inputs is None else inputs
    if not isinstance(count, int) or not 1 <= count <= 16:
        raise ValueError(f"The 'inputs' of a Boolean function must be 1 to 16. Got {inputs!r}.")
    return count


def _bit(one: Any) -> int:
    if one not in (0, 1):
        raise ValueError(f"The outputs of a truth table must be 0 or 1. Got {one!r}.")
    return int(one)


def _of_mapping(given: Mapping[Any, Any]) -> BooleanFunction:
    table = {tuple(int(bit) for bit in row): _bit(output) for row, output in given.items()}
    inputs = len(next(iter(table), ()))
    missing = [row for row in corners(inputs) if row not in table]
    if not inputs or missing or len(table) != 2**inputs:
        raise ValueError(
            f"A truth table needs an output for every row of {inputs} inputs and for nothing else. "
            f"Missing are {missing[:4]}."
        )
    return BooleanFunction(tuple(table[row] for row in corners(inputs)))
