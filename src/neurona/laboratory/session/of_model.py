"""A model that was learned before, and the weights with which a training goes on from it.

A model of a table brings the way in which its columns become numbers. One of an array has none, and
the Lab learns middle c and spread s of each column: where the model's first layer takes x, the same
sum of (x - c) / s has the weights w s, and the bias gains w c; the last layer of a regression
likewise.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from neurona import value_text
from neurona.data.task import Task
from neurona.errors import NeuronaError
from neurona.laboratory.fields import Refused
from neurona.laboratory.rows import method_of
from neurona.laboratory.session.shelf import hash_of_file
from neurona.laboratory.session.spec import DataSpec, NetSpec, State
from neurona.network import Vector

if TYPE_CHECKING:
    from neurona.data.preparation import Preparation
    from neurona.inference.provenance import SeenRows
    from neurona.laboratory.session.material import Material
    from neurona.training.loop import Training


@dataclass(frozen=True, eq=False)
class Learned:
    """A model as the Lab takes it: inputs by name, the way they are made, weights by layer.

    A model of an array knows no way from columns to inputs: `preparation` is None. Of a mean of
    several `networks` the weights are those of the one that counts most.
    """

    estimator: Any
    features: tuple[str, ...]
    preparation: Preparation | None
    coefs: list[Vector]
    intercepts: list[Vector]
    activations: tuple[str, ...]
    targets: tuple[str, ...]
    center: Vector
    scale: Vector
    classes: tuple[str, ...]
    regression: bool
    networks: int = 1

    @property
    def whose(self) -> str:
        """What is gone on from, where the model is the mean of several networks; else nothing."""
        if self.networks == 1:
            return ""
        return f" (the strongest of its {self.networks} networks, which answers for itself alone)"

    @property
    def seen(self) -> SeenRows | None:
        """Which rows it was made of, None if it does not know."""
        known = getattr(self.estimator, "provenance_", None)
        found: SeenRows | None = None if known is None else known.seen
        return found


@lru_cache(maxsize=4)
def read_model(path: Path, sha256: str) -> Learned:
    """Return the model in a file; Refused, in a sentence, if the Lab cannot go on from it.

    The hash is part of what is looked up: a file that is written anew is read anew.
    """
    from neurona.files import load  # with every estimator there is

    try:
        estimator = load(path)
    except (NeuronaError, OSError, ValueError) as error:
        raise Refused(str(error)) from None
    inside = getattr(estimator, "network_", estimator)
    if not hasattr(inside, "learned") or not hasattr(inside, "coefs_"):
        raise Refused(
            f"{path.name} holds a {type(estimator).__name__}; the Lab goes on from a regressor or "
            "a classifier that was trained."
        )
    count = len(inside.learned().members)
    if count > 1:
        estimator = estimator.member(strongest(inside))
        inside = getattr(estimator, "network_", estimator)
    learned = inside.learned()
    preparation = getattr(estimator, "preparation_", None)
    regression = getattr(inside, "classes_", None) is None
    outputs = np.shape(inside.coefs_[-1])[1]
    if preparation is None:
        given = getattr(inside, "feature_names_in_", None)
        features = tuple(map(str, given)) if given is not None else ()
    else:
        features = tuple(preparation.features)
    scaled = getattr(estimator, "targets_", None)
    if scaled is not None and scaled.transform:
        raise Refused(
            f"{path.name} learned the {scaled.transform.name} of its target, and the Lab learns "
            "targets as they are; train one without --target-transform."
        )
    return Learned(
        estimator,
        features,
        preparation,
        [np.asarray(one, np.float64) for one in inside.coefs_],
        [np.asarray(one, np.float64) for one in inside.intercepts_],
        tuple(_word(one) for one in learned.network.activations[:-1]),
        tuple(getattr(estimator, "target_names_", ())),
        np.zeros(outputs) if scaled is None else np.asarray(scaled.center, np.float64),
        np.ones(outputs) if scaled is None else np.asarray(scaled.scale, np.float64),
        () if regression else _classes(estimator, inside),
        regression,
        max(1, count),
    )


def strongest(model: Any) -> int:
    """Return the number of the network that counts most in a mean: where all count the same, of the
    best start.
    """
    members = model.learned().members
    shares = [one.share for one in members]
    if max(shares) > min(shares):
        return shares.index(max(shares))
    best = int(getattr(model, "best_start_", 0) or 0)
    return best if best < len(members) else 0


def _classes(estimator: Any, inside: Any) -> tuple[str, ...]:
    known = getattr(estimator, "classes_", inside.classes_)
    return tuple(str(one) for one in known) if np.ndim(known) == 1 else ()


def lines_of(preparation: Any) -> dict[str, tuple[float, float]]:
    """Return middle and spread of the inputs that have them."""
    lines = {}
    for encoder in preparation.encoders:
        scale = getattr(encoder, "scale", None)
        if scale is not None:
            lines[encoder.features()[0]] = float(encoder.center), float(scale)
    return lines


def state_of_model(path: Path, data: DataSpec) -> State:
    """Return what begins with a model's weights, on rows of which those are held out that it has
    not seen.
    """
    sha256 = hash_of_file(path)
    found = read_model(path, sha256)
    told = (path.name, sha256)
    method = State.of({"method": method_of(found.estimator)}).method
    loss = getattr(found.estimator, "loss", None) if found.regression else None
    loss = loss if loss is None or isinstance(loss, str) else value_text.write(loss)
    net = NetSpec(
        hidden=tuple(len(one) for one in found.intercepts[:-1]),
        activation=found.activations,
        loss=None if loss == "squared_error" else loss,
        model=told,
    )
    if found.targets and not data.targets and data.file:
        data = replace(data, targets=found.targets)
    task = "regression" if found.regression else "classification"
    task = data.task if data.task != "auto" or len(data.targets) > 1 else task
    data = replace(data, task=task, model=told, prepared=told if found.preparation else ())
    return State(data, net, method)


def weights_from(found: Learned, model: Any, material: Material, training: Training) -> Vector:
    """Return the weights with which a training answers as a model does; Refused if it cannot."""
    network = training.network
    features = list(model.preparation_.features)
    theirs = list(found.features) or features
    if found.regression != (material.task is Task.REGRESSION):
        raise Refused("The model and the rows are of different tasks.")
    if [len(one) for one in found.intercepts] != list(network.sizes[1:]) or (
        not found.features and len(found.coefs[0]) != len(features)
    ):
        raise Refused(
            f"The model's layers are {[len(found.coefs[0]), *map(len, found.intercepts)]}; for "
            f"these rows they are {list(network.sizes)}."
        )
    absent = [one for one in theirs if one not in features]
    if absent:
        raise Refused(f"The model needs the input {absent[0]!r}, which the rows do not have.")
    weights = training.weights.copy()
    matrices, biases = network.views(weights)
    for k, (ours, coefs, intercepts) in enumerate(
        zip(matrices, found.coefs, found.intercepts, strict=True)
    ):
        biases[k][:] = intercepts
        if k:
            ours[:] = coefs
    lines = {} if found.preparation else lines_of(model.preparation_)
    matrices[0][:] = 0.0
    for place, name in enumerate(theirs):
        middle, spread = lines.get(name, (0.0, 1.0))
        row = found.coefs[0][place]
        matrices[0][features.index(name)] = row * spread
        biases[0][:] += row * middle
    _outputs(found, model, material, matrices[-1], biases[-1])
    return weights


def _outputs(found: Learned, model: Any, material: Material, matrix: Vector, bias: Vector) -> None:
    """Let the last layer say what the model says, in the units or the order of classes here."""
    if found.regression:
        targets = model.targets_
        center, scale = np.asarray(targets.center), np.asarray(targets.scale)
        matrix *= found.scale / scale
        bias[:] = (bias * found.scale + found.center - center) / scale
        return
    ours = material.classes
    if material.task is Task.MULTILABEL:
        return
    if sorted(ours) != sorted(found.classes):
        raise Refused(
            f"The model knows the classes {', '.join(found.classes[:8])}; the rows have "
            f"{', '.join(ours[:8])}."
        )
    if len(bias) > 1:
        order = [found.classes.index(one) for one in ours]
        matrix[:], bias[:] = matrix[:, order], bias[order]
    elif list(found.classes) != ours:
        matrix *= -1
        bias *= -1


def _word(value: Any) -> str:
    """Return a value as text, without brackets if it has its usual options."""
    return value_text.write(value).removesuffix("()")
