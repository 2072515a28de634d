"""evaluate: scikit-learn's scores on the same rows, the baseline beside them, and the gates."""

from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn import metrics

import neurona
from tests.cli.models import INPUTS, NUMBERS, ROWS, TABLE, run, write_csv


def score(capsys, model, table, *more):
    code, out, err = run(capsys, "evaluate", model, table, "--json", *more)
    return code, json.loads(out), err


def test_quantities_are_scored_per_target(models, tmp_path, capsys):
    table = write_csv(tmp_path / "t.csv", TABLE)
    code, found, err = score(capsys, models["two"], table)
    assert (code, err) == (0, "")
    said = neurona.load(models["two"]).predict({n: TABLE[n] for n in NUMBERS})
    for k, name in enumerate(("flow", "up")):
        truth, mean = np.array(TABLE[name]), np.full(ROWS, np.mean(TABLE[name]))
        for side, values in (("model", said[:, k]), ("baseline", mean)):
            expected = {
                "rmse": metrics.root_mean_squared_error(truth, values),
                "mae": metrics.mean_absolute_error(truth, values),
                "r2": metrics.r2_score(truth, values),
            }
            assert found["targets"][name][side] == pytest.approx(expected, abs=1e-12)
    assert found["rows"] == ROWS and found["task"] == "regression"
    text = run(capsys, "evaluate", models["two"], table)[1]
    assert "flow" in text and "(mean)" in text and max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize("name, target", [("word", "word"), ("binary", "up")])
def test_classes_are_scored(models, name, target, tmp_path, capsys):
    table = write_csv(tmp_path / "t.csv", TABLE)
    code, found, _ = score(capsys, models[name], table)
    loaded = neurona.load(models[name])
    inputs = {n: TABLE[n] for n in loaded.feature_names_in_}
    said, shares = loaded.predict(inputs), loaded.predict_proba(inputs).astype(float)
    shares /= shares.sum(axis=1, keepdims=True)
    truth = np.array(TABLE[target])
    assert code == 0
    assert found["targets"][target]["model"] == pytest.approx(
        {
            "accuracy": metrics.accuracy_score(truth, said),
            "balanced_accuracy": metrics.balanced_accuracy_score(truth, said),
            "log_loss": metrics.log_loss(truth, shares, labels=loaded.classes_),
        }
    )
    most = max(np.mean(truth == value) for value in set(truth.tolist()))
    assert found["targets"][target]["baseline"]["accuracy"] == pytest.approx(most)
    assert found["confusion"] == metrics.confusion_matrix(truth, said).tolist()


def test_labels_are_scored_one_by_one(models, tmp_path, capsys):
    code, found, _ = score(capsys, models["labels"], write_csv(tmp_path / "t.csv", TABLE))
    said = neurona.load(models["labels"]).predict({n: TABLE[n] for n in NUMBERS})
    for k, name in enumerate(("up", "down")):
        expected = metrics.accuracy_score(TABLE[name], said[:, k])
        assert found["targets"][name]["model"]["accuracy"] == pytest.approx(expected)
    assert code == 0


def test_gates(models, tmp_path, capsys):
    table = write_csv(tmp_path / "t.csv", TABLE)
    call = ("evaluate", models["flow"], table, "--fail-under")
    code, out, err = run(capsys, *call, "r2=0.9999999,rmse=1e9")
    assert code == 5 and "RMSE" in out
    assert err.startswith("error   quality gate missed: r2 is ") and "rmse" not in err
    assert run(capsys, *call, "r2=-5", "--fail-under", "mae=1e9")[0] == 0
    code, _, err = run(capsys, *call, "rmse=1e-9")
    assert code == 5 and "at most 1e-09 was asked for" in err
    code, found, _ = score(capsys, models["two"], table, "--fail-under", "r2=0.99999999")
    assert code == 5 and found["gates"] == [{"metric": "r2", "bound": 0.99999999, "passed": False}]


@pytest.mark.parametrize(
    "given, said",
    [
        ("rsme=1", "Unknown metric 'rsme'; did you mean 'rmse'?"),
        ("r2", "has no value"),
        ("r2=high", "'high' is no number"),
        ("r2=nan", "'nan' is no number"),
        ("r2=90", "can never be reached"),
        ("accuracy=0.5", "the model is a regression, whose metrics are rmse, mae, r2"),
    ],
)
def test_gates_that_cannot_be(models, given, said, tmp_path, capsys):
    table = write_csv(tmp_path / "t.csv", TABLE)
    code, out, err = run(capsys, "evaluate", models["flow"], table, "--fail-under", given)
    assert (code, out) == (2, "") and said in err


def test_a_constant_target_has_no_r2(models, tmp_path, capsys):
    columns = {**{n: TABLE[n] for n in INPUTS}, "flow": [40.5] * ROWS}
    table = write_csv(tmp_path / "t.csv", columns)
    code, found, err = score(capsys, models["flow"], table, "--fail-under", "r2=0.1")
    assert code == 5 and "r2 has no value" in err
    assert found["targets"]["flow"]["model"]["r2"] is None
    one = write_csv(tmp_path / "u.csv", [*INPUTS, "flow"], rows=1)
    assert run(capsys, "evaluate", models["flow"], one)[0] == 0


def test_targets_that_are_missing_or_called_otherwise(models, tmp_path, capsys):
    code, _, err = run(capsys, "evaluate", models["flow"], write_csv(tmp_path / "t.csv", INPUTS))
    assert code == 3 and "t.csv has no column 'flow'" in err and "--target" in err
    columns = {**{n: TABLE[n] for n in INPUTS}, "truth": ["", *TABLE["flow"][1:]]}
    table = write_csv(tmp_path / "u.csv", columns)
    code, found, err = score(capsys, models["flow"], table, "--target", "truth")
    assert code == 0 and list(found["targets"]) == ["truth"] and found["rows"] == ROWS - 1
    assert "1 of 90 rows have no target" in err
    none = write_csv(tmp_path / "v.csv", {**columns, "truth": [""] * ROWS})
    code, _, err = run(capsys, "evaluate", models["flow"], none, "--target", "truth")
    assert code == 3 and "no row whose target is known" in err


def test_a_class_that_training_had_not(models, tmp_path, capsys):
    columns = {**{n: TABLE[n] for n in INPUTS}, "word": ["moist", *TABLE["word"][1:]]}
    table = write_csv(tmp_path / "t.csv", columns)
    code, out, err = run(capsys, "evaluate", models["word"], table)
    assert code == 0 and "moist" in out
    assert "1 row has the class 'moist', which training had not; they count as wrong" in err
