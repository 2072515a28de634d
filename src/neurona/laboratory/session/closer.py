"""Looking closer: a unit's inside with numbers, one step in the open, and homework on it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from neurona.estimators.next_step import NextStep
from neurona.laboratory import commands as c
from neurona.laboratory.fields import Refused
from neurona.laboratory.session import homework, method
from neurona.laboratory.session.answers import answers
from neurona.laboratory.session.trainer import Trainer
from neurona.laboratory.session.unit_line import line_of
from neurona.laboratory.session.views.answering import Answering
from neurona.laboratory.session.world import World
from neurona.network import Vector
from neurona.numerics.evaluate import evaluate
from neurona.optimizers import StepOptimizer
from neurona.optimizers.state import OptimizerState
from neurona.tracing.document import document
from neurona.tracing.step import trace_step

POINTS = 121
REACH = 6.0


@answers(c.NeuronZoom)
def zoom(trainer: Trainer, command: c.NeuronZoom) -> dict[str, Any]:
    """Return a unit's inputs, weights, sum, value and slope for one row, and its activation."""
    moment = trainer.snapshot()
    world, network = moment.world, moment.world.network
    k, unit = command.layer, command.unit
    if k >= network.n_layers or unit >= network.sizes[k + 1]:
        raise Refused("There is no such unit.", "unit")
    row = _rows(world, [command.row])
    matrices, biases = network.views(moment.weights)
    answering = Answering(network, 1)
    answering.set(moment.weights)
    inputs = row[0] if k == 0 else answering.layer(k - 1, row)[0]
    weights, bias = matrices[k][:, unit], float(biases[k][unit])
    total = float(inputs @ weights) + bias
    names = list(world.model.preparation_.features) if k == 0 else [
        f"unit {j + 1}" for j in range(network.sizes[k])
    ]  # fmt: skip
    return {
        "layer": k,
        "unit": unit,
        "row": command.row,
        "names": names,
        "inputs": inputs.tolist(),
        "weights": weights.tolist(),
        "products": (inputs * weights).tolist(),
        "bias": bias,
        "sum": total,
        "value": float(answering.layer(k, row)[0, unit]),
        **_activation(network.activations[k], total),
        "line": line_of(world, weights, bias) if k == 0 else None,
    }


def _activation(activation: Any, total: float) -> dict[str, Any]:
    """Return the activation around 0 and its slope at a sum; softmax has no curve of its own."""
    try:
        reach = max(REACH, 1.2 * abs(total)) if math.isfinite(total) else REACH
        z = np.linspace(-reach, reach, POINTS)
        values, slopes = evaluate(activation, z)
        _, slope = evaluate(activation, [total])
    except ValueError:
        return {"activation": activation.name, "slope": None, "curve": None}
    curve = np.column_stack([z, values, slopes])
    return {"activation": activation.name, "slope": float(slope[0]), "curve": curve.tolist()}


def _rows(world: World, numbers: list[int]) -> Vector:
    count = len(world.material.values)
    if any(number >= count for number in numbers):
        raise Refused(f"There are {count} rows, counted from 0.", "row")
    return world.rows(np.array(numbers, np.int64))


def step_of(trainer: Trainer, numbers: list[int]) -> NextStep:
    """Return the step that the training would do next on some rows as one batch."""
    course = trainer.course
    training, world = course.training, course.world
    value = method.value_of(course.method)
    optimizer = value if isinstance(value, StepOptimizer) else None
    found = world.material
    inputs = _rows(world, numbers)
    state = OptimizerState.fresh(optimizer, training.network)
    if optimizer is not None:
        state = training.problem.optimizer_state().copy()
    classes = found.classes
    names = classes if len(classes) > 2 else classes[-1:]
    return NextStep(
        estimator=type(world.model).__name__,
        solver=course.method.solver,
        network=training.network,
        loss=training.problem.loss,
        optimizer=optimizer,
        regularisation=training.problem.regularisation,
        weights=training.weights.copy(),
        state=state,
        rate=training.learning_rate,
        inputs=inputs,
        targets=_targets(trainer, numbers),
        row_weights=None,
        input_names=tuple(world.model.preparation_.features),
        output_names=tuple(names) if classes else found.targets,
        scaling=getattr(world.model, "targets_", None),
    )


def _targets(trainer: Trainer, numbers: list[int]) -> Vector:
    """Return the targets of some rows as the network learns them."""
    found, training = trainer.course.world.material, trainer.course.training
    places = {int(row): i for i, row in enumerate(found.train)}
    held = {int(row): i for i, row in enumerate(found.held)}
    rows = []
    for number in numbers:
        if number not in places and number not in held:
            raise Refused(f"Row {number + 1} is left out, so it has no step.", "row")
        if number in places:
            rows.append(training.problem.table.targets[places[number]])
        else:
            assert training.validation is not None
            rows.append(training.validation.table.targets[held[number]])
    return np.array(rows, training.network.dtype)


@answers(c.TraceStep)
def trace(trainer: Trainer, command: c.TraceStep) -> dict[str, Any]:
    """Return the next step on some rows, number by number."""
    step = step_of(trainer, list(command.rows))
    return document(trace_step(step, step.rate))


@answers(c.TraceAnswer)
def answer(trainer: Trainer, command: c.TraceAnswer) -> dict[str, Any]:
    """Return whether a number that a person worked out is right, or what is likely wrong."""
    step = step_of(trainer, [command.row])
    return homework.judged(step, command)
