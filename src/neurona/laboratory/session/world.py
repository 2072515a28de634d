"""World: rows and a network; it begins trainings, and knows what is looked at in them."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import numpy as np

from neurona.data.preparation import Preparation
from neurona.data.table import Table
from neurona.data.task import Task
from neurona.errors import NeuronaError
from neurona.estimators.begin import begin
from neurona.estimators.mlp.assignment import initial_weights
from neurona.estimators.tables.classifier import TableClassifier
from neurona.estimators.tables.regressor import TableRegressor
from neurona.laboratory.fields import Refused
from neurona.laboratory.session import method
from neurona.laboratory.session.material import Material
from neurona.laboratory.session.of_model import Learned, read_model, weights_from
from neurona.laboratory.session.shelf import Shelf
from neurona.laboratory.session.spec import MethodSpec, NetSpec, named
from neurona.network import Network, Vector
from neurona.numerics.activations import ACTIVATIONS
from neurona.numerics.initializers import INITIALIZERS, find_initializer
from neurona.numerics.losses import LOSSES
from neurona.training.loop import Training
from neurona.training.rows import Table as Rows

MOST_HISTORY = 20_000
MOST_SHOWN = 2_000


class World:
    """Rows and a network, which do not change; `begin` makes a training of them.

    Attributes
    ----------
    material, net : what it is made of
    model : TableRegressor or TableClassifier
        With its columns learned.
    network : Network
    """

    def __init__(self, material: Material, net: NetSpec, shelf: Shelf | None = None) -> None:
        self.material, self.net = material, net
        self._check()
        self._learned = _model_of(net.model, shelf)
        self._prepared = self._preparation(shelf)
        self.model, training = self.begun(MethodSpec(solver="sgd"))
        self.network: Network = training.network

    def _check(self) -> None:
        for name in self.net.activation:
            if name == "softmax":
                raise Refused("softmax is for outputs.", "activation")
            named(name, ACTIVATIONS)
        if self.net.initializer is not None and self.net.initializer not in INITIALIZERS:
            raise Refused(
                f"There is no initializer {self.net.initializer!r}; known are "
                f"{', '.join(sorted(INITIALIZERS))}.",
                "initializer",
            )
        if self.net.loss is not None:
            if self.material.task is not Task.REGRESSION:
                raise Refused("The loss of a classification is the cross-entropy.", "loss")
            named(self.net.loss, LOSSES)

    def _preparation(self, shelf: Shelf | None) -> Preparation | None:
        """Return how columns become numbers, where the rows are not to say it."""
        found = self.material
        known = _model_of(found.spec.prepared, shelf)
        made = None if known is None else known.preparation
        if not found.spec.scaled:
            try:
                if made is None:
                    table = found.table.take(found.train)
                    made = Preparation.fit(table, kinds=found.kinds or None)
                made = made.unscaled()
            except NeuronaError as error:
                raise Refused(str(error)) from None
        return made

    def begin(self, how: MethodSpec) -> Training:
        """Return a training at epoch 0; the same whenever it is asked for."""
        return self.begun(how)[1]

    def begun(self, how: MethodSpec) -> tuple[Any, Training]:
        """Return an estimator and its training at epoch 0, for `finish`."""
        method.check(how)
        model = self._model(how)
        found = self.material
        train, held = found.train, found.held
        validation: dict[str, Any] = {}
        if len(held):
            validation = {"X_val": found.table.take(held), "y_val": found.values[held]}
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                training = begin(
                    model, found.table.take(train), found.values[train],
                    preparation=self._prepared, **validation,
                )  # fmt: skip
        except (NeuronaError, ValueError, TypeError) as error:
            raise Refused(str(error)) from None
        training.plan = replace(training.plan, restore_best=False)
        training.history.limit = MOST_HISTORY
        if self.net.initializer is not None:
            training.set_weights(self.drawn(training.network, self.net.seed))
        if self._learned is not None:
            training.set_weights(weights_from(self._learned, model, found, training))
        if self.net.fixed:
            training.set_weights(self._given(training))
        method.settle(training, how)
        return model, training

    def _given(self, training: Training) -> Vector:
        weights = training.weights.copy()
        matrices, biases = training.network.views(weights)
        try:
            for layer, source, unit, value in self.net.fixed:
                if source < 0:
                    biases[int(layer)][int(unit)] = value
                else:
                    matrices[int(layer)][int(source), int(unit)] = value
        except (IndexError, ValueError):
            raise Refused("The weights that are given do not fit the network.", "fixed") from None
        return weights

    def drawn(self, network: Network, seed: int) -> Vector:
        """Return first weights drawn from a seed by the initializer that was asked for."""
        initializer = find_initializer(self.net.initializer or "scikit_learn")
        random = np.random.RandomState(seed % 2**32)
        return initial_weights(initializer, None, network, random)

    def _model(self, how: MethodSpec) -> Any:
        net, regression = self.net, self.material.task is Task.REGRESSION
        cls: Any = TableRegressor if regression else TableClassifier
        activation: Any = [named(one, ACTIVATIONS) for one in net.activation] or "tanh"
        more = {"loss": named(net.loss, LOSSES)} if regression and net.loss else {}
        return cls(
            hidden_layer_sizes=net.hidden,
            activation=activation,
            **method.parameters(how),
            **more,
            n_starts=1,
            combine="best",
            split="none",
            dtype="float64",
            kinds=self.material.kinds or None,
            random_state=net.seed % 2**32,
        )

    # -- what is looked at

    def prepared(self, columns: dict[str, Any]) -> Vector:
        """Return rows as the network takes them, from columns by name."""
        table = Table(columns, self.material.name)
        matrix: Vector = self.model.preparation_.transform(table, np.float64)
        return np.ascontiguousarray(matrix)

    def rows(self, numbers: Any) -> Vector:
        """Return some of the rows as the network takes them."""
        matrix: Vector = self.model.preparation_.transform(
            self.material.table.take(numbers), np.float64
        )
        return np.ascontiguousarray(matrix)

    def answers(self, outputs: Vector) -> Vector:
        """Return the network's outputs in the targets' units; probabilities as they are."""
        if self.material.task is Task.REGRESSION:
            found: Vector = self.model.targets_.back(outputs)
            return found
        return outputs

    @property
    def scored(self) -> Any:
        """Numbers of the rows that scores are measured on: those held out, else all."""
        return self.material.held if len(self.material.held) else self.material.train

    def shown(self) -> Any:
        """Return numbers of at most MOST_SHOWN rows, spread evenly."""
        count = len(self.material.values)
        if count <= MOST_SHOWN:
            return np.arange(count)
        return np.linspace(0, count - 1, MOST_SHOWN).astype(np.int64)

    def table_of(self, training: Training) -> Rows:
        """Return the rows that the network learns."""
        return training.problem.table


def _model_of(told: tuple[str, ...], shelf: Shelf | None) -> Learned | None:
    """Return the model of a name and a hash, None of none."""
    return read_model((shelf or Shelf()).find(*told), told[1]) if told else None
