"""Where an estimator's lots come from."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils import check_random_state


def generator(random_state: Any) -> np.random.RandomState:
    """Return the generator that the parameter `random_state` stands for.

    None takes fresh entropy: scikit-learn's None is NumPy's global generator, which we leave alone.
    """
    if random_state is None:
        return np.random.RandomState()
    random: np.random.RandomState = check_random_state(random_state)
    return random
