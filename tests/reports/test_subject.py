"""Every drawing of a model takes any fitted model: for arrays, for tables, loaded, foreign."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
from matplotlib.axes import Axes
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neural_network import MLPRegressor as TheirRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import neurona
from neurona.reports import plots
from neurona.reports.subject import layers_of, places_of

r = np.random.default_rng(0)
XY = r.uniform(-1, 1, (60, 2))
FRAME = pd.DataFrame(XY, columns=["speed", "load"])
SIDE = np.where(XY.sum(axis=1) > 0, "up", "down")
THREE = np.array(["a", "b", "c"])[np.digitize(XY[:, 0], [-0.3, 0.3])]
HEIGHT = np.sin(2 * XY[:, 0])
BAYES = {"solver": "bayesian-lm", "hidden_layer_sizes": 2, "random_state": 0}
LBFGS = {"solver": "lbfgs", "hidden_layer_sizes": 3, "random_state": 0, "max_iter": 30}
TABLE = {"hidden_layer_sizes": (4,), "epochs": 2, "random_state": 0}

MODELS = {
    "regressor": lambda: neurona.MLPRegressor(**LBFGS).fit(XY, HEIGHT),
    "regressor of a frame": lambda: neurona.MLPRegressor(**LBFGS).fit(FRAME, HEIGHT),
    "several outputs": lambda: neurona.MLPRegressor(**LBFGS).fit(XY, XY),
    "bayesian": lambda: neurona.MLPRegressor(**BAYES).fit(FRAME, HEIGHT),
    "average": lambda: neurona.MLPRegressor(**BAYES, n_starts=3, combine="average").fit(XY, HEIGHT),
    "classifier": lambda: neurona.MLPClassifier(**LBFGS).fit(XY, THREE),
    "two classes": lambda: neurona.MLPClassifier(**LBFGS).fit(FRAME, SIDE),
    "autoencoder": lambda: neurona.Autoencoder(1, (3,), max_iter=3, tol=0).fit(FRAME),
    "table": lambda: neurona.TableRegressor(**TABLE).fit(FRAME, HEIGHT),
    "table of names": lambda: neurona.TableRegressor(**TABLE).fit(FRAME.assign(h=HEIGHT), "h"),
    "table, average": lambda: neurona.TableRegressor(
        solver="bayesian-lm", n_starts=3, hidden_layer_sizes=2, random_state=0
    ).fit(FRAME, HEIGHT),
    "table of classes": lambda: neurona.TableClassifier(**TABLE).fit(FRAME, THREE),
    "table of two": lambda: neurona.TableClassifier(**TABLE).fit(FRAME, SIDE),
    "table's autoencoder": lambda: neurona.TableAutoencoder(1, (3,), epochs=2).fit(FRAME),
    "perceptron": lambda: neurona.Perceptron().fit(FRAME, SIDE),
    "adaline": lambda: neurona.Adaline(max_iter=5).fit(XY, SIDE),
    "perceptron of three": lambda: neurona.Perceptron(max_iter=5).fit(XY, THREE),
    "theirs": lambda: TheirRegressor(hidden_layer_sizes=4, max_iter=3).fit(FRAME, HEIGHT),
}


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = {name: make() for name, make in MODELS.items()}
    for name, model in list(found.items()):
        if name != "theirs":
            neurona.save(model, folder / "one.neurona")
            found[f"loaded {name}"] = neurona.load(folder / "one.neurona")
    return found


EVERY = [*MODELS, *(f"loaded {name}" for name in MODELS if name != "theirs")]


def labels(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


@pytest.mark.parametrize("name", EVERY)
def test_every_model_is_drawn_as_a_network(models, name):
    model = models[name]
    ax = plots.network(model)
    found = layers_of(model)
    shown = labels(ax)
    assert set(found.input_names or []) <= set(shown)
    assert set(found.output_names or []) <= set(shown)
    if "frame" in name or "table" in name:
        assert found.input_names == ["speed", "load"]
    assert ("one of" in ax.get_title()) == ("average" in name)
    given = plots.network(model, input_names=["p", "q"])
    assert {"p", "q"} <= set(labels(given))


@pytest.mark.parametrize("name", EVERY)
def test_every_model_shows_how_it_learned(models, name):
    ax = plots.learning_curves(models[name])
    model = models[name]
    losses = ax.get_lines()[0].get_ydata()
    if hasattr(model, "history_"):
        assert list(losses) == [one.loss for one in model.history_]
    else:
        assert list(losses) == list(model.loss_curve_)


def test_models_and_histories_are_compared_by_name(models):
    both = {"one": models["regressor"], "other": models["table"].history_}
    handles, names = plots.learning_curves(both).get_legend_handles_labels()
    assert names == ["one", "other"] and len(handles) == 2


@pytest.mark.parametrize("name", EVERY)
def test_every_model_says_what_its_inputs_matter_or_why_not(models, name):
    model = models[name]
    if not hasattr(model, "relevance_"):
        with pytest.raises(ValueError, match=r'does not know .* solver="bayesian-lm"'):
            plots.relevance(model)
        return
    ax = plots.relevance(model)
    bars = dict(zip((t.get_text() for t in ax.get_yticklabels()),
                    (bar.get_width() for bar in ax.patches), strict=True))  # fmt: skip
    named = isinstance(model.relevance_, dict)
    own = model.relevance_ if named else dict(zip(bars, model.relevance_, strict=False))
    assert sorted(bars.values()) == pytest.approx(sorted(own.values()))
    has_names = hasattr(model, "feature_names_in_")
    assert set(bars) == ({"speed", "load"} if has_names else {"x1", "x2"})


GIVEN = {
    "pandas": (FRAME, SIDE),
    "pandas, series": (FRAME, pd.Series(SIDE, FRAME.index + 7, name="side")),
    "pandas, name": (FRAME.assign(side=SIDE), "side"),
    "polars": (pl.from_pandas(FRAME), SIDE),
    "polars, name": (pl.from_pandas(FRAME.assign(side=SIDE)), "side"),
    "dict": ({"load": XY[:, 1], "speed": XY[:, 0]}, SIDE),
    "Table": (neurona.Table({"speed": XY[:, 0], "load": XY[:, 1]}), SIDE),
}
ARRAYS = {"array": (XY, SIDE), "list": (XY.tolist(), SIDE.tolist())}


@pytest.mark.parametrize("given", GIVEN)
@pytest.mark.parametrize("name", ["table of two", "loaded table of two", "table of classes"])
def test_boundaries_of_tables_take_tables_of_any_kind(models, name, given):
    X, y = GIVEN[given]
    y = y if "two" in name else (THREE if not isinstance(y, str) else y)
    ax = plots.decision_boundary(models[name], X, y, resolution=12)
    names = ["load", "speed"] if given == "dict" else ["speed", "load"]
    assert [ax.get_xlabel(), ax.get_ylabel()] == names
    offsets = np.concatenate(
        [one.get_offsets() for one in ax.collections if len(one.get_offsets())]
    )
    assert {tuple(row) for row in XY[:, ::-1] if given == "dict"} <= {tuple(row) for row in offsets}


@pytest.mark.parametrize("given", ["pandas", "pandas, name", "polars"])
@pytest.mark.parametrize("name", ["two classes", "loaded two classes", "perceptron"])
def test_boundaries_of_models_that_know_names_take_frames(models, name, given):
    ax = plots.decision_boundary(models[name], *GIVEN[given], resolution=12)
    assert ax.get_xlabel() == "speed"


@pytest.mark.parametrize("given", ARRAYS)
@pytest.mark.parametrize("name", ["classifier", "adaline", "perceptron of three"])
def test_boundaries_of_models_without_names_take_arrays(models, name, given):
    X, y = ARRAYS[given]
    ax = plots.decision_boundary(models[name], X, THREE if name != "adaline" else y, resolution=12)
    assert ax.get_xlabel() == "$x_1$"


def test_scikit_learns_models_and_pipelines_too():
    pipe = make_pipeline(StandardScaler(), LogisticRegression()).fit(FRAME, SIDE)
    assert plots.decision_boundary(pipe, FRAME, SIDE, resolution=9).get_ylabel() == "load"
    line = LinearRegression().fit(FRAME[["speed"]], HEIGHT)
    assert plots.regression_fit(line, FRAME[["speed"]], HEIGHT).get_xlabel() == "speed"
    assert plots.neuron(LogisticRegression().fit(FRAME, SIDE)) is not None
    with pytest.raises(TypeError, match="LinearRegression kept no losses"):
        plots.learning_curves(line)
    with pytest.raises(TypeError, match="StandardScaler has no weights"):
        plots.network(StandardScaler().fit(FRAME))


ONE = {
    "pandas": (FRAME[["speed"]], HEIGHT),
    "pandas, name": (FRAME[["speed"]].assign(h=HEIGHT), "h"),
    "polars": (pl.DataFrame({"speed": XY[:, 0]}), HEIGHT),
    "dict": ({"speed": XY[:, 0]}, HEIGHT),
    "Table": (neurona.Table({"speed": XY[:, 0]}), HEIGHT),
    "column of targets": (FRAME[["speed"]], HEIGHT[:, None]),
}


@pytest.mark.filterwarnings("ignore::neurona.CollapsedWarning")
@pytest.mark.parametrize("given", ONE)
def test_fits_of_tables_take_tables_of_any_kind(given):
    X, y = ONE[given]
    model = neurona.TableRegressor(**TABLE).fit({"speed": XY[:, 0]}, HEIGHT)
    ax = plots.regression_fit(model, X, y)
    assert ax.get_xlabel() == "speed"
    assert ax.get_ylabel() == ("h" if isinstance(y, str) else "y")
    line = ax.get_lines()[0]
    np.testing.assert_allclose(line.get_ydata(), model.predict({"speed": line.get_xdata()}))


@pytest.mark.parametrize("name", [n for n in EVERY if "perceptron" in n or "adaline" in n])
def test_units_are_drawn_as_units(models, name):
    if "three" in name:
        with pytest.raises(ValueError, match="not one unit, but layers of \\[2, 3\\]"):
            plots.decision_line(models[name])
        return
    model = models[name]
    line = plots.decision_line(model, FRAME, SIDE).get_lines()[0].get_xydata()
    np.testing.assert_allclose(line @ model.coef_[0] + model.intercept_[0], 0, atol=1e-9)
    assert plots.decision_line(model).get_xlabel() == ("speed" if "perceptron" in name else "$x_1$")
    assert "step" in labels(plots.neuron(model))


REFUSED = [
    (lambda m: plots.decision_boundary(m["regressor"], XY, SIDE), TypeError, "predicts quantities"),
    (lambda m: plots.decision_boundary(m["table"], FRAME, SIDE), TypeError, "draw regression_fit"),
    (lambda m: plots.decision_boundary(m["autoencoder"], FRAME, SIDE), TypeError, "no classes"),
    (lambda m: plots.regression_fit(m["classifier"], XY, SIDE), TypeError, "predicts classes"),
    (lambda m: plots.regression_fit(m["table of two"], FRAME, SIDE), TypeError, "draw decision_b"),
    (lambda m: plots.regression_fit(m["table's autoencoder"], FRAME, SIDE), TypeError, "quantit"),
    (lambda m: plots.regression_fit(m["table"], FRAME, HEIGHT), ValueError, "must have one column"),
    (lambda m: plots.decision_boundary(m["table of two"], FRAME[["load"]], SIDE), ValueError, "tw"),
    (lambda m: plots.decision_boundary(m["table of two"], FRAME, SIDE[:5]), ValueError, "60 rows"),
    (lambda m: plots.decision_boundary(m["table of two"], FRAME, "sied"), ValueError, "'sied'"),
    (lambda m: plots.decision_boundary(m["table of two"], FRAME.assign(load="x"), SIDE),
     ValueError, "Only columns of numbers can be drawn along an axis. Got load"),
    (lambda m: plots.network(neurona.MLPRegressor), TypeError, "is a class"),
    (lambda m: plots.network(neurona.TableRegressor()), ValueError, "not fitted"),
    (lambda m: plots.learning_curves(neurona.MLPClassifier()), ValueError, "not fitted"),
    (lambda m: plots.relevance(neurona.TableRegressor()), ValueError, "not fitted"),
    (lambda m: plots.relevance(["a"]), ValueError, "a fitted model, or names and values"),
    (lambda m: plots.decision_line([1, 1]), ValueError, "a fitted model, or weights and a bias"),
    (lambda m: plots.decision_line(m["regressor"]), ValueError, r"layers of \[2, 3, 1\]"),
]  # fmt: skip


@pytest.mark.parametrize(("draw", "error", "message"), REFUSED)
def test_what_cannot_be_drawn_is_a_sentence(models, draw, error, message):
    with pytest.raises(error, match=message):
        draw(models)


@pytest.mark.parametrize(
    ("word", "name"),
    [("sigmoid", "logistic"), ("tansig", "tanh"), ("purelin", "identity"), ("ReLU", "relu"),
     ("LeakyReLU", "leaky_relu"), ("heaviside", "step"), ("Swish", "silu"), ("tanh", "tanh")],
)  # fmt: skip
def test_activations_are_drawn_by_the_words_of_other_tools(word, name):
    assert plots.activation(word).get_title() == name
    assert name in labels(plots.neuron([1.0, 2.0], 0.5, activation=word))
    with pytest.raises(neurona.UnknownNameError, match="known are"):
        plots.activation(f"{word}zz")


def test_places_come_back_as_they_were_given():
    for X, y in [*GIVEN.values(), *ARRAYS.values()]:
        rows = places_of(X, y, 2)
        again = places_of(rows.given(rows.points), rows.targets, 2)
        np.testing.assert_array_equal(again.points, rows.points)
        assert again.names == rows.names
