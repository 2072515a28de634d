"""The history of a training: one record per epoch, kept as numbers side by side."""

from __future__ import annotations

import importlib
import struct
from collections.abc import Iterable, Iterator, Sequence
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


_ROW = struct.Struct(f"{len(EpochRecord._fields)}d")
_PLACES = {name: place for place, name in enumerate(EpochRecord._fields)}
_BITS = {
    name: 1 << bit for bit, name in enumerate(("val_loss", "score", "learning_rate", "damping"))
}
"""Fields that may be None, and the bit that says that one is a number."""
_VAL_LOSS, _SCORE, _RATE, _DAMPING = _BITS.values()


class History(Sequence[EpochRecord]):
    """The records of all epochs, in order; `column("loss")` or `to_frame()` gives them by column.

    A record takes 65 bytes. With `limit` no more are kept: when it is reached every second one
    goes, from then on every second is kept, and so on; the last one is always there.

    Parameters
    ----------
    records : iterable of EpochRecord, default=()
    limit : int, default=None
        Most records that are kept, at least 2; None keeps all.

    Examples
    --------
    >>> history = History()
    >>> history.append(EpochRecord(1, 0.5, None, None, 0.001, 0.1, 0.02))
    >>> history.column("loss")
    [0.5]
    >>> history[-1].epoch
    1
    """

    def __init__(self, records: Iterable[EpochRecord] = (), limit: int | None = None) -> None:
        if limit is not None and limit < 2:
            raise ValueError(f"The 'limit' parameter of History must be >= 2. Got {limit!r}.")
        self._clear(limit)
        for record in records:
            self.append(record)

    def _clear(self, limit: int | None) -> None:
        self.limit = limit
        self._numbers, self._given = bytearray(), bytearray()
        # of all records that were appended every `stride`th is kept, and the last one as an extra
        self._appended, self._stride, self._extra = 0, 1, False
        self._last: EpochRecord | None = None  # the one that is asked for most

    def append(self, record: EpochRecord) -> None:
        """Add a record."""
        epoch, loss, val_loss, score, rate, norm, seconds, damping = record
        if self.limit is not None:
            self._make_room(self.limit)
        given = 0
        if val_loss is None:
            val_loss = 0.0
        else:
            given = _VAL_LOSS
        if score is None:
            score = 0.0
        else:
            given |= _SCORE
        if rate is None:
            rate = 0.0
        else:
            given |= _RATE
        if damping is None:
            damping = 0.0
        else:
            given |= _DAMPING
        self._numbers += _ROW.pack(epoch, loss, val_loss, score, rate, norm, seconds, damping)
        self._given.append(given)
        self._extra = self._appended % self._stride != 0
        self._appended += 1
        self._last = record

    @property
    def appended(self) -> int:
        """How many records were appended, kept or not."""
        return self._appended

    def cut(self, appended: int) -> None:
        """Forget all but the first `appended` records that were appended."""
        if appended < self._appended:
            self._keep(-(-appended // self._stride))
            self._appended, self._extra, self._last = appended, False, None

    def _keep(self, count: int) -> None:
        del self._numbers[count * _ROW.size :], self._given[count:]

    def _make_room(self, limit: int) -> None:
        """Drop what was kept only for being the last, and every second record when it is full."""
        if self._extra:
            self._keep(len(self._given) - 1)
        if len(self._given) >= limit:
            rows = range(0, len(self._given), 2)
            self._numbers = bytearray().join(
                self._numbers[row * _ROW.size : (row + 1) * _ROW.size] for row in rows
            )
            self._given = self._given[::2]
            self._stride *= 2

    @overload
    def __getitem__(self, index: int) -> EpochRecord: ...

    @overload
    def __getitem__(self, index: slice) -> list[EpochRecord]: ...

    def __getitem__(self, index: int | slice) -> EpochRecord | list[EpochRecord]:
        count = len(self._given)
        if isinstance(index, slice):
            return [self._record(place) for place in range(*index.indices(count))]
        place = index + count if index < 0 else index
        if not 0 <= place < count:
            raise IndexError(f"The history has {count} records. Got {index}.")
        return self._record(place)

    def _record(self, place: int) -> EpochRecord:
        if self._last is not None and place == len(self._given) - 1:
            return self._last
        given = self._given[place]
        epoch, loss, val_loss, score, rate, norm, seconds, damping = _ROW.unpack_from(
            self._numbers, place * _ROW.size
        )
        return EpochRecord(
            int(epoch),
            loss,
            val_loss if given & _VAL_LOSS else None,
            score if given & _SCORE else None,
            rate if given & _RATE else None,
            norm,
            seconds,
            damping if given & _DAMPING else None,
        )

    def __len__(self) -> int:
        return len(self._given)

    def __iter__(self) -> Iterator[EpochRecord]:
        return (self._record(place) for place in range(len(self._given)))

    def __getstate__(self) -> list[EpochRecord]:
        return list(self)

    def __setstate__(self, records: list[EpochRecord]) -> None:
        self._clear(None)
        for record in records:
            self.append(record)

    def copy(self) -> History:
        """Return a history of its own with these records."""
        new = History(limit=self.limit)
        new._numbers, new._given = self._numbers[:], self._given[:]
        new._appended, new._stride, new._extra = self._appended, self._stride, self._extra
        return new

    def column(self, name: str) -> list[Any]:
        """Return one field of all records."""
        if name not in _PLACES:
            raise KeyError(f"A record has no {name!r}; it has {', '.join(EpochRecord._fields)}.")
        with memoryview(self._numbers) as raw, raw.cast("d") as all_fields:
            numbers: list[Any] = all_fields[_PLACES[name] :: len(_PLACES)].tolist()
        if name == "epoch":
            return [int(number) for number in numbers]
        bit = _BITS.get(name)
        if bit is None:
            return numbers
        return [
            number if given & bit else None
            for number, given in zip(numbers, self._given, strict=True)
        ]

    def to_frame(self) -> Any:
        """Return a pandas DataFrame with a row per epoch (needs pandas)."""
        try:
            import pandas as pd
        except ImportError:
            raise ImportError("History.to_frame needs pandas: pip install pandas") from None
        return pd.DataFrame(list(self), columns=list(EpochRecord._fields))

    def __repr__(self) -> str:
        last = f", last {self[-1]}" if self._given else ""
        return f"History({len(self)} epochs{last})"

    def _repr_html_(self) -> str:
        # a page stands above a training; it is looked for when a notebook shows one
        shown = importlib.import_module("neurona.reports.page.shown")
        page: str = shown.history_shown(self)
        return page
