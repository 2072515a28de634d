"""The parameters and attributes that Perceptron and Adaline share."""

from __future__ import annotations

from numbers import Integral
from typing import Any, Literal

import numpy as np
from sklearn.utils._param_validation import StrOptions

from neurona.estimators.constructors import parameter_group
from neurona.estimators.parameters import (
    COUNT,
    INNER_SHARE,
    NOT_NEGATIVE,
    PARAMETERS,
    Described,
    Names,
)


@parameter_group
class LayerParameters:
    """How a layer of threshold units learns, by whatever rule."""

    fit_intercept: bool = True
    max_iter: int = 1000
    tol: float | None = 1e-3
    shuffle: bool = True
    verbose: bool | int = 0
    n_jobs: int | None = None
    random_state: int | np.random.RandomState | None = 0
    early_stopping: bool = False
    validation_fraction: float = 0.1
    n_iter_no_change: int = 5
    class_weight: dict[Any, float] | Literal["balanced"] | None = None
    warm_start: bool = False


LAYER_PARAMETERS = {
    "fit_intercept": Described("bool", "Whether the units have a bias.", ["boolean"]),
    "max_iter": Described("int", "Most epochs.", [COUNT]),
    "tol": Described(
        "float or None",
        "An epoch whose mean loss is not less than the least before, less this, counts as no "
        "improvement; None goes on to max_iter.",
        [NOT_NEGATIVE, None],
    ),
    "shuffle": PARAMETERS["shuffle"],
    "verbose": Described("int", "Print a line per epoch when all is learned.", ["verbose"]),
    "n_jobs": Described(
        "int", "Units that learn at a time. Never changes a result.", [Integral, None]
    ),
    "random_state": Described(
        "int, RandomState instance or None",
        "Determines the order of the rows and the validation rows.",
        ["random_state"],
    ),
    "early_stopping": Described(
        "bool",
        "Watch the accuracy on a share of the rows put aside, in place of the loss.",
        ["boolean"],
    ),
    "validation_fraction": Described("float", "Share of the rows put aside.", [INNER_SHARE]),
    "n_iter_no_change": Described(
        "int", "Epochs without improvement before learning stops.", [COUNT]
    ),
    "class_weight": Described(
        'dict, "balanced" or None',
        "What the updates of a class's rows are multiplied by.",
        [StrOptions(Names(["balanced"])), dict, None],
    ),
    "warm_start": PARAMETERS["warm_start"],
}

LAYER_ATTRIBUTES = {
    "coef_, intercept_": Described(
        "ndarray of shape (n_units, n_features), (n_units,)",
        "Weights and biases; one unit for two classes.",
    ),
    "classes_": Described("ndarray of shape (n_classes,)", "The classes, sorted."),
    "stop_reason_": Described("str", "Why learning ended, in a sentence."),
    "n_iter_, t_": Described(
        "int, float", "Epochs of the unit that took longest; rows seen, and one."
    ),
    "n_features_in_, feature_names_in_": Described(
        "int, ndarray", "Number of inputs; their names if X had any."
    ),
}
