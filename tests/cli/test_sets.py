"""Sets of classes on the command line: columns in predict, scores in evaluate."""

from __future__ import annotations

import json

import numpy as np
import pytest

import neurona
from neurona.inference.held_out import HeldOutErrors
from neurona.inference.learned import Judged
from tests.cli.models import INPUTS, NUMBERS, TABLE, read_csv, run, write_csv

ERRORS = {"word": (1, 0.55), "labels": (2, 0.52)}
"""Of each model the targets, and the error of most held-out rows."""


@pytest.fixture
def table(tmp_path):
    return write_csv(tmp_path / "t.csv", TABLE)


@pytest.fixture
def known(models, tmp_path):
    """Models whose errors on held-out rows are known, by name."""
    found = {}
    for name, (targets, error) in ERRORS.items():
        model = neurona.load(models[name])
        model.candidates_ = [Judged("linear", 0.3, 1.0, 0.1, 5)]
        model.held_out_errors_ = HeldOutErrors.of(np.full((200, targets), error))
        found[name] = str(tmp_path / f"{name}.neurona")
        neurona.save(model, found[name])
    return found


def test_a_column_has_the_classes(models, known, table, capsys):
    words = ("--keep", "none", "--proba", "--sets", "0.9", "--digits", "all")
    code, out, _ = run(capsys, "predict", known["word"], table, *words)
    assert code == 0
    header, *rows = read_csv(out)
    assert header == ["word_predicted", "word_p_dry", "word_p_wet", "word_set"]
    sets = set()
    for likeliest, *chances, text in rows:
        likely = [c for c, p in zip(("dry", "wet"), chances, strict=True) if float(p) >= 0.45]
        assert text == " | ".join(likely) and likeliest in likely
        sets.add(text)
    assert {"dry", "wet"} <= sets


def test_labels_have_a_column_each(known, table, capsys):
    words = ("--keep", "none", "--sets", "0.9", "--digits", "all")
    code, out, _ = run(capsys, "predict", known["labels"], table, *words)
    assert code == 0
    header, *rows = read_csv(out)
    assert header == ["up_predicted", "down_predicted", "up_set", "down_set"]
    assert {row[2] for row in rows} <= {"0", "1", "0 | 1"}
    assert all(row[0] in row[2] and row[1] in row[3] for row in rows)


def test_evaluate_says_how_many_are_inside_and_how_large(known, table, capsys):
    code, out, _ = run(capsys, "evaluate", known["word"], table, "--json")
    assert code == 0
    found = json.loads(out)["targets"]["word"]
    model = neurona.load(known["word"])
    sets = model.predict_set({name: TABLE[name] for name in INPUTS}, 0.9)
    inside = [sets[k, list(model.classes_).index(word)] for k, word in enumerate(TABLE["word"])]
    assert found["model"]["set_coverage_90"] == pytest.approx(np.mean(inside))
    assert found["model"]["set_size_90"] == pytest.approx(sets.sum() / len(sets))
    # neither class is 90 % of the rows
    assert found["baseline"]["set_coverage_90"] == found["baseline"]["set_size_90"] - 1 == 1
    said = run(capsys, "evaluate", known["word"], table)[1]
    assert "in 90 % set" in said and "classes in set" in said
    labels = json.loads(run(capsys, "evaluate", known["labels"], table, "--json")[1])["targets"]
    assert 0 < labels["down"]["model"]["set_coverage_90"] <= 1
    gate = ("--fail-under", "set_size_90=1.99")
    assert run(capsys, "evaluate", known["word"], table, *gate)[0] == 0


@pytest.mark.parametrize(("name", "word"), [("word", "20 rows"), ("flow", "--interval")])
def test_models_without_sets_say_so(models, table, name, word, capsys, monkeypatch):
    # before the network is read
    monkeypatch.setattr("neurona.files.predictors.load_predictor", lambda *_: pytest.fail("read"))
    code, out, err = run(capsys, "predict", models[name], table, "--sets", "0.9")
    assert code == 3 and out == "" and "--sets" in err and word in err


def test_a_stack_of_quantities_has_intervals(models, tmp_path, capsys):
    model = neurona.load(models["numbers"])
    model.candidates_ = [Judged("linear", 0.3, 1.0, 0.1, 5)]
    model.held_out_errors_ = HeldOutErrors.of(np.full((50, 1), 0.25))
    neurona.save(model, tmp_path / "m.neurona")
    table = write_csv(tmp_path / "n.csv", [*NUMBERS, "flow"])
    words = ("--keep", "none", "--interval", "0.9", "--digits", "all")
    code, out, _ = run(capsys, "predict", tmp_path / "m.neurona", table, *words)
    assert code == 0
    header, *rows = read_csv(out)
    _, low, high = np.array(rows, float).T
    assert header[1:] == ["flow_low", "flow_high"]
    width = 0.5 * model.targets_.scale[0]
    assert high - low == pytest.approx(width, rel=1e-5)
    code, out, _ = run(capsys, "evaluate", tmp_path / "m.neurona", table, "--json")
    found = json.loads(out)["targets"]["flow"]["model"]
    assert found["width_95"] == pytest.approx(width, rel=1e-5)
    inside = (low <= TABLE["flow"]) & (TABLE["flow"] <= high)
    assert found["coverage_95"] == pytest.approx(inside.mean())
