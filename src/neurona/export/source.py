"""An exportable model: everything that answers to rows need, as plain data.

An exporter reads nothing else. A row of cells becomes numbers (`preparation`), every network makes
outputs of them (`networks`, whose mean counts), and outputs become what the user asked for
(`answers`). There is no estimator in it and no scikit-learn behind it: weights are float64 matrices
without padding, the rest are values of `data`, `numerics` and `inference`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from neurona.data.encoders import Encoder
from neurona.data.preparation import Preparation
from neurona.data.targets import NumericTargets
from neurona.data.task import Task
from neurona.export import predicting
from neurona.inference.held_out import HeldOutErrors
from neurona.inference.learned import Comparison
from neurona.inference.noise_scale import NoiseScale
from neurona.inference.posterior import Posterior
from neurona.network import Network, Vector
from neurona.numerics.activations import Activation
from neurona.numerics.losses import Loss

if TYPE_CHECKING:
    from neurona.estimators.mlp.reference import Reference
    from neurona.inference.uncertainty import Uncertainty


class Layer(NamedTuple):
    """A layer: weights (inputs x units) and biases in float64, and the activation of its sums."""

    weights: Vector
    biases: Vector
    activation: Activation


@dataclass(frozen=True, eq=False)
class Layers:
    """One network, what is believed of its weights (None if nothing is known), and how much it
    counts where several are averaged: the shares of all networks sum to 1.

    The posterior's order of weights is that of `Network.parameters`: all matrices, each row by row,
    then all biases.
    """

    layers: tuple[Layer, ...]
    posterior: Posterior | None = None
    share: float = 1.0

    @classmethod
    def of(
        cls,
        network: Network,
        weights: Vector,
        posterior: Posterior | None = None,
        share: float = 1.0,
    ) -> Layers:
        """Return the layers of a network with these flat weights."""
        matrices, biases = network.views(weights.astype(np.float64))
        plain = map(np.ascontiguousarray, matrices), map(np.ascontiguousarray, biases)
        return cls(tuple(map(Layer, *plain, network.activations)), posterior, share)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units per layer, inputs first."""
        return (len(self.layers[0].weights), *(len(layer.biases) for layer in self.layers))

    @property
    def count(self) -> int:
        """How many weights and biases there are."""
        return sum(layer.weights.size + layer.biases.size for layer in self.layers)


class Sizes(NamedTuple):
    """The network that says how large errors are: the places of its inputs among the features and,
    behind them, the networks' outputs, and its layers.
    """

    inputs: tuple[int, ...]
    layers: tuple[Layer, ...]


@dataclass(frozen=True, eq=False)
class Answers:
    """What the networks' outputs mean.

    regression   `scaling` brings outputs to the user's units (None: they are so)
    binary       the single output is that of the second class, said where it exceeds `threshold`
    multiclass   the class of the largest output
    multilabel   each label is on where its output exceeds `threshold`

    `names` are those of the outputs: targets, classes or labels; for two classes both. `classes`
    are the labels in the order of the outputs, None where there are none but `names`. `targets` are
    the names of what is predicted: one for two or more classes.
    `probabilities` tells whether outputs are probabilities, or sums that say no more than a side.
    """

    task: Task
    names: tuple[str, ...]
    targets: tuple[str, ...]
    classes: Vector | None = None
    scaling: NumericTargets | None = None
    threshold: float = 0.5
    probabilities: bool = True


@dataclass(frozen=True, eq=False)
class Reconstruction:
    """What an autoencoder has besides: after how many layers the code stands, and how large its
    errors usually are.
    """

    code_layers: int
    reference: Reference


