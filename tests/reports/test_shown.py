"""What a notebook shows of models and histories: no scripts, and nothing of a table is markup."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

import neurona
from neurona.diagnosis.finding import Trial
from neurona.estimators.advice import BatchAdvice
from neurona.reports.page.fragments import curves
from neurona.training.history import EpochRecord, History
from neurona.training.measures import GradientNoise
from neurona.training.rates import RateCurve
from tests.insight.models import EVIL, made


@pytest.mark.parametrize("name", list(made()))
def test_a_model_shows_itself(name):
    model = made()[name][0]
    page = model._repr_html_()
    assert page == model._repr_mimebundle_()["text/html"]
    assert "<script" not in page and "<img" not in page
    assert type(model).__name__ in page and "not fitted" not in page
    assert len(re.findall("<polyline", page)) == (
        0 if not hasattr(model, "history_") else 1 + (model.history_[-1].val_loss is not None)
    )


def test_names_are_text():
    page = made()["table binary"][0]._repr_html_()
    assert "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;" in page
    fresh = neurona.TableRegressor(split_column=EVIL)._repr_html_()
    assert "not fitted yet" in fresh and "<img" not in fresh and "split_column" in fresh


def test_scikit_learns_page_gives_way():
    from sklearn.utils import estimator_html_repr

    assert "<script" not in neurona.MLPClassifier()._repr_mimebundle_()["text/html"]
    assert "MLPClassifier" in estimator_html_repr(neurona.MLPClassifier())


def test_a_history_shows_itself():
    records = [EpochRecord(k, 1 / k, 2 / k if k < 9 else 3.0, None, 0.1, 0.2, 0.0)
               for k in range(1, 11)]  # fmt: skip
    page = History(records)._repr_html_()
    assert page.count("<polyline") == 2 and "10 epochs" in page
    best = page[page.index("best") : page.index("last")]
    assert ">8<" in best and ">0.25<" in best
    assert "no epochs yet" in History()._repr_html_()


def test_a_curve_goes_where_its_numbers_go():
    svg = curves([("a", [1.0, 2.0, None, 3.0])], width=112)
    points = re.search('points="([^"]*)"', svg)[1].split()
    assert points == ["6.0,84.0", "39.3,45.0", "106.0,6.0"]
    far = curves([("a", [1.0, 10.0, 100.0])], width=112)
    heights = [float(p.split(",")[1]) for p in re.search('points="([^"]*)"', far)[1].split()]
    assert np.diff(heights) == pytest.approx([-39, -39])  # a logarithmic scale
    assert curves([("a", [1.0])]) == ""


def cells_of(page):
    return [
        re.findall("<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall("<tr>(.*?)</tr>", page)
    ]


def test_a_rate_curve_shows_itself():
    curve = RateCurve(
        (0.1, 1.0, 10.0), (0.5, 0.25, math.inf), (9, 99, 9), 2.0, 0.7, True, "Of <3> rates."
    )
    page = curve._repr_html_()
    assert "<script" not in page and "Of &lt;3&gt; rates." in page and "0.7" in page
    assert cells_of(page)[1:] == [
        ["0.1", "0.5", "9", ""], ["1", "0.25", "99", "lowest"], ["10", "diverged", "9", ""]
    ]  # fmt: skip
    first, start = re.findall('points="([^"]*)"', page)
    # the rate that diverged is no place of the line; the first weights' loss is the highest one
    assert len(first.split()) == 2 and len(start.split()) == 3
    assert {point.split(",")[1] for point in start.split()} == {"6.0"}


def test_advice_on_a_batch_shows_itself():
    noise = GradientNoise(80.0, 1.0, 0.5, 400)
    page = BatchAdvice(64, noise, 400, 5000, "signal <equals> noise")._repr_html_()
    assert "<script" not in page and "64 rows. signal &lt;equals&gt; noise" in page
    assert ["signal equals noise at", "80 rows"] in cells_of(page)
    assert ["a core&#x27;s cache holds", "5,000 rows"] in cells_of(page)
    unseen = BatchAdvice(400, noise._replace(scale=math.inf), 400, 5000, "")._repr_html_()
    assert ["signal equals noise at", "not seen"] in cells_of(unseen)


def test_a_trial_shows_itself():
    before, after = {"mae": 2.0, "r2": 0.5}, {"mae": 1.0, "r2": -math.inf}
    page = Trial("r2", before, after, 1234, None)._repr_html_()
    assert "1,234 rows: not better" in page and "<script" not in page
    assert cells_of(page)[1:] == [["r2", "0.5", "-inf"], ["mae", "2", "1"]]
