"""Feed: rows that do not fit into memory, a block at a time, the next one read meanwhile.

An epoch visits the chunks of a spool in an order that the loop has shuffled; so many of them as
fill a block are mixed row by row. Two blocks are in memory: one is trained on while a thread reads
the other. The rows that a block has beyond a whole number of batches are carried over to the next,
so the batches are those of one table in this order.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from neurona.network import Vector
from neurona.numerics.shuffle import Shuffler
from neurona.training.plan import order_of
from neurona.training.rows import Table, make_table
from neurona.training.spool import Spool

BLOCK_BYTES = 64 * 2**20
"""About what a block of rows takes in memory."""


class Feed:
    """The rows of a spool, for one training.

    Attributes
    ----------
    table : Table
        Room for two blocks, and for rows carried over: what an engine is bound to. It always
        holds rows of the spool, those of the first blocks before an epoch has begun.
    rows, chunks : int
        How many there are; the loop shuffles the numbers of the chunks.
    fingerprint : str
        Says whether rows are the same.
    """

    def __init__(
        self,
        spool: Spool,
        batch: int,
        shuffle: bool = True,
        seed: int = 0,
        block_bytes: int = BLOCK_BYTES,
    ) -> None:
        self.rows, self.chunks, self.fingerprint = spool.rows, spool.chunks, spool.fingerprint
        self.shuffle = shuffle
        self._spool, self._batch, self._seed = spool, batch, seed
        wanted = max(block_bytes // spool.row_bytes, batch, 1)
        self._chunks_of_block = min(-(-wanted // spool.chunk_rows), spool.chunks)
        self._block = self._chunks_of_block * spool.chunk_rows
        self._parts = spool.room(2 * self._block + batch)
        inputs, targets, weights = self._parts
        self._fill()
        self.table: Table = make_table(
            inputs, targets, weights if spool.weighted else None, spool.dtype
        )

    def order(self) -> Vector:
        """Return the numbers of the chunks, in the order of the spool."""
        return order_of(np.arange(self.chunks))

    def portions(self, order: Vector, step: int) -> Iterator[Vector]:
        """Yield rows of `table` to be trained on, each a whole number of batches but the last.

        `order` are numbers of chunks; `step`, how many steps were done before this epoch, says
        with the seed how rows are mixed. What was yielded stays as it is until the next is asked.
        """
        blocks = self._blocks(order)
        carried = 0
        with ThreadPoolExecutor(1, "neurona-feed") as reader:
            coming = reader.submit(self._read, blocks[0], 0, step)
            for number in range(len(blocks)):
                rows = coming.result()
                last = number == len(blocks) - 1
                if not last:
                    coming = reader.submit(self._read, blocks[number + 1], number + 1, step)
                known = order_of(np.concatenate([2 * self._block + np.arange(carried), rows]))
                whole = known.size if last else known.size // self._batch * self._batch
                if whole:
                    yield known[:whole]
                carried = known.size - whole
                for part in self._parts:
                    if part.size:
                        part[2 * self._block : 2 * self._block + carried] = part[known[whole:]]

    def row_numbers(self, order: Vector, step: int) -> Vector:
        """Return the rows of the spool, counted from 0, in the order that `portions` yields."""
        found = []
        for number, chunks in enumerate(self._blocks(order)):
            rows = [
                chunk * self._spool.chunk_rows + np.arange(self._spool.rows_of(chunk))
                for chunk in chunks.tolist()
            ]
            placed = np.concatenate(rows)
            found.append(placed[self._mixed(placed.size, number, step)])
        return order_of(np.concatenate(found))

    def _blocks(self, order: Vector) -> list[Vector]:
        return [
            order[start : start + self._chunks_of_block]
            for start in range(0, order.size, self._chunks_of_block)
        ]

    def _read(self, chunks: Vector, number: int, step: int) -> Vector:
        """Read chunks into one of the two blocks; returns its rows in the order of training."""
        start = first = number % 2 * self._block
        for chunk in chunks.tolist():
            inputs, targets, weights = (part[start:] for part in self._parts)
            start += self._spool.read(chunk, inputs, targets, weights)
        return first + self._mixed(start - first, number, step)

    def _mixed(self, rows: int, number: int, step: int) -> Vector:
        order = order_of(np.arange(rows))
        if self.shuffle:
            random = np.random.RandomState([self._seed, step % 2**32, number])
            Shuffler(order, random).shuffle()
        return order

    def _fill(self) -> None:
        """Fill the room with rows, so that what looks at it sees a part of the table."""
        room, chunk, start = len(self._parts[0]), 0, 0
        some = self._spool.room(self._spool.chunk_rows)
        while start < room:
            rows = min(self._spool.read(chunk % self.chunks, *some), room - start)
            for part, read in zip(self._parts, some, strict=True):
                if part.size:
                    part[start : start + rows] = read[:rows]
            start += rows
            chunk += 1
