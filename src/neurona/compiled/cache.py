"""A disk cache for compiled code that is keyed by the text of every numerical source.

Numba's own cache watches one file: the one that holds the kernel. A kernel that calls another
file's function would run stale code after that file changed. Here the folder is named by a hash
over all numerical sources, the versions of Python, Numba and NumPy and the compile options, so
whatever changes, changes the folder. Functions from outside the package add the text of their own
file.

A cache that cannot be read or written (no home, a full disk, a damaged file) is a slow start, never
an error.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import pathlib
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numba
import numpy as np
import platformdirs
from numba.core import caching

from neurona.compiled.turn import Turn

PACKAGE = pathlib.Path(__file__).resolve().parent.parent
NUMERICAL = ("compiled", "numerics", "engine", "optimizers")
"""Folders whose every file may be compiled."""
LAYOUTS = ("network.py", "training/engine.py", "training/rows.py")
"""Files besides them whose constants and tuples kernels read."""


@functools.cache
def key() -> str:
    """Return the hash that names this version's cache folder."""
    digest = hashlib.sha256()
    for part in (sys.version, numba.__version__, np.__version__):
        digest.update(part.encode())
    files = [path for folder in NUMERICAL for path in (PACKAGE / folder).rglob("*.py")]
    for path in sorted([*files, *(PACKAGE / name for name in LAYOUTS)]):
        digest.update(path.relative_to(PACKAGE).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:20]


@functools.cache
def folder() -> pathlib.Path:
    """Return the cache folder: `NEURONA_CACHE_DIR`, or the user's cache folder of the system."""
    root = os.environ.get("NEURONA_CACHE_DIR") or platformdirs.user_cache_dir("neurona", False)
    return pathlib.Path(root) / key()


def source_file(function: Any) -> pathlib.Path:
    """Return the file that says what a function does: for a member built around a formula, the
    formula's.
    """
    return pathlib.Path(getattr(function, "formula", function).__code__.co_filename)


class _Locator(caching._CacheLocator):
    """Says where a function's compiled code lies and when it is stale."""

    def __init__(self, function: Any) -> None:
        self._function = function

    def get_cache_path(self) -> str:
        return str(folder())

    def get_source_stamp(self) -> str:
        path = source_file(self._function)
        if PACKAGE in path.parents:
            return "neurona"
        return hashlib.sha256(path.read_bytes()).hexdigest()

    def get_disambiguator(self) -> str:
        path = str(source_file(self._function))
        return hashlib.sha256(path.encode()).hexdigest()[:8]

    @classmethod
    def from_function(cls, function: Any, path: str) -> _Locator | None:
        # no file behind it (a prompt, a notebook): nothing to watch, so nothing to cache
        return cls(function) if source_file(function).is_file() else None


class _Impl(caching.CompileResultCacheImpl):
    _locator_classes = (_Locator,)


class _Files(caching.IndexDataCacheFile):  # type: ignore[misc]
    """Keeps the code of each signature in a file that is named by it.

    Numba numbers them by the index at hand: of two processes that compile at once each may take the
    same number, and what one reads is then the other's code.
    """

    def __init__(self, path: str, base: str, stamp: str) -> None:
        super().__init__(cache_path=path, filename_base=base, source_stamp=stamp)
        self._base = base

    def save(self, key: Any, data: Any) -> None:
        """Store code first, and then its name."""
        name = f"{self._base}.{hashlib.sha256(repr(key).encode()).hexdigest()[:16]}.nbc"
        self._save_data(name, data)
        self._save_index({**self._load_index(), key: name})


class KernelCache(caching.FunctionCache):
    """Numba's function cache with our folder, our key, and no exception from a bad disk."""

    _impl_class = _Impl
    on_miss: Callable[[], None] | None = None

    def __init__(self, function: Any) -> None:
        super().__init__(function)
        impl = self._impl
        self._cache_file = _Files(
            self._cache_path, impl.filename_base, impl.locator.get_source_stamp()
        )
        self._turn = Turn(pathlib.Path(self._cache_path) / f"{impl.filename_base}.lock")

    def _index_key(self, signature: Any, codegen: Any) -> Any:
        # the folder's key covers all code that can be reached, closures too, so the bytecode need
        # not be hashed
        return signature, codegen.magic_tuple(), self._py_func.__qualname__

    def load_overload(self, signature: Any, context: Any) -> Any:
        """Return the stored code, or None; what another process compiles just now is waited for."""
        found = self._load(signature, context)
        if found is None:
            self._turn.take()
            found = self._load(signature, context)
        if found is None and self.on_miss:
            self.on_miss()
        return found

    def _load(self, signature: Any, context: Any) -> Any:
        try:
            # not Numba's own `load_overload`, which has all its types made ready first: compiling
            # asks for that itself, and what is stored needs none of it
            return self._load_overload(signature, context)
        except Exception:  # a damaged file may raise anything while it is unpickled
            with contextlib.suppress(OSError):
                self.flush()
            return None

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Compile in the block, or load: what is missing is compiled by one process at a time."""
        try:
            yield
        finally:
            self._turn.give()

    def save_overload(self, signature: Any, data: Any) -> None:
        """Store code, if that is possible."""
        try:
            super().save_overload(signature, data)
        except OSError:
            self.disable()


class _Nowhere(caching.NullCache):  # type: ignore[misc]
    """Keeps nothing: everything is compiled."""

    def __init__(self, on_miss: Callable[[], None] | None) -> None:
        self._on_miss = on_miss

    def load_overload(self, signature: Any, context: Any) -> None:
        """There is no stored code."""
        if self._on_miss:
            self._on_miss()

    def turn(self) -> contextlib.nullcontext[None]:
        """Compile in the block."""
        return contextlib.nullcontext()


def cache_for(function: Any, on_miss: Callable[[], None] | None = None) -> Any:
    """Return the cache for a function, or one that keeps nothing when there is no place for it.

    `on_miss` is called before something is compiled.
    """
    try:
        cache = KernelCache(function)
        cache.on_miss = on_miss
        return cache
    except (RuntimeError, OSError):
        return _Nowhere(on_miss)
