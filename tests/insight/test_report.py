"""The report: its numbers by other means, safe whatever stands in a table, and made again."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.linear_model import Ridge
from sklearn.metrics import balanced_accuracy_score, log_loss, r2_score

import neurona
from neurona.insight import exhibit_of, report
from neurona.insight.reporting import document_of
from neurona.insight.telling import intervals
from neurona.insight.telling.again import again_of, weights_print
from neurona.insight.telling.contenders import LINEAR, MODEL, TRIVIAL, contenders
from neurona.insight.telling.scores import scores_of
from neurona.reports.page import document as blocks
from neurona.reports.page.html import as_html
from neurona.reports.page.markdown import as_markdown, plain
from tests.insight.models import EVIL, TABLE, X, made, y

FETCHING = {"src", "href", "data", "action", "srcset", "poster", "background", "xlink:href"}
KINDS = ["bayesian", "two targets", "table binary", "mlp labels", "perceptron", "autoencoder"]


class Page(HTMLParser):
    """Tags and attributes of a page, and its text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.text += data


def held(name):
    """The exhibit of a model, with a third of its rows as a test."""
    model, rows, target = made()[name]
    some = {k: v[:40] for k, v in rows.items()} if isinstance(rows, dict) else rows[:40]
    named = isinstance(target, str | list)
    goal = None if target is None or named else target[:40]
    test = {"X_test": some, **({} if goal is None else {"y_test": goal})}
    return exhibit_of(model, rows, target, **(test if target is not None else {}))


@pytest.mark.parametrize("name", KINDS)
def test_a_page_is_safe_and_alone(name, tmp_path):
    model, rows, target = made()[name]
    page = Page(report(model, tmp_path / "r.html", rows, target).read_text("utf-8"))
    assert not {"script", "iframe", "object", "link", "form", "b", "i"} & {*page.tags}
    for attribute, value in page.attributes:
        assert not attribute.startswith("on"), (attribute, value)
        if attribute in FETCHING:
            assert value.startswith("data:image/svg+xml;base64,")
    assert "http:" not in page.text and "https:" not in page.text
    assert "Network" in page.text and "To make it again" in page.text
    if isinstance(rows, dict):
        assert EVIL in page.text  # it is shown as it is
    assert "Scores" in page.text and ("given back" in page.text) == (target is None)


def test_what_is_told_by_markdown_too(tmp_path):
    model, rows, target = made()["table binary"]
    path = report(model, tmp_path / "told.md", rows, target)
    text = path.read_text("utf-8")
    assert "<img" not in re.sub(r"\\.", "", text).replace("\\<", "")
    assert plain(EVIL) in text and "| **this model** |" in text
    pictures = re.findall(r"\]\((told-pictures/[^)]+\.png)\)", text)
    assert len(pictures) > 6
    assert all((tmp_path / name).read_bytes()[:4] == b"\x89PNG" for name in pictures)


def test_scores_of_a_regression_by_other_means():
    exhibit = held("table regressor")
    model, _, _ = made()["table regressor"]
    against = contenders(exhibit)
    true = TABLE["flow"][:40]
    np.testing.assert_array_equal(exhibit.part.y.ravel(), true)
    rows = exhibit.parts["training"].rows + exhibit.parts["validation"].rows
    assert rows == 120 and against.learned == "the 120 training and validation rows"
    assert against.said[TRIVIAL] == pytest.approx(TABLE["flow"].mean())
    inputs = model.preparation_.transform(
        neurona.Table({k: TABLE[k] for k in ("load $", EVIL, "day")}), np.dtype(np.float64)
    )
    spread = inputs.std(axis=0)
    line = Ridge().fit(inputs / np.where(spread > 0, spread, 1), TABLE["flow"])
    said = line.predict(inputs[:40] / np.where(spread > 0, spread, 1))
    np.testing.assert_allclose(against.said[LINEAR][:, 0], said, rtol=1e-4)
    found, lead = scores_of(exhibit)
    (grid,) = [one for one in found if isinstance(one, blocks.Grid)]
    assert [row[0] for row in grid.rows] == [MODEL, LINEAR, TRIVIAL]
    rmse = np.sqrt(np.mean((model.predict(exhibit.part.X) - true) ** 2))
    assert float(grid.rows[0][1].partition(" ")[0]) == pytest.approx(rmse, abs=1e-3)
    assert float(grid.rows[1][3].partition(" ")[0]) == pytest.approx(r2_score(true, said), abs=1e-3)
    assert lead.startswith("On 40 test rows: RMSE ")


