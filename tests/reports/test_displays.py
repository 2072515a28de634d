"""Displays, by their numbers: beside scikit-learn's, or worked out by hand."""

from __future__ import annotations

import warnings
from itertools import pairwise

import numpy as np
import pytest
from matplotlib.figure import Figure
from scipy.stats import norm
from sklearn import metrics as theirs
from sklearn.calibration import calibration_curve
from sklearn.inspection import partial_dependence, permutation_importance
from sklearn.linear_model import LinearRegression, LogisticRegression

from neurona import MLPRegressor, TableRegressor
from neurona.reports import plots
from neurona.reports.measures.coded import Coded
from neurona.reports.plots.reliability_chart import bins_of
from neurona.reports.plots.training_state import fails
from neurona.training.history import EpochRecord

R = np.random.default_rng(5)
Y = R.integers(0, 2, 300)
SCORES = np.clip(0.25 + 0.4 * Y + R.normal(0, 0.25, 300), 0, 1)
THREE = R.integers(0, 3, 200)
SHARES = R.dirichlet([1, 1, 1], 200) * 0.5 + 0.5 * np.eye(3)[THREE]


def record(epoch, loss, val_loss=None, rate=0.1, norm=0.5, damping=None):
    return EpochRecord(epoch, loss, val_loss, None, rate, norm, 0.1, damping)


def line(ax, label):
    (found,) = [one for one in ax.get_lines() if one.get_label() == label]
    return found


def labels(ax):
    return [one.get_text() for one in ax.get_legend().get_texts()]


def test_roc_is_scikit_learns():
    display = plots.RocDisplay.from_predictions(Y, SCORES)
    (curve,) = display.curves
    false, true, _ = theirs.roc_curve(Y, SCORES)
    drawn = line(display.ax_, f"1: {curve.area:.3f}")
    np.testing.assert_array_equal(drawn.get_xdata(), false)
    np.testing.assert_array_equal(drawn.get_ydata(), true)
    assert curve.area == pytest.approx(theirs.roc_auc_score(Y, SCORES))
    several = plots.RocDisplay.from_predictions(THREE, SHARES, names=["a", "b", "c"])
    for k, one in enumerate(several.curves):
        assert one.area == pytest.approx(theirs.roc_auc_score(k == THREE, SHARES[:, k]))
    assert [one.name for one in several.curves] == ["a", "b", "c"]


def test_precision_recall_is_scikit_learns():
    display = plots.PrecisionRecallDisplay.from_predictions(Y, SCORES)
    precision, recall, _ = theirs.precision_recall_curve(Y, SCORES)
    (one,) = display.curves
    np.testing.assert_array_equal(one.precision, precision)
    np.testing.assert_array_equal(one.recall, recall)
    assert one.average == pytest.approx(theirs.average_precision_score(Y, SCORES))
    assert one.share == Y.mean()


def test_reliability_is_scikit_learns():
    display = plots.ReliabilityDisplay.from_predictions(Y, SCORES)
    true, said = calibration_curve(Y, SCORES, n_bins=10)
    np.testing.assert_allclose(display.bins.true, true)
    np.testing.assert_allclose(display.bins.said, said)
    assert display.bins.rows.sum() == 300
    _, below = display.axes_
    assert sum(bar.get_height() for bar in below.patches) == 300
    # Wilson's interval of 5 of 10, from his formula
    found = bins_of(np.full(10, 0.55), np.repeat([0, 1], 5))
    assert (found.low[0], found.high[0]) == pytest.approx((0.2366, 0.7634), abs=1e-4)
    # of several classes: how sure, and how often right
    sure = plots.ReliabilityDisplay.from_predictions(THREE, SHARES)
    right = (SHARES.argmax(axis=1) == THREE).mean()
    assert np.average(sure.bins.true, weights=sure.bins.rows) == pytest.approx(right)


