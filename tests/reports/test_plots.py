"""Drawings, by the data in them; how they look was looked at."""

from __future__ import annotations

import math
import subprocess
import sys
from typing import Any

import matplotlib
import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from neurona import datasets, surfaces
from neurona.numerics.activations import ACTIVATIONS
from neurona.reports import plots
from neurona.reports.plots.palette import STROKES
from neurona.training.history import EpochRecord


def line(ax, label):
    (found,) = [one for one in ax.get_lines() if one.get_label() == label]
    return found


def texts(ax):
    return [one.get_text().replace("\N{MINUS SIGN}", "-") for one in ax.texts]


def labels(ax):
    return [one.get_text() for one in ax.get_legend().get_texts()]


class Threshold:
    """A classifier by hand: class "b" where x + y > 1."""

    def predict(self, X):
        return np.where(X.sum(axis=1) > 1, "b", "a")


class Smooth(Threshold):
    classes_ = np.array(["a", "b"])

    def decision_function(self, X):
        return X.sum(axis=1) - 1


def test_an_activation_and_its_slope():
    ax = plots.activation("logistic", low=-4, high=4)
    x, y = line(ax, "value g(z)").get_data()
    assert (x[0], x[-1]) == (-4, 4)
    np.testing.assert_allclose(y, 1 / (1 + np.exp(-x)), rtol=1e-12)
    slope = ax.get_lines()[1].get_ydata()
    np.testing.assert_allclose(slope, y * (1 - y), rtol=1e-10)
    assert (ax.get_title(), ax.get_xlabel()) == ("logistic", "sum z")


@pytest.mark.parametrize("name", sorted({*ACTIVATIONS} - {"softmax"}))
def test_every_activation_has_a_picture_that_fits(name):
    ax = plots.activation(name)
    low, high = ax.get_ylim()
    assert -6 < low < high < 6
    plots.activation(name).figure.canvas.draw()


def edges(ax):
    """What the line collections say: (ends, width) by sign."""
    return {
        one.get_label(): list(zip(one.get_segments(), one.get_linewidths(), strict=True))
        for one in ax.collections
        if isinstance(one, LineCollection)
    }


def test_a_neuron_with_its_live_sum():
    ax = plots.neuron([0.5, -1.0], bias=0.25, activation="logistic", inputs=[1, 2])
    drawn = edges(ax)
    assert [len(drawn[sign]) for sign in ("positive", "negative")] == [2, 1]
    (_, widest), *_ = drawn["negative"]
    assert sorted(width / widest for _, width in drawn["positive"]) == [0.25, 0.5]
    said = texts(ax)
    assert {"0.5", "-1", "0.25", "bias", "= 2", "sum = -1.25", "logistic"} <= set(said)
    assert f"$y$ = {1 / (1 + math.exp(1.25)):.3g}" in said


def test_a_neuron_with_a_threshold_fires_above_it():
    for inputs, output in [([1, 1], "$y$ = 1"), ([1, 0], "$y$ = 0")]:
        said = texts(plots.neuron([1, 1], threshold=1.5, inputs=inputs))
        assert output in said
        assert any("1.5" in text for text in said)
    assert "$y$" in texts(plots.neuron([1, 1]))


def test_a_network_draws_every_weight_by_size_and_sign():
    coefs = [np.array([[1.0, -2.0], [0.0, 4.0]]), np.array([[-1.0], [3.0]])]
    intercepts = [np.array([0.5, -0.5]), np.array([2.0])]
    ax = plots.network(coefs, intercepts, input_names=["u", "v"], output_names=["w"])
    drawn = edges(ax)
    widths = {sign: sorted(round(width, 9) for _, width in drawn[sign]) for sign in drawn}
    assert widths == {
        "positive": [0.5, 1.0, 2.0, 3.0, 4.0],  # 0.5, 1, 2, 3, 4; the 0 is left out
        "negative": [0.5, 1.0, 2.0],
    }
    said = texts(ax)
    assert {"u", "v", "w", "4", "-2", "3"} <= set(said)
    assert said.count("1") == 3  # two bias units, and the weight 1
    heights = [patch.center[1] for patch in ax.patches]
    assert len(heights) == 2 + 1 + 2 + 1 + 1


def test_signs_differ_in_color_and_dash():
    ax = plots.network([np.array([[1.0, -1.0]])])
    positive, negative = ax.collections
    assert to_hex(positive.get_edgecolor()[0]) != to_hex(negative.get_edgecolor()[0])
    assert positive.get_linestyle() != negative.get_linestyle()


