"""One BLAS thread wherever BLAS computes something that a model says: in trainings of full-batch
solvers, for first weights, posteriors and error bars, and the sums of linear units.

A sum that BLAS splits among threads depends on their number, and so would the result; and for
vectors and matrices this small the threads cost more than they gain.
"""

from __future__ import annotations

import functools
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from threadpoolctl import ThreadpoolController

from neurona.compiled.forks import at_fork


class _Limit:
    """The limit is the process's own: the first fit of several at once sets it, the last lifts
    it.

    A forked process keeps it for the thread that forked, if that had it. If only others had, whose
    threads are not there any more, it stays set until the next fit has ended.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users: Counter[int] = Counter()
        self._limiter: Any = None
        at_fork(self._lock.acquire, self._lock.release, self._in_child)

    @contextmanager
    def hold(self) -> Iterator[None]:
        user = threading.get_ident()
        with self._lock:
            if self._limiter is None:
                self._limiter = _controller().limit(limits=1, user_api="blas")
            self._users[user] += 1
        try:
            yield
        finally:
            with self._lock:
                self._users[user] -= 1
                if not self._users.total():
                    self._users.clear()
                    self._limiter.restore_original_limits()
                    self._limiter = None

    def _in_child(self) -> None:
        own = threading.get_ident()
        self._users = Counter({own: self._users[own]})
        self._lock.release()


@functools.cache
def _controller() -> Any:
    # finds the libraries once: that takes milliseconds
    return ThreadpoolController()


one_blas_thread = _Limit().hold
