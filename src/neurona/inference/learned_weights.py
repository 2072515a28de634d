"""LearnedWeights: what a network has learned as one object, which answers."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from neurona.inference.answers import converted
from neurona.inference.members import Member, mean_outputs
from neurona.network import Network, Vector

if TYPE_CHECKING:
    from neurona.training.engine import Answerer


class LearnedWeights:
    """A network, its weights in one flat vector, and the members whose mean predicts.

    It is replaced as a whole, so that threads never see parts of two.

    Attributes
    ----------
    network : Network
    weights : ndarray
        The flat vector; `coefs` and `intercepts` are views of it.
    members : list of Member
        The networks that predict; empty if it is this one alone and nothing more is known of it.

    Examples
    --------
    >>> import numpy as np
    >>> from neurona.inference.learned_weights import LearnedWeights
    >>> from neurona.network import Network
    >>> from neurona.numerics.activations import Identity
    >>> network = Network([2, 1], [Identity()], np.float64)
    >>> learned = LearnedWeights(network, network.pack([np.array([[2.0], [3.0]])], [np.ones(1)]))
    >>> learned.outputs(np.array([[1.0, 1.0]]))
    array([[6.]])
    """

    def __init__(self, network: Network, weights: Vector, members: Sequence[Member] = ()) -> None:
        self.network, self.weights, self.members = network, weights, list(members)
        coefs, intercepts = network.views(weights)
        self._layers, self._views = len(coefs), (*coefs, *intercepts)
        self._idle: list[Answerer] = []

    @property
    def coefs(self) -> list[Vector]:
        """The weight matrices (inputs x outputs) of the layers, views of `weights`."""
        return list(self._views[: self._layers])

    @property
    def intercepts(self) -> list[Vector]:
        """The bias vectors of the layers, views of `weights`."""
        return list(self._views[self._layers :])

    @property
    def is_average(self) -> bool:
        """Whether predictions are the mean of several networks."""
        return len(self.members) > 1

    def is_seen_through(self, coefs: Sequence[Any], intercepts: Sequence[Any]) -> bool:
        """Whether these arrays are the views, and none was put in the place of one."""
        shown = (*coefs, *intercepts)
        return len(shown) == len(self._views) and all(map(operator.is_, shown, self._views))

    def with_members(self, members: Sequence[Member]) -> LearnedWeights:
        """Return the same weights with other members."""
        return LearnedWeights(self.network, self.weights, members)

    @property
    def predicting(self) -> list[Member]:
        """The networks that predict, also if it is this one alone."""
        return self.members or [self.member(0)]

    def member(self, index: int) -> Member:
        """Return one of the networks; IndexError if there is none of this number."""
        count = max(1, len(self.members))
        if not -count <= index < count:
            raise IndexError(f"The model has {count} networks, from 0. Got {index}.")
        return self.members[index] if self.members else Member(self.network, self.weights)

    def outputs(self, X: Any) -> Vector:
        """Return the outputs for validated rows, rows x outputs."""
        if X.dtype != self.network.dtype:
            X = converted("X", X, self.network.dtype)
        if self.is_average:
            return mean_outputs(self.members, X)
        try:
            predictor = self._idle.pop()
        except IndexError:
            # the engine is slow to import, and what is exported needs none
            from neurona.engine.choice import current_engine
            from neurona.engine.workspace import BLOCK_ROWS

            predictor = current_engine().answerer(self.network, self.weights, BLOCK_ROWS)
        outputs = predictor.predict(X)
        self._idle.append(predictor)
        return outputs
