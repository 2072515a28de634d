"""What a run's model says of itself: scores by part of the rows, members, and rows it has seen."""

from __future__ import annotations

import csv
import json
import re
import warnings

import numpy as np
import pytest

import neurona
from neurona.inference import provenance
from neurona.inference.provenance import SeenRows, fingerprints, salt_of, text_prints
from neurona.progress.numbers import percent, score_text, scores_text
from tests.cli.models import run, write_csv

COUNT = 200
RANDOM = np.random.default_rng(11)
SPEED = RANDOM.uniform(5, 2998, COUNT).round(1)
KIND = RANDOM.choice(["a", "b", "c"], COUNT)
DAY = np.datetime64("2020-01-01") + RANDOM.integers(0, 700, COUNT)
FLOW = (SPEED * 0.01 + 3 * (KIND == "b") + RANDOM.normal(0, 0.3, COUNT)).round(3)
PUMP = {
    "speed": SPEED.tolist(),
    "kind": KIND.tolist(),
    "day": [str(one) for one in DAY],
    "flow": FLOW.tolist(),
    "high": np.where(FLOW > 15, "yes", "no").tolist(),
    "up": (FLOW > 10).astype(int).tolist(),
    "down": (FLOW < 20).astype(int).tolist(),
}
INPUTS = ["speed", "kind", "day"]
SMALL = ("--hidden", "4", "--epochs", "4", "--quiet")
LM = ("--solver", "lm", "--hidden", "2", "--epochs", "3", "--quiet")
BAYES = ("--solver", "bayesian-lm", "--hidden", "2", "--starts", "2", "--epochs", "4", "--quiet")
RUNS = {
    "flow": (["flow"], SMALL, 140, 30, 30),
    "flow, no test": (["flow"], (*SMALL, "--test-share", "0"), 170, 30, 0),
    "flow, evidence": (["flow"], BAYES, 170, 0, 30),
    "flow, by time": (["flow"], (*SMALL, "--split", "time:day"), None, None, None),
    "flow, in order": (["flow"], (*SMALL, "--split", "last"), 140, 30, 30),
    "two quantities": (["flow", "speed"], SMALL, 140, 30, 30),
    "high": (["high"], SMALL, None, None, None),
    "labels": (["up", "down"], SMALL, 140, 30, 30),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("truth")


@pytest.fixture(scope="module")
def runs(folder):
    """Train each once."""
    from neurona.cli.main import main

    made = {}
    for k, (name, (targets, words, *_)) in enumerate(RUNS.items()):
        columns = {n: PUMP[n] for n in [*INPUTS, *targets]}
        table = write_csv(folder / f"{k}.csv", columns)
        out = folder / f"run-{k}"
        call = ["train", table, "--target", ",".join(targets), "--out", str(out), *words]
        assert main(call) == 0
        made[name] = str(out), table, targets
    return made


@pytest.mark.parametrize("name", RUNS)
def test_inspect_shows_the_test_first_and_each_part_by_name(runs, name, capsys):
    place, _, _ = runs[name]
    code, out, _ = run(capsys, "inspect", place, "--json")
    found = json.loads(out)
    assert code == 0
    rows = {one["part"]: one["rows"] for one in found["scores"]}
    expected = [part for part in ("test", "validation", "training") if rows.get(part)]
    assert list(rows) == expected and sum(rows.values()) == COUNT
    if RUNS[name][2] is not None:
        train, validation, test = RUNS[name][2:]
        assert rows == {
            k: v for k, v in (("test", test), ("validation", validation), ("training", train)) if v
        }
    text = " ".join(run(capsys, "inspect", place)[1].split())
    titles = {"test": "test score", "validation": "validation", "training": "train score"}
    score = "accuracy" if name in ("high", "labels") else "RMSE"
    places = [text.index(f" {titles[part]} {score} ") for part in expected]
    assert places == sorted(places)
    assert not re.search(r"(?<!test)(?<!train) score ", text) and "no rows held out" not in text
    for part in expected:
        assert f"on {rows[part]} rows" in text
    assert f"{rows['training']} to train on" in text


def test_the_scores_are_those_of_the_rows(runs, capsys):
    place, _, _ = runs["flow, in order"]
    model = neurona.load(f"{place}/model.neurona")
    known = model.provenance_
    said = model.predict({name: PUMP[name] for name in INPUTS})
    errors = np.array(PUMP["flow"]) - said
    parts = {"training": slice(0, 140), "validation": slice(140, 170), "test": slice(170, 200)}
    for one in known.scores:
        rows = parts[one.part]
        assert one.model["rmse"] == pytest.approx([np.sqrt(np.mean(errors[rows] ** 2))])
        mean = np.mean(PUMP["flow"][:140])
        away = np.array(PUMP["flow"])[rows] - mean
        assert one.baseline["rmse"] == pytest.approx([np.sqrt(np.mean(away**2))])


def test_members_are_listed_with_scores_of_their_own(runs, capsys):
    place, _, _ = runs["flow, evidence"]
    found = json.loads(run(capsys, "inspect", place, "--json")[1])
    assert len(found["members"]) == 2
    for one in found["members"]:
        assert one["scores"]["rmse"][0] > 0 and np.isfinite(one["log_evidence"])
    text = run(capsys, "inspect", place)[1]
    assert "RMSE (test rows)" in text and "log evidence" in text


@pytest.mark.parametrize("name", RUNS)
def test_evaluate_knows_its_rows_again(runs, name, folder, capsys):
    place, table, targets = runs[name]
    call = ("evaluate", place)
    found = json.loads(run(capsys, *call, table, "--json")[1])
    test = next((o["rows"] for o in json.loads(run(capsys, "inspect", place, "--json")[1])["scores"]
                 if o["part"] == "test"), 0)  # fmt: skip
    assert found["seen"] == {"rows": COUNT - test, "exact": True}
    _, out, err = run(capsys, *call, table)
    if not test:
        assert "trained or validated on all of these rows" in err and found["others"] is None
        return
    assert f"{COUNT - test} of the {COUNT} rows were trained or validated on" in err
    assert found["others"]["rows"] == test and f"{test} rows of these" in out
    # these are the scores of the test rows
    scored = json.loads(run(capsys, "inspect", place, "--json")[1])["scores"][0]["model"]
    for k, target in enumerate(targets):
        mine = found["others"]["targets"][target]["model"]
        if "rmse" in scored:
            assert mine["rmse"] == pytest.approx(scored["rmse"][k])
        elif name == "high":
            assert mine["accuracy"] == pytest.approx(scored["accuracy"])


def _reordered(columns):
    order = np.random.default_rng(1).permutation(COUNT)
    return {n: [columns[n][k] for k in order] for n in reversed(list(columns))}


OTHERWISE = {
    "columns and rows in another order": _reordered,
    "more columns": lambda columns: {"more": ["x"] * COUNT, **columns},
    "numbers with more zeros": lambda c: {**c, "speed": [f"{v:.4f}" for v in c["speed"]]},
    "twice": lambda c: {n: [*v, *v] for n, v in c.items()},
}


@pytest.mark.parametrize("change", OTHERWISE.values(), ids=OTHERWISE)
@pytest.mark.parametrize("name", ["flow", "high", "labels"])
def test_rows_are_known_however_they_are_written(runs, name, change, folder, capsys):
    place, _, targets = runs[name]
    columns = {n: PUMP[n] for n in [*INPUTS, *targets]}
    first = json.loads(run(capsys, "evaluate", place, runs[name][1], "--json")[1])["seen"]["rows"]
    table = write_csv(folder / "other.csv", change(columns))
    found = json.loads(run(capsys, "evaluate", place, table, "--json")[1])
    assert found["seen"]["rows"] == first


@pytest.mark.parametrize("ending", ["xlsx", "parquet", "csv.gz", "semicolons"])
def test_rows_are_known_in_another_kind_of_file(runs, ending, folder, capsys):
    pandas = pytest.importorskip("pandas")
    place, table, _ = runs["flow"]
    frame = pandas.read_csv(table)
    path = folder / f"other.{ending}"
    if ending == "xlsx":
        pytest.importorskip("openpyxl")
        frame.to_excel(path, index=False)
    elif ending == "parquet":
        pytest.importorskip("pyarrow")
        frame.to_parquet(path)
    elif ending == "csv.gz":
        frame.to_csv(path, index=False)
    else:
        frame.to_csv(path, index=False, sep=";", decimal=",")
    assert json.loads(run(capsys, "evaluate", place, path, "--json")[1])["seen"]["rows"] == 170


def test_new_rows_are_new(runs, folder, capsys):
    place, _, _ = runs["flow"]
    columns = {n: list(PUMP[n]) for n in [*INPUTS, "flow"]}
    columns["flow"] = [value + 0.001 for value in columns["flow"]]
    table = write_csv(folder / "new.csv", columns)
    code, out, err = run(capsys, "evaluate", place, table, "--json")
    assert code == 0 and json.loads(out)["seen"] == {"rows": 0, "exact": True}
    assert "trained" not in err


def test_a_model_keeps_no_fingerprints_if_told_so(folder, capsys):
    table = write_csv(folder / "few.csv", {n: PUMP[n] for n in [*INPUTS, "flow"]})
    out = folder / "without"
    words = (*SMALL, "--out", out, "--set", "run.fingerprints=false")
    assert run(capsys, "train", table, *words)[0] == 0
    assert neurona.load(out / "model.neurona").provenance_.seen is None
    code, said, err = run(capsys, "evaluate", out, table, "--json")
    assert code == 0 and json.loads(said)["seen"] is None and "trained" not in err


def test_a_model_of_python_says_what_it_knows(models, capsys):
    text = run(capsys, "inspect", models["flow"])[1]
    assert "validation" in text and "held out to validate on" in text
    assert not re.search(r"^score", text, re.MULTILINE)
    text = run(capsys, "inspect", models["sure"])[1]
    assert "train score" in text and "says little of others" in text


def test_provenance_goes_with_the_model_and_ends_with_a_new_fit(runs, folder):
    place, _, _ = runs["flow"]
    model = neurona.load(f"{place}/model.neurona")
    known = model.provenance_
    neurona.save(model, folder / "again.neurona")
    again = neurona.load(folder / "again.neurona").provenance_
    assert again.seen.salt == known.seen.salt and (again.seen.prints == known.seen.prints).all()
    assert [*again.scores] == [*known.scores] and again.source == known.source == "0.csv"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit({name: PUMP[name] for name in [*INPUTS, "flow"]}, "flow")
    assert not hasattr(model, "provenance_")


# -- fingerprints


def test_a_large_table_is_a_sample(monkeypatch):
    monkeypatch.setattr(provenance, "MOST_FINGERPRINTS", 1000)
    matrix = np.random.default_rng(0).normal(size=(20_000, 3))
    prints = fingerprints(7, [matrix])
    seen = SeenRows.of(7, prints[:15_000])
    assert len(seen.prints) == 1000 and not seen.complete
    found = seen.count(prints, len(prints))
    assert not found.exact and abs(found.rows - 15_000) < 1500
    assert seen.count(prints[15_000:], 5_000) == (0, True)


def test_equal_rows_count_as_often_as_they_are_there():
    prints = fingerprints(1, [np.array([[1.0], [1.0], [2.0], [3.0]])])
    seen = SeenRows.of(1, prints[[0, 2]])
    assert seen.known(prints).tolist() == [True, False, True, False]


def test_fingerprints_are_few_bytes_and_another_models_are_others():
    matrix = np.random.default_rng(0).normal(size=(1000, 2))
    first, other = fingerprints(1, [matrix]), fingerprints(2, [matrix])
    assert first.nbytes == 8000 and not set(first.tolist()) & set(other.tolist())
    assert len(set(first.tolist())) == 1000
    assert (fingerprints(1, [matrix * (1 + 1e-12)]) == first).mean() > 0.99
    assert (fingerprints(1, [-np.zeros((1, 1))]) == fingerprints(1, [np.zeros((1, 1))])).all()
    # every bit is as often on as off
    bits = np.unpackbits(first.view(np.uint8)).reshape(1000, 64).mean(axis=0)
    assert (abs(bits - 0.5) < 0.08).all()
    words = text_prints(["a", "b", None, "a", ""])
    assert words[0] == words[3] and len(set(words.tolist())) == 4
    assert salt_of([matrix]) == salt_of([matrix.copy()]) != salt_of([matrix[:1]])


# -- digits of scores


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.99998412, "0.999984"), (0.9876, "0.9876"), (0.99, "0.9900"), (0.99996, "0.999960"),
        (1 - 1.2e-9, "0.9999999988"), (1.0, "1"), (0.0, "0"), (-2.2e-16, "0"), (-3.5, "-3.500"),
        (None, "-"), (0.5, "0.5000"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["r2", "accuracy", "balanced_accuracy", "explained_share"])
