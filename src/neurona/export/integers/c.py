"""C in integers: what `evaluate` computes, printed."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.data.task import Task
from neurona.export.code.printer import wrapped
from neurona.export.integers.bars import ROOT, Bars
from neurona.export.integers.c_cells import cell_lines
from neurona.export.integers.curves import SIXTH, Curve
from neurona.export.integers.evaluate import entries_of, gain_digits
from neurona.export.integers.helpers import ABSENT_TEXT, BEND, FIT, HALF, MACROS, ROUND
from neurona.export.integers.network import FixedNetwork, Member, Step
from neurona.export.integers.width import ABSENT, Width
from neurona.network import Vector


class FixedPrinter:
    """Prints a network of integers as C."""

    def __init__(self, network: FixedNetwork, name: str) -> None:
        self.network, self.name, self.upper = network, name, name.upper()
        self.width: Width = network.width
        self.value = f"int{8 * self.width.value_bytes}_t"
        self.sum = f"int{8 * self.width.sum_bytes}_t"
        self.curves: list[tuple[Curve, int, Vector]] = []

    def read(self, bytes_: int, element: str) -> str:
        """Return an element of a table, read as the chip reads its flash."""
        return f"{self.upper}_READ{8 * bytes_}({element})"

    def table(self, kind: str, name: str, values: Any) -> list[str]:
        """Return a table of constants."""
        texts = [str(v) for v in np.asarray(values).ravel().tolist()]
        if kind == "int32_t":
            texts = [ABSENT_TEXT if text == str(ABSENT) else text for text in texts]
        head = f"    static const {kind} {name}[{len(texts)}] {self.upper}_FLASH = {{"
        return [head, *wrapped(texts, "        "), "    };"]

    def rounded(self, value: str, shift: int) -> str:
        """Return a number by a power of two that is known."""
        if shift > 0:
            return f"{self.name}_round({value}, {shift}U)"
        return f"({value})" if shift == 0 else f"(({value}) * {1 << -shift})"

    def step(self, tag: str, step: Step, source: str) -> list[str]:
        """Return the beginning of a layer's loop: each unit's sum `s`."""
        units, inputs = step.weights.shape
        weight = self.read(self.width.value_bytes, f"weights_{tag}[(i * {inputs}U) + j]")
        return [
            f"    for (uint32_t i = 0U; i < {units}U; i++) {{",
            f"        {self.sum} s = {self._bias(tag)};",
            f"        for (uint32_t j = 0U; j < {inputs}U; j++) {{",
            f"            const {self.sum} w = {weight};",
            f"            s += w * ({self.sum}){source}[j];",
            "        }",
        ]

    def _bias(self, tag: str) -> str:
        if self.width.sum_bytes == 4:
            return self.read(4, f"biases_{tag}[i]")
        high = self.read(4, f"biases_{tag}[2U * i]")
        low = self.read(4, f"biases_{tag}[(2U * i) + 1U]")
        return f"((int64_t){high} * {1 << HALF}) + (int64_t){low}"

    def values(self, tag: str, step: Step) -> list[str]:
        """Return the statements that let `found` be a unit's value."""
        curve, space = step.curve, "        "
        assert curve is not None
        if curve.kind == "step":
            most = min(1 << step.digits, self.width.most)
            return [
                f"{space}const {self.sum} found = (s > 0) ? ({self.sum}){most} : ({self.sum})0;"
            ]
        lines, found = [], "r"
        if curve.kind != "odd" and (curve.above or curve.below):
            plain = self._next(f"plain_{tag}", step.plain)
            lines.append(f"{space}const {self.sum} p = {plain};")
        above, below = self._gained(curve.above), self._gained(curve.below)
        if curve.kind == "straight":
            found = above if above == below else f"(s < 0) ? ({below}) : ({above})"
            return [*lines, f"{space}const {self.sum} found = {found};"]
        z = self._next(f"shifts_{tag}", step.shifts)
        lines.append(f"{space}const {self.sum} z = {z};")
        place, last = self._curve(curve, step.digits)
        start = round(curve.start * 2**self.width.argument)
        end = start + round(curve.length * 2**self.width.argument)
        given = {"below": "-z", "all": f"z - ({start})" if start else "z"}.get(
            curve.kind, "(z < 0) ? -z : z"
        )
        lines.append(
            f"{space}const {self.sum} r = {self.name}_bend(curve_{place}, {last}U, {given});"
        )
        middle = round(curve.middle * 2.0**step.digits)
        found = {
            "odd": f"(z < 0) ? ({middle} - r) : ({middle} + r)",
            "even": f"((s < 0) ? 0 : {above}) + r",
            "below": f"(z < 0) ? r : {above}",
            "all": f"(z >= ({end})) ? {above} : r" if curve.above else "r",
        }[curve.kind]
        return [*lines, f"{space}const {self.sum} found = {found};"]

    def _gained(self, gain: float) -> str:
        if gain in (0.0, 1.0):
            return "p" if gain else "0"
        digits = gain_digits(self.width)
        return self.rounded(f"p * {round(gain * 2.0**digits)}", digits)

    def _curve(self, curve: Curve, digits: int) -> tuple[int, int]:
        """Return the number of a table, and the last place in it."""
        entries = entries_of(curve, digits, self.width)
        for k, (_, _, known) in enumerate(self.curves, 1):
            if np.array_equal(known, entries):
                return k, len(entries) - 4
        self.curves.append((curve, digits, entries))
        return len(self.curves), len(entries) - 4

    def _next(self, table: str, shifts: Vector) -> str:
        """Return a sum in the next format; some units may multiply, the others divide."""
        if len(set(shifts.tolist())) == 1:
            return self.rounded("s", int(shifts[0]))
        shift = f"{self.upper}_READ8({table}[i])"
        if int(shifts.min()) >= 0:
            return f"{self.name}_round(s, (uint32_t){shift})"
        up = f"(s * (({self.sum})1 << (uint32_t)(-{shift})))"
        return f"({shift} < 0) ? {up} : {self.name}_round(s, (uint32_t){shift})"

    def tables(self) -> list[str]:
        """Return the tables of all layers."""
        lines: list[str] = []
        for tag, step in self.tagged():
            lines += self.table(self.value, f"weights_{tag}", step.weights)
            biases = step.biases
            if self.width.sum_bytes == 8:
                # in two halves: no chip reads 64 bits from flash
                biases = np.column_stack([biases >> HALF, biases & ((1 << HALF) - 1)])
            lines += self.table("int32_t", f"biases_{tag}", biases)
            for name, shifts in self.shifts_of(step).items():
                lines += self.table("int8_t", f"{name}_{tag}", shifts)
        return lines

    def shifts_of(self, step: Step) -> dict[str, Vector]:
        """Return the shifts that a layer reads from tables."""
        curve, found = step.curve, {}
        if curve is None or curve.kind not in ("straight", "step"):
            found["shifts"] = step.shifts
        straight = curve is not None and bool(curve.above or curve.below)
        if curve is not None and straight and curve.kind != "odd":
            found["plain"] = step.plain
        return {name: one for name, one in found.items() if len(set(one.tolist())) > 1}

    def tagged(self) -> list[tuple[str, Step]]:
        """Return all layers with what their tables' names end in."""
        several = len(self.network.members) > 1
        return [
            (f"{m}_{k}" if several else f"{k}", step)
            for m, member in enumerate(self.network.members, 1)
            for k, step in enumerate(member.steps, 1)
        ]

    def prototype(self) -> str:
        """Return the declaration of the function that answers a row."""
        count, answers = len(self.network.cells), len(self.network.bits)
        return f"int32_t {self.name}_predict(const int32_t x[{count}], int32_t y[{answers}])"

    def arrays(self) -> dict[str, int]:
        """Return the work arrays of values by name, with their lengths."""
        inside: list[list[int]] = [
            [len(step.biases) for step in one.steps[:-1]] for one in self.network.members
        ]
        apart = self.keeps()
        # features that are read once share the arrays of the layers
        lists = [widths if apart else [self.network.features, *widths] for widths in inside]
        sizes = {
            "a": max((max(one[::2], default=0) for one in lists), default=0),
            "b": max((max(one[1::2], default=0) for one in lists), default=0),
            "f": self.network.features if apart else 0,
        }
        return {name: size for name, size in sizes.items() if size}

    def answered(self) -> dict[str, int]:
        """Return the work arrays of the networks' answers by name, where they are none of `y`."""
        after, outputs = self.network.after, len(self.network.members[0].steps[-1].biases)
        if after is None:
            return {}
        several = isinstance(after, Bars)
        return {"each": outputs * len(self.network.members)} if several else {"q": outputs}

    def direct(self) -> bool:
        """Whether sums are answers."""
        return self.network.task is Task.REGRESSION

    def predict(self) -> list[str]:
        """Return the function that answers a row."""
        network = self.network
        several, outputs = len(network.members) > 1, len(network.members[0].steps[-1].biases)
        lines = [f"    {self.value} {name}[{size}];" for name, size in self.arrays().items()]
        lines += [f"    int32_t {name}[{size}];" for name, size in self.answered().items()]
        if not self.direct():
            lines.append(f"    {self.sum} sums[{outputs}];")
        if self.parts():
            lines.append(f"    {self.sum} parts[{self.parts()}];")
        if any(cell.kind == "number" for cell in network.cells):
            lines.append(f"    {self.sum} v;")
        if several:
            target = self._put(0).split("[")[0]
            if target != "each":
                zero = f"        {target}[i] = 0;"
                lines += [f"    for (uint32_t i = 0U; i < {outputs}U; i++) {{", zero, "    }"]
        for k, cell in enumerate(network.cells):
            lines += cell_lines(self, k, cell, "f" if self.keeps() else "a")
        tags = iter(self.tagged())
        for m, member in enumerate(network.members):
            source = "f" if self.keeps() else "a"
            for _ in member.steps[:-1]:
                tag, step = next(tags)
                target = "b" if source == "a" else "a"
                if step.softmax:
                    put = f"{target}[i] = {self.name}_fit(({self.sum})share);"
                    lines += self._softmax(tag, step, self.step(tag, step, source), put)
                else:
                    lines += [
                        *self.step(tag, step, source), *self.values(tag, step),
                        f"        {target}[i] = {self.name}_fit(found);", "    }",
                    ]  # fmt: skip
                source = target
            lines += self._end(*next(tags), member, source, self._put(m))
        lines += self._answers(outputs)
        curves = [
            line for k, (_, _, entries) in enumerate(self.curves, 1)
            for line in self.table(self.value, f"curve_{k}", entries)
        ]  # fmt: skip
        after = [] if network.after is None else network.after.tables(self)
        return [self.prototype(), "{", *self.tables(), *curves, *after, *lines, "}", ""]

    def keeps(self) -> bool:
        """Whether features are read again after a network's first layer."""
        after = self.network.after
        return len(self.network.members) > 1 or (after is not None and after.keeps_features)

    def _put(self, member: int) -> str:
        """Return how the answer of a network's unit is put where it belongs."""
        after, grow = self.network.after, "+=" if len(self.network.members) > 1 else "="
        if isinstance(after, Bars):
            first = member * len(after.digits)
            return f"each[i + {first}U] =" if first else "each[i] ="
        if not self.direct():
            return f"sums[i] {grow}"
        return f"y[i] {grow}" if after is None else f"q[i] {grow}"

    def far(self) -> str:
        """Return the name of what rounds 64 bits."""
        return f"{self.name}_round" if self.width.sum_bytes == 8 else f"{self.name}_far"

    def _end(self, tag: str, step: Step, member: Member, source: str, put: str) -> list[str]:
        """Return the statements of a network's last layer."""
        lines = self.step(tag, step, source)
        if self.direct():
            found = self._next(f"shifts_{tag}", step.shifts)
            return [*lines, f"        {put} (int32_t)({found});", "    }"]
        if step.curve is None:
            return [*lines, f"        {put} s;", "    }"]
        if step.softmax:
            return self._softmax(tag, step, lines, f"{put} ({self.sum})share * {member.share};")
        found = f"({self.sum}){self.name}_fit(found) * {member.share}"
        return [*lines, *self.values(tag, step), f"        {put} {found};", "    }"]

    def parts(self) -> int:
        """Return how many exponentials a softmax needs room for, 0 if there is none."""
        sizes = [len(step.biases) for _, step in self.tagged() if step.softmax]
        return max(sizes, default=0)

    def _softmax(self, tag: str, step: Step, lines: list[str], put: str) -> list[str]:
        """Return a layer's values, of which each goes where `put` says."""
        curve, units, unsigned = step.curve, len(step.biases), f"u{self.sum}"
        assert curve is not None
        place, last = self._curve(curve, step.digits)
        start = round(curve.start * 2**self.width.argument)
        bend = f"{self.name}_bend(curve_{place}, {last}U, (parts[i] - top) - ({start}))"
        share = f"(({unsigned})parts[i] << {self.width.value}U) / total"
        loop = f"        for (uint32_t i = 0U; i < {units}U; i++) {{"
        return [
            *lines,
            f"        parts[i] = {self._next(f'shifts_{tag}', step.shifts)};",
            "    }",
            "    {",
            f"        {self.sum} top = parts[0];",
            f"        {unsigned} total = 0U;",
            loop,
            "            top = (parts[i] > top) ? parts[i] : top;",
            "        }",
            loop,
            f"            const {self.sum} r = {bend};",
            "            parts[i] = (r < 0) ? 0 : r;",
            f"            total += ({unsigned})parts[i];",
            "        }",
            loop,
            f"            const {unsigned} share = {share};",
            f"            {put}",
            "        }",
            "    }",
        ]

    def _answers(self, outputs: int) -> list[str]:
        after = self.network.after
        lines: list[str] = [] if after is None else after.lines(self)
        if self.network.task is Task.MULTICLASS:
            lines += [
                "    y[0] = 0;",
                f"    for (uint32_t i = 1U; i < {outputs}U; i++) {{",
                "        y[0] = (sums[i] > sums[y[0]]) ? (int32_t)i : y[0];",
                "    }",
            ]
        elif not self.direct():
            lines += [
                f"    for (uint32_t i = 0U; i < {outputs}U; i++) {{",
                f"        y[i] = (sums[i] > {self.network.threshold}) ? (int32_t)1 : (int32_t)0;",
                "    }",
            ]
        if not self.network.refuse:
            return [*lines, "    return 0;"]
        return [
            *lines,
            "    int32_t status = 0;",
            f"    for (uint32_t i = 0U; i < {len(self.network.cells)}U; i++) {{",
            f"        status = (x[i] == {ABSENT_TEXT}) ? 1 : status;",
            "    }",
            "    return status;",
        ]

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
        """Return what the function that answers a row uses."""
        words = {
            "name": self.name, "sum": self.sum, "value": self.value, "most": self.width.most,
            "inside": self.width.inside, "part": SIXTH,
            "read": f"{self.upper}_READ{8 * self.width.value_bytes}",
        }  # fmt: skip
        body = "".join(self.predict())
        lines = [ROUND.format(**words)] if self.curves or f"{self.name}_round(" in body else []
        if f"{self.name}_far(" in body:
            far = ROUND.format(sum="int64_t", name=self.name)
            lines.append(far.replace(f"{self.name}_round(", f"{self.name}_far("))
        if f"{self.name}_root(" in body:
            lines.append(ROOT.format(name=self.name))
        if f"{self.name}_fit(" in body:
            lines.append(FIT.format(**words))
        if self.curves:
            lines.append(BEND.format(**words))
        return lines

    def macros(self) -> str:
        """Return what reads tables from flash."""
        return MACROS.format(upper=self.upper)
