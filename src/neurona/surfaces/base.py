"""What a surface is: an immutable function of a few numbers, with its slopes and a good view."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from neurona.registry import Registry
from neurona.values import Value

SURFACES = Registry("surface")

Array = np.ndarray[Any, np.dtype[Any]]


class Window(NamedTuple):
    """The piece of the first two coordinates that is worth looking at."""

    x: tuple[float, float]
    y: tuple[float, float]


UNIT_WINDOW = Window((-1.0, 1.0), (-1.0, 1.0))


class Grid(NamedTuple):
    """Values over a window: `x` (columns,), `y` (rows,), `values` (rows, columns)."""

    x: Array
    y: Array
    values: Array


@dataclass(frozen=True)
class Surface(Value):
    """A function to be minimised.

    Points are arrays whose last axis holds the coordinates, so a whole grid is evaluated at once.
    `value` of the surfaces written as formulas takes complex points too (for derivatives by a
    complex step).
    """

    @property
    @abstractmethod
    def start(self) -> Array:
        """A point from which the way down is worth watching."""

    @property
    @abstractmethod
    def window(self) -> Window:
        """A good view, with `start` and the minima in it."""

    @property
    @abstractmethod
    def minima(self) -> Array:
        """The points where the surface is lowest, (number, size); no rows if they are not known."""

    @abstractmethod
    def value(self, points: Any) -> Array:
        """Return the height at points (..., size), of shape (...)."""

    @abstractmethod
    def gradient(self, points: Any) -> Array:
        """Return the gradients at points (..., size), of the same shape."""

    @abstractmethod
    def hessian(self, point: Any) -> Array:
        """Return the matrix of second derivatives (size, size) at one point."""

    @property
    def size(self) -> int:
        """The number of coordinates."""
        return len(self.start)

    def grid(self, points: int = 101, window: Window | None = None) -> Grid:
        """Return the values over a window, `points` along each side, the other coordinates those of
        `start`.
        """
        if self.size < 2:
            raise ValueError(f"A grid needs two coordinates. This surface has {self.size}.")
        across, up = window or self.window
        x, y = np.linspace(*across, points), np.linspace(*up, points)
        places = np.broadcast_to(self.start, (points, points, self.size)).copy()
        places[..., 0], places[..., 1] = x, y[:, None]
        return Grid(x, y, self.value(places))


@dataclass(frozen=True)
class SumOfSquares(Surface):
    """Half the sum of the squares of residuals: what Gauss-Newton and Levenberg-Marquardt need."""

    @abstractmethod
    def residuals(self, point: Any) -> Array:
        """Return the residuals (number,) at one point."""

    @abstractmethod
    def jacobian(self, point: Any) -> Array:
        """Return their derivatives (number, size) at one point."""


def find_surface(surface: str | Surface) -> Surface:
    """Return the surface that a name stands for; values pass through.

    >>> find_surface("rosenbrock").minima
    array([[1., 1.]])
    """
    if isinstance(surface, Surface):
        return surface
    found: Surface = SURFACES.find(surface)
    return found


def as_points(points: Any, size: int) -> Array:
    """Return points as an array of float64 (or complex), or say what shape they must have."""
    found = np.asarray(points)
    if found.dtype.kind not in "fc":
        found = found.astype(np.float64)
    if found.ndim == 0 or found.shape[-1] != size:
        raise ValueError(
            f"This surface needs points of {size} numbers, as the last axis. Got shape "
            f"{found.shape}."
        )
    return found
