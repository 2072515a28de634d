"""MATLAB and Octave: a function of many rows at once, without a toolbox."""

from __future__ import annotations

from typing import Any

from neurona.export.code.form import At, Compare, Loop, Number, Operation, Program, Routine
from neurona.export.code.printer import Printer
from neurona.export.code.python import values_of
from neurona.export.code.texts import head_lines
from neurona.network import Vector

ELEMENTWISE = {"*": ".*", "/": "./"}


class MatlabPrinter(Printer):
    """Prints a program as statements about columns of rows."""

    indent = "  "
    base = 1
    not_a_number = "NaN"

    def number(self, value: Number) -> str:
        """Return an expression; products and quotients are those of elements."""
        if isinstance(value, Operation) and value.symbol in ELEMENTWISE:
            left, right = self.number(value.left), self.number(value.right)
            return f"({left} {ELEMENTWISE[value.symbol]} {right})"
        return super().number(value)

    def compare(self, value: Compare) -> str:
        """Return a comparison."""
        symbol = "~=" if value.symbol == "!=" else value.symbol
        return f"({self.number(value.left)} {symbol} {self.number(value.right)})"

    def pick(self, condition: str, yes: str, no: str) -> str:
        """Return a choice."""
        return f"{self.program.name}_pick({condition}, {yes}, {no})"

    def at(self, value: At) -> str:
        """Return an element of an array, whose first is 1."""
        if isinstance(value.place, Number):
            return f"{value.array}({self.number(value.place)} + 1)"
        return self.element(value.array, self.bare_count(value.place))

    def element(self, array: str, place: str) -> str:
        """Return an element of a table, or the column of an array."""
        one = str(int(place) + 1) if place.isdigit() else f"{place} + 1"
        return f"{array}({one})" if self.is_table(array) else f"{array}(:, {one})"

    def loop(self, loop: Loop) -> tuple[str, str]:
        """Return the lines around the statements of a loop."""
        if isinstance(loop.count, int):
            return f"for {loop.counter} = 0:{loop.count - 1}", "end"
        return f"for {loop.counter} = 0:({self.count(loop.count)} - 1)", "end"

    def tables(self, tables: dict[str, Vector]) -> list[str]:
        """Return tables of constants, as columns."""
        lines = []
        for name, values in tables.items():
            rows = self.values(values_of(values), 2)
            lines += [f"  {name} = [ ...", *(f"{row} ..." for row in rows), "  ]';"]
        return lines

    def function(self, routine: Routine) -> list[str]:
        """Return a routine."""
        return [
            f"function r_e_s = {self.routine(routine.name)}(z)",
            *self.tables(routine.tables),
            *self.statements(routine.body, 1),
            f"  r_e_s = {self.bare(routine.result)};",
            "end",
            "",
        ]


def source(program: Program) -> str:
    """Return the function's file."""
    printer = MatlabPrinter(program)
    name, count, answers = program.name, len(program.inputs), len(program.outputs)
    lines = [
        f"function y = {name}(x)",
        f"% y = {name}(x)   answers to the rows of x: rows x {answers} of rows x {count}.",
        "%",
        *(f"% {line}".rstrip() for line in head_lines(program, 1)),
        f"  if size(x, 2) ~= {count}",
        f"    error('{name}:columns', 'x must have {count} columns.');",
        "  end",
        "  x = double(x);",
        f"  y = zeros(size(x, 1), {answers});",
        *(f"  {one} = zeros(size(x, 1), {n});" for one, n in program.work.items()),
        *printer.tables(program.tables),
        *printer.statements(program.body, 1),
    ]
    if program.status is not None:
        said = "a cell is missing or infinite, and the model takes none"
        lines += [f"  if any({printer.bare(program.status)} > 0)"]
        lines += [f"    error('{name}:missing', '{said}');", "  end"]
    lines += ["end", ""]
    for routine in program.routines.values():
        lines += printer.function(routine)
    lines += [
        f"function r = {name}_pick(c, a, b)",
        "  % a where c, else b; all are computed",
        "  r = zeros(size(c));",
        "  if isscalar(a), r(c) = a; else, r(c) = a(c); end",
        "  c = ~c;",
        "  if isscalar(b), r(c) = b; else, r(c) = b(c); end",
        "end",
    ]
    return "\n".join(lines) + "\n"


def files(program: Program, rows: Vector, answers: Vector, **_: Any) -> dict[str, str]:
    """Return the files by name."""
    return {f"{program.name}.m": source(program)}
