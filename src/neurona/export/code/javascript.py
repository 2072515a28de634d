"""JavaScript: a module without dependencies, for a browser, Node.js or Node-RED."""

from __future__ import annotations

import json
from typing import Any

from neurona.export.code.form import Loop, Program, Routine
from neurona.export.code.printer import Printer, again_names
from neurona.export.code.python import values_of
from neurona.export.code.texts import head_lines
from neurona.network import Vector


class JavaScriptPrinter(Printer):
    """Prints a program as JavaScript."""

    indent = "  "
    not_a_number = "NaN"

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self.owner = ""

    def routine(self, name: str) -> str:
        """Return the name of a routine."""
        return f"${name}"

    def element(self, array: str, place: str) -> str:
        """Return an element of an array."""
        return f"{self.table_name(array)}[{place}]" if self.is_table(array) else f"{array}[{place}]"

    def table_name(self, array: str) -> str:
        """Return the name of a table."""
        return f"{self.owner}$${array}"

    def let(self, name: str, value: str, again: bool) -> str:
        """Return a statement that a name is a number."""
        if again:
            return f"{name} = {value}"
        return f"{'let' if name in self.again else 'const'} {name} = {value}"

    def loop(self, loop: Loop) -> tuple[str, str]:
        """Return the lines around the statements of a loop."""
        count = loop.count if isinstance(loop.count, int) else self.count(loop.count)
        k = loop.counter
        return f"for (let {k} = 0; {k} < {count}; {k}++) {{", "}"

    def tables(self, owner: str, tables: dict[str, Vector]) -> list[str]:
        """Return tables of constants."""
        self.owner, lines = owner, []
        for name, values in tables.items():
            lines += [
                f"const {self.table_name(name)} = [",
                *self.values(values_of(values), 1),
                "];",
            ]
        self.owner = ""
        return lines

    def function(self, routine: Routine) -> list[str]:
        """Return a routine."""
        self.owner, self.again = routine.name, again_names(routine.body)
        lines = [f"function {self.routine(routine.name)}(z) {{", *self.statements(routine.body, 1)]
        lines += [f"  return {self.bare(routine.result)};", "}", ""]
        self.owner = ""
        return lines

    def predict(self) -> list[str]:
        """Return the function that answers a row."""
        program = self.program
        self.again = again_names(program.body)
        count, answers = len(program.inputs), len(program.outputs)
        lines = [
            f"/** The {answers} answers to a row of {count} numbers; NaN is a missing cell. */",
            "export function predict(x) {",
            f"  if (x.length !== {count}) {{",
            f"    throw new RangeError(`x must be {count} numbers. Got ${{x.length}}.`);",
            "  }",
            f"  const y = new Array({answers}).fill(0);",
            *(f"  const {name} = new Array({n}).fill(0);" for name, n in program.work.items()),
            *self.statements(program.body, 1),
        ]
        if program.status is not None:
            said = '"a cell is missing or infinite, and the model takes none"'
            lines += [f"  if ({self.bare(program.status)} > 0) {{"]
            lines += [f"    throw new RangeError({said});", "  }"]
        return [*lines, "  return y;", "}", ""]


ENCODE = """\
/** The numbers of a row given by column: words become codes; null and undefined are missing. */
export function encode(cells) {
  return names.map((name, k) => {
    const cell = cells[name];
    if (cell === null || cell === undefined) {
      return NaN;
    }
    if (words[k] === null) {
      return Number(cell);
    }
    const text = anyCase[k] ? String(cell).toLowerCase() : String(cell);
    return words[k].indexOf(text);
  });
}
"""
SELFTEST = """\
/** 0, or the number of the first row whose answer has other bits. */
export function selftest() {
  for (let k = 0; k < rows.length; k++) {
    const found = predict(rows[k]);
    if (!found.every((one, i) => Object.is(one, answers[k][i]))) {
      return k + 1;
    }
  }
  return 0;
}
"""


def source(program: Program, rows: Vector, answers: Vector) -> str:
    """Return the module."""
    printer = JavaScriptPrinter(program)
    lines = ["/*", *(f" * {line}".rstrip() for line in head_lines(program)), " */", ""]
    for routine in program.routines.values():
        lines += printer.tables(routine.name, routine.tables)
    lines += printer.tables("", program.tables)
    for routine in program.routines.values():
        lines += printer.function(routine)
    lines += printer.predict()
    words = [[w for w in one.words] or None for one in program.inputs]
    any_case = [one.kind == "boolean" and bool(one.words) for one in program.inputs]
    lines += [
        f"export const names = {_json([one.name for one in program.inputs])};",
        f"const words = {_json(words)};",
        f"const anyCase = {_json(any_case)};",
        *ENCODE.splitlines(),
        "",
        "const rows = [",
        *(f"  [{', '.join(map(_number, row))}]," for row in rows.tolist()),
        "];",
        "const answers = [",
        *(f"  [{', '.join(map(_number, row))}]," for row in answers.tolist()),
        "];",
        *SELFTEST.splitlines(),
    ]
    return "\n".join(lines) + "\n"


def _json(value: Any) -> str:
    # a script of a page ends at "</", wherever it stands
    return json.dumps(value, ensure_ascii=True).replace("</", "<\\/")


def _number(value: float) -> str:
    if value != value:
        return "NaN"
    return repr(value).replace("inf", "Infinity")


def files(program: Program, rows: Vector, answers: Vector, **_: Any) -> dict[str, str]:
    """Return the files by name."""
    answered = [k for k, row in enumerate(answers.tolist()) if all(v == v for v in row)]
    return {f"{program.name}.mjs": source(program, rows[answered][:16], answers[answered][:16])}
