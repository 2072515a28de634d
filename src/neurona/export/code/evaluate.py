"""What a program answers: the form interpreted over rows, in NumPy, in the program's own type.

It gives the expected numbers of the test vectors. Every operation is one of IEEE 754 on a column of
rows, so the bits are those that each language must give.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from neurona.export.code.form import (
    At,
    Call,
    Compare,
    Count,
    Counted,
    Counter,
    Fixed,
    Let,
    Literal,
    Name,
    Negative,
    NotANumber,
    Number,
    Operation,
    Pick,
    Program,
    Put,
    Routine,
    Statement,
)
from neurona.export.code.special import Special
from neurona.network import Vector

OPERATIONS = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}
COMPARISONS = {"<": np.less, ">": np.greater, "==": np.equal, "!=": np.not_equal}


def evaluate(program: Program, rows: Any) -> tuple[Vector, Vector]:
    """Return the answers to rows (rows x outputs), and the status of each (0: answered)."""
    dtype = np.float32 if program.single else np.float64
    with np.errstate(over="ignore"):
        # what is beyond 32 bits is infinite there, too
        columns = np.asarray(rows, np.float64).astype(dtype)
    run = _Run(program, len(columns), dtype)
    run.arrays["x"] = list(columns.T)
    run.arrays["y"] = [np.zeros(len(columns), dtype) for _ in program.outputs]
    for name, size in program.work.items():
        run.arrays[name] = [np.zeros(len(columns), dtype) for _ in range(size)]
    names: dict[str, Any] = {}
    with np.errstate(all="ignore"):
        run.statements(program.body, names, {}, program.tables)
        status = run.rows(0.0)
        if program.status is not None:
            status = run.number(program.status, names, {}, program.tables)
    return np.column_stack(run.arrays["y"]), np.asarray(status > 0)


class _Run:
    def __init__(self, program: Program, count: int, dtype: Any) -> None:
        self.program, self.count, self.dtype = program, count, dtype
        self.arrays: dict[str, list[Any]] = {}
        self._tables: dict[int, Vector] = {}

    def rows(self, value: float) -> Vector:
        return np.full(self.count, value, self.dtype)

    def statements(self, body: Any, names: Any, counters: Any, tables: Any) -> None:
        for one in body:
            self.statement(one, names, counters, tables)

    def statement(self, one: Statement, names: Any, counters: Any, tables: Any) -> None:
        if isinstance(one, Let):
            names[one.name] = self.number(one.value, names, counters, tables)
        elif isinstance(one, Put):
            value = self.number(one.value, names, counters, tables)
            self.arrays[one.array][whole(one.place, counters)] = value
        elif isinstance(one, Special):
            found = one.run(self.arrays[one.source])
            self.arrays[one.target][: len(found)] = found
        else:
            count = one.count if isinstance(one.count, int) else whole(one.count, counters)
            if self._summed(one, count, names, counters, tables):
                return
            for k in range(count):
                self.statements(one.body, names, counters | {one.counter: k}, tables)

    def _summed(self, loop: Any, count: int, names: Any, counters: Any, tables: Any) -> bool:
        """Add weighted numbers to a sum one after the other, as the loop does, without looking at
        its statement each time; False for another loop.
        """
        match loop.body:
            case (
                Let(name, Operation("+", Name(same), Operation("*", At(w, first), At(x, other)))),
            ) if same == name and w not in self.arrays and x in self.arrays:
                if not isinstance(first, Count) or not isinstance(other, Count):
                    return False
                during = counters | {loop.counter: np.arange(count)}
                at, of = (np.broadcast_to(whole(one, during), count) for one in (first, other))
                numbers, total = self.arrays[x], names[name]
                for weight, place in zip(self.table(tables[w])[at], of.tolist(), strict=True):
                    total = total + weight * numbers[place]
                names[name] = total
                return True
        return False

    def number(self, value: Number, names: Any, counters: Any, tables: Any) -> Any:
        def of(inner: Number) -> Any:
            return self.number(inner, names, counters, tables)

        if isinstance(value, Literal):
            return self.rows(value.value)
        if isinstance(value, NotANumber):
            return self.rows(np.nan)
        if isinstance(value, Name):
            return names[value.name]
        if isinstance(value, Counted):
            return self.rows(whole(value.count, counters))
        if isinstance(value, Operation):
            return OPERATIONS[value.symbol](of(value.left), of(value.right))
        if isinstance(value, Negative):
            return -of(value.value)
        if isinstance(value, Pick):
            return np.where(self.compare(value.condition, of), of(value.yes), of(value.no))
        if isinstance(value, Call):
            return self.call(self.program.routines[value.routine], of(value.argument))
        assert isinstance(value, At)
        if value.array in self.arrays:
            assert isinstance(value.place, Count)
            return self.arrays[value.array][whole(value.place, counters)]
        table = self.table(tables[value.array])
        if isinstance(value.place, Count):
            return self.rows(table[whole(value.place, counters)])
        return table[of(value.place).astype(np.intp)]

    def table(self, numbers: Any) -> Vector:
        """Return a table of the program's in its type; made once."""
        if id(numbers) not in self._tables:
            self._tables[id(numbers)] = np.asarray(numbers, np.float64).astype(self.dtype)
        return self._tables[id(numbers)]

    def compare(self, condition: Compare, of: Any) -> Any:
        return COMPARISONS[condition.symbol](of(condition.left), of(condition.right))

    def call(self, routine: Routine, argument: Any) -> Any:
        names = {"z": argument}
        self.statements(routine.body, names, {}, routine.tables)
        return self.number(routine.result, names, {}, routine.tables)


def whole(count: Count, counters: Mapping[str, Any]) -> Any:
    """Return a whole number while loops are at these counts; whole numbers, at several of one."""
    if isinstance(count, Fixed):
        return count.value
    if isinstance(count, Counter):
        return counters[count.name]
    left, right = whole(count.left, counters), whole(count.right, counters)  # type: ignore[attr-defined]
    if count.symbol == "/":  # type: ignore[attr-defined]
        return left // right
    return left + right if count.symbol == "+" else left * right  # type: ignore[attr-defined]
