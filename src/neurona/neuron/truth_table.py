"""A truth table that prints: what a unit or a network says to every row of its inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class TruthTable:
    """Rows of inputs and the output for each; `sums`, where given, are shown beside them."""

    names: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    outputs: tuple[Any, ...]
    sums: tuple[Any, ...] = ()

    @classmethod
    def of(
        cls,
        rows: Sequence[Sequence[Any]],
        outputs: Sequence[Any],
        names: Sequence[str] = (),
        sums: Sequence[Any] = (),
    ) -> TruthTable:
        """Return a table; inputs without names are a1, a2, ..."""
        names = tuple(names) or tuple(f"a{k}" for k in range(1, len(rows[0]) + 1))
        return cls(names, tuple(tuple(row) for row in rows), tuple(outputs), tuple(sums))

    def __str__(self) -> str:
        heads = [*self.names, *(["sum"] if self.sums else []), "y"]
        columns = [list(column) for column in zip(*self.rows, strict=True)]
        columns += [list(self.sums)] if self.sums else []
        columns += [list(self.outputs)]
        cells = [[number(one) for one in column] for column in columns]
        widths = [
            max(len(head), *(len(cell) for cell in column))
            for head, column in zip(heads, cells, strict=True)
        ]
        lines = [heads, *(list(row) for row in zip(*cells, strict=True))]
        inputs = len(self.names)
        return "\n".join(
            "  ".join(cell.rjust(width) for cell, width in zip(line[:inputs], widths, strict=False))
            + " | "
            + "  ".join(
                cell.rjust(width)
                for cell, width in zip(line[inputs:], widths[inputs:], strict=True)
            )
            for line in lines
        )


def number(value: Any) -> str:
    """Return a number in a few digits: 1.5, -2, 0.731."""
    if isinstance(value, int):
        return str(value)
    return f"{float(value):.4g}"
