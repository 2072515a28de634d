"""Every chart of every kind of model: drawn where it fits, refused in a sentence where not."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import neurona
from neurona.errors import UnknownNameError
from neurona.insight import CHARTS, draw, exhibit_of
from neurona.insight.drawing import drawings_of
from tests.insight.models import EVIL, TABLE, X, made, y

MODEL = {"history", "state", "weights", "network"}
BOTH = MODEL | {"importance", "dependence"}
QUANTITY = BOTH | {"parity", "residuals", "errors"}
CLASS = BOTH | {"confusion", "roc", "precision-recall", "reliability"}
FITS = {
    "table regressor": QUANTITY,
    "bayesian": QUANTITY | {"coverage", "relevance"},
    "one input": QUANTITY | {"fit"},
    "two targets": QUANTITY,
    "table binary": CLASS,
    "table three": CLASS,
    "table labels": CLASS,
    "mlp regressor": QUANTITY,
    "mlp classifier": CLASS | {"boundary"},
    "mlp labels": CLASS,
    "perceptron": BOTH - {"state"} | {"confusion", "boundary"},
    "adaline": BOTH - {"state"} | {"confusion", "boundary"},
    "autoencoder": MODEL,
    "table autoencoder": MODEL,
}


def marks(figure):
    """How many things were drawn that are no frame, no axis and no writing."""
    return sum(
        len(ax.lines) + len(ax.patches) + len(ax.collections) + len(ax.images)
        for ax in figure.axes
    )  # fmt: skip


@pytest.mark.parametrize("name", FITS)
def test_every_chart_of_every_model(name):
    exhibit = exhibit_of(*made()[name])
    for chart in map(CHARTS.find, CHARTS):
        refusal = chart.refusal(exhibit)
        assert (chart.name in FITS[name]) == (not refusal), (chart.name, refusal)
        if refusal:
            assert refusal.endswith(".") and "\n" not in refusal
            with pytest.raises(ValueError) as caught:
                drawings_of(exhibit, [chart.name])
            assert str(caught.value) == refusal
            continue
        for drawing in chart.drawings(exhibit):
            assert marks(drawing.figure) >= 1 and drawing.caption.endswith(".")
    assert {drawing.chart for drawing in drawings_of(exhibit)} == FITS[name]


def test_each_target_and_label_has_its_own():
    two = draw(*made()["two targets"], "parity", "residuals")
    assert [one.stem for one in two] == [
        "parity-flow", "parity-three", "residuals-flow", "residuals-three"
    ]  # fmt: skip
    labels = draw(*made()["table labels"], "confusion", "roc")
    assert [one.of for one in labels] == ["a", "b", ""]


def test_parts_are_those_of_the_fit():
    model, rows, target = made()["table regressor"]
    test = {name: column[:30] for name, column in rows.items()}
    exhibit = exhibit_of(model, rows, target, X_test=test)
    counts = {name: part.rows for name, part in exhibit.parts.items()}
    split = model.split_
    assert counts == {"training": len(split.train), "validation": len(split.held), "test": 30}
    np.testing.assert_array_equal(exhibit.parts["validation"].y, TABLE["flow"][split.held])
    assert exhibit.telling == "test"
    assert exhibit.part.X.names == ["load $", EVIL, "day"]
    (parity,) = draw(model, rows, target, "parity", X_test=test)
    assert [ax.get_title().partition(":")[0] for ax in parity.figure.axes] == list(counts)


def test_without_rows_charts_of_the_model_are_drawn():
    model, _, _ = made()["bayesian"]
    assert {one.chart for one in draw(model)} == MODEL | {"relevance"}
    with pytest.raises(ValueError, match="parity shows rows; give those"):
        draw(model, None, None, "parity")


def test_models_of_others():
    line = make_pipeline(StandardScaler(), LinearRegression()).fit(X, y)
    weights = {"weights", "network"}
    assert {one.chart for one in draw(line, X, y)} == (QUANTITY - MODEL) | weights
    forest = RandomForestClassifier(5, random_state=0).fit(X, y > 1)
    assert {one.chart for one in draw(forest, X, y > 1)} == CLASS - MODEL | {"boundary"}


def test_frames_of_pandas_and_polars():
    import pandas as pd
    import polars as pl

    model, rows, target = made()["table binary"]
    drawn = draw(model, rows, target, "importance", "dependence")
    for frame in (pd.DataFrame(rows), pl.from_pandas(pd.DataFrame(rows))):
        again = draw(model, frame, target, "importance", "dependence")
        assert [one.caption for one in again] == [one.caption for one in drawn]


def test_a_name_that_somebody_means():
    model, rows, target = made()["table regressor"]
    with pytest.raises(UnknownNameError, match="did you mean 'parity'"):
        draw(model, rows, target, "scatter")
    with pytest.raises(ValueError, match="is not fitted"):
        draw(neurona.MLPRegressor())


def test_what_stands_in_a_table_is_no_markup_and_no_formula():
    model, rows, target = made()["table binary"]
    for drawing in draw(model, rows, target):
        text = drawing.content("svg").decode()
        assert "<img" not in text and "<i>" not in text
    (one,) = draw(model, rows, target, "importance")
    shown = {text.get_text() for text in one.figure.axes[0].get_yticklabels()}
    assert {EVIL[:18] + "…" + EVIL[-9:], "load \\$"} <= shown


def test_a_chart_from_outside():
    from dataclasses import dataclass

    from neurona.insight import Chart, Drawing

    @CHARTS.register("tested")
    @dataclass(frozen=True)
    class Tested(Chart):
        def unfit(self, exhibit):
            return ""

        def drawings(self, exhibit):
            return [Drawing(self.name, "", "Nothing.", None)]

    try:
        assert draw(*made()["perceptron"], "tested")[0].caption == "Nothing."
    finally:
        del CHARTS._classes["tested"]