def test_confusion_is_scikit_learns():
    said = SHARES.argmax(axis=1)
    display = plots.ConfusionDisplay.from_predictions(THREE, said)
    counts = theirs.confusion_matrix(THREE, said)
    np.testing.assert_array_equal(display.counts, counts)
    percent = 100 * theirs.confusion_matrix(THREE, said, normalize="true")
    wanted = [
        f"{count}\n{share:.0f} %" if count else "0"
        for count, share in zip(counts.ravel(), percent.ravel(), strict=True)
    ]
    assert [one.get_text() for one in display.ax_.texts] == wanted


def test_importance_is_scikit_learns():
    X = R.normal(size=(120, 3))
    y = 3 * X[:, 0] - X[:, 2]
    model = LinearRegression().fit(X, y)
    display = plots.ImportanceDisplay.from_estimator(model, X, y, repeats=3, seed=7)
    found = permutation_importance(model, X, y, n_repeats=3, random_state=7)
    np.testing.assert_allclose(display.values, found.importances_mean)
    np.testing.assert_allclose(display.spread, found.importances_std)
    assert [one.get_text() for one in display.ax_.get_yticklabels()] == ["x2", "x3", "x1"]


def test_dependence_is_scikit_learns():
    X = R.normal(size=(100, 2))
    model = LogisticRegression().fit(X, X[:, 0] + 0.5 * X[:, 1] > 0)
    display = plots.DependenceDisplay.from_estimator(model, X)
    for k, one in enumerate(display.answers["probability of True"]):
        found = partial_dependence(
            model, X, [k], kind="both", percentiles=(0.02, 0.98), grid_resolution=40,
            response_method="predict_proba",
        )  # fmt: skip
        np.testing.assert_allclose(one.values, found["grid_values"][0])
        np.testing.assert_allclose(one.mean, found["average"][0], rtol=1e-12)
        low = np.quantile(found["individual"][0], 0.1, axis=0)
        np.testing.assert_allclose(one.low, low, rtol=1e-12)


def test_dependence_on_words_and_days():
    class Plain:
        def predict(self, X):
            days = (X["day"] - np.datetime64("2024-01-01")).astype(float) / 86_400e6
            return np.where(X["kind"] == "b", 10.0, 0.0) + days

    days = np.datetime64("2024-01-01") + np.arange(40).astype("timedelta64[D]")
    X = {"kind": np.array(["a", "b"] * 20, object), "day": days}
    display = plots.DependenceDisplay.from_estimator(Plain(), X)
    kind, day = display.answers["prediction"]
    assert kind.levels == ["a", "b"] and not day.levels
    assert np.diff(kind.mean) == pytest.approx(10)
    assert display.ax_.get_xticklabels()[1].get_text() == "b"
    # half of the rows have 10 more
    np.testing.assert_allclose(day.mean - 5, (day.values - days[0]) / np.timedelta64(1, "D"))


def test_days_that_are_texts_are_days_and_come_back_as_texts():
    known = Coded({"day": np.array(["2024-02-29", None, "2024-03-02"], object)})
    assert known.dates == {0} and not known.levels
    assert known.decoded(known.matrix)["day"].tolist() == ["2024-02-29", None, "2024-03-02"]
    between = known.decoded(np.array([[known.matrix[[0, 2], 0].mean()]]))
    assert between["day"].tolist() == ["2024-03-01"]
    for others in (["2024-02-29", "2024-02-30"], ["2024-02-29", "soon"], ["29.02.2024"]):
        assert not Coded({"day": np.array(others, object)}).dates


def test_what_a_model_leaves_out_is_none_of_its_inputs():
    names = np.array([f"order {k}" for k in range(40)], object)
    X = {"x": R.normal(size=40), "name": names}
    model = TableRegressor(solver="lm", hidden_layer_sizes=(), random_state=0).fit(X, X["x"] * 2)
    display = plots.ImportanceDisplay.from_estimator(model, X, X["x"] * 2)
    assert [one.get_text() for one in display.ax_.get_yticklabels()] == ["x"]


