"""A network as TensorBoard's graph: a box a layer, with its weights, sums and activation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from neurona.network import Network
from neurona.observers.parameters import as_text


def graph_of(network: Network, loss: str) -> Any:
    """Return the GraphDef (tensorboardX's) of a network and its loss."""
    from tensorboardX.proto.graph_pb2 import GraphDef
    from tensorboardX.proto.versions_pb2 import VersionDef

    before = "inputs"
    nodes = [_node("inputs", "Placeholder", [-1, network.sizes[0]])]
    for k, activation in enumerate(network.activations):
        rows, columns = network.sizes[k], network.sizes[k + 1]
        layer, shape = f"layer_{k + 1}", [-1, columns]
        name = _valid(activation.name)
        if network.is_mirror(k):
            weights = f"{layer}/transposed_weights"
            twin = f"layer_{network.twin(k) + 1}/weights"
            nodes.append(_node(weights, "Transpose", [rows, columns], [twin]))
        else:
            weights = f"{layer}/weights"
            nodes.append(_node(weights, "Variable", [rows, columns]))
        nodes += [
            _node(f"{layer}/biases", "Variable", [columns]),
            _node(f"{layer}/product", "MatMul", shape, [before, weights]),
            _node(f"{layer}/sum", "Add", shape, [f"{layer}/product", f"{layer}/biases"]),
            _node(f"{layer}/{name}", as_text(activation), shape, [f"{layer}/sum"]),
        ]
        before = f"{layer}/{name}"
    nodes += [
        _node("targets", "Placeholder", [-1, network.sizes[-1]]),
        _node("loss", loss, [], [before, "targets"]),
    ]
    return GraphDef(node=nodes, versions=VersionDef(producer=22))


def _node(name: str, operation: str, shape: Sequence[int], inputs: Sequence[str] = ()) -> Any:
    from tensorboardX.proto.attr_value_pb2 import AttrValue
    from tensorboardX.proto.node_def_pb2 import NodeDef
    from tensorboardX.proto.tensor_shape_pb2 import TensorShapeProto

    size = TensorShapeProto(dim=[TensorShapeProto.Dim(size=one) for one in shape])
    shapes = AttrValue(list=AttrValue.ListValue(shape=[size]))
    return NodeDef(name=name, op=operation, input=inputs, attr={"_output_shapes": shapes})


def _valid(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]", "_", name) or "activation"
