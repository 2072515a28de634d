"""The history as CSV: numbers only, to the last digit, so that equal trainings give equal bytes.

Times are left out for that reason (events.jsonl has them). Numbers are no formulas to a
spreadsheet, whatever their sign.
"""

from __future__ import annotations

from collections.abc import Iterator

from neurona.training.history import EpochRecord, History

FIELDS = ("epoch", "loss", "val_loss", "score", "learning_rate", "gradient_norm", "damping")
LINES = 5000
"""Lines of a piece."""


def as_csv(history: History) -> Iterator[bytes]:
    """Yield the file in pieces."""
    yield (",".join(FIELDS) + "\n").encode()
    for start in range(0, len(history), LINES):
        yield "".join(map(_line, history[start : start + LINES])).encode()


def _line(record: EpochRecord) -> str:
    values = (getattr(record, name) for name in FIELDS)
    cells = ["" if value is None else repr(value) for value in values]
    return ",".join(cells) + "\n"