def test_many_levels_stand_upright_and_are_counted():
    class Plain:
        def predict(self, X):
            return np.array([float(text[-2:]) for text in X["code"]])

    X = {"code": np.array([f"valve {k:02}" for k in range(30)], object)}
    ax = plots.DependenceDisplay.from_estimator(Plain(), X).ax_
    assert ax.get_xlabel() == "code (12 of 30 values)"
    assert {one.get_rotation() for one in ax.get_xticklabels()} == {90}


def test_parity_by_numpy():
    true = R.normal(size=60)
    parts = {"training": true, "test": true[:20] * 3}
    said = {name: 0.8 * values + 0.3 + 0.1 * R.normal(size=len(values))
            for name, values in parts.items()}  # fmt: skip
    std = {name: np.full(len(values), 0.1) for name, values in parts.items()}
    display = plots.ParityDisplay.from_predictions(parts, said, std=std, target="load", unit="kN")
    for ax, name in zip(display.axes_, parts, strict=True):
        r = np.corrcoef(parts[name], said[name])[0, 1]
        slope, offset = np.polyfit(parts[name], said[name], 1)
        (text,) = [one for one in labels(ax) if one.startswith("fit")]
        assert f"R = {r:.3f}" in text and f"fit: {slope:.3g} true + {offset:.3g}" in text
        x, y = line(ax, text).get_data()
        np.testing.assert_allclose(y, slope * x + offset)
        bars = ax.containers[0].lines[2][0].get_segments()
        np.testing.assert_allclose([b[1, 1] - b[0, 1] for b in bars], 2 * 1.959964 * 0.1)
    assert display.axes_[0].get_xlim() == display.axes_[1].get_xlim()
    assert display.ax_.get_xlabel() == "true load (kN)"


def test_residuals_and_their_histogram():
    true = {"a": np.arange(5.0), "b": np.arange(3.0)}
    said = {"a": np.arange(5.0) - [0, 0, 1, 2, -1], "b": np.zeros(3)}
    left = plots.ResidualsDisplay.from_predictions(true, said)
    assert f"± RMSE = {np.sqrt(6 / 5):.3g}" in labels(left.axes_[0])
    assert left.axes_[0].get_ylim() == left.axes_[1].get_ylim()
    bars = plots.ErrorHistogramDisplay.from_predictions(true, said).ax_.containers
    assert [sum(bar.get_height() for bar in one) for one in bars] == [5, 3]
    # stacked: the second begins where the first ends
    assert [b.get_y() for b in bars[1]] == [a.get_height() for a in bars[0]]


def test_intervals_hold_what_they_should():
    errors, std = np.array([-0.5, 0.5, 1.0, 3.0]), np.ones(4)
    display = plots.CoverageDisplay.from_predictions(errors, np.zeros(4), std)
    levels = [2 * norm.cdf(reach) - 1 for reach in (0.4, 0.6, 1.1, 3.1)]
    assert display.held(levels).tolist() == [0, 0.5, 0.75, 1]
    x, y = line(display.ax_, "these rows").get_data()
    np.testing.assert_array_equal(y, display.held(x))


def test_a_history_with_all_there_is():
    history = [record(1, 5.0, 4.0), record(2, 2.0, 1.5, 0.01), record(3, 1.0, 1.75, 0.01)]
    display = plots.HistoryDisplay.from_estimator(history, watched={"test": [6, 3, 2]})
    ax = display.ax_
    assert labels(ax) == [
        "training", "validation", "test", "learning rate changed", "best: epoch 2"
    ]  # fmt: skip
    assert line(ax, "test").get_xydata().tolist() == [[1, 6], [2, 3], [3, 2]]
    assert line(ax, "best: epoch 2").get_xydata().tolist() == [[2, 1.5]]
    assert line(ax, "learning rate changed").get_xdata() == [2, 2]
    # a rate that goes down all the time is no step
    falling = [record(k, 1.0, rate=0.1 / k) for k in range(1, 30)]
    assert plots.HistoryDisplay.from_estimator(falling).changes == []


