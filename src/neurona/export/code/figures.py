"""What a program costs: bytes of constants and work arrays, and operations of one call, counted."""

from __future__ import annotations

from typing import Any

from neurona.export.code.costs import Costs
from neurona.export.code.evaluate import whole
from neurona.export.code.form import (
    Call,
    Loop,
    Negative,
    Operation,
    Pick,
    Program,
    parts_of,
)
from neurona.export.code.special import Special


def figures(program: Program) -> Costs:
    """Return what a program costs; nothing of it depends on the row."""
    size = 4 if program.single else 8
    tables = sum(map(len, program.tables.values()))
    tables += sum(len(t) for one in program.routines.values() for t in one.tables.values())
    counts = _Counts(program)
    counts.body(program.body, 1, {})
    if program.status is not None:
        counts.value(program.status, 1)
    found = counts.found
    whole = [one.costs() for one in program.specials]
    return Costs(
        size * tables + sum(one.table_bytes for one in whole),
        size * sum(program.work.values()) + max((one.work_bytes for one in whole), default=0),
        found["+"] + found["-"], found["*"], found["/"], found["pick"],
    )  # fmt: skip


class _Counts:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.found = dict.fromkeys(("+", "-", "*", "/", "pick"), 0)

    def body(self, body: Any, times: int, counters: dict[str, int]) -> None:
        for one in body:
            if isinstance(one, Loop):
                count = one.count if isinstance(one.count, int) else None
                if count is None:
                    self._growing(one, times, counters)
                else:
                    # every round does the same unless an inner loop grows with the counter
                    self._rounds(one, count, times, counters)
            elif isinstance(one, Special):
                cost = one.costs()
                pairs = zip("+*/", (cost.sums, cost.products, cost.quotients), strict=True)
                for symbol, count in (*pairs, ("pick", cost.choices)):
                    self.found[symbol] += times * count
            else:
                self.value(one.value, times)

    def _rounds(self, loop: Loop, count: int, times: int, counters: dict[str, int]) -> None:
        grows = any(isinstance(o, Loop) and not isinstance(o.count, int) for o in loop.body)
        if not grows:
            self.body(loop.body, times * count, counters)
            return
        for k in range(count):
            self.body(loop.body, times, counters | {loop.counter: k})

    def _growing(self, loop: Loop, times: int, counters: dict[str, int]) -> None:
        assert not isinstance(loop.count, int)
        self.body(loop.body, times * whole(loop.count, counters), counters)

    def value(self, value: Any, times: int) -> None:
        for one in parts_of(value):
            if isinstance(one, Operation):
                self.found[one.symbol] += times
            elif isinstance(one, Negative):
                continue
            elif isinstance(one, Pick):
                self.found["pick"] += times
            elif isinstance(one, Call):
                routine = self.program.routines[one.routine]
                self.body(routine.body, times, {})
                self.value(routine.result, times)
