"""The neuron: weighted inputs, a threshold or a bias, an activation.

    threshold form    y = g(w_1 a_1 + ... + w_n a_n - theta)        fires when the sum exceeds theta
    bias form         y = g(w_0 1 + w_1 a_1 + ... + w_n a_n)        fires when the sum exceeds 0

They are the same neuron with w_0 = -theta. With the step as g this is the threshold logic unit;
sums are computed with the numbers as given, so integers and fractions stay exact.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, replace
from numbers import Real
from typing import Any

import numpy as np

from neurona.neuron.boolean import corners
from neurona.neuron.decision_line import DecisionLine
from neurona.neuron.drawing import unit_svg, unit_text
from neurona.neuron.truth_table import TruthTable
from neurona.numerics.activations import ACTIVATIONS
from neurona.numerics.evaluate import evaluate

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Unit(ABC):
    """What both forms share: `weights`, an activation by name or value, names of the inputs."""

    weights: tuple[Any, ...]
    _: KW_ONLY
    activation: Any = "step"
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        weights = tuple(plain_number("weight", weight) for weight in self.weights)
        if not weights:
            raise ValueError("A unit needs at least one weight. Got none.")
        names = tuple(self.names) or tuple(f"a{k}" for k in range(1, len(weights) + 1))
        if len(names) != len(weights):
            raise ValueError(
                f"A unit needs a name for each of its {len(weights)} inputs. Got {names!r}."
            )
        activation = ACTIVATIONS.find(self.activation)
        if activation.sums_to_one:
            raise ValueError(
                f"The activation {activation.name!r} is of a whole layer; one unit can have "
                "'logistic', which is the same for two classes."
            )
        object.__setattr__(self, "weights", weights)
        object.__setattr__(self, "names", names)
        object.__setattr__(self, "activation", activation)

    @property
    @abstractmethod
    def theta(self) -> Any:
        """The threshold that the sum of the weighted inputs must exceed."""

    @abstractmethod
    def sum(self, *inputs: Any) -> Any:
        """Return the sum that the unit forms of its inputs."""

    def excess(self, *inputs: Any) -> Any:
        """Return by how much the weighted inputs exceed the threshold: what the activation sees."""
        row = self._row(inputs)
        return sum(w * a for w, a in zip(self.weights, row, strict=True)) - self.theta

    def fires(self, *inputs: Any) -> bool:
        """Whether the sum exceeds the threshold."""
        return bool(self.excess(*inputs) > 0)

    def __call__(self, *inputs: Any) -> Any:
        """Return the output for one row of inputs: 0 or 1 with the step, else g(sum)."""
        if not self.activation.has_slope:
            return int(self.fires(*inputs))
        return float(evaluate(self.activation, float(self.excess(*inputs)))[0])

    def outputs(self, X: Any) -> Array:
        """Return the outputs for rows of inputs (n_samples, n_inputs), in float64."""
        rows = np.asarray(X, np.float64)
        if rows.ndim != 2 or rows.shape[1] != len(self.weights):
            raise ValueError(
                f"X must be rows of {len(self.weights)} inputs. Got the shape {rows.shape}."
            )
        sums = rows @ np.array(self.weights, np.float64) - float(self.theta)
        values: Array = evaluate(self.activation, sums)[0]
        return values

    def truth_table(self, levels: tuple[Any, Any] = (0, 1)) -> TruthTable:
        """Return what the unit says to every row of inputs of these two levels, with the sums."""
        if len(self.weights) > 10:
            raise ValueError(
                f"A truth table of {len(self.weights)} inputs has {2 ** len(self.weights)} rows; "
                "use `outputs` for the rows that you need."
            )
        rows = [tuple(levels[bit] for bit in row) for row in corners(len(self.weights))]
        return TruthTable.of(
            rows,
            [self(*row) for row in rows],
            self.names,
            [self.sum(*row) for row in rows],
        )

    def decision_line(self) -> DecisionLine:
        """Return the line on which the sum is the threshold, for a unit of two inputs."""
        if len(self.weights) != 2:
            raise ValueError(
                f"A decision line needs two inputs; this unit has {len(self.weights)}, and its "
                "border is the plane of the points whose weighted sum is theta."
            )
        first, second = self.names
        return DecisionLine(*self.weights, self.theta, (first, second))

    def text(self, *inputs: Any) -> str:
        """Return a drawing in text; with inputs, the sum and the output for them."""
        return unit_text(self, self._row(inputs) if inputs else None)

    def svg(self, *inputs: Any) -> str:
        """Return a drawing as SVG; with inputs, the sum and the output for them."""
        return unit_svg(self, self._row(inputs) if inputs else None)

    def _repr_svg_(self) -> str:
        return self.svg()

    def __str__(self) -> str:
        return self.text()

    def _row(self, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
        if len(inputs) == 1 and isinstance(inputs[0], Sequence | np.ndarray):
            inputs = tuple(inputs[0])
        if len(inputs) != len(self.weights):
            raise ValueError(f"The unit has {len(self.weights)} inputs. Got {len(inputs)}.")
        return tuple(plain_number("input", one) for one in inputs)


@dataclass(frozen=True)
class ThresholdUnit(Unit):
    """A neuron in threshold form: it fires when the sum of its weighted inputs exceeds theta.

    Parameters
    ----------
    weights : sequence of numbers
    threshold : number, default=0
        theta.
    activation : str or Activation, default="step"
        Any of `neurona.numerics.activations` but softmax; it is given the sum less theta.
    names : sequence of str, default=()
        Names of the inputs; a1, a2, ... without.

    Examples
    --------
    >>> from neurona.neuron import ThresholdUnit
    >>> unit = ThresholdUnit((1, 1), 1.5)
    >>> unit(1, 1), unit(1, 0)
    (1, 0)
    >>> print(unit.text(1, 0))
    a1 = 1 ──[ 1 ]──┐
                    ├── sum = 1 ── step(1 - 1.5) ──▶ 0
    a2 = 0 ──[ 1 ]──┘
    >>> print(unit.decision_line())
    a2 = -a1 + 1.5
    >>> unit.with_bias()
    BiasUnit(weights=(1, 1), activation=Step(), names=('a1', 'a2'), bias=-1.5)
    """

    weights: tuple[Any, ...]
    threshold: Any = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "threshold", plain_number("threshold", self.threshold))

    @property
    def theta(self) -> Any:
        """The threshold that the sum of the weighted inputs must exceed."""
        return self.threshold

    def sum(self, *inputs: Any) -> Any:
        """Return the sum of the weighted inputs."""
        return sum(w * a for w, a in zip(self.weights, self._row(inputs), strict=True))

    def with_bias(self) -> BiasUnit:
        """Return the same neuron with a bias input: w_0 = -theta."""
        return BiasUnit(self.weights, -self.threshold, activation=self.activation, names=self.names)

    def scaled(self, factor: Any) -> ThresholdUnit:
        """Return the unit with weights and threshold times a positive factor: the same border."""
        if not factor > 0:
            raise ValueError(f"The factor must be positive. Got {factor!r}.")
        weights = tuple(factor * weight for weight in self.weights)
        return replace(self, weights=weights, threshold=factor * self.threshold)


@dataclass(frozen=True)
class BiasUnit(Unit):
    """A neuron with a bias: the weight w_0 of an input that is always 1.

    Parameters
    ----------
    weights : sequence of numbers
        w_1, ..., w_n.
    bias : number, default=0
        w_0.
    activation : str or Activation, default="step"
        Any of `neurona.numerics.activations` but softmax; it is given the sum, bias included.
    names : sequence of str, default=()
        Names of the inputs; a1, a2, ... without.

    Examples
    --------
    >>> from neurona.neuron import BiasUnit
    >>> unit = BiasUnit((2.0, -1.0), 0.5, activation="logistic")
    >>> unit.sum(1, 1)
    1.5
    >>> round(unit(1, 1), 4)
    0.8176
    >>> unit.with_threshold().theta
    -0.5
    """

    weights: tuple[Any, ...]
    bias: Any = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "bias", plain_number("bias", self.bias))

    @property
    def theta(self) -> Any:
        """The threshold that the sum of the weighted inputs must exceed: -w_0."""
        return -self.bias

    def sum(self, *inputs: Any) -> Any:
        """Return the sum of the weighted inputs and the bias."""
        return self.excess(*inputs)

    def with_threshold(self) -> ThresholdUnit:
        """Return the same neuron in threshold form: theta = -w_0."""
        return ThresholdUnit(self.weights, -self.bias, activation=self.activation, names=self.names)


def plain_number(what: str, given: Any) -> Any:
    """Return a finite number as Python's own; bools become 0 and 1."""
    if isinstance(given, np.generic):
        given = given.item()
    if isinstance(given, bool):
        return int(given)
    if not isinstance(given, Real) or not math.isfinite(given):
        raise ValueError(f"A {what} must be a finite number. Got {given!r}.")
    return given
