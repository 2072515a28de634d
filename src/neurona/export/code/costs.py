"""What code costs: bytes, and operations of one call."""

from __future__ import annotations

from typing import NamedTuple


class Costs(NamedTuple):
    """Bytes of tables and work arrays, and operations of one call."""

    table_bytes: int
    work_bytes: int
    sums: int
    products: int
    quotients: int
    choices: int

    def __str__(self) -> str:
        """Return a few words."""
        operations = self.sums + self.products + self.quotients + self.choices
        return (
            f"{self.table_bytes:,} bytes of tables, {self.work_bytes:,} of work arrays, "
            f"{operations:,} operations a row"
        )
