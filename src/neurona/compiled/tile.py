"""The shape of a tile, from the register file: how many rows and columns of a product are summed at
once.

A tile of r rows and c registers across keeps r c sums in registers; each step of its loop loads c
registers of B and spreads r numbers of A, for r c multiply-adds. So the best tile is the one with
the most multiply-adds a load, r c / (r + c), among those that fit: r c sums, c of B, one of A.

That is 8 rows x 2 registers of 64 bytes (AVX-512: 19 of 32), 6 x 2 of 32 (AVX2: 15 of 16), 6 x 2 of
16 (SSE), 6 x 4 of 16 (NEON: 29 of 32). How numbers are stored does not follow the tile: rows are
padded to 64 bytes and to eights on every machine, so files are the same, and since a tile splits no
sum, results are the same bits in every shape.
"""

from __future__ import annotations

from typing import NamedTuple

from neurona.compiled.level import Level

VECTOR_BYTES = 64
"""What a row of numbers is padded to, on every machine."""
TILE_ROWS = 8
"""What a matrix's rows are padded to, and so the highest tile."""
WIDEST = 2 * VECTOR_BYTES
"""Bytes of the widest tile: wider ones leave too much to the narrow ones."""


class Tile(NamedTuple):
    """Rows and bytes across of a product's tile."""

    rows: int
    width: int

    def heights(self, least: int) -> list[int]:
        """Return the heights that make up any number of rows that is a multiple of `least`."""
        return [self.rows, *(rows for rows in (4, 2, 1) if least <= rows < self.rows)]

    def widths(self) -> list[int]:
        """Return the widths that make up any number of whole vectors."""
        return [self.width, *([VECTOR_BYTES] if self.width > VECTOR_BYTES else [])]


ROW = Tile(1, WIDEST)
"""What sums a single row: two chains at least, since one waits for its own last sum."""


def tile_for(level: Level) -> Tile:
    """Return the best tile for a register file.

    >>> tile_for(Level("AVX2", 32, 16, True))
    Tile(rows=6, width=64)
    """
    best, loaded = Tile(1, VECTOR_BYTES), 0.0
    across = 1
    while across * level.register_bytes <= WIDEST:
        # even, so that twos and fours complete the padded rows
        for rows in range(2, TILE_ROWS + 1, 2):
            fits = rows * across + across + 1 <= level.registers
            share = rows * across / (rows + across)
            if fits and share > loaded:
                best, loaded = Tile(rows, across * level.register_bytes), share
        across *= 2
    return best


def square_for(level: Level, item_bytes: int) -> int:
    """Return the side of the square that is transposed in registers: a row and its exchange with
    another one, for all rows, at most 8.

    >>> square_for(Level("AVX2", 32, 16, True), 8)
    4
    """
    side = TILE_ROWS
    while side > 2 and 2 * side * -(-side * item_bytes // level.register_bytes) > level.registers:
        side //= 2
    return side
