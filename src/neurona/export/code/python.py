"""Python: a module that needs nothing, and answers many rows at once where there is NumPy."""

from __future__ import annotations

from typing import Any

from neurona.export.code.form import Count, Loop, Program, Routine
from neurona.export.code.printer import Printer
from neurona.export.code.texts import head_lines
from neurona.network import Vector

PICK = """\
def _pick(condition, yes, no):
    return np.where(condition, yes, no)


def _lookup(table, place):
    return np.asarray(table)[np.asarray(place).astype(np.intp)]


"""


class PythonPrinter(Printer):
    """Prints a program as functions of one row."""

    end = ""
    not_a_number = 'float("nan")'
    suffix = ""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self.owner = ""

    def routine(self, name: str) -> str:
        """Return the name of a routine."""
        return f"_{name}{self.suffix}"

    def pick(self, condition: str, yes: str, no: str) -> str:
        """Return a choice."""
        return f"({yes} if {condition} else {no})"

    def count(self, value: Count) -> str:
        """Return a whole number."""
        return super().count(value).replace(" / ", " // ")

    def counted(self, value: Count) -> str:
        """Return a whole number as one with a point."""
        return f"float({self.bare_count(value)})"

    def element(self, array: str, place: str) -> str:
        """Return an element of an array."""
        return f"{self.table_name(array)}[{place}]" if self.is_table(array) else f"{array}[{place}]"

    def table_name(self, array: str) -> str:
        """Return the name of a table."""
        return f"_{self.owner}_{array}" if self.owner else f"_{array}"

    def converted(self, place: str) -> str:
        """Return a number that is whole as a place."""
        return f"int({place})"

    def loop(self, loop: Loop) -> tuple[str, str]:
        """Return the line before the statements of a loop."""
        count = loop.count if isinstance(loop.count, int) else self.count(loop.count)
        return f"for {loop.counter} in range({count}):", ""

    def tables(self, tables: dict[str, Vector]) -> list[str]:
        """Return tables of constants."""
        lines = []
        for name, values in tables.items():
            lines += [f"{self.table_name(name)} = (", *self.values(values_of(values), 1)]
            lines[-1] += ","
            lines += [")"]
        return lines

    def function(self, routine: Routine) -> list[str]:
        """Return a routine."""
        self.owner = routine.name
        lines = [f"def {self.routine(routine.name)}(z):", *self.statements(routine.body, 1)]
        lines += [f"    return {self.bare(routine.result)}", "", ""]
        self.owner = ""
        return lines


class RowsPrinter(PythonPrinter):
    """Prints a program as functions of columns of rows, for NumPy."""

    suffix = "_rows"

    def pick(self, condition: str, yes: str, no: str) -> str:
        """Return a choice."""
        return f"_pick({condition}, {yes}, {no})"

    def element(self, array: str, place: str) -> str:
        """Return an element of an array."""
        if self.is_table(array) and place.startswith("*"):
            return f"_lookup({self.table_name(array)}, {place[1:]})"
        return super().element(array, place)

    def converted(self, place: str) -> str:
        """Return a number that is whole as a place, marked for `element`."""
        return f"*{place}"


def values_of(values: Any) -> Vector:
    """Return constants as an array of float64."""
    import numpy as np

    return np.asarray(values, np.float64)


def _predict(printer: PythonPrinter) -> list[str]:
    program = printer.program
    count, answers = len(program.inputs), len(program.outputs)
    lines = [
        "def predict(x):",
        f'    """Return the {answers} answers to a row of {count} numbers, as a list."""',
        f"    if len(x) != {count}:",
        f'        raise ValueError(f"x must be {count} numbers. Got {{len(x)}}.")',
        "    x = [float(one) for one in x]",
        f"    y = [0.0] * {answers}",
        *(f"    {name} = [0.0] * {size}" for name, size in program.work.items()),
        *printer.statements(program.body, 1),
    ]
    if program.status is not None:
        lines += [f"    if {printer.bare(program.status)} > 0.0:", *_refusal(2)]
    return [*lines, "    return y", "", ""]


def _refusal(depth: int) -> list[str]:
    said = '"a cell is missing or infinite, and the model takes none"'
    return [f"{'    ' * depth}raise ValueError({said})"]


