"""Ctrl-C in tests: what a background shell starts ignores SIGINT, and so would all it starts."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


def hear() -> None:
    """For `preexec_fn`: a child that hears Ctrl-C and SIGTERM, whoever started the tests."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


@contextmanager
def heard() -> Iterator[None]:
    """Let SIGINT raise KeyboardInterrupt in this process, as it does at a prompt."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
