"""The catalog: every dataset registers itself under a name; `load` makes one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from numbers import Integral, Real

import numpy as np

from neurona.datasets.dataset import Dataset
from neurona.errors import UnknownNameError
from neurona.nearest import unknown
from neurona.spelling import parameter

Generator = Callable[[int, float, np.random.Generator], Dataset]
Table = Callable[[], Dataset]


@dataclass(frozen=True)
class Generated:
    """A set made from a seed: `make(rows, noise, random)`, its usual size and noise."""

    make: Generator
    rows: int
    noise: float
    least_rows: int


@dataclass(frozen=True)
class Fixed:
    """A set that is what it is."""

    make: Table


CATALOG: dict[str, Generated | Fixed] = {}


def generated(
    name: str, rows: int, noise: float, least_rows: int = 1
) -> Callable[[Generator], Generator]:
    """Decorator: register a generator with its default size and noise."""

    def add(make: Generator) -> Generator:
        CATALOG[name] = Generated(make, rows, noise, least_rows)
        return make

    return add


def names() -> tuple[str, ...]:
    """Return the names of all datasets, in alphabetical order.

    >>> "iris" in names()
    True
    """
    return tuple(sorted(CATALOG))


def load(
    name: str, *, rows: int | None = None, seed: int = 0, noise: float | None = None
) -> Dataset:
    """Return a dataset by name.

    Parameters
    ----------
    name : str
        One of `names()`.
    rows : int, default=None
        Rows to generate; None is the set's usual size. Bundled tables have their own.
    seed : int, default=0
        The same seed gives the same bits. NumPy's global generator is left alone; bundled tables
        do not depend on it.
    noise : float, default=None
        Strength of the noise, in the unit that the set's description says; None is its usual one.

    Raises
    ------
    UnknownNameError
        No dataset has this name; the message has the nearest.
    ValueError
        `rows`, `seed` or `noise` is out of range, or the table is not generated.

    Examples
    --------
    >>> from neurona import datasets
    >>> datasets.load("iris").X.shape
    (150, 4)
    """
    if name not in CATALOG:
        raise UnknownNameError(unknown("dataset", name, names(), alike=0.4))
    entry = CATALOG[name]
    if isinstance(entry, Fixed):
        for word, given in (("rows", rows), ("noise", noise)):
            if given is not None:
                raise ValueError(
                    f"The dataset {name!r} is a fixed table, not generated: it takes no "
                    f"{parameter(word)}."
                )
        return entry.make()
    rows = _integer("rows", entry.rows if rows is None else rows, entry.least_rows)
    seed = _integer("seed", seed, 0)
    noise = entry.noise if noise is None else noise
    if not isinstance(noise, Real) or isinstance(noise, bool) or not 0 <= noise < np.inf:
        raise ValueError(
            f"The 'noise' parameter of load must be a float in the range [0, inf). Got {noise!r} "
            "instead."
        )
    return entry.make(rows, float(noise), np.random.default_rng(seed))


def _integer(word: str, given: object, least: int) -> int:
    if not isinstance(given, Integral) or isinstance(given, bool) or given < least:
        raise ValueError(
            f"The {word!r} parameter of load must be an int in the range [{least}, inf). Got "
            f"{given!r} instead."
        )
    return int(given)
