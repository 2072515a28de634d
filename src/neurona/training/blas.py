"""One BLAS thread for as long as a full-batch solver trains.

A sum that BLAS splits among threads depends on their number, and so would the result; and for
vectors and matrices this small the threads cost more than they gain.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from threadpoolctl import ThreadpoolController


class _Limit:
    """The limit is the process's own: the first fit of several at once sets it, the last lifts
    it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._limiter: Any = None

    @contextmanager
    def hold(self) -> Iterator[None]:
        with self._lock:
            if self._users == 0:
                self._limiter = _controller().limit(limits=1, user_api="blas")
            self._users += 1
        try:
            yield
        finally:
            with self._lock:
                self._users -= 1
                if self._users == 0:
                    self._limiter.restore_original_limits()


@functools.cache
def _controller() -> Any:
    # finds the libraries once: that takes milliseconds
    return ThreadpoolController()


one_blas_thread = _Limit().hold
