"""The largest rate at which gradient descent comes down a bowl instead of climbing out of it.

Along an eigenvector of curvature L a step multiplies the distance: by 1 - rate L without momentum,
so it grows beyond rate = 2 / L. With momentum m two distances count; the roots of their
recurrence

    z^2 - (1 + m - rate L) z + m = 0                      (Polyak 1964)
    z^2 - (1 + m)(1 - rate L) z + m (1 - rate L) = 0      (Nesterov 1983)

leave the unit circle, through -1, at rate = 2 (1 + m) / L and 2 (1 + m) / ((1 + 2 m) L). The
steepest eigenvector sets the limit; the flattest one sets how long the way takes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.errors import IncompatibleError
from neurona.optimizers import SGD, StepOptimizer, find
from neurona.surfaces.base import Surface, find_surface
from neurona.training.measures.sharpness import stable_rate


def largest_stable_rate(
    surface: str | Surface, optimizer: str | StepOptimizer = "sgd", at: Any = None
) -> float:
    """Return the rate above which gradient descent leaves a minimum: exactly, for a quadratic.

    Parameters
    ----------
    surface : str or Surface
    optimizer : "sgd", "momentum", "nesterov" or an SGD value
    at : array-like of shape (size,), default=None
        The place whose curvature counts; None is the surface's first minimum, or its start where
        no minimum is known. It does not matter on a quadratic.

    Raises
    ------
    IncompatibleError
        For optimizers whose step is not proportional to the gradient, and where nothing curves
        upwards.

    Examples
    --------
    >>> largest_stable_rate("quadratic"), largest_stable_rate("quadratic", "momentum")
    (0.2, 0.38)
    """
    surface, optimizer = find_surface(surface), find(optimizer)
    if not isinstance(optimizer, SGD):
        raise IncompatibleError(
            "A largest stable rate is known for 'sgd', 'momentum' and 'nesterov', whose steps are "
            f"proportional to the gradient; {optimizer.name!r} scales its own."
        )
    if at is None:
        at = surface.minima[0] if len(surface.minima) else surface.start
    curvature = float(np.linalg.eigvalsh(surface.hessian(at))[-1]) + optimizer.weight_decay
    if not curvature > 0:
        raise IncompatibleError(
            f"Nothing curves upwards at {np.asarray(at).tolist()}, so no rate is too large there: "
            "give `at` a place near a minimum."
        )
    found = stable_rate(optimizer, curvature)
    assert found is not None
    return found