def test_a_band_over_seeds():
    runs = [[record(1, 1.0 * k), record(2, 0.5 * k)] for k in range(1, 12)]
    runs[10].append(record(3, 0.0))
    display = plots.HistoryDisplay.from_seeds(runs)
    (band,) = display.curves
    assert band.losses.tolist() == [6, 3, 2.5]  # the others keep their last: 0.5 ... 5, and 0
    assert band.low.tolist() == [2, 1, 0.5] and band.high.tolist() == [10, 5, 4.5]
    (area,) = display.ax_.collections
    assert area.get_paths()[0].vertices[:, 1].max() == 10


def test_the_state_of_a_training():
    history = [record(1, 1.0, 3.0, damping=1e-3), record(2, 1.0, 4.0, norm=0.1, damping=1e-4)]
    display = plots.TrainingStateDisplay.from_estimator(history)
    assert [one.name for one in display.tracks] == ["gradient norm", "damping", "validation fails"]
    assert [ax.get_lines()[0].get_ydata().tolist() for ax in display.axes_] == [
        [0.5, 0.1], [1e-3, 1e-4], [0, 1]
    ]  # fmt: skip
    assert fails(np.array([2.0, np.nan, 1.0])).tolist() == [0, 1, 0]
    assert all(a.get_shared_x_axes().joined(a, b) for a, b in pairwise(display.axes_))


def test_weights_are_counted_by_layer():
    coefs = [np.arange(6.0).reshape(2, 3), np.array([[-1.0], [0], [2]])]
    display = plots.WeightsDisplay.from_weights(coefs, [np.zeros(3), np.array([9.0])])
    heights = [sum(bar.get_height() for bar in ax.patches) for ax in display.axes_]
    assert heights == [6, 3]
    assert line(display.axes_[1], "biases").get_xdata().tolist() == [9]
    assert display.axes_[0].get_xlim() == display.axes_[1].get_xlim()
    # weights that would be a single bar beside others have a scale of their own
    far = plots.WeightsDisplay.from_weights([coefs[0], 30 * coefs[1]])
    assert far.axes_[0].get_xlim()[1] < 10 < 60 < far.axes_[1].get_xlim()[1]


def test_one_axes_is_divided_and_some_are_taken():
    parts = {"a": [0.0, 1], "b": [0.0, 1]}
    figure = Figure()
    ax, other = figure.subplots(1, 2)
    display = plots.ParityDisplay.from_predictions(parts, parts, ax=ax)
    assert len(display.axes_) == 2 and display.figure_ is figure and len(figure.axes) == 4
    assert not ax.axison and other not in display.axes_
    given = Figure().subplots(2, 1)
    assert display.plot(given).axes_ == list(given)
    with pytest.raises(ValueError, match="has 2 panels, and needs as many axes"):
        display.plot([other])


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_a_picture_has_the_same_bytes_each_time(kind):
    def draw():
        return plots.RelevanceDisplay.from_values(["ä", "b"], [0.2, 0.8]).picture(kind)

    first = draw()
    assert first == draw() and len(first) > 3000


