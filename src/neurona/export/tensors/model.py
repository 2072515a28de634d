"""The graph of an exportable model: ONNX opset 17, ai.onnx.ml 3, IR 8, read by all since 2022."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.data.task import Task
from neurona.errors import IncompatibleError
from neurona.export.code.error_bars import check_error_bars
from neurona.export.code.texts import version
from neurona.export.source import Exportable, Layers
from neurona.export.tensors.activations import activate
from neurona.export.tensors.columns import ML, column, is_words
from neurona.export.tensors.deviations import deviations, ends, sizes_of
from neurona.export.tensors.graph import Graph, package
from neurona.export.tensors.turned import scaled, turned_back

OPSET, ML_OPSET, IR = 17, 3, 8


def graph_of(
    model: Exportable,
    single: bool = False,
    matrix: bool = False,
    name: str = "m",
    std: bool = False,
    interval: float | None = None,
) -> Any:
    """Return the model as an `onnx.ModelProto`; with `std` the deviations are an output, with
    `interval` the ends of what holds such a share of observations.

    With `matrix` there is one input "x", rows x columns of numbers, where words are codes;
    otherwise one per column, rows x 1, named as the column: words are texts and "" is missing.
    """
    check_error_bars(model, std, interval)
    onnx = package()
    names = ["x"] if matrix else _input_names(model)
    g = Graph(single, names)
    columns = _columns(g, len(model.names)) if matrix else names
    rows = g.node("Concat", *_features(g, model, columns, matrix), axis=1)
    each = _each(g, model.networks, rows)
    mean = _mean(g, model.networks, each)
    outputs = _outputs(g, model, rows, mean)
    if std or interval is not None:
        sizes, deviation = sizes_of(g, model, rows, mean), ""
        if std or model.measured is None:
            deviation = deviations(g, model, rows, each, mean, sizes)
        outputs += _error_bars(g, model, mean, deviation, sizes, std, interval)
    graph = onnx.helper.make_graph(
        g.nodes, name, _inputs(g, model, names, matrix), outputs, g.constants,
        doc_string=_told(model, matrix),
    )  # fmt: skip
    made = onnx.helper.make_model(
        graph,
        opset_imports=[onnx.helper.make_opsetid("", OPSET), onnx.helper.make_opsetid(ML, ML_OPSET)],
        ir_version=IR,
        producer_name="neurona",
        producer_version=version(),
    )
    onnx.checker.check_model(made, full_check=True)
    return made


def _input_names(model: Exportable) -> list[str]:
    if not all(model.names):
        raise IncompatibleError(
            "A column has no name, and an input of ONNX needs one; say --matrix."
        )
    return list(map(str, model.names))


def _inputs(g: Graph, model: Exportable, names: list[str], matrix: bool) -> list[Any]:
    make = g.onnx.helper.make_tensor_value_info
    if matrix:
        return [make("x", g.element, ["rows", len(model.names)])]
    kinds = [g.element] * len(names)
    for k, encoder in enumerate(model.encoders):
        if is_words(encoder):
            kinds[k] = g.onnx.TensorProto.STRING
    return [make(one, kind, ["rows", 1]) for one, kind in zip(names, kinds, strict=True)]


def _columns(g: Graph, count: int) -> list[str]:
    return [g.node("Gather", "x", g.constant([k], np.int64), axis=1) for k in range(count)]


def _features(g: Graph, model: Exportable, columns: list[str], codes: bool) -> list[str]:
    if not model.encoders:
        return columns
    pairs = zip(model.encoders, columns, strict=True)
    return [one for encoder, x in pairs for one in column(g, encoder, x, codes)]


def _error_bars(
    g: Graph,
    model: Exportable,
    mean: str,
    deviation: str,
    sizes: str,
    std: bool,
    interval: float | None,
) -> list[Any]:
    """Return the outputs besides the answers, of the mean of what networks put out."""
    targets, scaling, found = len(model.answers.names), model.answers.scaling, []
    learned = mean if scaling is None else scaled(g, scaling, mean)
    if std:
        own = deviation
        if scaling is not None and scaling.transform:
            low, high = (
                turned_back(g, scaling.transform, end)
                for end in (g.subtract(learned, deviation), g.add(learned, deviation))
            )
            own = g.multiply(g.subtract(high, low), g.constant(0.5))
        found.append(_named(g, "deviation", own, g.element, targets))
    if interval is not None:
        both = ends(g, model, learned, deviation, sizes, interval)
        named = zip(("lower", "upper"), both, strict=True)
        found += [_named(g, name, end, g.element, targets) for name, end in named]
    return found


def _each(g: Graph, networks: tuple[Layers, ...], rows: str) -> list[str]:
    """Return the outputs of each network."""
    found = []
    for network in networks:
        values = rows
        for layer in network.layers:
            weights, biases = g.constant(layer.weights), g.constant(layer.biases)
            values = activate(g, g.node("Gemm", values, weights, biases), layer.activation)
        found.append(values)
    return found


def _mean(g: Graph, networks: tuple[Layers, ...], found: list[str]) -> str:
    if len(found) == 1:
        return found[0]
    if len({network.share for network in networks}) > 1:
        shares = [g.constant(network.share) for network in networks]
        return g.node("Sum", *map(g.multiply, found, shares))
    return g.divide(g.node("Sum", *found), g.constant(float(len(found))))


def _outputs(g: Graph, model: Exportable, rows: str, found: str) -> list[Any]:
    if model.reconstruction is not None:
        return _rows_back(g, model, rows, found)
    answers = model.answers
    if answers.task is Task.REGRESSION:
        if answers.scaling is not None:
            found = turned_back(g, answers.scaling.transform, scaled(g, answers.scaling, found))
        return [_named(g, "y", found, g.element, len(answers.names))]
    count, integer = len(answers.names), g.onnx.TensorProto.INT64
    outputs = []
    if answers.task is Task.MULTILABEL:
        if answers.probabilities:
            outputs.append(_named(g, "probabilities", found, g.element, count))
        on = g.node("Cast", g.greater(found, answers.threshold), to=integer)
        return [*outputs, _named(g, "labels", on, integer, count)]
    if answers.task is Task.MULTICLASS:
        code = g.node("ArgMax", found, axis=1, keepdims=0)
        both = found
    else:
        on = g.node("Cast", g.greater(found, answers.threshold), to=integer)
        on = on if count > 1 else g.multiply(on, g.constant(0, np.int64))
        code = g.node("Reshape", on, g.constant([-1], np.int64))
        both = g.node("Concat", g.subtract(g.constant(1.0), found), found, axis=1)
        if count == 1:
            zero = g.multiply(found, g.constant(0.0))
            both = g.add(zero, g.constant(1.0))
    if answers.probabilities:
        outputs.append(_named(g, "probabilities", both, g.element, count))
    return [*outputs, _label(g, model, code)]


def _label(g: Graph, model: Exportable, code: str) -> Any:
    classes = np.asarray(model.answers.classes)
    if classes.dtype.kind in "iu":
        table, kind = g.constant(classes, np.int64), g.onnx.TensorProto.INT64
    else:
        table, kind = g.texts(list(model.answers.names)), g.onnx.TensorProto.STRING
    return _named(g, "label", g.node("Gather", table, code), kind, 0)


def _rows_back(g: Graph, model: Exportable, rows: str, found: str) -> list[Any]:
    """Return an autoencoder's outputs: the network's numbers given back, and the score."""
    assert model.reconstruction is not None
    reference = model.reconstruction.reference
    count = len(model.features)
    gap = g.subtract(rows, found)
    ends = [*reference.starts.tolist()[1:], count]
    of_column = np.zeros((count, len(ends)))
    for k, (first, last) in enumerate(zip(reference.starts.tolist(), ends, strict=True)):
        of_column[first:last, k] = 1
    errors = g.node("MatMul", g.multiply(gap, gap), g.constant(of_column))
    errors = g.divide(errors, g.constant([reference.usual]))
    mean = g.node("ReduceMean", errors, axes=[1], keepdims=1)
    score = g.divide(mean, g.constant(reference.limit))
    return [
        _named(g, "numbers_back", found, g.element, count),
        _named(g, "anomaly_score", score, g.element, 1),
    ]


def _named(g: Graph, name: str, found: str, kind: int, columns: int) -> Any:
    output = g.node("Identity", found, output=g.fresh(name))
    shape = ["rows", columns] if columns else ["rows"]
    return g.onnx.helper.make_tensor_value_info(output, kind, shape)


def _told(model: Exportable, matrix: bool) -> str:
    from neurona.export.code.program import program_of
    from neurona.export.code.texts import head_lines

    lines = [line for line in head_lines(program_of(model)) if line]
    how = "one matrix x, where words are codes" if matrix else "a column each, words as texts"
    kept = "" if matrix else "; an empty text is a missing word"
    return "\n".join([*lines, f"Inputs: {how}{kept}; dates are days since 1970-01-01."])
