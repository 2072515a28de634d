"""What a report shows of pipelines, searches, labels, dates, few rows and long names."""

import re
import warnings

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import neurona
from neurona.data.frames import as_table
from neurona.insight import draw, exhibit_of
from neurona.insight.telling.again import again_of, weights_print
from neurona.insight.telling.facts import data_of
from neurona.insight.telling.reconstruction import reconstruction_of
from neurona.insight.telling.scores import scores_of
from neurona.reports import plots
from neurona.reports.page.document import Facts, Grid, Text
from tests.insight.models import TABLE, X, made, table, y

ROWS = X * [1.0, 50.0]


def of_steps():
    return make_pipeline(
        StandardScaler(), neurona.MLPClassifier(hidden_layer_sizes=(4,), max_iter=9, random_state=0)
    )


@pytest.mark.parametrize(
    "model",
    [of_steps(), GridSearchCV(of_steps(), {"mlpclassifier__alpha": [1e-4, 1.0]}, cv=2)],
    ids=["pipeline", "search"],
)
@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
def test_a_model_in_others_shows_what_learned_in_it_and_is_made_again(model, tmp_path):
    model.fit(ROWS, y > 1)
    charts = [one.chart for one in draw(model, ROWS, y > 1)]
    assert {"history", "state", "weights", "network", "confusion"} <= set(charts)
    again = again_of(exhibit_of(model, ROWS, y > 1), "X, y")
    space = {"X": ROWS, "y": y > 1}
    exec(again.code, space)
    assert again.code.startswith("from neurona import MLPClassifier\n")
    assert "from sklearn.preprocessing import StandardScaler" in again.code
    np.testing.assert_array_equal(space["model"].predict_proba(ROWS), model.predict_proba(ROWS))
    assert weights_print(space["model"]) == weights_print(model) != ""
    page = neurona.report(model, tmp_path / "page.html", ROWS, y > 1).read_text()
    assert "<td>softmax</td>" in page or "<td>logistic</td>" in page


def test_labels_have_a_curve_each_and_their_names():
    model, rows, targets = made()["table labels"]
    display = plots.DependenceDisplay.from_estimator(model, rows)
    assert list(display.answers) == targets == ["a", "b"]
    drawn = {text.get_text() for text in plots.network(model).texts}
    assert {"a", "b"} <= drawn
    two = plots.DependenceDisplay.from_estimator(*made()["table binary"][:2])
    assert len(two.answers) == 1


def test_validation_losses_of_several_are_told_apart_in_grey():
    of = [made()[name][0] for name in ("table regressor", "two targets", "table binary")]
    models = dict(zip("abc", of, strict=True))
    display = plots.HistoryDisplay.from_several(models, validation=True)
    lines = display.ax_.get_lines()
    legend = display.ax_.get_legend().get_lines()
    assert len(display.curves) == len(lines) == len(legend) == 6
    for drawn in (lines, legend):
        looks = {(*(one._dash_pattern[1] or ()), one.get_marker()) for one in drawn}
        assert len(looks) == 6


def test_short_lines_beside_precision_and_recall_are_explained():
    said = {}
    for name in ("table three", "table binary"):
        display = plots.PrecisionRecallDisplay.from_estimator(*made()[name])
        said[name] = [one.get_text() for one in display.ax_.get_legend().get_texts()]
    assert said["table three"][-1] == "at the left: guesses"
    assert said["table binary"][-1].startswith("a guess: 0.")


@pytest.mark.parametrize("name", ["autoencoder", "table autoencoder"])
def test_an_autoencoder_is_scored_beside_pca(name):
    model, rows, _ = made()[name]
    exhibit = exhibit_of(model, rows)
    grid = next(one for one in reconstruction_of(exhibit) if isinstance(one, Grid))
    inside = getattr(model, "network_", model)
    seen = rows if inside is model else model.preparation_.transform(as_table(rows), float)
    code = inside.codes(seen[:1]).shape[1]
    best = PCA(code).fit(seen).explained_variance_ratio_.sum()
    assert [row[0] for row in grid.rows] == list(exhibit.parts)
    assert grid.head[-1] == f"by PCA with {code} numbers"
    assert grid.rows[0][2:] == [f"{100 * one:.1f}\u00a0%" for one in (inside.score(seen), best)]
    assert reconstruction_of(exhibit_of(*made()["mlp regressor"])) == []


def test_dates_are_told_from_the_first_to_the_last():
    texts = np.array([f"{1 + k % 28}.{1 + k % 12}.2024" for k in range(120)], object)
    rows = {**table("flow"), "seen": texts}
    model = neurona.TableRegressor(solver="adam", steps=50, random_state=0).fit(rows, "flow")
    grid = next(one for one in data_of(exhibit_of(model, rows, "flow")) if isinstance(one, Grid))
    told = {row[0]: row[2] for row in grid.rows}
    first, last = TABLE["day"].min(), TABLE["day"].max()
    assert told["day"] == f"{first} to {last}"
    assert re.fullmatch(r"2024-01-0\d to 2024-12-\d\d", told["seen"])


def test_brackets_are_spoken_of_where_there_are_some():
    model = neurona.MLPRegressor(solver="lbfgs", random_state=0).fit(X[:30], y[:30])
    said = {}
    for rows in (3, 30):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            given = exhibit_of(model, X[:30], y[:30], X_test=X[:rows], y_test=y[:rows])
            said[rows] = [one.text for one in scores_of(given)[0] if isinstance(one, Text)][-1]
    assert "In brackets" in said[30] and "In brackets" not in said[3]


def test_of_one_class_no_linear_model_is_made():
    model = neurona.MLPClassifier(max_iter=5, hidden_layer_sizes=(2,), random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(X, np.zeros(len(X), int))
        found = scores_of(exhibit_of(model, X, np.zeros(len(X), int)))[0]
    assert any("there is one class only" in one.text for one in found if isinstance(one, Text))


def test_a_column_that_rows_were_split_by_is_named():
    rows = {**table("flow"), "who": (np.arange(120) // 4).astype(str).astype(object)}
    model = neurona.TableRegressor(
        solver="adam", steps=50, random_state=0, split="group", split_column="who"
    )
    found = data_of(exhibit_of(model.fit(rows, "flow"), rows, "flow"))
    facts = dict(next(one for one in found if isinstance(one, Facts)).rows)
    assert facts["split by"] == "who, which is no input"


def test_a_share_is_not_parted_from_its_sign():
    facts = next(one for one in data_of(exhibit_of(*made()["table binary"]))
                 if isinstance(one, Facts))  # fmt: skip
    assert re.search(r"low: \d+\u00a0%", dict(facts.rows)["classes"])