def test_a_large_layer_shows_the_units_with_the_largest_weights():
    names = [f"x{k}" for k in range(30)]
    weights = np.where(np.isin(np.arange(30), [4, 5, 11, 12, 20, 28])[:, None], 2.0, 0.1)
    ax = plots.network([weights * np.ones((30, 3))], most_units=6, input_names=names)
    assert {"x4", "x5", "x11", "x12", "x20", "x28"} <= set(texts(ax)) and "x0" not in texts(ax)
    ax = plots.network([np.ones((30, 3))], most_units=6)
    assert len(ax.patches) == 6 + 3
    assert texts(ax) == ["\N{VERTICAL ELLIPSIS}"]
    assert len(edges(ax)["positive"]) == 18


def test_the_decision_line_is_where_the_sum_is_zero():
    ax = plots.decision_line([2.0, -1.0], -0.5, [[0, 0], [3, 4]], [0, 1])
    x, y = line(ax, "decision line").get_data()
    np.testing.assert_allclose(2 * np.array(x) - y - 0.5, 0, atol=1e-12)
    left, right = ax.get_xlim()
    assert left < 0 and right > 3
    assert x.min() < left and x.max() > right
    assert labels(ax) == ["decision line", "fires", "class 0", "class 1"]


@pytest.mark.parametrize(("model", "off"), [(Threshold(), 0.02), (Smooth(), 1e-9)])
def test_the_boundary_of_a_classifier(model, off):
    X = np.array([[0.0, 0.0], [1.0, 1.0], [0.0, 0.9], [0.2, 0.1]])
    ax = plots.decision_boundary(model, X, model.predict(X), input_names=["p", "q"])
    contour = ax.collections[1]
    places = np.concatenate([path.vertices for path in contour.get_paths()])
    assert len(places) > 50
    np.testing.assert_allclose(places.sum(axis=1), 1, atol=off)
    assert labels(ax) == ["class a", "class b"]
    first, second = ax.collections[-2:]
    np.testing.assert_array_equal(first.get_offsets(), X[[0, 2, 3]])
    np.testing.assert_array_equal(second.get_offsets(), X[[1]])
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("p", "q")


def test_three_classes_and_one():
    class Bands:
        def predict(self, X):
            return np.digitize(X[:, 0], [1, 2])

    X = np.column_stack([np.linspace(0, 3, 12), np.arange(12.0)])
    ax = plots.decision_boundary(Bands(), X, np.digitize(X[:, 0], [1, 2]))
    assert labels(ax) == ["class 0", "class 1", "class 2"]

    class Same:
        def predict(self, X):
            return np.zeros(len(X))

    assert labels(plots.decision_boundary(Same(), X, np.zeros(12))) == ["class 0.0"]


def test_a_surface_with_the_paths_of_a_race():
    result = surfaces.race("himmelblau", ["sgd", "adam"], steps=30, learning_rate=[0.01, 0.1])
    ax = plots.surface(result.surface, result, axis_names=("a", "b"), title="race")
    for path in result:
        np.testing.assert_array_equal(line(ax, path.label).get_xydata(), path.points)
    np.testing.assert_array_equal(line(ax, "minima").get_xydata(), result.surface.minima)
    np.testing.assert_array_equal(line(ax, "start").get_xydata(), [result.start])
    assert ax.get_xlim() == (-5, 5)
    levels = ax.collections[1].levels
    assert (np.diff(levels) > 0).all()
    assert (np.diff(levels, 2) > 0).all()  # closer at the bottom
    assert (ax.get_xlabel(), ax.get_title()) == ("a", "race")


def test_a_surface_may_have_no_value_here_and_there():
    class Holed(surfaces.Quadratic):
        def value(self, points):
            return np.where(points[..., 0] > 2, np.inf, super().value(points))

    ax = plots.surface(Holed(), resolution=21)
    assert np.isfinite(ax.collections[1].levels).all()
    ax.figure.canvas.draw()


def test_a_surface_of_one_coordinate_is_a_curve():
    result = surfaces.race(surfaces.Quadratic(dimension=1), "sgd", [4.0], 5, learning_rate=0.5)
    ax = plots.surface(result.surface, result)
    x, y = line(ax, "height").get_data()
    np.testing.assert_allclose(y, x**2 / 2)
    np.testing.assert_allclose(line(ax, "sgd").get_ydata(), result["sgd"].values)


def test_a_surface_in_perspective():
    result = surfaces.race("quadratic", "sgd", steps=10, learning_rate=0.1)
    ax: Any = plots.surface_3d(result.surface, result, logarithmic=True)
    x, y, z = line(ax, "sgd").get_data_3d()
    np.testing.assert_array_equal(np.column_stack([x, y]), result["sgd"].points)
    np.testing.assert_allclose(z, np.log10(1 + result["sgd"].values), rtol=1e-12)
    assert ax.get_zlabel() == "log$_{10}$(1 + height)"
    ax.figure.canvas.draw()


