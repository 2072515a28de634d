"""Surfaces to walk down: closed forms, the error of one's own network, and races on both."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from neurona.errors import NeuronaError
from neurona.laboratory import commands as c
from neurona.laboratory.fields import Refused
from neurona.laboratory.session import method
from neurona.laboratory.session.answers import answers
from neurona.laboratory.session.spec import MethodSpec, named
from neurona.laboratory.session.trainer import Later, Trainer
from neurona.optimizers import OPTIMIZERS
from neurona.optimizers.solver import SOLVERS
from neurona.surfaces.base import SURFACES, Surface, Window
from neurona.surfaces.error import ErrorSurface, filter_normalised
from neurona.surfaces.race import race
from neurona.surfaces.stability import largest_stable_rate
from neurona.training.rows import dense_inputs

MOST_SNAPSHOTS = 200
MOST_ROWS = 2_000


def _surface(name: str, options: Any) -> Surface:
    found: Surface = named(name, SURFACES, options=options)
    if found.size != 2:
        raise Refused("Surfaces of two coordinates are drawn here.", "options")
    return found


def _stable(surface: Surface, method: str = "sgd") -> float | None:
    try:
        return float(largest_stable_rate(surface, method))
    except NeuronaError:
        return None


@answers(c.SurfaceField)
def field(_: Trainer, command: c.SurfaceField) -> Later:
    """Return a closed-form surface on a grid."""
    surface = _surface(command.surface, command.options)

    def work() -> dict[str, Any]:
        grid = surface.grid(command.grid)
        curvatures = None
        if len(surface.minima):
            curvatures = np.linalg.eigvalsh(surface.hessian(surface.minima[0])).tolist()
        return {
            "x": list(surface.window.x),
            "y": list(surface.window.y),
            "values": np.round(grid.values, 6).tolist(),
            "start": surface.start.tolist(),
            "minima": surface.minima.tolist(),
            "curvatures": curvatures,
            "largest_rate": _stable(surface),
        }

    return Later(work)


@answers(c.SurfaceRace)
def run_race(trainer: Trainer, command: c.SurfaceRace) -> Later:
    """Return the paths of methods on a closed-form surface."""
    surface = _surface(command.surface, command.options)
    methods = [named(one.name, OPTIMIZERS, SOLVERS, options=one.options) for one in command.methods]
    rates = [one.rate or None for one in command.methods]

    def work() -> dict[str, Any]:
        try:
            found = race(surface, methods, command.start, command.steps, learning_rate=rates)
        except (NeuronaError, ValueError) as error:
            raise Refused(str(error)) from None
        if trainer.teaching is not None and trainer.teaching.done is not None:
            trainer.teaching.done.race = found
        paths = [
            {
                "label": path.label,
                "rate": path.learning_rate,
                "points": path.points.tolist(),
                "values": path.values.tolist(),
                "gradients": path.gradients.tolist(),
                "diverged": path.diverged,
            }
            for path in found
        ]
        return {"start": found.start.tolist(), "paths": paths}

    return Later(work)


@answers(c.SurfaceSlice)
def slice_surface(trainer: Trainer, command: c.SurfaceSlice) -> Later:
    """Return the error of one's own network over a plane, the way on it, and its share."""
    course = trainer.course
    network, problem = course.training.network, course.training.problem
    kept = course.branch.weights
    places = np.unique(np.linspace(0, len(kept.epochs) - 1, MOST_SNAPSHOTS).astype(int))
    epochs = [kept.epochs[place] for place in places]
    way = np.array([network.parameters(kept.before(epoch)[1]) for epoch in epochs])  # type: ignore[index]
    here = network.parameters(course.training.weights)
    if command.kind == "weights":
        if command.places is None or max(command.places) >= here.size:
            raise Refused(f"Name two of the {here.size} weights by their places.", "places")
        axes = np.eye(here.size)[list(command.places)]
    elif command.kind == "directions":
        drawn = np.random.default_rng(0).standard_normal((2, here.size))
        axes = np.array([filter_normalised(network, one, here) for one in drawn])
    else:
        if len(way) < 3:
            raise Refused("Train some epochs first: the plane is that of the way.", "kind")
        axes = np.linalg.svd(way - here, full_matrices=False)[2][:2]
    table = problem.table
    inputs = dense_inputs(table)
    rows = np.unique(np.linspace(0, len(inputs) - 1, min(len(inputs), MOST_ROWS)).astype(int))
    surface = ErrorSurface(
        network, problem.loss, np.ascontiguousarray(inputs[rows]), table.targets[rows], here, axes,
        l2=course.method.l2, l1=course.method.l1,
    )  # fmt: skip

    def work() -> dict[str, Any]:
        return _sliced(surface, way - here, axes, command.grid, epochs)

    return Later(work)


def _sliced(
    surface: ErrorSurface, way: Any, axes: Any, count: int, epochs: list[int]
) -> dict[str, Any]:
    """Return heights over a window that holds the way, the way, and what of it the plane holds."""
    lengths = (axes * axes).sum(axis=1)
    along = way @ axes.T / lengths
    low, high = np.minimum(along.min(axis=0), 0), np.maximum(along.max(axis=0), 0)
    more = np.maximum(0.25 * (high - low), 0.25 * (high - low).max())
    more = np.where(more > 0, more, 1.0)
    window = Window((low[0] - more[0], high[0] + more[0]), (low[1] - more[1], high[1] + more[1]))
    grid = surface.grid(count, window)
    total = float((way * way).sum())
    inside = along @ axes
    share = 1.0 - float(((way - inside) ** 2).sum()) / total if total > 0 else 1.0
    distance = np.sqrt(((way - inside) ** 2).sum(axis=1))
    return {
        "x": list(window.x),
        "y": list(window.y),
        "values": grid.values.tolist(),
        "path": along.tolist(),
        "epochs": epochs,
        "distance": distance.tolist(),
        "share": share,
    }


@answers(c.RaceNet)
def race_networks(trainer: Trainer, command: c.RaceNet) -> Later:
    """Return the losses of methods on one's own network, from where it stands, on the same lots."""
    course = trainer.course
    world, weights = course.world, course.training.weights.copy()
    specs = [_spec(course.method, one) for one in command.methods]
    for spec in specs:
        method.check(spec)

    def work() -> dict[str, Any]:
        curves = []
        for spec, racer in zip(specs, command.methods, strict=True):
            training = world.begin(spec)
            training.set_weights(weights)
            losses, steps = [], training.advance()
            for record in steps:
                if record is None:
                    continue
                losses.append([record.epoch, record.loss, record.val_loss])
                if record.epoch >= command.steps:
                    break
            steps.close()
            curves.append({"label": racer.name, "rate": spec.rate, "curve": losses,
                           "reason": str(training.reason)})  # fmt: skip
        return {"curves": curves}

    return Later(work)


def _spec(known: MethodSpec, racer: c.Racer) -> MethodSpec:
    options = tuple(sorted((racer.options or {}).items()))
    rate = known.rate if racer.rate is None else racer.rate
    return replace(known, solver=racer.name, options=options, rate=rate, patience=None)