def test_a_score_near_1_has_digits(name, value, text):
    assert score_text(name, value) == text
    assert value is None or value == 1 or float(text) != 1


@pytest.mark.parametrize("value", [1 - 10.0**-k for k in range(1, 15)])
def test_only_1_is_said_as_1(value):
    assert float(score_text("r2", value)) < 1 and percent(value) != "100 %"
    assert "R2 1" not in scores_text({"r2": value}).split("  ")


def test_a_near_perfect_model_says_how_near(folder, capsys):
    x = np.linspace(-1, 1, 200)
    columns = {"x": x.tolist(), "y": (3 * x + 1e-3 * np.sin(40 * x)).tolist()}
    table = write_csv(folder / "line.csv", columns)
    out = folder / "line"
    code, _, err = run(capsys, "train", table, "--out", out, "--solver", "lm", "--hidden", "none")
    assert code == 0
    texts = [err, run(capsys, "inspect", out)[1], run(capsys, "evaluate", out, table)[1]]
    texts.append((out / "summary.md").read_text().replace("\\", ""))
    for text in texts:
        digits = re.findall(r"R2 +(0\.9{5,}\d+)", text)
        assert digits and not re.search(r"R2 +1(\.0*)?\s", text), text
    with open(table, newline="") as file:
        assert len(list(csv.reader(file))) == 201
