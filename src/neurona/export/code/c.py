"""C99 (and C++11): a header and a source, no heap, no library, no writable data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from neurona.export.code import c_whole
from neurona.export.code.c_words import cell_lines, has_words, info_lines, macros, prototype
from neurona.export.code.form import Count, Loop, Program, Routine
from neurona.export.code.printer import Printer, again_names
from neurona.export.code.special import Special
from neurona.export.code.texts import head_lines, info
from neurona.export.code.whole import Whole
from neurona.network import Vector

SELFTEST_ROWS = 8
TOLERANCE = {True: 1e-5, False: 1e-12}


class CPrinter(Printer):
    """Prints a program as C."""

    @property
    def real(self) -> str:
        """The type of numbers."""
        return "float" if self.program.single else "double"

    @property
    def not_a_number(self) -> str:  # type: ignore[override]
        """What stands for a missing cell."""
        return f"({self.literal(0.0)} / {self.literal(0.0)})"

    def literal(self, value: float) -> str:
        """Return a number, with F if it has 32 bits."""
        text = super().literal(value)
        if not self.program.single:
            return text
        return f"{text[:-1]}F)" if text.endswith(")") else f"{text}F"

    def constant(self, text: str) -> str:
        """Return a number of a table."""
        return f"{text}F" if self.program.single else text

    def whole(self, value: int) -> str:
        """Return a whole number without a sign."""
        return f"{value}U"

    def counted(self, value: Count) -> str:
        """Return a whole number as one with a point."""
        return f"({self.real}){self.count(value)}"

    def element(self, array: str, place: str) -> str:
        """Return an element; a table's is read as the chip reads its flash."""
        text = f"{array}[{place}]"
        return f"{self.program.name.upper()}_READ({text})" if self.is_table(array) else text

    def converted(self, place: str) -> str:
        """Return a number that is whole as a place."""
        return f"(uint32_t){place}"

    def let(self, name: str, value: str, again: bool) -> str:
        """Return a statement that a name is a number."""
        if again:
            return f"{name} = {value}"
        return f"{'' if name in self.again else 'const '}{self.real} {name} = {value}"

    def loop(self, loop: Loop) -> tuple[str, str]:
        """Return the lines around the statements of a loop."""
        count = self.whole(loop.count) if isinstance(loop.count, int) else self.count(loop.count)
        k = loop.counter
        return f"for (uint32_t {k} = 0U; {k} < {count}; {k}++) {{", "}"

    def special(self, one: Special, space: str) -> list[str]:
        """Return a statement that only some languages have."""
        assert isinstance(one, Whole)
        return c_whole.lines(self.program.name, one, space)

    def table(self, name: str, values: Vector, depth: int) -> list[str]:
        """Return a table of constants."""
        space, flash = self.indent * depth, f"{self.program.name.upper()}_FLASH"
        return [
            f"{space}static const {self.real} {name}[{len(values)}] {flash} = {{",
            *self.values(np.asarray(values, np.float64), depth + 1),
            f"{space}}};",
        ]

    def function(self, routine: Routine) -> list[str]:
        """Return a routine."""
        self.again = again_names(routine.body)
        lines = [f"static {self.real} {self.routine(routine.name)}(const {self.real} z)", "{"]
        for name, values in routine.tables.items():
            lines += self.table(name, values, 1)
        lines += self.statements(routine.body, 1)
        return [*lines, f"    return {self.bare(routine.result)};", "}", ""]

    def predict(self) -> list[str]:
        """Return the function that answers a row."""
        program, real = self.program, self.real
        self.again = again_names(program.body)
        lines = [self.prototype(), "{"]
        for name, values in program.tables.items():
            lines += self.table(name, values, 1)
        lines += [f"    {real} {name}[{size}];" for name, size in program.work.items()]
        lines += self.statements(program.body, 1)
        status = "0"
        if program.status is not None:
            status = f"({self.number(program.status)} > {self.literal(0.0)}) ? 1 : 0"
        return [*lines, f"    return {status};", "}", ""]

    def prototype(self) -> str:
        """Return the declaration of the function that answers a row."""
        name, count, answers = (
            self.program.name,
            len(self.program.inputs),
            len(self.program.outputs),
        )
        return f"int32_t {name}_predict(const {self.real} x[{count}], {self.real} y[{answers}])"

    def selftest(self, rows: Vector, answers: Vector) -> list[str]:
        """Return the function that compares answers to rows with those that must come."""
        name, real = self.program.name, self.real
        count, outputs = len(self.program.inputs), len(self.program.outputs)
        usable = np.isfinite(rows).all(axis=1) & np.isfinite(answers).all(axis=1)
        chosen = np.flatnonzero(usable)[:SELFTEST_ROWS]
        width = max(count, outputs)
        tolerance = self.literal(TOLERANCE[self.program.single])
        zero = self.literal(0.0)
        return [
            f"int32_t {name}_selftest(void)",
            "{",
            *self.table("rows", rows[chosen].ravel(), 1),
            *self.table("answers", answers[chosen].ravel(), 1),
            *self.table("spreads", np.array([one.spread for one in self.program.outputs]), 1),
            f"    {real} x[{count}];",
            f"    {real} y[{outputs}];",
            "    int32_t failed = 0;",
            f"    for (uint32_t k = 0U; k < {len(chosen)}U; k++) {{",
            f"        for (uint32_t i = 0U; i < {count}U; i++) {{",
            f"            x[i] = {self.element('rows', f'(k * {count}U) + i')};",
            "        }",
            f"        int32_t wrong = {name}_predict(x, y);",
            f"        for (uint32_t i = 0U; i < {outputs}U; i++) {{",
            f"            const {real} must = {self.element('answers', f'(k * {outputs}U) + i')};",
            f"            const {real} gap = y[i] - must;",
            f"            const {real} size = (must < {zero}) ? -must : must;",
            f"            const {real} unit = {self.element('spreads', 'i')} + size;",
            f"            const {real} most = {tolerance} * unit;",
            "            if (!((gap <= most) && (gap >= -most))) {",
            "                wrong = 1;",
            "            }",
            "        }",
            "        if ((failed == 0) && (wrong != 0)) {",
            "            failed = (int32_t)k + 1;",
            "        }",
            "    }",
            "    return failed;",
            "}",
            "",
        ] if len(chosen) and width else [
            f"int32_t {name}_selftest(void)", "{", "    return 0;", "}", "",
        ]  # fmt: skip


