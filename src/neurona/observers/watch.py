"""Watch: the loss of rows that a training is not to learn from, nor to stop by, epoch by epoch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from neurona.network import Vector
from neurona.training.callbacks import Callback
from neurona.training.history import EpochRecord
from neurona.training.loop import Training
from neurona.training.rows import Table, make_table

Encode = Callable[[Any, Any], tuple[Any, Vector]]
"""Takes rows and targets as `fit` does, and returns both as the network learns them."""


class Watch(Callback):
    """Keeps the loss of other rows after every epoch, such as those of a test.

    Nothing is decided by them: training, and when it stops, is as it would be without. The loss is
    that of the history (`val_loss`), without penalties; `plots.HistoryDisplay` draws it beside the
    others. It follows one training, not several starts.

    Parameters
    ----------
    X, y : as in the model's `fit`
        Of a table model y may be left out where `fit` is given names of columns that X has.
    name : str, default="test"
        What the curve is called.
    every : int, default=1
        Only every so many epochs.

    Attributes
    ----------
    epochs, losses : list
        One entry each time it looked.

    Examples
    --------
    >>> import neurona
    >>> X, y = [[0.0], [1.0], [2.0], [3.0]], [0.0, 1.0, 4.0, 9.0]
    >>> watch = neurona.Watch([[1.5]], [2.25])
    >>> model = neurona.MLPRegressor(solver="lbfgs", random_state=0, callbacks=watch).fit(X, y)
    >>> len(watch.losses) == len(model.history_), watch.losses[0] > watch.losses[-1]
    (True, True)
    """

    needs_one_start: ClassVar[bool] = True

    def __init__(self, X: Any, y: Any = None, name: str = "test", every: int = 1) -> None:
        if not isinstance(every, int) or every < 1:
            raise ValueError(f"The 'every' parameter of Watch must be 1 or more. Got {every!r}.")
        self.X, self.y, self.name, self.every = X, y, name, every
        self.epochs: list[int] = []
        self.losses: list[float] = []
        self._readers: list[Encode] = []
        self._table: Table | None = None

    def read_by(self, encode: Encode, first: bool) -> None:
        """Take what reads rows for the training that comes: a table model's, if there is one, reads
        them `first`, its network what that came to.
        """
        self._readers = [encode] if first else [*self._readers[:1], encode]

    def on_start(self, training: Training) -> None:
        """Read the rows, as the network sees them."""
        if not self._readers:
            raise ValueError("Watch reads its rows by a model: pass it as the model's callbacks.")
        inputs, targets = self.X, self.y
        for read in self._readers:
            inputs, targets = read(inputs, targets)
        self._readers = []
        self._table = make_table(inputs, targets, None, training.network.dtype)
        kept = [k for k, epoch in enumerate(self.epochs) if epoch <= training.epochs_done]
        self.epochs, self.losses = [self.epochs[k] for k in kept], [self.losses[k] for k in kept]

    def on_epoch(self, training: Training, record: EpochRecord) -> str | None:
        """Keep the loss."""
        if record.epoch % self.every == 0 and self._table is not None:
            _, loss = training.problem.evaluate(self._table, len(self._table.targets))
            self.epochs.append(record.epoch)
            self.losses.append(float(loss))
        return None

    def on_end(self, training: Training, reason: str) -> None:
        """Let the rows go."""
        self._table = None

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_readers": [], "_table": None}


def read_all(callbacks: list[Callback], encode: Encode, first: bool = False) -> None:
    """Hand what reads rows to the callbacks that watch some; a table model's comes `first`."""
    for one in callbacks:
        if isinstance(one, Watch):
            one.read_by(encode, first)
