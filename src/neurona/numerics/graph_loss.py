"""A loss written by the user in NumPy, differentiated by the computation graph."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from neurona.autodiff import vector_jacobian_product
from neurona.compiled.callbacks import PythonLoss
from neurona.errors import IncompatibleError, OperationError
from neurona.numerics.activations import Activation
from neurona.numerics.losses import LOSSES, Loss
from neurona.values import OPTION_SLOTS

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class GraphLoss(Loss):
    """A loss of one's own: a function of targets and outputs, in NumPy's words.

    The kernel calls back into Python for every block of up to 256 rows, so training is slower than
    with a built-in loss, by about 0.13 ms a batch (half the squared error, Adam): 12 to 17 times on
    an 8-30-1 network with batches of 32, 2 times on 64-128-64-1 with batches of 64, little on
    larger layers. Write a class of `neurona.numerics.losses` where that matters.

    Parameters
    ----------
    function : callable
        `function(targets, outputs)` gets two arrays of shape (rows, outputs) and returns the
        penalties, of that shape or of shape (rows,). Each row's penalty must depend on that row
        alone: rows come in blocks of any size. It may use whatever `neurona.autodiff` knows.
    sums_of : str, default=""
        Name of the one output activation that may be used, whose sums z (what goes into it) the
        function gets instead of its values: to stay clear of the logarithm of 0. By default the
        function gets the values of whatever activation the output has.

    Examples
    --------
    An error below costs four times as much as one above:

    >>> import numpy as np
    >>> from neurona import MLPRegressor, GraphLoss
    >>> def cautious(targets, outputs):
    ...     difference = outputs - targets
    ...     return np.where(difference < 0, 4.0, 1.0) * difference**2
    >>> X = np.linspace(-1, 1, 50)[:, None]
    >>> model = MLPRegressor(GraphLoss(cautious), (5,), solver="lbfgs", random_state=0)
    >>> bool(np.mean(model.fit(X, X[:, 0] ** 2).predict(X) > X[:, 0] ** 2 - 0.05) > 0.9)
    True
    """

    function: Callable[[Any, Any], Any]
    sums_of: str = ""
    name: ClassVar[str] = "graph"
    link: ClassVar[str] = "identity"

    def __post_init__(self) -> None:
        super().__post_init__()
        if not callable(self.function):
            raise ValueError(
                "The 'function' parameter of GraphLoss must be a function of targets and outputs. "
                f"Got {self.function!r} instead."
            )

    def options(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """No numbers travel to the kernel."""
        return np.zeros(OPTION_SLOTS)

    def member(self, output: Activation) -> tuple[Any, bool]:
        """Return a member that calls back into Python, and whether it works on the sums z."""
        if self.sums_of and output.name != self.sums_of:
            raise IncompatibleError(
                f"This GraphLoss works on the sums of {self.sums_of!r} and cannot be used with the "
                f"output activation {output.name!r}; use {self.sums_of!r}."
            )
        if not self.sums_of and not output.has_slope:
            raise IncompatibleError(
                f"A GraphLoss cannot be used with the output activation {output.name!r}: its slope "
                "is 0 everywhere, so nothing would be learned; use 'identity'."
            )
        # an address stays good as long as the loss lives; by the twin, no member holds its loss
        member = PythonLoss(replace(self).penalties_and_slopes)
        weakref.finalize(self, [member].clear)
        return member, bool(self.sums_of)

    def expression(self, targets: Any, outputs: Any, on_sums: bool) -> Any:
        """Return the penalties, of shape (rows, outputs) or (rows, 1)."""
        penalties = self.function(targets, outputs)
        shape = np.shape(penalties)
        if shape == outputs.shape:
            return penalties
        if shape == outputs.shape[:1]:
            return np.reshape(penalties, (-1, 1))
        raise OperationError(
            "The function of a GraphLoss must return one penalty for every output, of shape "
            f"{outputs.shape} here, or one for every row, of shape {outputs.shape[:1]}. Got "
            f"{shape}."
        )

    def penalties_and_slopes(self, targets: Array, outputs: Array) -> tuple[Array, Array]:
        """Return the penalties of some rows and their slopes by the outputs, as the kernel asks for
        them: a row's one penalty stands in its first column.
        """
        with np.errstate(all="ignore"):
            # compiled losses overflow without a warning, too
            penalties, pull = vector_jacobian_product(self.expression, 1)(
                targets, outputs, bool(self.sums_of)
            )
            slopes = pull(np.ones_like(penalties))
        if penalties.shape != outputs.shape:
            # a row's penalty counts once
            spread = np.zeros_like(outputs)
            spread[:, :1] = penalties
            penalties = spread
        return penalties, slopes


LOSSES.accept(GraphLoss)
