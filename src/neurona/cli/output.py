"""Bytes to standard output, whose reader may leave at any time."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable


def write_out(blocks: Iterable[bytes]) -> bool:
    """Write blocks to stdout; False if its reader has gone (`| head`), which is no failure."""
    try:
        sys.stdout.flush()
        for block in blocks:
            sys.stdout.buffer.write(block)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # what is left in the buffer would be written at exit, and fail again
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
        return False
    return True