def test_names_are_no_formulas_and_no_markup():
    bad = "$\\frac{1}{<img src=x onerror=alert(1)>$"
    display = plots.RelevanceDisplay.from_values([bad, "日本"], [1.0, 2.0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        text = display.picture("svg").decode()
    assert "<img" not in text and "&lt;img" in text and "日本" in text
    confusion = plots.ConfusionDisplay.from_predictions([bad, "b"], ["b", "b"])
    assert b"<img" not in confusion.picture("svg")
    with pytest.raises(ValueError, match=r"png, svg or pdf\. Got 'gif'"):
        display.picture("gif")


def test_a_notebook_shows_a_display():
    model = MLPRegressor(solver="lbfgs", random_state=0).fit([[0.0], [1.0]], [0.0, 1.0])
    assert plots.HistoryDisplay.from_estimator(model)._repr_png_()[:4] == b"\x89PNG"


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: plots.RocDisplay.from_predictions([1, 1], [0.1, 0.2]), "must be one for each of"),
        (lambda: plots.RocDisplay.from_predictions([0, 1], [0.1]), "must be one for each of 2"),
        (lambda: plots.RocDisplay.from_predictions([[1], [1]], [[0.1], [0.2]]), "of one class"),
        (lambda: plots.ReliabilityDisplay.from_predictions([0, 1], [-2.0, 3.0]), "between 0 and 1"),
        (lambda: plots.CoverageDisplay.from_predictions([1], [1, 2], [1]), "as long as each other"),
        (lambda: plots.HistoryDisplay.from_seeds([[record(1, 1.0)]]), "two trainings or more"),
        (lambda: plots.HistoryDisplay.from_estimator([record(1, 1.0)], watched={"t": [1, 2]}),
         "a loss for each of 1 epochs"),
        (lambda: plots.TrainingStateDisplay.from_estimator([]), "nothing was trained yet"),
        (lambda: plots.WeightsDisplay.from_weights([]), "a list of matrices"),
        (lambda: plots.ParityDisplay.from_predictions([1], [1], std=[1, 2]), "each of 1 rows"),
    ],
)  # fmt: skip
def test_refusals_are_one_sentence(draw, message):
    with pytest.raises(ValueError) as caught:
        draw()
    assert message in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("display", [plots.RocDisplay, plots.PrecisionRecallDisplay])
def test_curves_that_are_not_drawn_are_told(display):
    r = np.random.default_rng(0)
    y = np.repeat(np.arange(12), np.arange(5, 17))
    found = display.from_predictions(y, r.dirichlet(np.ones(12), len(y)))
    said = "the 7 most frequent of 12 classes"
    assert [one.name for one in found.curves] == [str(k) for k in range(5, 12)]
    assert said in found.caption() and found.ax_.get_legend().get_title().get_text() == said
    few = display.from_predictions(y[y < 5], r.dirichlet(np.ones(5), (y < 5).sum()))
    assert "Drawn" not in few.caption() and not few.ax_.get_legend().get_title().get_text()


def test_a_class_without_rows_is_told():
    from neurona.reports.answers import Chances

    shares = np.random.default_rng(0).dirichlet(np.ones(3), 9)
    found = plots.RocDisplay.of(Chances("y", ["a", "b", "c"], np.arange(9) % 2, shares))
    assert "No curve for c: no row, or every one, is of the class." in found.caption()


def test_names_that_differ_are_drawn_so():
    from neurona.reports.plots.canvas import told_apart

    ends = [f"the pressure that is measured at pump {k}" for k in range(3)]
    middles = [f"sensor at station {k}, on the north-west wall" for k in range(3)]
    tails = [f"sensor on the north-west wall at station {k}, in bar and so on" for k in range(30)]
    for names in (ends, middles, tails, ["short", "other"], ["same", "same"]):
        found = told_apart(names)
        assert len(set(found)) == len(set(names)) and max(map(len, found)) <= 28


def test_large_numbers_are_short_and_counts_whole():
    x = np.linspace(1e6, 9e7, 50)
    found = plots.ResidualsDisplay.from_predictions(x, x[::-1])
    found.figure_.canvas.draw()
    assert all("e" not in t.get_text() for t in found.ax_.get_xticklabels())
    assert found.ax_.get_xticklabels()[-2].get_text().endswith("M")
    assert not found.ax_.xaxis.get_offset_text().get_text()
    few = plots.ErrorHistogramDisplay.from_predictions([1.0, 2.0], [1.1, 1.9])
    assert all(float(t).is_integer() for t in few.ax_.get_yticks())


def test_what_is_left_out_of_bars_is_told():
    found = plots.ImportanceDisplay.from_values([f"x{k}" for k in range(30)], np.arange(30.0))
    assert "(the largest 20 of 30)" in found.ax_.get_xlabel()
