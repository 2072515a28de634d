"""A network and its loss as a computation graph, node by node, with names.

The compiled kernels compute the same numbers some hundred times faster; here every step between
the inputs and the loss can be looked at, and differentiated again. It is the kernels' oracle and
a way to see what backpropagation does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from scipy import sparse

from neurona.autodiff import Node, describe, gradients, variable
from neurona.autodiff.drawing import draw, picture
from neurona.network import Network, Vector
from neurona.numerics.losses import Loss


class NetworkGraph(Mapping[str, Node]):
    """The named nodes of a network's loss: `graph["layer 1 sums"].value`, and their gradients.

    The names, for layers numbered from 1: `inputs`, `layer 1 weights`, `layer 1 biases`,
    `layer 1 sums`, `layer 1 values`, ..., `penalties` (rows x outputs), `row losses`, `mean loss`,
    `penalty` (of the weights, if there is one), `loss`. A loss that works on the sums of the last
    layer passes its values by: they are there to be read, and their gradient is 0.
    """

    def __init__(self, network: Network, nodes: dict[str, Node]) -> None:
        self.network = network
        self._nodes = nodes
        self._gradients = gradients(nodes["loss"])

    def __getitem__(self, name: str) -> Node:
        return self._nodes[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def __len__(self) -> int:
        return len(self._nodes)

    @property
    def loss(self) -> float:
        """The value of the loss, penalties of the weights included."""
        return float(self["loss"].value)

    def gradient(self, name: str) -> Vector:
        """Return the derivative of the loss by each number of a node."""
        node = self[name]
        found: Vector = np.asarray(self._gradients.get(node, np.zeros(node.shape, node.dtype)))
        return found

    def weights_gradient(self) -> Vector:
        """Return the gradient as a flat vector in the network's layout, as the kernels give it."""
        layers = range(1, self.network.n_layers + 1)
        return self.network.pack(
            [self.gradient(f"layer {k} weights") for k in layers],
            [self.gradient(f"layer {k} biases") for k in layers],
        )

    def __str__(self) -> str:
        return describe(self["loss"])

    def draw(self) -> str:
        """Return the named nodes as SVG text."""
        return draw(self["loss"], list(self.values()))

    def _repr_svg_(self) -> str | None:
        return picture(self["loss"], list(self.values()))


def expand(
    network: Network,
    loss: Loss,
    weights: Vector,
    X: Any,
    targets: Any,
    sample_weight: Any = None,
    l2: float = 0.0,
    l1: float = 0.0,
) -> NetworkGraph:
    """Return the graph of a network's loss on some rows.

    Parameters
    ----------
    network : Network
        Its dtype is that of the graph.
    loss : Loss
    weights : ndarray
        The flat vector, in the network's layout.
    X : array or sparse matrix of shape (rows, inputs)
    targets : array of shape (rows, outputs)
        As the network sees them: encoded and scaled.
    sample_weight : array of shape (rows,), optional
    l2, l1 : float
        Penalties of the weights, divided by the rows' weight as in training.

    Raises
    ------
    IncompatibleError
        The loss cannot be used with the network's output activation.
    OperationError
        An activation or loss of the user's has no expression.

    Examples
    --------
    >>> import numpy as np
    >>> from neurona.network import Network
    >>> from neurona.numerics.activations import Identity, Tanh
    >>> from neurona.numerics.losses import SquaredError
    >>> network = Network((1, 1, 1), [Tanh(), Identity()], np.float64)
    >>> weights = network.pack([[[1.0]], [[2.0]]], [[0.0], [0.5]])
    >>> graph = expand(network, SquaredError(), weights, [[0.0], [1.0]], [[0.0], [1.0]])
    >>> graph["layer 2 sums"].value
    array([[0.5       ],
           [2.02318831]])
    >>> graph.gradient("layer 2 biases")
    array([0.76159416])
    """
    nodes: dict[str, Node] = {}

    def keep(node: Any, name: str) -> Any:
        nodes[name] = node.named(name) if isinstance(node, Node) else variable(node, name)
        return nodes[name]

    matrices, biases = network.views(np.asarray(weights, network.dtype))
    layers = (
        (keep(matrix, f"layer {k} weights"), keep(bias, f"layer {k} biases"))
        for k, (matrix, bias) in enumerate(zip(matrices, biases, strict=True), 1)
    )
    loss_node(network, loss, layers, X, targets, sample_weight, l2, l1, keep)
    return NetworkGraph(network, nodes)


def layers_of(network: Network, parameters: Any) -> list[tuple[Any, Any]]:
    """Return each layer's matrix and biases as parts of a node of `Network.parameters`."""
    shapes = list(zip(network.sizes, network.sizes[1:], strict=False))
    places = zip(shapes, *network.parameter_places(), strict=True)
    return [
        (parameters[a : a + n * m].reshape(n, m), parameters[b : b + m]) for (n, m), a, b in places
    ]


def loss_node(
    network: Network,
    loss: Loss,
    layers: Iterable[tuple[Any, Any]],
    X: Any,
    targets: Any,
    sample_weight: Any = None,
    l2: float = 0.0,
    l1: float = 0.0,
    keep: Callable[[Any, str], Any] = lambda node, name: node,
) -> Any:
    """Return the loss as a node of each layer's matrix and biases; `keep` sees every step by name.

    The other arguments are those of `expand`.
    """
    dtype = network.dtype
    if sparse.issparse(X):
        X = sparse.csr_array(X).toarray()  # type: ignore[call-overload]
    _, on_sums = loss.member(network.activations[-1])
    values = sums = keep(np.asarray(X, dtype), "inputs")
    targets, matrices = np.asarray(targets, dtype), []
    for k, (activation, (matrix, bias)) in enumerate(
        zip(network.activations, layers, strict=True), 1
    ):
        matrices.append(matrix)
        sums = keep(values @ matrix + bias, f"layer {k} sums")
        values = keep(activation.expression(sums), f"layer {k} values")
    penalties = keep(loss.expression(targets, sums if on_sums else values, on_sums), "penalties")
    rows = keep(np.sum(penalties, axis=1), "row losses")
    weight = np.ones(len(targets), dtype)
    if sample_weight is not None:
        weight = np.asarray(sample_weight, dtype)
    whole = weight.sum(dtype=np.float64)
    mean = keep(np.sum(rows * (weight / dtype.type(whole))), "mean loss")
    if l2 or l1:
        mean = mean + keep(_penalty(matrices, l2 / float(whole), l1 / float(whole)), "penalty")
    return keep(mean, "loss")


def _penalty(matrices: list[Any], l2: float, l1: float) -> Any:
    parts = [np.sum(matrix * matrix) * (0.5 * l2) for matrix in matrices if l2]
    parts += [np.sum(np.abs(matrix)) * l1 for matrix in matrices if l1]
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total
