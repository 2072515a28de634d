"""Rows as a user hands them over, and as a network learns them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from neurona.estimators import choices
from neurona.estimators.automatic import choose
from neurona.estimators.mlp.assignment import ChosenMethod
from neurona.estimators.mlp.subject import Subject
from neurona.estimators.weights import row_weights
from neurona.network import Vector, count_parameters
from neurona.numerics.activations import Activation
from neurona.numerics.losses import Loss
from neurona.training.rows import check_places

if TYPE_CHECKING:
    from neurona.estimators.mlp.base import BaseMLP

Params = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Given:
    """The rows that a user hands to `fit`, and those to validate on."""

    X: Any
    y: Any = None
    sample_weight: Any = None
    X_val: Any = None
    y_val: Any = None
    sample_weight_val: Any = None


@dataclass(frozen=True, eq=False)
class Examples:
    """Rows as a network learns them, and the loss by which it does.

    `targets` are rows x outputs, in the dtype of `inputs`; `weights` has a number per row.
    """

    inputs: Any
    targets: Vector
    weights: Vector | None
    loss: Loss
    output: Activation


def examples(
    params: Params, subject: Subject, given: Given, incremental: bool, first: bool
) -> tuple[Examples, ChosenMethod]:
    """Return the rows to train on as the network learns them, and what will train it."""
    X, targets = subject.encode(given.X, given.y, incremental, first)
    check_places(X)
    loss, output = subject.loss_and_output()
    loss.member(output)  # refuses a pair that cannot be trained
    solver, reason = _solver(params, subject, (X.shape, targets.shape), (loss, output), incremental)
    if choices.trains_in_double(solver):
        X, targets = X.astype(np.float64, copy=False), targets.astype(np.float64, copy=False)
    weights = given.sample_weight
    if weights is not None:
        weights = row_weights(weights, X, X.dtype)
    found = Examples(X, targets, subject.row_weights(given.y, weights), loss, output)
    return found, _method({**params, "solver": solver}, reason)


def more_examples(model: BaseMLP, X: Any, y: Any, sample_weight: Any = None) -> Examples:
    """Return rows as a fitted model's network learns them; the model learns nothing from them."""
    subject = model.subject()
    X, targets = subject.encode_more(X, y)
    if sample_weight is not None:
        sample_weight = row_weights(sample_weight, X, X.dtype)
    weights = subject.row_weights(y, sample_weight)
    return Examples(X, targets, weights, *subject.loss_and_output())


def _solver(
    params: Params,
    subject: Subject,
    shapes: tuple[tuple[int, ...], tuple[int, ...]],
    loss: tuple[Loss, Activation],
    incremental: bool,
) -> tuple[Any, str]:
    """Return what the parameter `solver` asks for, or what suits the task if it was left to us."""
    solver = params["solver"]
    if not isinstance(solver, str) or solver != "auto":
        return solver, "as asked for"
    hidden = subject.hidden_shapes()
    if incremental or any(choices.dropout_rates(params["dropout"], len(hidden[0]))):
        return "adam", "a step at a time"
    if subject.noise():
        return "adam", "a step at a time"
    (rows, inputs), (_, outputs) = shapes
    parameters = [count_parameters((inputs, *sizes, outputs)) for sizes in hidden]
    choice = choose(rows, outputs, max(parameters), *loss)
    return choice.solver, choice.because(parameters, rows)


def _method(params: Params, reason: str) -> ChosenMethod:
    given = params["solver"]
    solver = choices.solver_of(given)
    if solver is None:
        return ChosenMethod(given, reason, optimizer=choices.step_optimizer(params))
    limits = choices.tolerances(given, params["tol"])
    return ChosenMethod(given, reason, solver, None, limits, params["max_fun"])


def check_targets(loss: Loss, targets: Vector) -> None:
    """ValueError if a loss cannot be computed for these targets."""
    if targets.min(initial=0.0) < loss.target_low or targets.max(initial=0.0) > loss.target_high:
        raise ValueError(
            f"The loss {loss.name!r} needs targets in [{loss.target_low:g}, "
            f"{loss.target_high:g}]. "
            f"Got y between {targets.min():g} and {targets.max():g}."
        )
    if loss.target_sums_to_one and not np.allclose(targets.sum(axis=1), 1, atol=1e-3):
        raise ValueError(
            f"The loss {loss.name!r} needs targets that sum to 1 in every row: give y one "
            "column per class."
        )