def test_scores_of_classes_by_scikit_learn():
    exhibit = held("table three")
    found, _ = scores_of(exhibit)
    chances = exhibit.chances("test")
    (grid,) = [one for one in found if isinstance(one, blocks.Grid)]
    numbers = [float(cell.partition(" ")[0]) for cell in grid.rows[0][1:]]
    shares = chances.shares / chances.shares.sum(axis=1, keepdims=True)  # float32
    loss = log_loss(chances.codes, shares, labels=[0, 1, 2])
    right = (chances.said() == chances.codes).mean()
    balanced = balanced_accuracy_score(chances.codes, chances.said())
    assert numbers == pytest.approx([loss, right, balanced], abs=1e-3)
    frequencies = np.bincount(TABLE["three"].astype(int)) / 120
    np.testing.assert_allclose(contenders(exhibit).said[TRIVIAL][0], frequencies)


def test_an_interval_is_that_of_theory():
    values = np.random.default_rng(1).normal(3.0, 2.0, 400)
    found = intervals.estimate(intervals.mean, [values])
    half = norm.ppf(0.975) * values.std() / 20
    assert (found.low, found.high) == pytest.approx((values.mean() - half, values.mean() + half),
                                                    abs=0.05)  # fmt: skip
    assert intervals.estimate(intervals.mean, [values]) == found
    assert intervals.estimate(intervals.mean, [values[:3]]).low is None
    many = intervals.estimate(intervals.mean, [np.zeros(30_000)])
    assert (many.low, many.high) == (0, 0)


def test_which_rows_are_scored_is_said():
    model, rows, target = made()["bayesian"]
    found, _ = scores_of(exhibit_of(model, rows, target))
    assert "rows that it was trained on, which say little of others" in found[0].text
    found, _ = scores_of(exhibit_of(*made()["table regressor"]))
    assert "12 validation rows" in found[0].text
    assert "test rows, which the model had not seen" in scores_of(held("bayesian"))[0][0].text


@pytest.mark.parametrize("name", ["table regressor", "mlp regressor", "perceptron", "bayesian"])
def test_the_code_makes_the_same_bits(name):
    model, rows, target = made()[name]
    fit = f"X, {target!r}" if isinstance(target, str) else "X, y"
    again = again_of(exhibit_of(model, rows, target), fit)
    space = {"X": rows, "y": target}
    with np.errstate(all="ignore"):
        import warnings

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exec(again.code, space)
    assert weights_print(space["model"]) == weights_print(model)
    assert dict(again.facts)["fingerprint of the weights"] == weights_print(model)
    np.testing.assert_array_equal(space["model"].predict(rows), model.predict(rows))


@pytest.mark.filterwarnings("ignore:lm failed to converge")  # its start is nobody's choice
def test_parameters_that_code_can_say():
    from neurona.optimizers import SOLVERS
    from neurona.value_text import parse

    solver = parse("lm(damping=0.1)", SOLVERS)
    model = neurona.MLPRegressor(solver=solver, hidden_layer_sizes=[3], alpha=np.float64(0.5))
    model.fit(X, y)
    again = again_of(exhibit_of(model, X, y), "X, y")
    assert "solver='lm(damping=0.1)'" in again.code and "alpha=0.5" in again.code
    assert "hidden_layer_sizes=[3]" in again.code
    assert any("No random_state" in text for text in again.remarks)
    space = {"X": X, "y": y}
    exec(again.code.replace("model.fit(X, y)", ""), space)
    assert space["model"].solver == "lm(damping=0.1)"


def test_findings_stand_in_it():
    wild = neurona.MLPRegressor(random_state=0, max_iter=20, learning_rate_init=1e-6)
    with pytest.warns(UserWarning):
        wild.fit(X * [1, 4000], y)
    exhibit = exhibit_of(wild, X * [1, 4000], y)
    document = document_of(exhibit, again_of(exhibit, "X, y"))
    items = [one for one in document.blocks if isinstance(one, blocks.Item)]
    assert "Unscaled inputs" in [one.title for one in items]
    assert 'class="item l2"' in as_html(document)


