"""Two layers of threshold units: hidden units, and one output unit over them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from neurona.neuron.boolean import BooleanFunction, corners
from neurona.neuron.drawing import network_svg, network_text
from neurona.neuron.truth_table import TruthTable
from neurona.neuron.units import ThresholdUnit


@dataclass(frozen=True)
class TwoLayerNetwork:
    """Hidden units that all see the inputs, and an output unit that sees the hidden units.

    Examples
    --------
    >>> from neurona.neuron import TwoLayerNetwork, gate
    >>> xor = TwoLayerNetwork((gate("OR"), gate("NAND")), gate("AND"))
    >>> xor.truth_table().outputs
    (0, 1, 1, 0)
    """

    hidden: tuple[ThresholdUnit, ...]
    output: ThresholdUnit

    def __post_init__(self) -> None:
        if len({len(unit.weights) for unit in self.hidden}) != 1:
            raise ValueError("The hidden units must have the same inputs, and there must be one.")
        if len(self.output.weights) != len(self.hidden):
            raise ValueError(
                f"The output unit has {len(self.output.weights)} inputs for {len(self.hidden)} "
                "hidden units; it needs one for each."
            )

    def hidden_values(self, *inputs: Any) -> tuple[Any, ...]:
        """Return the outputs of the hidden units."""
        return tuple(unit(*inputs) for unit in self.hidden)

    def __call__(self, *inputs: Any) -> Any:
        """Return the output for one row of inputs."""
        return self.output(*self.hidden_values(*inputs))

    def truth_table(self) -> TruthTable:
        """Return what the network says to every row of zeros and ones."""
        rows = corners(len(self.hidden[0].weights))
        return TruthTable.of(rows, [self(*row) for row in rows], self.hidden[0].names)

    def realises(self, function: BooleanFunction) -> bool:
        """Whether the network says what the function says to every row."""
        return all(self(*row) == function(*row) for row in function.rows)

    def text(self, *inputs: Any) -> str:
        """Return a drawing in text; with inputs, the sums and outputs for them."""
        return network_text(self, inputs or None)

    def svg(self, *inputs: Any) -> str:
        """Return a drawing as SVG; with inputs, the sums and outputs for them."""
        return network_svg(self, inputs or None)

    def _repr_svg_(self) -> str:
        return self.svg()

    def __str__(self) -> str:
        return self.text()
