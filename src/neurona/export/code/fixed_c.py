"""C in integers: what `fixed_point.evaluate` computes, printed."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.data.targets import Task
from neurona.export.code.fixed_point import Cell, FixedNetwork, Step, tanh_table
from neurona.export.code.printer import wrapped
from neurona.network import Vector

ROUND = """\
static int32_t {name}_round(const int32_t value, const uint32_t shift)
{{
    /* nearest, halves away from 0, and no negative number is shifted */
    const uint32_t half = (shift > 0U) ? ((uint32_t)1U << (shift - 1U)) : 0U;
    const uint32_t size = (value < 0) ? ((uint32_t)0U - (uint32_t)value) : (uint32_t)value;
    const uint32_t part = (size + half) >> shift;
    const int32_t found = (int32_t)part;
    return (value < 0) ? -found : found;
}}
"""
TANH = """\
static int32_t {name}_tanh(const int32_t z)
{{
{table}
    uint32_t size = (z < 0) ? ((uint32_t)0U - (uint32_t)z) : (uint32_t)z;
    size = (size > 524287U) ? 524287U : size;
    const uint32_t place = (size + 1024U) >> 11;
    const uint32_t near = (uint32_t){upper}_READ16(steps[place]);
    const uint32_t middle = place << 11;
    const int32_t d = (int32_t)size - (int32_t)middle;
    const uint32_t square = (size < middle) ? (middle - size) : (size - middle);
    const uint32_t slope = 32768U - (((near * near) + 16384U) >> 15);
    const uint32_t bend = (((near * slope) + 16384U) >> 15) * ((square * square) >> 4);
    const int32_t more = ((int32_t)slope * d) - {name}_round((int32_t)bend, 12U);
    int32_t found = (int32_t)near + {name}_round(more, 16U);
    found = (found > 32767) ? 32767 : found;
    return (z < 0) ? -found : found;
}}
"""
MACROS = """\
#if defined(__AVR__)
#include <avr/pgmspace.h>
#define {upper}_FLASH PROGMEM
#define {upper}_READ8(element) ((int8_t)pgm_read_byte(&(element)))
#define {upper}_READ16(element) ((int16_t)pgm_read_word(&(element)))
#define {upper}_READ32(element) ((int32_t)pgm_read_dword(&(element)))
#else
#define {upper}_FLASH
#define {upper}_READ8(element) (element)
#define {upper}_READ16(element) (element)
#define {upper}_READ32(element) (element)
#endif
"""
ABSENT_TEXT = "(-2147483647 - 1)"


class FixedPrinter:
    """Prints a network of integers as C."""

    def __init__(self, network: FixedNetwork, name: str) -> None:
        self.network, self.name, self.upper = network, name, name.upper()

    def table(self, kind: str, name: str, values: Any) -> list[str]:
        """Return a table of constants."""
        texts = [str(v) for v in np.asarray(values).ravel().tolist()]
        if kind == "int32_t":
            texts = [ABSENT_TEXT if text == str(-(2**31)) else text for text in texts]
        head = f"    static const {kind} {name}[{len(texts)}] {self.upper}_FLASH = {{"
        return [head, *wrapped(texts, "        "), "    };"]

    def cell(self, k: int, cell: Cell) -> list[str]:
        """Return the statements that make numbers of a cell."""
        x, one, first = f"x[{k}]", self.network.one, cell.first
        if cell.kind == "category":
            return self._category(x, cell)
        if cell.kind == "boolean":
            usual = cell.usual * one
            known = f"({x} == 1) ? {one} : (({x} == 0) ? 0 : {usual})"
            lines = [f"    a[{first}] = (int16_t)({known});"]
            mark = f"(({x} == 0) || ({x} == 1)) ? 0 : {one}"
        else:
            inside = (
                f"({x} < {cell.low}) ? ({cell.low}) : (({x} > {cell.high}) ? ({cell.high}) : {x})"
            )
            lines = [
                f"    v = {inside};",
                f"    v = {self.name}_round((v - ({cell.center})) * {cell.factor}, {cell.shift}U);",
                f"    a[{first}] = (int16_t)(({x} == {ABSENT_TEXT}) ? 0 : v);",
            ]
            mark = f"({x} == {ABSENT_TEXT}) ? {one} : 0"
        return [*lines, f"    a[{first + 1}] = (int16_t)({mark});"] if cell.marked else lines

    def _category(self, x: str, cell: Cell) -> list[str]:
        one, lines = self.network.one, []
        for code in cell.levels:
            own = ABSENT_TEXT if code == cell.absent else str(code)
            lines.append(f"    a[{cell.first + code}] = (int16_t)(({x} == {own}) ? {one} : 0);")
        if cell.other:
            known = " + ".join(f"a[{cell.first + code}]" for code in cell.levels)
            place = cell.first + len(cell.levels)
            lines.append(f"    a[{place}] = (int16_t)({one} - ({known}));")
        return lines

    def step(self, k: int, step: Step, source: str, target: str) -> list[str]:
        """Return the statements of a layer."""
        units, inputs = step.weights.shape
        up = self.upper
        lines = [
            f"    for (uint32_t i = 0U; i < {units}U; i++) {{",
            f"        int32_t s = {up}_READ32(biases_{k}[i]);",
            f"        for (uint32_t j = 0U; j < {inputs}U; j++) {{",
            f"            const int32_t w = {up}_READ16(weights_{k}[(i * {inputs}U) + j]);",
            f"            s += w * (int32_t){source}[j];",
            "        }",
        ]
        if step.bits == 0:
            return [*lines, f"        {target}[i] = s;", "    }"]
        lines.append(f"        const int32_t z = {self._next(f'shifts_{k}', step.shifts)};")
        found = {
            "identity": "z",
            "relu": "(z < 0) ? 0 : z",
            "tanh": f"{self.name}_tanh(z)",
            "logistic": f"({self.name}_tanh(z) + 32768) / 4",
            "silu": f"{self.name}_round(p * ((({self.name}_tanh(z) + 32768) / 4)), 14U)",
        }[step.activation]
        if step.plain is not None:
            lines.append(f"        const int32_t p = {self._next(f'plain_{k}', step.plain)};")
        return [*lines, f"        {target}[i] = (int16_t)({found});", "    }"]

    def _next(self, table: str, shifts: Vector) -> str:
        """Return a sum in the next format; some units may multiply, the others divide."""
        shift = f"{self.upper}_READ8({table}[i])"
        down = f"{self.name}_round(s, (uint32_t){shift})"
        if int(shifts.min()) >= 0:
            return down
        return f"({shift} < 0) ? (s * ((int32_t)1 << (uint32_t)(-{shift}))) : {down}"

    def tables(self) -> list[str]:
        """Return the tables of all layers."""
        lines: list[str] = []
        for k, step in enumerate(self.network.steps, 1):
            lines += self.table("int16_t", f"weights_{k}", step.weights)
            lines += self.table("int32_t", f"biases_{k}", step.biases)
            if step.bits:
                lines += self.table("int8_t", f"shifts_{k}", step.shifts)
            if step.plain is not None:
                lines += self.table("int8_t", f"plain_{k}", step.plain)
        return lines

    def prototype(self) -> str:
        """Return the declaration of the function that answers a row."""
        count, answers = len(self.network.cells), len(self.network.bits)
        return f"int32_t {self.name}_predict(const int32_t x[{count}], int32_t y[{answers}])"

    def predict(self) -> list[str]:
        """Return the function that answers a row."""
        steps = self.network.steps
        outputs = len(steps[-1].biases)
        direct = self.network.task is Task.REGRESSION
        widths = [self.network.features, *(len(step.biases) for step in steps[:-1])]
        lines = [self.prototype(), "{", *self.tables()]
        lines += [f"    int16_t a[{max(widths[::2])}];"]
        if len(steps) > 1:
            lines.append(f"    int16_t b[{max(widths[1::2])}];")
        if not direct:
            lines.append(f"    int32_t sums[{outputs}];")
        if any(cell.kind == "scaled" for cell in self.network.cells):
            lines.append("    int32_t v;")
        for k, cell in enumerate(self.network.cells):
            lines += self.cell(k, cell)
        source = "a"
        for k, step in enumerate(steps, 1):
            target = ("b" if source == "a" else "a") if step.bits else ("y" if direct else "sums")
            lines += self.step(k, step, source, target)
            source = target
        if self.network.task is Task.MULTICLASS:
            lines += [
                "    y[0] = 0;",
                f"    for (uint32_t i = 1U; i < {outputs}U; i++) {{",
                "        y[0] = (sums[i] > sums[y[0]]) ? (int32_t)i : y[0];",
                "    }",
            ]
        elif not direct:
            lines += [
                f"    for (uint32_t i = 0U; i < {outputs}U; i++) {{",
                "        y[i] = (sums[i] > 0) ? 1 : 0;",
                "    }",
            ]
        return [*lines, "    return 0;", "}", ""]

    def selftest(self, rows: Vector, answers: Vector) -> list[str]:
        """Return the function that compares answers with those that must come."""
        count, outputs, up = len(self.network.cells), len(self.network.bits), self.upper
        return [
            f"int32_t {self.name}_selftest(void)",
            "{",
            *self.table("int32_t", "rows", rows),
            *self.table("int32_t", "answers", answers),
            f"    int32_t x[{count}];",
            f"    int32_t y[{outputs}];",
            "    int32_t failed = 0;",
            f"    for (uint32_t k = 0U; k < {len(rows)}U; k++) {{",
            f"        for (uint32_t i = 0U; i < {count}U; i++) {{",
            f"            x[i] = {up}_READ32(rows[(k * {count}U) + i]);",
            "        }",
            f"        int32_t wrong = {self.name}_predict(x, y);",
            f"        for (uint32_t i = 0U; i < {outputs}U; i++) {{",
            f"            const int32_t must = {up}_READ32(answers[(k * {outputs}U) + i]);",
            "            wrong = (y[i] == must) ? wrong : 1;",
            "        }",
            "        failed = ((failed == 0) && (wrong != 0)) ? ((int32_t)k + 1) : failed;",
            "    }",
            "    return failed;",
            "}",
            "",
        ]

    def helpers(self) -> list[str]:
        """Return what the layers use."""
        names = {step.activation for step in self.network.steps[:-1]}
        lines = [ROUND.format(name=self.name)]
        if names & {"tanh", "logistic", "silu"}:
            table = "\n".join(self.table("int16_t", "steps", tanh_table()))
            lines.append(TANH.format(name=self.name, upper=self.upper, table=table))
        return lines
