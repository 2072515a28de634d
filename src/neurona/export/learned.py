"""Exportable models of what a model has learned (`inference.learned`), without its estimator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from neurona.data.columns import ColumnReport
from neurona.data.encoders.scaled import Scaled
from neurona.data.preparation import Preparation
from neurona.data.targets import NumericTargets
from neurona.data.task import Task
from neurona.export.source import Answers, Exportable, Layers, Training, class_names
from neurona.inference.held_out import HeldOutErrors
from neurona.inference.learned import Fitted, FittedTable
from neurona.inference.members import Member
from neurona.inference.noise_scale import NoiseScale
from neurona.network import Vector, numbered


def of_fitted(fitted: Fitted, title: str = "", training: Training | None = None) -> Exportable:
    """Return a network of numbers with its answers; `title` is its estimator's name."""
    count, outputs = fitted.network.sizes[0], fitted.network.sizes[-1]
    given = fitted.feature_names
    names = numbered("x", count) if given is None else tuple(map(str, given))
    return Exportable(
        title=title or ("MLPRegressor" if fitted.labels is None else "MLPClassifier"),
        names=names,
        features=names,
        networks=networks_of(fitted),
        answers=_answers(fitted, outputs),
        training=training_of(fitted) if training is None else training,
        best=next((k for k, one in enumerate(fitted.members) if _is_of(one, fitted)), 0),
    )


def _answers(fitted: Fitted, outputs: int) -> Answers:
    if fitted.labels is None:
        names = ("y",) if outputs == 1 else numbered("y", outputs)
        return Answers(Task.REGRESSION, names, names)
    several = fitted.labels.kind.startswith("multilabel")
    return class_answers(fitted.labels.classes, outputs, several)


def class_answers(classes: Vector, outputs: int, several: bool, sums: bool = False) -> Answers:
    """Return the answers of a classifier of numbers; `several` labels may be on at a time, `sums`
    are no probabilities.
    """
    names = class_names(classes)
    task = Task.BINARY if outputs == 1 else Task.MULTICLASS
    return Answers(
        Task.MULTILABEL if several else task,
        names,
        names if several else ("y",),
        classes,
        threshold=0.0 if sums else 0.5,
        probabilities=not sums,
    )


def of_fitted_table(fitted: FittedTable) -> Exportable:
    """Return a table's model."""
    network = of_fitted(fitted.network)
    training = replace(network.training, comparison=fitted.comparison, notes=tuple(fitted.notes))
    title = "TableRegressor" if fitted.task is Task.REGRESSION else "TableClassifier"
    return of_table(
        replace(network, training=training), title, fitted.preparation, fitted.task,
        fitted.targets, fitted.scaling, fitted.classes, fitted.columns, fitted.errors,
        fitted.noise_scale,
    )  # fmt: skip


def of_table(
    network: Exportable,
    title: str,
    preparation: Preparation,
    task: Task,
    targets: list[str],
    scaling: NumericTargets | None,
    classes: Vector | None,
    columns: Sequence[ColumnReport] = (),
    errors: HeldOutErrors | None = None,
    noise_scale: NoiseScale | None = None,
) -> Exportable:
    """Return a table's model, of the network inside and what is around it."""
    one_class = task in (Task.BINARY, Task.MULTICLASS)
    answers = Answers(
        task,
        class_names(classes) if one_class and classes is not None else tuple(targets),
        tuple(targets),
        classes if one_class else None,
        scaling,
    )
    return replace(
        network,
        title=title,
        names=tuple(preparation.needed),
        features=tuple(preparation.features),
        preparation=preparation,
        answers=answers,
        ranges=ranges_of(preparation, columns),
        errors=errors,
        noise_scale=noise_scale,
    )


def ranges_of(
    preparation: Preparation, columns: Sequence[ColumnReport]
) -> dict[str, tuple[float, float]]:
    """Return the least and the greatest number of the columns of numbers, dates and times."""
    encoders = {one.name: one for one in preparation.encoders if isinstance(one, Scaled)}
    found = {}
    for report in columns:
        if report.name in encoders:
            bounds = map(encoders[report.name].number_of, (report.low, report.high))
            low, high = bounds
            if low is not None and high is not None and low < high:
                found[report.name] = low, high
    return found


def networks_of(fitted: Fitted) -> tuple[Layers, ...]:
    """Return the networks whose mean predicts: the members, or the only one.

    What is believed of weights that were changed by hand since is left out.
    """
    members = fitted.members
    if len(members) > 1:
        total = sum(one.share for one in members)
        return tuple(
            Layers.of(one.network, one.weights, one.posterior, one.share / total) for one in members
        )
    known = members[0].posterior if members and _is_of(members[0], fitted) else None
    return (Layers.of(fitted.network, fitted.weights, known),)


def _is_of(member: Member, fitted: Fitted) -> bool:
    return np.array_equal(member.weights, fitted.weights)


def training_of(fitted: Fitted, **known: Any) -> Training:
    """Return what a fit says of its training, with what is known besides."""
    method, numbers = fitted.method, fitted.numbers
    solver = "" if method is None else method.solver
    return Training(
        single=bool(fitted.network.dtype == np.float32),
        solver=solver if isinstance(solver, str) else repr(solver),
        epochs=numbers.get("n_iter_"),
        stop_reason=str(numbers.get("stop_reason_", "")),
        **known,
    )
