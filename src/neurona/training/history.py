"""The history of a training: one record per epoch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, overload


class EpochRecord(NamedTuple):
    """What one epoch (or iteration of a full-batch solver) came to.

    `loss` is the mean training loss with its penalties, averaged over the steps as they were taken
    (a solver's: after its step); `val_loss` and `score` (R^2 or accuracy) are measured on the
    validation rows after the epoch, None without such; `learning_rate` is a line search's step
    length for solvers that have one; `gradient_norm` is the mean over the steps; `seconds` is the
    time since training began; `damping` is that of Levenberg-Marquardt and trust regions.
    """

    epoch: int
    loss: float
    val_loss: float | None
    score: float | None
    learning_rate: float | None
    gradient_norm: float
    seconds: float
    damping: float | None = None


class History(Sequence[EpochRecord]):
    """The records of all epochs, in order; `column("loss")` or `to_frame()` gives them by column.

    >>> history = History()
    >>> history.append(EpochRecord(1, 0.5, None, None, 0.001, 0.1, 0.02))
    >>> history.column("loss")
    [0.5]
    >>> history[-1].epoch
    1
    """

    def __init__(self) -> None:
        self._records: list[EpochRecord] = []
        self.append = self._records.append

    @overload
    def __getitem__(self, index: int) -> EpochRecord: ...

    @overload
    def __getitem__(self, index: slice) -> list[EpochRecord]: ...

    def __getitem__(self, index: int | slice) -> EpochRecord | list[EpochRecord]:
        return self._records[index]

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[EpochRecord]:
        return iter(self._records)

    def __getstate__(self) -> list[EpochRecord]:
        return self._records

    def __setstate__(self, records: list[EpochRecord]) -> None:
        self._records = records
        self.append = records.append

    def copy(self) -> History:
        """Return a history of its own with these records."""
        new = History()
        new._records.extend(self._records)
        return new

    def column(self, name: str) -> list[Any]:
        """Return one field of all records."""
        if name not in EpochRecord._fields:
            raise KeyError(f"A record has no {name!r}; it has {', '.join(EpochRecord._fields)}.")
        return [getattr(record, name) for record in self._records]

    def to_frame(self) -> Any:
        """Return a pandas DataFrame with a row per epoch (needs pandas)."""
        try:
            import pandas as pd
        except ImportError:
            raise ImportError("History.to_frame needs pandas: pip install pandas") from None
        return pd.DataFrame(self._records, columns=list(EpochRecord._fields))

    def __repr__(self) -> str:
        last = f", last {self._records[-1]}" if self._records else ""
        return f"History({len(self)} epochs{last})"
