"""Any Boolean function of up to four inputs by threshold units, with the proof of what it takes."""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass, replace
from typing import Any

from neurona.neuron.boolean import BooleanFunction, boolean_function
from neurona.neuron.hidden_units import smallest_network
from neurona.neuron.network import TwoLayerNetwork
from neurona.neuron.separability import Inseparable, Separable, separability
from neurona.neuron.separable_functions import MOST_INPUTS, separable_functions
from neurona.neuron.units import ThresholdUnit


@dataclass(frozen=True)
class Realisation:
    """A Boolean function by threshold units: one unit, or the proof that one is not enough and the
    smallest network of two layers.

    `unit` or `network` is None, and `certificate` is `Separable` or `Inseparable`.
    """

    function: BooleanFunction
    unit: ThresholdUnit | None
    network: TwoLayerNetwork | None
    certificate: Separable | Inseparable

    @property
    def separable(self) -> bool:
        """Whether one unit is enough."""
        return self.unit is not None

    @property
    def hidden_units(self) -> int:
        """How many hidden units there are; 0 for one unit."""
        return 0 if self.network is None else len(self.network.hidden)

    def __call__(self, *bits: int) -> int:
        """Return what the unit or the network says to one row."""
        whole = self.unit if self.network is None else self.network
        return int(whole(*bits))  # type: ignore[misc]

    def verify(self) -> bool:
        """Whether every row has its output and the certificate is right, without rounding."""
        right = all(self(*row) == self.function(*row) for row in self.function.rows)
        return right and self.certificate.verify() and self.certificate.separable == self.separable

    def statement(self) -> str:
        """Return what was found, and why, in a sentence or two."""
        if self.unit is not None:
            return "One unit is enough: the function is linearly separable."
        return textwrap.fill(f"No single unit is enough: {self._why()} {self._network_words()}", 92)

    def _why(self) -> str:
        proof = self.certificate
        assert isinstance(proof, Inseparable)
        common = math.lcm(*(number.denominator for number in proof.multipliers))
        sides: list[str] = []
        for side in (True, False):
            parts = []
            for number, row, positive in zip(
                proof.multipliers, proof.rows, proof.positive, strict=True
            ):
                if positive == side:
                    times = int(number * common)
                    bits = "".join(str(bit) for bit in self.function.rows[row])
                    parts.append(f"{times} x {bits}" if times > 1 else bits)
            sides.append(" + ".join(parts))
        return (
            f"the rows {sides[0]}, where the output is 1, add up to the same as as many rows "
            f"{sides[1]}, where it is 0, so their weighted sums cannot all exceed a threshold "
            "that none of the others exceeds."
        )

    def _network_words(self) -> str:
        proof = {
            2: "Two hidden units are enough.",
            3: "Three hidden units are enough, and two are not: all pairs were tried.",
            4: "Four hidden units are enough, and three are not: all triples were tried.",
        }
        return proof[self.hidden_units]

    def __str__(self) -> str:
        whole = self.unit if self.network is None else self.network
        return f"{self.statement()}\n{whole}"

    def _repr_svg_(self) -> str:
        whole = self.unit if self.network is None else self.network
        return whole._repr_svg_()  # type: ignore[union-attr]


def _with_names(network: TwoLayerNetwork, names: tuple[str, ...]) -> TwoLayerNetwork:
    hidden = tuple(replace(unit, names=names) for unit in network.hidden)
    return replace(network, hidden=hidden)


def realise(given: Any, inputs: int | None = None) -> Realisation:
    """Return threshold units that are a Boolean function, as few as possible.

    One unit if the function is linearly separable, with the smallest integer weights; otherwise the
    proof that it is not, and a network with the fewest hidden units that two layers can have.

    Parameters
    ----------
    given : str, sequence, mapping, function or BooleanFunction
        As for `boolean_function`: "XOR", "a and not b or c", "0110", [0, 1, 1, 0],
        lambda a, b: a != b, ...
    inputs : int, default=None
        How many inputs a name or a function has; None is 2 (1 for NOT), and as many as a function
        has parameters.

    Returns
    -------
    Realisation

    Raises
    ------
    ValueError
        The function is not one, or has more than four inputs.

    Examples
    --------
    >>> from neurona.neuron import realise
    >>> print(realise("1011"))
    One unit is enough: the function is linearly separable.
    a1 ──[  1 ]──┐
                 ├── sum ── step(sum + 0.5) ──▶ y
    a2 ──[ -1 ]──┘
    >>> print(realise("sun and not rain"))
    One unit is enough: the function is linearly separable.
    rain ──[ -1 ]──┐
                   ├── sum ── step(sum - 0.5) ──▶ y
    sun  ──[  1 ]──┘
    >>> xor = realise("XOR")
    >>> xor.hidden_units, xor.verify()
    (2, True)
    >>> print(xor.statement())
    No single unit is enough: the rows 01 + 10, where the output is 1, add up to the same as as
    many rows 00 + 11, where it is 0, so their weighted sums cannot all exceed a threshold that
    none of the others exceeds. Two hidden units are enough.
    """
    function = boolean_function(given, inputs)
    if function.inputs > MOST_INPUTS:
        raise ValueError(
            f"realise takes functions of up to {MOST_INPUTS} inputs. Got {function.inputs}; use "
            "`separability` to ask whether one unit is enough."
        )
    known = separable_functions(function.inputs)
    place = known.find(sum(bit << row for row, bit in enumerate(function.outputs)))
    certificate = separability(function.rows, [bool(bit) for bit in function.outputs])
    unit = None if place is None else known.unit(place)
    network = smallest_network(function) if unit is None else None
    if function.names:
        unit = None if unit is None else replace(unit, names=function.names)
        network = None if network is None else _with_names(network, function.names)
    found = Realisation(function, unit, network, certificate)
    if not found.verify():
        raise AssertionError(f"the realisation of {function.outputs} is wrong")
    return found