def test_the_same_page_each_time(tmp_path):
    model, rows, target = made()["perceptron"]
    first, second = (report(model, tmp_path / f"{k}.html", rows, target) for k in (1, 2))
    assert first.read_bytes() == second.read_bytes()


def test_the_method_is_the_function(tmp_path):
    model, rows, target = made()["adaline"]
    path = model.report(tmp_path / "m.html", rows, target, title="A & B")
    assert path.read_bytes() == report(model, tmp_path / "f.html", rows, target,
                                       title="A & B").read_bytes()  # fmt: skip
    assert "<h1>A &amp; B</h1>" in path.read_text("utf-8")
    assert made()["autoencoder"][0].report(tmp_path / "p.md").is_file()


def test_a_document_of_anything():
    document = blocks.Document(EVIL, "s", [
        blocks.Heading(EVIL), blocks.Text("a_b * c"), blocks.Facts([("n", EVIL)]),
        blocks.Grid(["h|", ""], [["1", EVIL]], [0], 0), blocks.Code("x = '```'", "py"),
        blocks.Item("t", "w", 2, [EVIL], "code", "small"),
    ], "foot")  # fmt: skip
    page = Page(as_html(document))
    assert "img" not in page.tags and page.text.count(EVIL) == 6
    text, pictures = as_markdown(document, "p")
    assert not pictures and "````py" in text and "a\\_b \\* c" in text and "| h\\| |" in text
    assert "\x00" not in as_html(blocks.Document("a\x00b", "", []))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("r.docx",), "HTML or Markdown: name it .html or .md, or say the format. Got"),
        (("r.html", "htlm"), "Unknown format of a report 'htlm'; did you mean 'html'?"),
    ],
)
def test_formats_that_there_are_not(words, message, tmp_path):
    model = made()["perceptron"][0]
    with pytest.raises(ValueError) as caught:
        report(model, tmp_path / words[0], format=words[1] if len(words) > 1 else None)
    assert message in str(caught.value) and not list(tmp_path.iterdir())
    with pytest.raises(ValueError, match="is not fitted"):
        neurona.MLPRegressor().report(tmp_path / "r.html", X, y)


def test_new_rows_teach_others_in_turn_and_a_single_row_none():
    from sklearn.linear_model import Ridge
    from sklearn.model_selection import KFold
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from neurona.insight.exhibit import Exhibit, Part
    from neurona.insight.telling.contenders import LINEAR, TRIVIAL, contenders

    r = np.random.default_rng(5)
    X, y = r.normal(size=(90, 3)), r.normal(size=90)
    model = neurona.MLPRegressor(hidden_layer_sizes=2, solver="lbfgs", random_state=0).fit(X, y)
    new, truth = r.normal(size=(40, 3)), r.normal(size=(40, 1))
    found = contenders(Exhibit(model, {"test": Part(new, truth)}))
    linear = make_pipeline(StandardScaler(with_mean=False), Ridge())
    for learned, asked in KFold(5, shuffle=True, random_state=0).split(new):
        said = linear.fit(new[learned], truth[learned]).predict(new[asked])
        np.testing.assert_allclose(found.said[LINEAR][asked, 0], said.ravel())
        np.testing.assert_allclose(found.said[TRIVIAL][asked], truth[learned].mean())
    alone = contenders(Exhibit(model, {"test": Part(new[:1], truth[:1])}))
    assert list(alone.said) == ["this model"] and "too few" in alone.notes[0]


def test_the_linear_model_does_not_bend_where_numbers_are_in_pieces():
    from sklearn.linear_model import LinearRegression

    from neurona.data.table import Table
    from neurona.insight.exhibit import Exhibit, Part
    from neurona.insight.telling.contenders import LINEAR, contenders

    r = np.random.default_rng(6)
    X = Table({"a": r.normal(size=120), "b": r.normal(size=120)})
    y = X["a"] ** 2 + X["b"]
    model = neurona.TableRegressor(steps=50, bins=16, random_state=0).fit(X, y)
    new, truth = X.take(np.arange(40)), y[:40, None]
    found = contenders(Exhibit(model, {"training": Part(X, y), "test": Part(new, truth)}))
    both = np.column_stack([X["a"], X["b"]])
    straight = LinearRegression().fit(both, y).predict(both[:40])
    assert np.abs(found.said[LINEAR][:, 0] - straight).max() < 0.1
