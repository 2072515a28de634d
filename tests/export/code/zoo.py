"""Models of every kind for the exporters of code, and one with every activation in it."""

from __future__ import annotations

from functools import cache

import numpy as np

import neurona
from neurona.data.task import Task
from neurona.export.source import Answers, Exportable, Layer, Layers
from neurona.numerics.activations import ACTIVATIONS, Bounded, Elu, LeakyRelu
from tests.export import models as m

NAMES = tuple(ACTIVATIONS)
CLASS = (m.Y > 0) * 1 + (m.Y > 1)
HIGH = np.where(m.AMOUNT > 80, "a", np.where(m.AMOUNT > 40, "b?\\ */", "c"))

CASES = {
    "several targets": lambda: m.network(neurona.MLPRegressor, np.c_[m.Y, 2 * m.Y]),
    "two classes": lambda: m.network(neurona.MLPClassifier, (m.Y > 0) * 1),
    "three classes": lambda: m.network(neurona.MLPClassifier, CLASS),
    "labels": lambda: m.network(neurona.MLPClassifier, np.c_[m.Y > 0, m.Y > 1] * 1),
    "table": lambda: m.of_table(neurona.TableRegressor, m.AMOUNT),
    "table of classes": lambda: m.of_table(neurona.TableClassifier, HIGH),
    "table of two": lambda: m.of_table(neurona.TableClassifier, m.AMOUNT > 60),
    "in pieces": lambda: m.of_table(neurona.TableRegressor, m.AMOUNT, bins=5),
    "averaged": lambda: m.of_table(neurona.TableRegressor, m.AMOUNT, n_starts=3, combine="average"),
    "averaged classes": lambda: m.of_table(
        neurona.TableClassifier, HIGH, n_starts=2, combine="average"
    ),
    "averaged labels": lambda: m.network(
        neurona.MLPClassifier, np.c_[m.Y > 0, m.Y > 1] * 1, n_starts=2, combine="average"
    ),
    "no missing": lambda: m.of_table(
        neurona.TableRegressor,
        m.X[:, 0],
        {"a": m.X[:, 0], "b": m.X[:, 1]},
        missing="refuse",
        kinds=None,
    ),
    "autoencoder": lambda: m.autoencoder(),
    "autoencoder of a table": lambda: m.table_autoencoder(),
    "perceptron": lambda: neurona.Perceptron().fit(m.X, CLASS > 0),
    "perceptron of three": lambda: neurona.Perceptron().fit(m.X, CLASS),
    "adaline": lambda: neurona.Adaline().fit(m.X, CLASS > 0),
    "gates": lambda: neurona.neuron.gate("AND"),
}


@cache
def case(name: str) -> Exportable:
    if name in CASES:
        return neurona.export.exportable(m.quiet(CASES[name]))
    return of_activation(name)


def network(activation, random, size=3, outputs=1) -> Layers:
    def layer(inputs, units, how):
        return Layer(random.normal(size=(inputs, units)), random.normal(size=units), how)

    end = ACTIVATIONS.find("identity")
    return Layers((layer(3, size, activation), layer(size, outputs, end)))


def of_networks(networks) -> Exportable:
    names = ("x1", "x2", "x3")
    answers = Answers(Task.REGRESSION, ("y",), ("y",))
    return Exportable("Zoo", names, names, tuple(networks), answers)


def of_activation(name: str) -> Exportable:
    return of_networks([network(ACTIVATIONS.find(name), np.random.default_rng(1))])


@cache
def every() -> Exportable:
    """The mean of networks, one for each activation, some with options of their own."""
    random = np.random.default_rng(5)
    more = [Bounded(-2.0, 3.5), Elu(0.3), LeakyRelu(0.2)]
    known = [ACTIVATIONS.find(name) for name in NAMES if name != "exp"]
    networks = [network(one, random) for one in [*known, *more]]
    # exp of moderate sums, so that the others are seen beside it
    small = network(ACTIVATIONS.find("exp"), random)
    first = small.layers[0]
    layers = (first._replace(weights=first.weights / 8), small.layers[1])
    return of_networks([*networks, Layers(layers)])
