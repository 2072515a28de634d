"""Boolean functions as truth tables."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from neurona import elsewhere
from neurona.errors import UnknownNameError
from neurona.nearest import unknown
from neurona.neuron.expression import expression
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

LONGEST_LETTERS = 2
"""A word of more letters is a name, or a misspelled one; one of fewer is an input."""


def corners(inputs: int) -> list[Bits]:
    """Return all rows of zeros and ones in the order of counting: 00, 01, 10, 11."""
    return list(itertools.product((0, 1), repeat=inputs))


@dataclass(frozen=True)
class BooleanFunction:
    """A truth table: an output, 0 or 1, for each row of `corners(inputs)`.

    `names` are the inputs', if they have any; functions are the same whatever these are.

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
    names: tuple[str, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        size = len(self.outputs)
        if size < 2 or size & (size - 1) or any(bit not in (0, 1) for bit in self.outputs):
            raise ValueError(
                "A truth table needs an output, 0 or 1, for each of its 2, 4, 8, ... rows. Got "
                f"{size} outputs: {str(self.outputs)[:60]}."
            )
        if self.names and len(self.names) != self.inputs:
            raise ValueError(f"{self.inputs} inputs need as many names. Got {self.names}.")

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
        return str(TruthTable.of(self.rows, self.outputs, self.names))


def boolean_function(given: Any, inputs: int | None = None) -> BooleanFunction:
    """Return the Boolean function that something stands for.

    Parameters
    ----------
    given : str, sequence, mapping, function or BooleanFunction
        A name ("XOR"); an expression ("a and not b or c", with and, or, not, xor or ^, ==, != and
        parentheses; its inputs are sorted by name); the outputs in the order of counting ("0110",
        [0, 1, 1, 0]); a mapping of rows to outputs ({(0, 0): 0, ...}); a function of the inputs
        (lambda a, b: a != b), which is asked for every row; a unit or a network of units.
    inputs : int, default=None
        How many inputs a name or a function has; None is 2 (1 for NOT), and as many as a function
        has parameters.

    Returns
    -------
    BooleanFunction

    Raises
    ------
    ValueError
        The outputs are not a truth table, or something in an expression is not Boolean;
        UnknownNameError if no function has the name.

    Examples
    --------
    >>> from neurona.neuron import boolean_function
    >>> boolean_function("a ^ b").outputs, boolean_function(lambda a, b: a and not b).outputs
    ((0, 1, 1, 0), (0, 0, 1, 0))
    >>> print(boolean_function("sun and not (rain or wind)"))
    rain  sun  wind | y
       0    0     0 | 0
       0    0     1 | 0
       0    1     0 | 1
       0    1     1 | 0
       1    0     0 | 0
       1    0     1 | 0
       1    1     0 | 0
       1    1     1 | 0
    """
    if isinstance(given, BooleanFunction):
        return given
    if isinstance(given, str):
        return _of_text(given.strip(), inputs)
    if isinstance(given, Mapping):
        return _of_mapping(given)
    if hasattr(given, "truth_table"):
        table = given.truth_table()
        return BooleanFunction(tuple(map(_bit, table.outputs)), table.names)
    if callable(given):
        return _of_function(given, inputs)
    if isinstance(given, Sequence) or hasattr(given, "tolist"):
        outputs = given.tolist() if hasattr(given, "tolist") else given
        return BooleanFunction(tuple(map(_bit, outputs if isinstance(outputs, Sequence) else ())))
    raise ValueError(
        "A Boolean function is a name, an expression, the outputs of a truth table, a mapping of "
        f"its rows, or a function. Got {given!r}."
    )


def _of_text(given: str, inputs: int | None) -> BooleanFunction:
    if not given.strip("01 "):
        return BooleanFunction(tuple(int(bit) for bit in given.replace(" ", "")))
    name = given.upper()
    if name in NAMED:
        count = _count(inputs, 1 if name == "NOT" else 2)
        if name == "NOT" and count != 1:
            raise ValueError(f"NOT has one input. Got inputs={inputs}.")
        return BooleanFunction(tuple(int(NAMED[name](row)) for row in corners(count)))
    if given in elsewhere.GATES or (given.isalpha() and len(given) > LONGEST_LETTERS):
        said = unknown("Boolean function", given, NAMED, elsewhere.GATES).removesuffix(".")
        raise UnknownNameError(
            f"{said}, or give the outputs of the truth table, or an expression such as "
            "'a and not b'."
        )
    found = expression(given)
    count = _count(len(found.names) if inputs is None else inputs, 1)
    if count != len(found.names):
        raise ValueError(
            f"The expression {given!r} has {len(found.names)} inputs, "
            f"{', '.join(found.names) or 'none'}. Got inputs={inputs}."
        )
    return BooleanFunction(found.outputs(corners(count)), found.names)


def _of_function(given: Callable[..., Any], inputs: int | None) -> BooleanFunction:
    """Ask a function for every row of its inputs."""
    names = _parameters(given)
    count = _count(inputs, len(names) or 2)
    outputs = []
    for row in corners(count):
        try:
            said = given(*row)
        except Exception as error:
            raise ValueError(
                f"The function is asked with {count} inputs, 0 or 1, one after the other; for "
                f"{row} it raised {type(error).__name__}: {error}."
            ) from error
        outputs.append(_answer(said, row))
    return BooleanFunction(tuple(outputs), names if count == len(names) else ())


def _parameters(given: Callable[..., Any]) -> tuple[str, ...]:
    """Return the names of a function's inputs: its parameters without defaults, if there are such;
    none where Python does not know them, or there may be any number.
    """
    ufunc_inputs = getattr(given, "nin", None)  # NumPy's functions
    if isinstance(ufunc_inputs, int):
        return tuple(f"a{k + 1}" for k in range(ufunc_inputs))
    try:
        parameters = inspect.signature(given).parameters.values()
    except (TypeError, ValueError):
        return ()
    by_place = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return ()
    needed = [p for p in by_place if p.default is p.empty]
    return tuple(p.name for p in needed or by_place)


def _answer(said: Any, row: Bits) -> int:
    """Return what a function said to a row as 0 or 1; ValueError if it is neither."""
    if isinstance(said, bool) or getattr(said, "ndim", None) == 0 or isinstance(said, int | float):
        value = said.item() if hasattr(said, "item") else said
        if value in (0, 1):
            return int(value)
    advice = "give True or False, 1 or 0"
    if said is None:
        advice = "is there a return?"
    elif isinstance(said, int) and said < 0:
        advice = "write 'not a' instead of '~a'"
    raise ValueError(f"The function said {said!r} to {row}, which is neither 0 nor 1; {advice}.")


def _count(inputs: int | None, default: int) -> int:
    count = default if inputs is None else inputs
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= 16:
        raise ValueError(f"The 'inputs' of a Boolean function must be 1 to 16. Got {count!r}.")
    return count


def _bit(one: Any) -> int:
    if not isinstance(one, bool | int | float | np.generic) or one not in (0, 1):
        raise ValueError(f"The outputs of a truth table must be 0 or 1. Got {one!r}.")
    return int(one)


def _of_mapping(given: Mapping[Any, Any]) -> BooleanFunction:
    try:
        table = {tuple(int(bit) for bit in row): _bit(output) for row, output in given.items()}
    except TypeError:
        raise ValueError(
            "The keys of a truth table are rows of its inputs, such as (0, 1). Got "
            f"{list(given)[:4]}."
        ) from None
    inputs = len(next(iter(table), ()))
    missing = [row for row in corners(inputs) if row not in table]
    if not inputs or missing or len(table) != 2**inputs:
        raise ValueError(
            f"A truth table needs an output for every row of {inputs} inputs and for nothing else. "
            f"Missing are {missing[:4]}."
        )
    return BooleanFunction(tuple(table[row] for row in corners(inputs)))
