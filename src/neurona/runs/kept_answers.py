"""Answers to a table that does not fit into memory, kept on a disk until they are scored."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import Any

import numpy as np

from neurona.runs.answered import Answered


class KeptAnswers:
    """Blocks of answers in a nameless file, which is gone when it is closed."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="neurona-")  # noqa: SIM115 - closed by __exit__
        self._blocks: list[tuple[list[bool], tuple[str, ...]]] = []

    def __enter__(self) -> KeptAnswers:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def append(self, block: Answered) -> None:
        """Write a block."""
        *arrays, unknown = block
        for one in arrays:
            if one is not None:
                np.save(self._file, one, allow_pickle=False)
        self._blocks.append(([one is not None for one in arrays], unknown))

    def __iter__(self) -> Iterator[Answered]:
        """Yield the blocks, one in memory at a time."""
        self._file.seek(0)
        for there, unknown in self._blocks:
            arrays: list[Any] = [np.load(self._file) if one else None for one in there]
            yield Answered._make([*arrays, unknown])
