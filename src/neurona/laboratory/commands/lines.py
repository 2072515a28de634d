"""The command that moves a unit's line by hand."""

from __future__ import annotations

from dataclasses import dataclass

from neurona.laboratory.commands.base import UNIT, Command, command
from neurona.laboratory.fields import Flag, Many, Number, of


@command("neuron.line", edits=True)
@dataclass(frozen=True)
class NeuronLine(Command):
    """Let the line w x + b = 0 of a unit of the first layer go through two points, in the table's
    units; how long its weights are together, and its side, stay. `holds` is as of `weight.set`.
    """

    unit: int = of(UNIT)
    points: tuple[tuple[float, ...], ...] = of(Many(Many(Number(), 2, 2), 2, 2))
    holds: bool = of(Flag(), False)