def _predict_rows(printer: RowsPrinter) -> list[str]:
    program = printer.program
    count, answers = len(program.inputs), len(program.outputs)
    lines = [
        "def predict_rows(rows):",
        f'    """Return the answers to rows x {count} numbers: rows x {answers}, the same bits."""',
        "    rows = np.asarray(rows, np.float64)",
        f"    if rows.ndim != 2 or rows.shape[1] != {count}:",
        f'        raise ValueError(f"rows must be rows of {count} numbers. Got {{rows.shape}}.")',
        "    x = list(rows.T)",
        "    zero = np.zeros(len(rows))",
        f"    y = [zero] * {answers}",
        *(f"    {name} = [zero] * {size}" for name, size in program.work.items()),
        '    with np.errstate(all="ignore"):',
        *printer.statements(program.body, 2),
    ]
    if program.status is not None:
        lines += [f"    if np.any({printer.bare(program.status)} > 0.0):", *_refusal(2)]
    return [*lines, "    return np.column_stack([zero + one for one in y])", "", ""]


def _encode(program: Program) -> list[str]:
    """Return the function that makes numbers of a row's cells by name."""
    words = {
        str(one.name): {str(word): code for code, word in enumerate(one.words) if word is not None}
        for one in program.inputs
        if one.words
    }
    names = [str(one.name) for one in program.inputs]
    lower = [str(one.name) for one in program.inputs if one.kind == "boolean" and one.words]
    return [
        f"NAMES = {names!a}",
        f"WORDS = {words!a}",
        f"ANY_CASE = {lower!a}",
        "",
        "",
        "def encode(cells):",
        '    """Return the numbers of a row by column: words become codes, None is missing."""',
        "    x = []",
        "    for name in NAMES:",
        "        cell = cells[name]",
        "        if cell is not None and name in WORDS:",
        "            text = str(cell).lower() if name in ANY_CASE else str(cell)",
        "            cell = WORDS[name].get(text, -1)",
        '        x.append(float("nan") if cell is None else float(cell))',
        "    return x",
        "",
        "",
    ]


def _selftest(rows: Vector, answers: Vector) -> list[str]:
    def texts(matrix: Vector) -> list[str]:
        return [f"    {[v.hex() for v in row]}," for row in matrix.tolist()]

    return [
        "ROWS = (",
        *texts(rows),
        ")",
        "ANSWERS = (",
        *texts(answers),
        ")",
        "",
        "",
        "def selftest():",
        '    """Return 0, or the number of the first row whose answer has other bits."""',
        "    for k, (row, answer) in enumerate(zip(ROWS, ANSWERS), 1):",
        "        found = predict([float.fromhex(one) for one in row])",
        "        if [one.hex() for one in found] != answer:",
        "            return k",
        "    return 0",
        "",
        "",
        'if __name__ == "__main__":',
        "    failed = selftest()",
        '    print("all rows agree" if not failed else f"row {failed} does not agree")',
        "    raise SystemExit(failed)",
    ]


def source(program: Program, rows: Vector, answers: Vector) -> str:
    """Return the module."""
    one, many = PythonPrinter(program), RowsPrinter(program)
    lines = ['"""' + head_lines(program)[0], *head_lines(program)[1:]]
    lines += [
        "",
        "predict(x) answers a row, predict_rows(rows) many at once with NumPy.",
        '"""',
        "",
    ]
    lines += ["try:", "    import numpy as np", "except ImportError:", "    np = None", ""]
    for routine in program.routines.values():
        one.owner = routine.name
        lines += one.tables(routine.tables)
    one.owner = ""
    lines += [*one.tables(program.tables), ""]
    lines += _encode(program)
    for routine in program.routines.values():
        lines += one.function(routine)
    lines += [*_predict(one), *PICK.splitlines()]
    for routine in program.routines.values():
        lines += many.function(routine)
    lines += _predict_rows(many)
    lines += _selftest(rows, answers)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def files(program: Program, rows: Vector, answers: Vector, **_: Any) -> dict[str, str]:
    """Return the files by name."""
    answered = [k for k, row in enumerate(answers.tolist()) if all(v == v for v in row)]
    return {f"{program.name}.py": source(program, rows[answered][:16], answers[answered][:16])}
