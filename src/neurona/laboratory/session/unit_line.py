"""The line of a unit of the first layer, where two inputs are numbers: where it lies, and moved."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from neurona.laboratory import commands as c
from neurona.laboratory.fields import Refused
from neurona.laboratory.session.changes import change
from neurona.laboratory.session.of_model import lines_of
from neurona.laboratory.session.world import World
from neurona.network import Vector

if TYPE_CHECKING:
    from neurona.laboratory.session.course import Course


def middles_and_spreads(world: World) -> tuple[Vector, Vector] | None:
    """Return middle and spread of two inputs of numbers; None where there is no plane of them."""
    names = world.material.table.names
    if len(names) != 2 or list(world.model.preparation_.features) != names:
        return None
    lines = lines_of(world.model.preparation_)
    if any(name not in lines for name in names):
        return None
    found = np.array([lines[name] for name in names])
    return found[:, 0], found[:, 1]


def line_of(world: World, weights: Vector, bias: float) -> list[list[float]] | None:
    """Return two points of w x + b = 0 in the table's units, None where there is no such line.

    They lie around the foot of the middle of the rows, half a spread away.
    """
    plane = middles_and_spreads(world)
    if plane is None or len(weights) != 2:
        return None
    middle, spread = plane
    length = float(weights @ weights)
    if length < 1e-24:
        return None
    foot = -weights * bias / length
    along = np.array([-weights[1], weights[0]]) / math.sqrt(length)
    return [(middle + spread * (foot + side * along)).tolist() for side in (-1, 1)]


@change(c.NeuronLine)
def put_line(course: Course, command: c.NeuronLine) -> list[float]:
    """Let a unit's line go through two points; answers its weights and bias."""
    world, network = course.world, course.training.network
    plane = middles_and_spreads(world)
    if plane is None:
        raise Refused("A unit has a line where there are two inputs of numbers.")
    if command.unit >= network.sizes[1]:
        raise Refused("There is no such unit.", "unit")
    middle, spread = plane
    first, second = ((np.array(point) - middle) / spread for point in command.points)
    direction = second - first
    length = float(np.hypot(*direction))
    if length < 1e-9:
        raise Refused("A line goes through two points that are not the same.", "points")
    weights = course.training.weights.copy()
    matrices, biases = network.views(weights)
    old: Any = matrices[0][:, command.unit].astype(np.float64)
    normal = np.array([-direction[1], direction[0]]) / length
    size = float(np.hypot(*old)) or 1.0
    normal *= size if float(normal @ old) >= 0 else -size
    matrices[0][:, command.unit] = normal
    biases[0][command.unit] = -float(normal @ first)
    course.set_weights(weights)
    return [*normal.tolist(), float(biases[0][command.unit])]
