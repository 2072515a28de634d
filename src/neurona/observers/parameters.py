"""The parameters of a training as trackers take them: flat, plain, by name."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from neurona import __version__, value_text
from neurona.training.loop import Training

Plain = str | bool | int | float
"""What a parameter may be."""


def parameters_of(training: Training) -> dict[str, Plain]:
    """Return what decides on a training: network, method, plan and rows, as plain values by name.

    What is not said of this training is left out. Values with options are texts, such as
    "adam(beta1=0.8)".

    Examples
    --------
    >>> from neurona import MLPRegressor, begin
    >>> model = MLPRegressor(hidden_layer_sizes=(4,), solver="lbfgs", random_state=3)
    >>> found = parameters_of(begin(model, [[0.0], [1.0], [2.0]], [0.0, 1.0, 4.0]))
    >>> found["layers"], found["activations"], found["solver"], found["rows"], found["seed"]
    ('1-4-1', 'relu, identity', 'lbfgs', 3, 3)
    """
    network, problem, plan = training.network, training.problem, training.plan
    solving, validation, penalties = training.solving, training.validation, problem.regularisation
    steps = solving is None
    found: dict[str, Any] = {
        "layers": "-".join(map(str, network.sizes)),
        "activations": _in_short([as_text(one) for one in network.activations]),
        "parameters": network.n_parameters,
        "tied": True if network.tied else None,
        "dtype": str(network.dtype),
        "loss": as_text(problem.loss),
        "solver": as_text(problem.optimizer if solving is None else solving.solver),
        "learning_rate": float(training.learning_rate) if steps else None,
        "schedule": as_text(plan.schedule) if steps else None,
        "batch": int(problem.batch),
        "epochs": int(plan.max_epochs),
        "monitor": training.rule.monitor,
        "patience": _number(training.rule.patience) if plan.stop_when_flat else None,
        "tol": float(training.rule.tol) if plan.stop_when_flat else None,
        "alpha": float(penalties.l2),
        "alpha_l1": float(penalties.l1) or None,
        "dropout": ", ".join(map(str, penalties.dropout)) if any(penalties.dropout) else None,
        "clip_norm": float(penalties.clip_norm) or None,
        "clip_value": float(penalties.clip_value) or None,
        "noise": None if penalties.noise is None else as_text(penalties.noise),
        "rows": int(training.rows),
        "validation_rows": 0 if validation is None else int(validation.rows),
        "starts": int(training.starts),
        "engine": str(problem.engine.name),
        "neurona": __version__,
        **training.about,
    }
    return {name: value for name, value in found.items() if value is not None}


def as_text(value: Any) -> str:
    """Return a value with its options as text; its name alone if text cannot say them."""
    try:
        return value_text.write(value).removesuffix("()")
    except ValueError:
        return str(getattr(value, "name", type(value).__name__))


def _in_short(names: list[str]) -> str:
    """Return names with runs of the same counted: "3 x relu, softmax"."""
    runs = [(len(list(run)), name) for name, run in groupby(names)]
    return ", ".join(name if count == 1 else f"{count} x {name}" for count, name in runs)


def _number(value: float) -> float | int:
    return int(value) if float(value).is_integer() else float(value)