def record(epoch, loss, val_loss=None):
    return EpochRecord(epoch, loss, val_loss, None, 0.1, 0.1, 0.1)


def test_learning_curves_and_the_best_epoch():
    ax = plots.learning_curves([record(1, 9.0, 8.0), record(2, 1.0, 0.5), record(3, 0.1, 0.7)])
    assert line(ax, "training").get_xydata().tolist() == [[1, 9], [2, 1], [3, 0.1]]
    assert line(ax, "validation").get_ydata().tolist() == [8, 0.5, 0.7]
    assert line(ax, "best: epoch 2").get_xydata().tolist() == [[2, 0.5]]
    assert ax.get_yscale() == "log"
    both = plots.learning_curves(
        {"p": [record(1, 2.0, 9.0)], "q": [record(1, 1.0), record(2, 0.5)]}
    )
    assert line(both, "q").get_xydata().tolist() == [[1, 1], [2, 0.5]]
    assert labels(both) == ["p", "q"]
    flat = plots.learning_curves([record(1, 2.0), record(2, 1.0)])
    assert flat.get_yscale() == "linear"
    assert labels(flat) == ["training"]


class Double:
    def predict(self, X):
        return 2 * X[:, 0]


def test_a_fit_its_residuals_and_parity():
    x, y = np.array([[0.0], [1.0], [2.0]]), np.array([0.5, 2.0, 3.5])
    ax = plots.regression_fit(Double(), x, y, input_name="load", target_name="sag")
    curve = line(ax, "model").get_xydata()
    np.testing.assert_allclose(curve[:, 1], 2 * curve[:, 0])
    np.testing.assert_array_equal(ax.collections[0].get_offsets(), np.column_stack([x, y]))
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("load", "sag")
    predicted = Double().predict(x)
    left = plots.residuals(y, predicted, unit="mm")
    np.testing.assert_array_equal(left.collections[0].get_offsets(), [[0, 0.5], [2, 0], [4, -0.5]])
    assert f"± RMSE = {math.sqrt(1 / 6):.3g} mm" in labels(left)
    even = plots.parity(y, predicted[:, None])
    np.testing.assert_array_equal(
        even.collections[0].get_offsets(), np.column_stack([y, predicted])
    )
    assert labels(even)[0] == "rows, R² = 0.889"  # 1 - 0.5 / 4.5
    assert even.get_xlim() == even.get_ylim()


def test_confusion_counts_true_classes_down():
    ax = plots.confusion(["a", "a", "b", "b", "b"], ["a", "b", "b", "b", "b"], names=["one", "two"])
    assert texts(ax) == ["1\n50 %", "1\n50 %", "0", "3\n100 %"]
    shares = np.array(ax.images[0].get_array())
    assert shares.tolist() == [[0.5, 0.5], [0, 1]]
    assert [one.get_text() for one in ax.get_yticklabels()] == ["one", "two"]


def test_relevance_bars_have_the_largest_on_top():
    ax = plots.relevance(["p", "q", "r"], [0.1, 0.5, -0.2], spread=[0.01, 0.1, 0.02], most=2)
    assert [bar.get_width() for bar in ax.patches] == [0.1, 0.5]
    assert [one.get_text() for one in ax.get_yticklabels()] == ["p", "q"]


DRAWINGS = [
    lambda ax: plots.activation("tanh", ax),
    lambda ax: plots.neuron([1, -1], ax=ax),
    lambda ax: plots.network([np.ones((2, 2))], ax=ax),
    lambda ax: plots.decision_line([1, 1], -1, ax=ax),
    lambda ax: plots.decision_boundary(Smooth(), [[0, 0], [1, 1]], ["a", "b"], ax=ax),
    lambda ax: plots.surface(surfaces.Quadratic(), ax=ax),
    lambda ax: plots.rate_curve([0.1, 1.0], [0.5, 0.7], 0.1, ax=ax),
    lambda ax: plots.learning_curves([record(1, 1.0)], ax),
    lambda ax: plots.regression_fit(Double(), [[0.0], [1.0]], [0, 2], ax=ax),
    lambda ax: plots.residuals([0, 1], [0, 1], ax=ax),
    lambda ax: plots.parity([0, 1], [0, 1], ax=ax),
    lambda ax: plots.confusion([0, 1], [0, 1], ax=ax),
    lambda ax: plots.relevance(["a"], [1.0], ax=ax),
]


