"""The history as CSV: numbers only, to the last digit, so that equal trainings give equal bytes.

Times are left out for that reason (events.jsonl has them). Numbers are no formulas to a
spreadsheet, whatever their sign. The last column, `crc`, is the CRC-32 of the line before its last
comma: a line that was cut, or changed, is told by it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from neurona.training.history import EpochRecord, History

FIELDS = ("epoch", "loss", "val_loss", "score", "learning_rate", "gradient_norm", "damping")
HEADER = (",".join((*FIELDS, "crc")) + "\n").encode()
LINES = 5000
"""Lines of a piece."""


def as_csv(history: History) -> Iterator[bytes]:
    """Yield the file in pieces."""
    yield HEADER
    for start in range(0, len(history), LINES):
        yield "".join(map(_line, history[start : start + LINES])).encode()


def _line(record: EpochRecord) -> str:
    values = (getattr(record, name) for name in FIELDS)
    cells = ["" if value is None else repr(value) for value in values]
    line = ",".join(cells)
    return f"{line},{zlib.crc32(line.encode())}\n"


def read_history(content: bytes) -> tuple[list[dict[str, float | None]], list[int]]:
    """Return the whole lines of a history, and the numbers, from 1, of those that are damaged.

    >>> whole = HEADER + _line(EpochRecord(1, 0.5, None, None, 0.1, None, 0.0)).encode()
    >>> [one["loss"] for one in read_history(whole)[0]]
    [0.5]
    >>> read_history(whole.replace(b"0.5", b"0.4"))
    ([], [2])
    """
    records, damaged = [], []
    for number, line in enumerate(content.splitlines(keepends=True), 1):
        if number == 1 and line == HEADER:
            continue
        record = _record(line)
        if record is None:
            damaged.append(number)
        else:
            records.append(record)
    return records, damaged


def _record(line: bytes) -> dict[str, float | None] | None:
    body, _, crc = line.removesuffix(b"\n").rpartition(b",")
    if not line.endswith(b"\n") or crc != str(zlib.crc32(body)).encode():
        return None
    cells = body.decode().split(",")
    return {name: float(cell) if cell else None for name, cell in zip(FIELDS, cells, strict=True)}
