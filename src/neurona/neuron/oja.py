"""Oja's rule: Hebb's rule that keeps its length, and so finds the first principal component.

    y = w x,    w += rate y (x - y w)

The term y x is Hebb's and makes the weights grow without end; the other pulls them back to length
1. E. Oja, A simplified neuron model as a principal component analyzer, J. Math. Biology 15 (1982).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
LONGEST = 1e100
"""Hebb's rule alone is stopped at this length."""


@dataclass(frozen=True)
class OjaResult:
    """Where the weights came to.

    `lengths` has their length after every epoch; `variance` is that of the rows along the weights'
    direction, as a share of all.
    """

    weights: Array
    lengths: Array
    variance: float


def oja(
    X: Any,
    *,
    rate: float | None = None,
    epochs: int = 100,
    seed: int = 0,
    normalised: bool = True,
) -> OjaResult:
    """Let one linear unit learn from rows by Oja's rule, or by Hebb's alone.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        The mean is taken away first.
    rate : float, default=None
        Rate of the first epoch; it falls as 1 / epoch. None is 1 / the largest |x|^2.
    epochs : int, default=100
    seed : int, default=0
        Of the first weights and of the order of the rows.
    normalised : bool, default=True
        False leaves Oja's term out; then the length grows in every epoch, up to 1e100.

    Returns
    -------
    result : OjaResult

    Examples
    --------
    >>> import numpy as np
    >>> from neurona.neuron import oja
    >>> X = np.random.default_rng(0).normal(size=(200, 3)) * [3, 1, 0.5]
    >>> result = oja(X)
    >>> bool(abs(result.weights[0]) > 0.99), bool(abs(result.lengths[-1] - 1) < 0.01)
    (True, True)
    >>> bool(oja(X, normalised=False).lengths[-1] > 1e6)
    True
    """
    rows = np.asarray(X, np.float64)
    if rows.ndim != 2 or not rows.size or not np.isfinite(rows).all():
        raise ValueError(f"X must be rows of finite numbers. Got the shape {rows.shape}.")
    if not isinstance(epochs, int) or epochs < 1 or (rate is not None and not rate > 0):
        raise ValueError(
            f"epochs must be an integer above 0, and rate above 0. Got epochs={epochs!r} and "
            f"rate={rate!r}."
        )
    rows = rows - rows.mean(axis=0)
    squares = (rows**2).sum(axis=1)
    if not squares.any():
        raise ValueError("All rows of X are the same, so there is no principal component.")
    first = 1.0 / float(squares.max()) if rate is None else rate
    random = np.random.default_rng(seed)
    w = random.normal(size=rows.shape[1])
    w /= np.linalg.norm(w)
    lengths = []
    for epoch in range(epochs):
        step = first / (1 + epoch)
        for x in rows[random.permutation(len(rows))]:
            y = w @ x
            w = w + step * y * (x - y * w if normalised else x)
        lengths.append(float(np.linalg.norm(w)))
        if not lengths[-1] < LONGEST:
            if normalised:
                raise ValueError(
                    f"The weights grew beyond all bounds: rate={first:g} is too large; use a rate "
                    f"below {1 / float(squares.max()):.3g}."
                )
            break
    direction = w / lengths[-1]
    variance = float(((rows @ direction) ** 2).sum() / squares.sum())
    return OjaResult(w, np.array(lengths), variance)