def header(program: Program) -> str:
    """Return the header."""
    name = program.name
    said = [
        *head_lines(program),
        "",
        f"{name}_predict returns 0, and 1 if a cell is missing or infinite where none may be.",
        f"{name}_selftest returns 0, or the number of the first row whose answer is wrong.",
        *word_lines(program),
        f"{name}_info returns this text. Nothing here keeps anything between two calls.",
        *figure_lines(program),
    ]
    sizes = [("INPUTS", f"{len(program.inputs)}U"), ("OUTPUTS", f"{len(program.outputs)}U")]
    printer = CPrinter(program)
    functions = [f"{printer.prototype()};"]
    if has_words(program.inputs):
        functions.append(prototype(name, printer.real))
    return header_text(name, said, sizes, functions)


def word_lines(program: Program) -> list[str]:
    """Return what is said of the function that makes a number of a text, if there is one."""
    if not has_words(program.inputs):
        return []
    return [
        f'{program.name}_cell(k, "word") is the number of a word for x[k], of "" that of a missing '
        "cell."
    ]


def header_text(
    name: str, said: Iterable[str], sizes: Iterable[tuple[str, str]], functions: Iterable[str]
) -> str:
    """Return a header with a text at its head, macros `NAME_...`, and the functions."""
    upper = name.upper()
    lines = [
        "/*",
        *(f" * {line}".rstrip() for line in said),
        " */",
        f"#ifndef {upper}_H",
        f"#define {upper}_H",
        "",
        "#include <stdint.h>",
        "",
        *(f"#define {upper}_{word} {value}" for word, value in sizes),
        "",
        "#ifdef __cplusplus",
        'extern "C" {',
        "#endif",
        "",
        *functions,
        f"int32_t {name}_selftest(void);",
        f"const char *{name}_info(void);",
        "",
        "#ifdef __cplusplus",
        "}",
        "#endif",
        "",
        f"#endif /* {upper}_H */",
    ]
    return "\n".join(lines) + "\n"


def figure_lines(program: Program) -> list[str]:
    """Return what a call costs, in words."""
    from neurona.export.code.figures import figures

    found = figures(program)
    return [
        f"Tables {found.table_bytes:,} bytes, work arrays {found.work_bytes:,} bytes on the stack.",
        f"A call: {found.products:,} products, {found.sums:,} sums, {found.quotients:,} quotients, "
        f"{found.choices:,} choices, whatever the row.",
    ]


GUARDS = """\
/* Sums must stay in their order and products must be rounded: no -ffast-math, no fused operations
   (-ffp-contract=off where a compiler does not heed what follows). */
#if defined(__FAST_MATH__)
#error "compile without -ffast-math: it changes the answers and loses missing cells"
#endif
#if defined(__FLT_EVAL_METHOD__) && (__FLT_EVAL_METHOD__ != 0)
#error "compile for arithmetic without excess precision (x86: -msse2 -mfpmath=sse)"
#endif
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#elif defined(__GNUC__)
#pragma GCC optimize ("fp-contract=off")
#else
/* see the compiler's manual */
#endif
"""


def flash_lines(program: Program) -> list[str]:
    """Return the macros for tables in flash, which an AVR reads by instructions of their own."""
    upper = program.name.upper()
    of_flash, of_memory = c_whole.macros(program.name) if program.specials else ([], [])
    return [
        "#if defined(__AVR__)",
        "#include <avr/pgmspace.h>",
        f"#define {upper}_FLASH PROGMEM",
        f"#define {upper}_READ(element) pgm_read_float(&(element))",
        *of_flash,
        "#else",
        f"#define {upper}_FLASH",
        f"#define {upper}_READ(element) (element)",
        *of_memory,
        "#endif",
    ]


def source(program: Program, rows: Vector, answers: Vector) -> str:
    """Return the source; the self-test has some of the rows, with their answers."""
    printer = CPrinter(program)
    name = program.name
    size, bits = ("4U", "32") if program.single else ("8U", "64")
    lines = [
        f'#include "{name}.h"',
        "",
        GUARDS,
        *flash_lines(program),
        *([macros(name)] if has_words(program.inputs) else []),
        "",
        f"typedef char {name}_needs_{printer.real}_of_{bits}_bits"
        f"[(sizeof({printer.real}) == {size}) ? 1 : -1];",
        "",
    ]
    for routine in program.routines.values():
        lines += printer.function(routine)
    if program.specials:
        lines += c_whole.helper(name)
    lines += printer.predict()
    lines += printer.selftest(rows, answers)
    lines += cell_lines(name, printer.real, printer.not_a_number, program.inputs)
    lines += info_lines(name, info(program))
    return "\n".join(lines) + "\n"


def files(program: Program, rows: Vector, answers: Vector, **_: Any) -> dict[str, str]:
    """Return the files by name."""
    return {
        f"{program.name}.h": header(program),
        f"{program.name}.c": source(program, rows, answers),
    }
