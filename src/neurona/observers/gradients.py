"""The gradient at the weights that a training has now, over some of its rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from neurona.network import Vector
from neurona.training.loop import Training
from neurona.training.problem import Regularisation

MOST_ROWS = 1024


def gradient_of(training: Training) -> Vector | None:
    """Return the flat gradient of the loss with its penalties, without dropout or noise; None if it
    is not finite.

    Over the first rows of the training's order, which a shuffle has mixed. The training itself is
    not touched.
    """
    rows = np.sort(training.order[:MOST_ROWS])
    given = training.problem.regularisation
    problem = replace(
        training.problem,
        optimizer=None,
        batch=len(rows),
        regularisation=Regularisation(l2=given.l2, l1=given.l1),
        n_threads=1,
        second_order=False,
    )
    try:
        problem.set_weights(training.weights)
        _, gradient = problem.value_and_gradient(rows)
        return gradient.copy() if np.isfinite(gradient).all() else None
    finally:
        problem.close()
