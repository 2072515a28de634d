"""check_gradient: the gradient that the kernels compute beside numerical derivatives.

The derivatives are those that `neurona.autodiff.check_gradient` takes of functions: central
differences with ever smaller steps, extrapolated to 0. They are taken of the loss going forward
alone, in float64, so that nothing of the way back checks itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from neurona.autodiff.check import numerical_derivative
from neurona.estimators.next_step import NextStep, next_step
from neurona.network import Vector
from neurona.tracing import passes
from neurona.training.plan import order_of


class CheckedWeight(NamedTuple):
    """One weight or bias: its place, both derivatives, how far the numerical one may be off, and
    their relative difference.
    """

    name: str
    value: float
    gradient: float
    difference: float
    uncertainty: float
    error: float

    def agrees(self, tolerance: float) -> bool:
        """Whether both are as near as the tolerance, and the numerical one's own error, ask."""
        size = max(abs(self.gradient), abs(self.difference))
        apart = abs(self.gradient - self.difference)
        # a nan does not agree
        return bool(apart <= tolerance * size + 10 * self.uncertainty)


@dataclass(frozen=True)
class GradientReport:
    """What `check_gradient` found, the worst weight first.

    Attributes
    ----------
    weights : tuple of CheckedWeight
        `error` is |gradient - difference|, relative to the larger of both, or to a ten-millionth of
        the largest gradient where both are smaller than that.
    parameters : int
        How many weights and biases the network has; `weights` are all of them, or a sample.
    tolerance : float
    note : str
        What the check left out.
    """

    weights: tuple[CheckedWeight, ...] = field(repr=False)
    parameters: int
    tolerance: float
    note: str = ""

    @property
    def worst(self) -> float:
        """The largest relative error."""
        return max((weight.error for weight in self.weights), default=0.0)

    @property
    def passed(self) -> bool:
        """Whether every weight agrees."""
        return all(weight.agrees(self.tolerance) for weight in self.weights)

    def table(self, weights: int = 8) -> str:
        """Return the result in a sentence, and the worst weights under it."""
        share = f"{len(self.weights):,} of {self.parameters:,} weights"
        verdict = "agrees with" if self.passed else "DIFFERS from"
        lines = [
            f"The gradient {verdict} numerical derivatives: largest relative error {self.worst:.1e}"
            f" (tolerance {self.tolerance:.0e}), {share} looked at.",
            *([self.note] if self.note else []),
            "",
            f"{'worst weights':<24}{'value':>12}{'gradient':>16}{'numerical':>16}{'error':>10}",
        ]
        lines += [
            f"{w.name[:23]:<24}{w.value:>12.5g}{w.gradient:>16.8g}{w.difference:>16.8g}"
            f"{w.error:>10.1e}"
            for w in self.weights[:weights]
        ]
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.table()


def check_gradient(
    model: Any,
    X: Any,
    y: Any,
    sample_weight: Any = None,
    *,
    classes: Any = None,
    most: int = 300,
    tolerance: float = 1e-6,
) -> GradientReport:
    """Compare the gradient that training uses with numerical derivatives of the loss, in float64.

    The loss is the mean over the rows with its L2 and L1 penalties, at the weights that the model
    has (or would draw). Dropout and clipping are left out: the one is noise, the other is not the
    slope of anything. At a kink (ReLU at 0, an absolute error of 0) there is no derivative, and the
    error says so.

    Parameters
    ----------
    model, X, y, sample_weight, classes : as in `neurona.trace`
    most : int, default=300
        Of a larger network so many weights are looked at, evenly spread over it.
    tolerance : float, default=1e-6
        The relative error up to which the report counts as passed; a numerical derivative that is
        itself less sure than that is believed no further.

    Returns
    -------
    report : GradientReport

    Examples
    --------
    >>> import neurona
    >>> model = neurona.MLPClassifier((3,), "logistic", random_state=0)
    >>> report = neurona.check_gradient(model, [[0.0, 1.0], [1.0, 1.0]], [0, 1], classes=[0, 1])
    >>> report.passed, report.worst < 1e-8
    (True, True)
    """
    step = next_step(model, X, y, sample_weight, classes, np.float64)
    rules = step.regularisation
    plain = replace(rules, clip_value=0.0, clip_norm=0.0, dropout=())
    step = replace(step, regularisation=plain)
    problem = step.problem(optimizer=False)
    try:
        kernels = problem.value_and_gradient(order_of(np.arange(len(step.inputs))))[1].copy()
    finally:
        problem.close()
    network = step.network
    gradient, point = network.parameters(kernels), network.parameters(step.weights)
    chosen = np.unique(np.linspace(0, point.size - 1, min(most, point.size)).round().astype(int))
    names = _names(step)

    def loss(parameters: Vector) -> float:
        return mean_loss(step, network.from_parameters(parameters))

    pairs = [numerical_derivative(loss, point, int(k)) for k in chosen]
    numerical, unsure = np.array(pairs, np.float64).reshape(-1, 2).T
    floor = 1e-7 * max(np.abs(gradient).max(initial=0.0), np.finfo(np.float64).tiny)
    size = np.maximum(np.maximum(np.abs(gradient[chosen]), np.abs(numerical)), floor)
    errors = np.abs(gradient[chosen] - numerical) / size
    checked = [
        CheckedWeight(names[k], float(point[k]), float(gradient[k]), *map(float, found))
        for k, *found in zip(chosen, numerical, unsure, errors, strict=True)
    ]
    # the worst first; a nan is worst
    checked.sort(key=lambda one: (one.agrees(tolerance), -one.error))
    return GradientReport(tuple(checked), point.size, tolerance, _left_out(rules))


def mean_loss(step: NextStep, weights: Vector) -> float:
    """Return the mean loss of the rows with its penalties, going forward only."""
    layers = passes.forward_pass(step, weights, None)
    member, on_sums = step.loss.member(step.network.activations[-1])
    outputs = layers[-1].sums if on_sums else layers[-1].values
    costs = passes.penalties(member, step.loss, outputs, step.targets)[0].sum(axis=1)
    matrices, _ = step.network.views(weights)
    rules = step.regularisation
    penalty = sum(
        0.5 * rules.l2 * (matrix**2).sum() + rules.l1 * np.abs(matrix).sum() for matrix in matrices
    )
    return float(passes.row_shares(step) @ costs + penalty * passes.mean_scale(step))


def _names(step: NextStep) -> list[str]:
    """Return the names of the network's parameters, in the order of `Network.parameters`."""
    sizes = step.network.sizes
    last = len(sizes) - 2
    weights = [
        f"layer {k + 1}, {i + 1} -> {j + 1}" if k < last else f"output, {i + 1} -> {j + 1}"
        for k in range(last + 1)
        for i in range(sizes[k])
        for j in range(sizes[k + 1])
    ]
    biases = [
        f"layer {k + 1}, bias {j + 1}" if k < last else f"output, bias {j + 1}"
        for k in range(last + 1)
        for j in range(sizes[k + 1])
    ]
    return weights + biases


def _left_out(rules: Any) -> str:
    parts = []
    if any(rules.dropout):
        parts.append("dropout")
    if rules.clip_value > 0 or rules.clip_norm > 0:
        parts.append("clipping")
    return f"Left out: {' and '.join(parts)}." if parts else ""
