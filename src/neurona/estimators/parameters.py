"""What scikit-learn's validation is told of every parameter of the estimators."""

from __future__ import annotations

import difflib
from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn.utils._param_validation import Interval, Options, StrOptions

from neurona.numerics.activations import ACTIVATIONS, Activation
from neurona.numerics.initializers import INITIALIZERS
from neurona.numerics.schedules import SCHEDULES, Schedule
from neurona.optimizers import OPTIMIZERS, StepOptimizer
from neurona.optimizers.solver import SOLVERS, Solver
from neurona.training.callbacks import Callback

CONSTRAINTS: dict[str, Any] = {
    "hidden_layer_sizes": ["array-like", Interval(Integral, 1, None, closed="left")],
    "activation": [StrOptions(set(ACTIVATIONS)), Activation, list, tuple],
    "solver": [StrOptions({"auto", *SOLVERS, *OPTIMIZERS}), StepOptimizer, Solver],
    "alpha": [Interval(Real, 0, None, closed="left")],
    "batch_size": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
    "learning_rate": [StrOptions({"constant", "invscaling", "adaptive"})],
    "learning_rate_init": [Interval(Real, 0, None, closed="neither")],
    "power_t": [Interval(Real, 0, None, closed="left")],
    "max_iter": [Interval(Integral, 1, None, closed="left")],
    "shuffle": ["boolean"],
    "random_state": ["random_state"],
    "tol": [Interval(Real, 0, None, closed="left")],
    "verbose": ["verbose"],
    "warm_start": ["boolean"],
    "momentum": [Interval(Real, 0, 1, closed="both")],
    "nesterovs_momentum": ["boolean"],
    "early_stopping": ["boolean"],
    "validation_fraction": [Interval(Real, 0, 1, closed="left")],
    "beta_1": [Interval(Real, 0, 1, closed="left")],
    "beta_2": [Interval(Real, 0, 1, closed="left")],
    "epsilon": [Interval(Real, 0, None, closed="neither")],
    "n_iter_no_change": [Interval(Integral, 1, None, closed="left"), Options(Real, {np.inf})],
    "max_fun": [Interval(Integral, 1, None, closed="left")],
    "output_activation": [StrOptions(set(ACTIVATIONS)), Activation, None],
    "alpha_l1": [Interval(Real, 0, None, closed="left")],
    "dropout": [Interval(Real, 0, 1, closed="left"), list, tuple],
    "clip_norm": [Interval(Real, 0, None, closed="neither"), None],
    "clip_value": [Interval(Real, 0, None, closed="neither"), None],
    "schedule": [StrOptions(set(SCHEDULES)), Schedule, None],
    "initializer": [StrOptions(set(INITIALIZERS)), callable],
    "monitor": [StrOptions({"auto", "loss", "val_loss", "score"})],
    "restore_best": [StrOptions({"auto"}), "boolean"],
    "callbacks": [Callback, list, tuple, callable, None],
    "n_starts": [Interval(Integral, 1, None, closed="left")],
    "combine": [StrOptions({"best", "average"})],
    "n_threads": [Interval(Integral, 1, None, closed="left"), None],
}


def check_parameters(estimator: Any) -> None:
    """Raise scikit-learn's InvalidParameterError, a ValueError, for a parameter that cannot be."""
    estimator._validate_params()


def did_you_mean(estimator: Any) -> str:
    """Return a question with the name nearest to the first word that is unknown, or nothing."""
    for name, constraints in estimator._parameter_constraints.items():
        value = getattr(estimator, name)
        known = [c.options for c in constraints if isinstance(c, StrOptions)]
        if known and isinstance(value, str) and value not in known[0]:
            near = difflib.get_close_matches(value, sorted(known[0]), 1)
            return f" Did you mean {near[0]!r}?" if near else ""
    return ""
