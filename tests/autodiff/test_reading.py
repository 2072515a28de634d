"""Graphs as text and as drawings."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurona import autodiff
from neurona.autodiff.layout import Layers
from neurona.errors import OperationError

TIMES = "\N{MULTIPLICATION SIGN}"
SVG = "{http://www.w3.org/2000/svg}"


def small_graph():
    x, y = autodiff.variable(2.0, "x"), autodiff.variable([1.0, -3.0], "y")
    return np.sum(np.exp(x * 0.5) * y).named("result")


def test_describe():
    lines = autodiff.describe(small_graph()).splitlines()
    assert lines[0].split() == ["name", "operation", "shape", "value", "gradient"]
    cells = {line.split()[0]: " ".join(line.split()[1:]) for line in lines[1:]}
    # by hand: e = 2.71828, the sum of y is -2
    assert cells == {
        "x": "variable () 2 -2.71828",
        "y": "variable (2,) [1 -3] [2.718 2.718]",
        "#3": "multiply(x, 0.5) () 1 -5.43656",
        "#4": "exp(#3) () 2.71828 -2",
        "#5": "multiply(#4, y) (2,) [2.718 -8.155] [1 1]",
        "result": "sum(#5, (0)) () -5.43656 1",
    }
    assert str(small_graph()) == "\n".join(lines)


def test_describe_without_a_single_result_has_no_gradients():
    text = autodiff.describe(autodiff.variable([1.0, 2.0], "x")[1:] + np.ones(4))
    assert "gradient" not in text
    assert "getitem(x, 1:)" in text


def test_describe_long_graphs_and_large_arrays():
    x = autodiff.variable(np.linspace(-1.0, 3.0, 1000), "x")
    for _ in range(500):
        x = x + 0.0
    text = autodiff.describe(np.max(x))
    assert "... 302 nodes before these" in text
    assert "-1 .. 3" in text
    assert max(map(len, text.splitlines())) < 140


def test_gradients_of_every_node():
    x = autodiff.variable([1.0, 2.0], "x")
    square = x * x
    unused = np.floor(square)
    root = np.sum(square * 3.0) + np.sum(unused)
    found = autodiff.gradients(root)
    np.testing.assert_array_equal(found[x], [6, 12])
    np.testing.assert_array_equal(found[square], [3, 3])
    np.testing.assert_array_equal(found[unused], [1, 1])
    with pytest.raises(OperationError, match=r"but this node has the shape \(2,\)"):
        autodiff.gradients(square)


def texts(svg):
    return [element.text for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_drawing_says_names_values_and_gradients():
    assert texts(autodiff.draw(small_graph())) == [
        "x", "2", "∂ -2.71828",
        "y", "[1 -3]", "∂ [2.718 2.718]",
        f"{TIMES} 0.5", "1", "∂ -5.43656",
        "exp", "2.71828", "∂ -2",
        TIMES, "[2.718 -8.155]", "∂ [1 1]",
        "result", "Σ", "-5.43656", "∂ 1",
    ]  # fmt: skip


def test_a_constant_stands_on_its_side():
    x = autodiff.variable(3.0)
    assert "1 \N{MINUS SIGN}" in texts(autodiff.draw(1.0 - x))
    assert "\N{MINUS SIGN} 1" in texts(autodiff.draw(x - 1.0))
    assert "^ 2" in texts(autodiff.draw(x**2))


def test_drawing_some_nodes_keeps_the_paths_between_them():
    x = autodiff.variable(2.0, "x")
    middle = np.exp(x * 0.5)
    root = (middle + x).named("root")
    drawing = ElementTree.fromstring(autodiff.draw(root, [x, root]))
    assert len([one for one in drawing.iter(f"{SVG}path") if one.get("class") == "edge"]) == 1
    assert [text for text in texts(autodiff.draw(root, [x, root])) if text in ("x", "root")] == [
        "x", "root",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "a & b", '"quoted"', "null\0 and \x1b[31m", "Zürich 漢字"]
)
def test_names_are_text_whatever_they_are(name):
    drawing = autodiff.draw(autodiff.variable(1.0, name) * 2.0)
    read = texts(drawing)
    assert "<script>" not in drawing
    assert any(text.startswith(name[:4].replace("\0", "\ufffd")) for text in read)


def test_notebooks_get_a_drawing_unless_it_is_too_large():
    x = autodiff.variable(2.0)
    assert x._repr_svg_().startswith("<svg")
    for _ in range(400):
        x = x + 1.0
    assert x._repr_svg_() is None
    with pytest.raises(ValueError, match="A drawing of 401 nodes cannot be read; at most 300"):
        autodiff.draw(x)


@st.composite
def graphs(draw):
    count = draw(st.integers(1, 14))
    heights = draw(st.lists(st.floats(5, 80), min_size=count, max_size=count))
    pairs = [(i, j) for j in range(count) for i in range(j)]
    edges = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=24)) if pairs else []
    return heights, edges


@settings(max_examples=80, deadline=None)
@given(graphs())
def test_boxes_do_not_overlap_and_edges_lead_to_the_right(graph):
    heights, edges = graph
    layers = Layers(heights, edges, gap=10.0, thin=4.0)
    assert sorted(k for layer in layers.layers for k in layer) == list(range(len(layers.places)))
    for layer in layers.layers:
        boxes = sorted(
            (place.y - place.height / 2, place.y + place.height / 2)
            for place in (layers.places[k] for k in layer)
        )
        for (_, bottom), (top, _) in pairwise(boxes):
            assert top >= bottom + 10.0 - 1e-6
        assert boxes[0][0] >= -1e-6
    for edge, path in layers.paths.items():
        assert (path[0], path[-1]) == edge
        ranks = [layers.places[k].layer for k in path]
        assert ranks == list(range(ranks[0], ranks[0] + len(ranks)))


def test_a_tree_is_drawn_without_crossings():
    # 0 1 2 3 are leaves; 4 joins 0 and 2, 5 joins 1 and 3: the given order would cross
    layers = Layers([10.0] * 7, [(0, 4), (2, 4), (1, 5), (3, 5), (4, 6), (5, 6)], 5.0, 2.0)
    assert layers._crossings() == 0
