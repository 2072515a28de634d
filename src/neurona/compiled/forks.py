"""What a process that was forked must put in order before it goes on.

Of the threads of a process the child has only the one that forked. A lock that another thread held
stays locked there for ever; so the locks of short pieces of work, and of compiling, are waited for
before the fork, and let go on both sides.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from numba.core.compiler_lock import global_compiler_lock


def at_fork(
    before: Callable[[], object] | None = None,
    in_parent: Callable[[], object] | None = None,
    in_child: Callable[[], object] | None = None,
) -> None:
    """Have functions called around every fork of this process; nothing where there are no forks."""
    given = {"before": before, "after_in_parent": in_parent, "after_in_child": in_child}
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(**{name: do for name, do in given.items() if do is not None})


at_fork(global_compiler_lock.acquire, global_compiler_lock.release, global_compiler_lock.release)