@pytest.mark.parametrize("draw", DRAWINGS)
def test_it_draws_where_it_is_told_and_touches_nothing_else(draw, tmp_path):
    before = dict(matplotlib.rcParams)
    ax = Figure().add_subplot()
    assert draw(ax) is ax
    own = draw(None)
    assert own is not ax
    own.figure.savefig(tmp_path / "drawing.png")
    own.figure.savefig(tmp_path / "drawing.svg")
    assert dict(matplotlib.rcParams) == before


def test_every_drawing_is_in_that_list():
    names = " ".join(name for draw in DRAWINGS for name in draw.__code__.co_names)
    functions = {name for name in plots.__all__ if not name.endswith("Display")}
    assert functions - {*names.split()} == {"surface_3d"}


def test_no_display_no_pyplot():
    code = (
        "import sys; from neurona.reports import plots; before = 'matplotlib' in sys.modules;"
        "plots.activation('tanh').figure.canvas.draw();"
        "print(before, 'matplotlib.pyplot' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "False"]


def test_without_matplotlib_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError) as caught:
        plots.activation("tanh")
    assert str(caught.value) == "Drawings need matplotlib: pip install matplotlib"


def test_the_palette_can_be_told_apart_without_color():
    assert len({one.color for one in STROKES}) == len(STROKES)
    assert len({one.mark for one in STROKES}) == len(STROKES)
    assert len({str(one.dash) for one in STROKES}) == len(STROKES)


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: plots.activation("softmax"), "is of a whole layer"),
        (lambda: plots.activation("tanh", low=1, high=1), "low must be less than high"),
        (lambda: plots.neuron([1, 2], bias=1, threshold=1), "either a bias or a threshold"),
        (lambda: plots.neuron([1, 2], inputs=[1]), "2 weights need as many inputs. Got 1."),
        (lambda: plots.neuron([]), "one weight per input"),
        (lambda: plots.network([]), "a list of matrices"),
        (lambda: plots.network([np.ones((2, 3)), np.ones((2, 1))]), "as many numbers as the last"),
        (lambda: plots.network([np.ones((2, 3))], [np.ones(2)]), "intercepts must have [3]"),
        (lambda: plots.network([np.ones((2, 3))], input_names=["a"]), "must be 2 names. Got 1."),
        (lambda: plots.decision_line([0, 0], 1), "not both 0"),
        (lambda: plots.decision_boundary(Smooth(), [[1.0]], [1]), "must have two columns"),
        (lambda: plots.decision_boundary(Smooth(), [[1.0, 2.0]], [1, 2]), "each of the 1 rows"),
        (lambda: plots.surface_3d(surfaces.Quadratic(dimension=1)), "use surface, not surface_3d"),
        (lambda: plots.learning_curves([]), "nothing was trained yet"),
        (lambda: plots.learning_curves({"p": []}), "nothing was trained yet"),
        (lambda: plots.regression_fit(Double(), [[1.0, 2.0]], [1]), "X must have one column"),
        (lambda: plots.parity([[1, 2]], [[1, 2]]), "y must be one target"),
        (lambda: plots.residuals([1], [1, 2]), "Got 1 and 2."),
        (lambda: plots.confusion([1, 2], [1]), "as many each"),
        (lambda: plots.confusion([1, 2], [1, 2], names=["a"]), "2 classes need as many names"),
        (lambda: plots.relevance(["a"], [1, 2]), "1 names need as many values"),
        (lambda: plots.relevance(["a"], [1], spread=[1, 2]), "spread must have the shape"),
    ],
)
def test_errors_are_one_sentence(draw, message):
    with pytest.raises(ValueError) as caught:
        draw()
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_error_surfaces_of_networks_are_drawn_too():
    from neurona import MLPClassifier

    moons = datasets.load("moons", rows=60)
    model = MLPClassifier(hidden_layer_sizes=4, solver="lbfgs", random_state=0, max_iter=2000)
    model.fit(moons.X, moons.y)
    surface = surfaces.along_directions(model, moons.X, moons.y)
    ax = plots.surface(surface, resolution=15)
    assert ax.get_legend() is None
    ax.figure.canvas.draw()


def test_rate_curve_shows_what_diverged_and_what_was_taken():
    ax = plots.rate_curve([0.01, 0.1, 1.0], [0.5, 0.1, np.inf], 0.1, start=1.0)
    labels = [line.get_label() for line in ax.get_lines()]
    assert "taken: 0.1" in labels and "far above, or diverged" in labels
    assert ax.get_xscale() == ax.get_yscale() == "log"
    with pytest.raises(ValueError, match="as many losses"):
        plots.rate_curve([0.1], [], 0.1)
