"""Error bars on the command line: columns in predict, scores in evaluate, a part of inspect."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy import stats

import neurona
from tests.cli.models import FLOW, INPUTS, TABLE, X, read_csv, run, write_csv


@pytest.fixture
def table(tmp_path):
    return write_csv(tmp_path / "t.csv", TABLE)


def columns(text):
    header, *body = read_csv(text)
    return {n: [row[k] for row in body] for k, n in enumerate(header)}


@pytest.mark.parametrize("rows", [1, 1000])
def test_columns_are_those_of_the_estimator(models, table, rows, capsys):
    words = (
        "--keep",
        "none",
        "--std",
        "--interval",
        "0.9",
        "--digits",
        "all",
        "--block-rows",
        rows,
    )
    code, out, _ = run(capsys, "predict", models["sure"], table, *words)
    assert code == 0
    said = columns(out)
    assert list(said) == ["flow_predicted", "flow_std", "flow_low", "flow_high"]
    model = neurona.load(models["sure"])
    inputs = {name: TABLE[name] for name in INPUTS}
    mean, std = model.predict(inputs, return_std=True)
    low, high = model.predict_interval(inputs, 0.9)
    for name, values in zip(said, (mean, std, low, high), strict=True):
        assert np.allclose(np.array(said[name], float), values, rtol=1e-9)
    assert np.allclose((high - low) / std, 2 * stats.norm.ppf(0.95))


def test_several_targets_have_columns_each(models, table, capsys):
    words = ("--keep", "none", "--interval", "0.5", "--name", "p", "--digits", "all")
    code, out, _ = run(capsys, "predict", models["sure two"], table, *words)
    assert code == 0
    names = [f"p_{target}" for target in ("flow", "speed (m/s)")]
    ends = [f"{name}_{end}" for name in names for end in ("low", "high")]
    said = {name: np.array(values, float) for name, values in columns(out).items()}
    assert list(said) == [*names, *ends]
    for name in names:
        assert (said[f"{name}_low"] < said[name]).all() and (
            said[name] < said[f"{name}_high"]
        ).all()
        middle = (said[f"{name}_low"] + said[f"{name}_high"]) / 2
        assert np.allclose(middle, said[name])


def test_a_network_of_an_array_has_them_too(models, tmp_path, capsys):
    table = write_csv(tmp_path / "x.csv", {"p": X[:, 0].tolist(), "q": X[:, 1].tolist()})
    words = ("--keep", "none", "--std", "--digits", "all")
    code, out, _ = run(capsys, "predict", models["sure array"], table, *words)
    assert code == 0
    std = neurona.load(models["sure array"]).predict(X, return_std=True)[1]
    assert np.allclose(np.array(columns(out)["y_std"], float), std, rtol=1e-9)


@pytest.mark.parametrize("words", [("--std",), ("--interval", "0.95")])
def test_models_without_error_bars_say_so(models, table, words, capsys, monkeypatch):
    # before the network is read
    monkeypatch.setattr("neurona.files.predictors.load_predictor", lambda *_: pytest.fail("read"))
    code, out, err = run(capsys, "predict", models["flow"], table, *words)
    assert code == 3 and out == "" and words[0] in err and "--solver bayesian-lm" in err
    code, out, err = run(capsys, "predict", models["word"], table, *words)
    assert code == 3 and out == "" and "--proba" in err


@pytest.mark.parametrize("share", ["0", "1", "95", "x"])
def test_an_interval_is_a_share(models, table, share, capsys):
    assert run(capsys, "predict", models["sure"], table, "--interval", share)[0] == 2


def test_evaluate_scores_the_error_bars(models, table, capsys):
    code, out, _ = run(capsys, "evaluate", models["sure"], table, "--json")
    assert code == 0
    found = json.loads(out)["targets"]["flow"]
    model = neurona.load(models["sure"])
    mean, std = model.predict({name: TABLE[name] for name in INPUTS}, return_std=True)
    inside = np.abs(FLOW - mean) <= stats.norm.ppf(0.975) * std
    assert found["model"]["coverage_95"] == pytest.approx(inside.mean())
    density = stats.norm(mean, std).logpdf(FLOW).mean()
    assert found["model"]["log_likelihood"] == pytest.approx(density)
    trivial = stats.norm(FLOW.mean(), FLOW.std()).logpdf(FLOW).mean()
    assert found["baseline"]["log_likelihood"] == pytest.approx(trivial)
    assert "in 95 %" in run(capsys, "evaluate", models["sure"], table)[1]


def test_a_gate_on_error_bars(models, table, capsys):
    gate = ("--fail-under", "coverage_95=0.5")
    assert run(capsys, "evaluate", models["sure"], table, *gate)[0] == 0
    code, out, err = run(capsys, "evaluate", models["flow"], table, *gate)
    assert code == 5 and "has no value" in err and "95 %" not in out


def test_inspect_shows_the_networks_and_what_they_know(models, capsys):
    found = json.loads(run(capsys, "inspect", models["sure"], "--json")[1])
    shapes = [one["layers"][1:-1] for one in found["members"]]
    assert shapes == [[3], [2, 2], [3]]
    model = neurona.load(models["sure"])
    assert found["effective_parameters"] == pytest.approx(model.network_.effective_parameters_)
    assert list(found["relevance"]) == INPUTS
    assert sum(found["relevance"].values()) == pytest.approx(1)
    # the colours' three columns are one input
    assert found["relevance"]["colour"] == pytest.approx(model.network_.relevance_[2:].sum())
    noise = np.mean([one.posterior.noise[0] for one in model.network_.learned().members]) ** 0.5
    assert found["noise"] == {"flow": pytest.approx(noise * FLOW.std(), rel=1e-6)}
    said = run(capsys, "inspect", models["sure"])[1]
    assert "mean of 3 networks: 2 x 5-3-1, 1 x 5-2-2-1" in said
    assert "relevance" in said and "noise" in said and "##" in said


def test_inspect_of_one_network_has_none_of_it(models, capsys):
    found = json.loads(run(capsys, "inspect", models["flow"], "--json")[1])
    assert len(found["members"]) == 1 and found["relevance"] is None and found["noise"] is None
    said = run(capsys, "inspect", models["flow"])[1]
    assert "members" not in said and "relevance" not in said


def test_why_a_solver_was_taken_is_kept(tmp_path, capsys):
    model = neurona.MLPRegressor(hidden_layer_sizes=(3,), solver="auto", random_state=0)
    model.fit(X, FLOW)
    path = tmp_path / "m.neurona"
    neurona.save(model, path)
    found = json.loads(run(capsys, "inspect", path, "--json")[1])["training"]
    assert found["solver"] == model.solver_ != "auto"
    assert found["why_solver"] == model.solver_reason_
