"""A monotone function of the targets is learned, and what is said is in their own units."""

import json

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.preprocessing import PowerTransformer

import neurona
from neurona import TableRegressor
from neurona.cli.main import main
from neurona.data.targets import NumericTargets
from neurona.data.transforms import TRANSFORMS, Transform
from neurona.errors import IncompatibleError, TableError

RANDOM = np.random.default_rng(0)


def rows_of(count):
    """Sizes whose errors grow with them: the logarithm is a line with noise of .3."""
    table = {"load": RANDOM.uniform(0, 4, count), "tool": RANDOM.choice(["a", "b"], count)}
    middle = np.exp(table["load"] + (table["tool"] == "b"))
    return table, middle, middle * np.exp(0.3 * RANDOM.normal(size=count))


TABLE, _, SIZE = rows_of(160)
NEW, MIDDLE, SEEN = rows_of(2000)


@pytest.fixture(scope="module")
def model():
    return TableRegressor(target_transform="log", random_state=0, n_threads=2).fit(TABLE, SIZE)


def test_yeo_and_johnson_are_those_of_scikit_learn():
    targets = np.column_stack([RANDOM.lognormal(3, 1, 200), RANDOM.standard_t(3, 200) - 2])
    theirs = PowerTransformer(standardize=False)
    must = theirs.fit_transform(targets)
    ours = Transform.fit("yeo_johnson", ["a", "b"], targets)
    np.testing.assert_allclose(ours.powers, theirs.lambdas_, rtol=1e-6)
    np.testing.assert_allclose(ours.forward(targets), must, rtol=1e-5)
    np.testing.assert_allclose(ours.back(ours.forward(targets)), targets, rtol=1e-9)


@pytest.mark.parametrize("name", TRANSFORMS)
def test_the_way_back_ends(name):
    targets = RANDOM.uniform(0.5, 9, (50, 2))
    found = Transform.fit(name, ["a", "b"], targets)
    ends = found.back(np.array([[1e3, 1e3]]))
    if name != "none":
        np.testing.assert_allclose(ends, [2 * targets.max(axis=0) - targets.min(axis=0)])
    state = json.loads(
        json.dumps(NumericTargets.fit(["a", "b"], targets, transform=name).to_state())
    )
    again = NumericTargets.from_state(state)
    assert again.transform == found and repr(again).count("transform") == (name != "none")


def test_a_power_is_not_too_near_to_what_has_no_formula():
    targets = np.expm1(RANDOM.normal(size=(400, 1)))
    targets = np.exp(np.abs(targets)) - 1
    near = Transform.fit(
        "yeo_johnson", ["y"], np.expm1(norm.ppf(np.linspace(0.5, 0.999, 99)))[:, None]
    )
    assert all(abs(p) >= 0.01 and abs(p - 2) >= 0.01 for p in near.powers)
    assert Transform.fit("yeo_johnson", ["y"], np.full((9, 1), 3.0)).powers == (1.0,)


def test_answers_are_medians(model):
    said = model.predict(NEW)
    assert np.mean(said > SEEN) == pytest.approx(0.5, abs=0.08)
    assert np.median(np.abs(np.log(said / MIDDLE))) < 0.1
    assert model.comparison_.model[0] < model.comparison_.baseline[0]


def test_intervals_hold_what_they_should_and_grow_with_the_answer(model):
    low, high = model.predict_interval(NEW, coverage=0.8)
    said, deviation = model.predict(NEW, return_std=True)
    assert np.mean((low <= SEEN) & (high >= SEEN)) == pytest.approx(0.8, abs=0.06)
    assert (low > 0).all() and np.all(high - said > said - low)
    inside = (said > 2) & (said < 0.7 * SIZE.max())
    np.testing.assert_allclose(high[inside] / said[inside], said[inside] / low[inside], rtol=1e-6)
    # of a lognormal observation half of what lies between the two values of one deviation
    assert np.median(deviation[inside] / said[inside]) == pytest.approx(np.sinh(0.3), abs=0.08)


def test_a_file_holds_it(model, tmp_path):
    path = tmp_path / "m.neurona"
    neurona.save(model, path)
    again = neurona.load(path)
    assert again.predict(NEW).tobytes() == model.predict(NEW).tobytes()
    for one, other in zip(again.predict_interval(NEW), model.predict_interval(NEW), strict=True):
        assert one.tobytes() == other.tobytes()
    for key, value in (("low", [9e9]), ("powers", [1.0]), ("name", "cube"), ("high", [])):
        state = model.targets_.to_state()
        state["transform"] = state["transform"] | {key: value}
        with pytest.raises(TableError, match="stored scaling"):
            NumericTargets.from_state(state)


def test_what_has_no_transform_is_refused():
    with pytest.raises(TableError, match="is -1 in a row, which has no logarithm; say target_tr"):
        TableRegressor(target_transform="log").fit({"x": [1.0, 2, 3]}, [1, -1, 2])
    with pytest.raises(TableError, match="no square root"):
        TableRegressor(target_transform="sqrt").fit({"x": [1.0, 2, 3]}, [1, -1, 2])
    with pytest.raises(IncompatibleError, match="within bounds"):
        TableRegressor(target_transform="log", loss="poisson").fit({"x": [1.0, 2]}, [1, 2])


def test_the_command_line_takes_it(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    lines = ["load,tool,size", *(
        f"{a:.4f},{b},{c:.4f}" for a, b, c in zip(TABLE["load"], TABLE["tool"], SIZE, strict=True)
    )]  # fmt: skip
    (tmp_path / "t.csv").write_text("\n".join(lines))
    words = ["train", "t.csv", "--target", "size", "--out", "run", "--solver", "bayesian-lm"]
    assert main([*words, "--target-transform", "log", "--hidden", "3", "--starts", "1"]) == 0
    assert 'target_transform = "log"' in (tmp_path / "run" / "config.toml").read_text()
    capsys.readouterr()
    assert main(["inspect", "run"]) == 0
    assert "log of size: mean" in capsys.readouterr().out
    assert main(["evaluate", "run", "t.csv", "--json"]) == 0
    scores = json.loads(capsys.readouterr().out)
    assert 0.85 < scores["targets"]["size"]["model"]["coverage_95"] <= 1
    assert main(["predict", "run", "t.csv", "--interval", "0.5", "--output", "p.csv"]) == 0
    rows = np.genfromtxt(tmp_path / "p.csv", delimiter=",", names=True)
    inside = (rows["size_low"] <= SIZE) & (rows["size_high"] >= SIZE)
    assert np.mean(inside) == pytest.approx(0.5, abs=0.12)
    words = ["train", "t.csv", "--target", "tool", "--out", "other"]
    assert main([*words, "--target-transform", "log"]) != 0
    assert "is for a regression" in capsys.readouterr().err
