"""Structured Text (IEC 61131-3): a function block and the functions it uses, for a PLC."""

from __future__ import annotations

from typing import Any

from neurona.export.code.form import (
    Compare,
    Count,
    Loop,
    Program,
    Routine,
    counters_in,
    names_in,
)
from neurona.export.code.printer import Printer
from neurona.export.code.python import values_of
from neurona.export.code.texts import head_lines
from neurona.network import Vector

SYMBOLS = {"==": "=", "!=": "<>"}


class TextPrinter(Printer):
    """Prints a program as Structured Text."""

    indent = "    "

    @property
    def real(self) -> str:
        """The type of numbers."""
        return "REAL" if self.program.single else "LREAL"

    @property
    def not_a_number(self) -> str:  # type: ignore[override]
        """What stands for a missing cell: IEEE 754 makes it of 0 / 0."""
        return "(l_zero / l_zero)"

    def literal(self, value: float) -> str:
        """Return a number, with a point also before an exponent."""
        text = super().literal(value)
        bare = text.strip("()")
        return text.replace(bare, self.constant(bare))

    def constant(self, text: str) -> str:
        """Return a number of a table."""
        mantissa, mark, exponent = text.partition("e")
        if "." not in mantissa:
            mantissa += ".0"
        return f"{mantissa}{f'E{int(exponent)}' if mark else ''}"

    def name(self, name: str) -> str:
        """Return a local name: some single letters are words of the language."""
        return name if name in ("x", "y", "z") else f"l_{name}"

    def pick(self, condition: str, yes: str, no: str) -> str:
        """Return a choice."""
        return f"SEL({condition}, {no}, {yes})"

    def compare(self, value: Compare) -> str:
        """Return a comparison."""
        symbol = SYMBOLS.get(value.symbol, value.symbol)
        return f"({self.number(value.left)} {symbol} {self.number(value.right)})"

    def counted(self, value: Count) -> str:
        """Return a whole number as one with a point."""
        return f"DINT_TO_{self.real}({self.bare_count(value)})"

    def converted(self, place: str) -> str:
        """Return a number that is whole as a place."""
        return f"{self.real}_TO_DINT({place})"

    def let(self, name: str, value: str, again: bool) -> str:
        """Return a statement that a name is a number."""
        return f"{self.name(name)} := {value}"

    def put(self, array: str, place: str, value: str) -> str:
        """Return a statement that an element is a number."""
        return f"{self.element(array, place)} := {value}"

    def loop(self, loop: Loop) -> tuple[str, str]:
        """Return the lines around the statements of a loop."""
        last = (
            str(loop.count - 1) if isinstance(loop.count, int) else f"{self.count(loop.count)} - 1"
        )
        return f"FOR {self.name(loop.counter)} := 0 TO {last} DO", "END_FOR;"

    def constants(self, tables: dict[str, Vector]) -> list[str]:
        """Return tables of constants."""
        if not tables:
            return []
        lines = ["VAR CONSTANT"]
        for name, values in tables.items():
            kind = f"ARRAY[0..{len(values) - 1}] OF {self.real}"
            rows = self.values(values_of(values), 2)
            lines += [f"    {self.name(name)} : {kind} := [", *rows]
            lines[-1] += "];"
        return [*lines, "END_VAR"]

    def locals(self, body: Any, work: dict[str, int]) -> list[str]:
        """Return what the statements use."""
        names = dict.fromkeys(names_in(body))
        lines = [f"    {self.name(one)} : {self.real};" for one in names]
        lines += [f"    {self.name(one)} : DINT;" for one in dict.fromkeys(counters_in(body))]
        lines += [
            f"    {self.name(one)} : ARRAY[0..{size - 1}] OF {self.real};"
            for one, size in work.items()
        ]
        return ["VAR", f"    l_zero : {self.real} := 0.0;", *lines, "END_VAR"]

    def function(self, routine: Routine) -> list[str]:
        """Return a routine."""
        name = self.routine(routine.name)
        lines = [f"FUNCTION {name} : {self.real}", "VAR_INPUT", f"    z : {self.real};", "END_VAR"]
        if routine.body:
            lines += self.locals(routine.body, {})
        lines += [*self.constants(routine.tables), *self.statements(routine.body, 0)]
        return [*lines, f"{name} := {self.bare(routine.result)};", "END_FUNCTION", ""]


def source(program: Program) -> str:
    """Return the text."""
    printer = TextPrinter(program)
    real, count, answers = printer.real, len(program.inputs), len(program.outputs)
    lines = [
        "(*",
        *(f"  {line}".rstrip() for line in head_lines(program)),
        "",
        "  status is 1 if a cell is missing or infinite where none may be, else 0.",
        "  Checked by a parser and an interpreter; nobody has run it on a PLC yet.",
        "*)",
    ]
    for routine in program.routines.values():
        lines += printer.function(routine)
    lines += [
        f"FUNCTION_BLOCK {program.name}",
        "VAR_INPUT",
        f"    x : ARRAY[0..{count - 1}] OF {real};",
        "END_VAR",
        "VAR_OUTPUT",
        f"    y : ARRAY[0..{answers - 1}] OF {real};",
        "    status : INT;",
        "END_VAR",
        *printer.locals(program.body, program.work),
        *printer.constants(program.tables),
        *printer.statements(program.body, 0),
        "status := 0;",
    ]
    if program.status is not None:
        lines += [f"IF {printer.number(program.status)} > 0.0 THEN", "    status := 1;", "END_IF;"]
    return "\n".join([*lines, "END_FUNCTION_BLOCK"]) + "\n"


def files(program: Program, rows: Vector, answers: Vector, **_: Any) -> dict[str, str]:
    """Return the files by name."""
    return {f"{program.name}.st": source(program)}