@dataclass(frozen=True)
class Training:
    """How the model was trained: what a cover page tells, and what a next step would need.

    `loss` is None where the model does not say (a file that was read without its estimator);
    `single` tells whether it was trained in single precision.
    """

    loss: Loss | None = None
    l2: float = 0.0
    l1: float = 0.0
    rate: float = 0.1
    single: bool = False
    solver: str = ""
    epochs: int | None = None
    stop_reason: str = ""
    comparison: Comparison | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Exportable:
    """A fitted model as an exporter sees it.

    `names` are the columns of a row as the user gives it, `features` the numbers that the networks
    take; they are the same where there is no `preparation`. `best` is the place of the best network
    among those that are averaged, `ranges` the least and greatest number of columns in training, as
    far as that is known, `errors` how far the mean of the networks was off on rows that none of
    them saw (None: not known), which then say what error bars are; `noise_scale` how large these
    are by the inputs, None where they are of one size in all rows.
    """

    title: str
    names: tuple[str, ...]
    features: tuple[str, ...]
    networks: tuple[Layers, ...]
    answers: Answers
    preparation: Preparation | None = None
    reconstruction: Reconstruction | None = None
    training: Training = field(default_factory=Training)
    best: int = 0
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    errors: HeldOutErrors | None = None
    noise_scale: NoiseScale | None = None

    @property
    def encoders(self) -> tuple[Encoder, ...]:
        """The encoders of a table's columns, none where inputs are numbers already."""
        return () if self.preparation is None else self.preparation.encoders

    @property
    def outputs(self) -> int:
        """How many outputs the networks have."""
        return self.networks[0].sizes[-1]

    @property
    def counts_equally(self) -> bool:
        """Whether every network counts the same in the mean."""
        return len({network.share for network in self.networks}) == 1

    @property
    def has_error_bars(self) -> bool:
        """Whether `predict_uncertainty` has something to say."""
        known = all(network.posterior is not None for network in self.networks)
        known = known or self.errors is not None
        return known and self.answers.task is Task.REGRESSION and self.reconstruction is None

    @property
    def measured(self) -> HeldOutErrors | None:
        """The errors that say how wide an interval is, in units of their size at a row."""
        return self.errors if self.noise_scale is None else self.noise_scale.errors

    def sizes_by_inputs(self) -> Sizes:
        """Return the network of a model that has a `noise_scale`, without inputs that count
        nothing.
        """
        assert self.noise_scale is not None
        member = self.noise_scale.member
        first, *others = Layers.of(member.network, member.weights).layers
        inputs = np.flatnonzero(first.weights.any(axis=1))
        return Sizes(
            tuple(inputs.tolist()), (first._replace(weights=first.weights[inputs]), *others)
        )

    def alone(self) -> Exportable:
        """Return the model of the best network alone; errors of the mean are none of its own."""
        if len(self.networks) == 1:
            return self
        best = replace(self.networks[self.best], share=1.0)
        return replace(self, networks=(best,), best=0, errors=None, noise_scale=None)

    def matrix(self, X: Any) -> Vector:
        """Return rows as the numbers that the networks take, rows x features, float64.

        Parameters
        ----------
        X : array-like of rows x inputs; for a model of a table also a Table, frame, or dict of
            columns, which are found by name
        """
        return predicting.matrix(self, X)

    def predict(self, X: Any) -> Any:
        """Return the answers to rows, in plain NumPy and float64: what an export must say.

        Parameters
        ----------
        X : as in `matrix`

        Returns
        -------
        answers : ndarray as the estimator's `predict` gives it, or its `reconstruct` (a Table for
            a TableAutoencoder)

        Raises
        ------
        TableError
            A missing column, or a cell that is not of its column's kind.
        ValueError
            X has another number of columns.

        Examples
        --------
        >>> import numpy as np, neurona
        >>> X, y = np.eye(4), [0.0, 1.0, 2.0, 3.0]
        >>> model = neurona.MLPRegressor(hidden_layer_sizes=3, solver="lbfgs").fit(X, y)
        >>> found = neurona.export.exportable(model)
        >>> bool(np.allclose(found.predict(X), model.predict(X)))
        True
        """
        return predicting.predict(self, X)

    def predict_proba(self, X: Any) -> Vector:
        """Return the probability of each class or label, rows x classes."""
        return predicting.predict_proba(self, X)

    def predict_uncertainty(self, X: Any) -> Uncertainty:
        """Return quantities with their standard deviations, rows x targets.

        IncompatibleError if the model knows nothing of its weights' uncertainty.
        """
        return predicting.predict_uncertainty(self, X)

    def anomaly_score(self, X: Any) -> Vector:
        """Return how unusual rows are, above 1 beyond the limit; IncompatibleError if the model is
        no autoencoder.
        """
        return predicting.anomaly_score(self, X)


def class_names(classes: Sequence[Any] | Vector) -> tuple[str, ...]:
    """Return classes as texts."""
    return tuple(map(str, classes))
