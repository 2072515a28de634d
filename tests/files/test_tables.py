"""A loaded table model is the saved one: bit-equal predictions, the same reports, no code."""

from __future__ import annotations

import datetime
import json
import warnings

import numpy as np
import pytest

import neurona
from neurona import FormatError, TableClassifier, TableRegressor
from neurona.files.container import Container, pack, read

RANDOM = np.random.default_rng(1)
ROWS = 120
NUMBERS = RANDOM.normal(size=ROWS)
FRAME = {
    "weight/kg": np.where(RANDOM.random(ROWS) < 0.1, np.nan, NUMBERS),
    "\u00fcber \U0001f600": [["red", "green", None][k % 3] for k in range(ROWS)],
    "day": [str(datetime.date(2020, 1, 1) + datetime.timedelta(k % 50)) for k in range(ROWS)],
    "on": [["no", "yes"][k % 2] for k in range(ROWS)],
    "always": [7.0] * ROWS,
    "y": NUMBERS * 2 + 100,
    "z": NUMBERS**2 * 1e6,
    "class": [["a", "b", "c"][k % 3] for k in range(ROWS)],
    "two": [k % 2 for k in range(ROWS)],
    "group": [f"g{k % 9}" for k in range(ROWS)],
}
INPUTS = [name for name in FRAME if name not in ("y", "z", "class", "two", "group")]
pytestmark = pytest.mark.filterwarnings("ignore::neurona.errors.TableWarning")
SMALL = {"hidden_layer_sizes": (4,), "steps": 20, "random_state": 0}
MODELS = {
    "one quantity": (TableRegressor(**SMALL), ["y"]),
    "two quantities, float64": (TableRegressor(dtype="float64", **SMALL), ["y", "z"]),
    "poisson": (TableRegressor(loss="poisson", **SMALL), ["z"]),
    "texts": (TableClassifier(**SMALL), ["class"]),
    "two classes": (TableClassifier(class_weight={0: 1.0, 1: 2.0}, **SMALL), ["two"]),
    "labels": (TableClassifier(**SMALL), ["two", "on"]),
    "groups": (
        TableRegressor(split="group", split_column="group", kinds={"on": "category"}, **SMALL),
        ["y"],
    ),
    "lbfgs": (TableRegressor(solver="lbfgs", **SMALL), ["y"]),
}


def fit(model, targets):
    used = [*INPUTS, *targets, *([model.split_column] if model.split_column else [])]
    table = {name: FRAME[name] for name in used}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(table, targets if len(targets) > 1 else targets[0])


@pytest.mark.parametrize("name", MODELS)
def test_a_table_model_comes_back_bit_for_bit(name, tmp_path):
    model = fit(*MODELS[name])
    path = tmp_path / "model.neurona"
    neurona.save(model, path)
    loaded = neurona.load(path)
    assert type(loaded) is type(model)
    assert set(vars(loaded)) == set(vars(model))
    said, again = model.predict(FRAME), loaded.predict(FRAME)
    assert (said.dtype, said.tolist()) == (again.dtype, again.tolist())
    if isinstance(model, TableClassifier):
        assert model.predict_proba(FRAME).tobytes() == loaded.predict_proba(FRAME).tobytes()
        assert model.classes_.tolist() == loaded.classes_.tolist()
    for attribute in ("preparation_", "columns_", "notes_", "comparison_", "task_", "left_out_"):
        assert getattr(model, attribute) == getattr(loaded, attribute), attribute
    assert model.preparation_.notes == loaded.preparation_.notes
    assert [list(part) for part in model.split_[:2]] == [list(part) for part in loaded.split_[:2]]
    assert model.split_.how == loaded.split_.how
    assert len(loaded.history_) == loaded.n_iter_
    # what was loaded can be saved again, as the same bytes
    neurona.save(loaded, tmp_path / "again.neurona")
    assert path.read_bytes() == (tmp_path / "again.neurona").read_bytes()


def test_an_array_model_and_an_unfitted_one_come_back(tmp_path):
    X = RANDOM.normal(size=(40, 3))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = TableRegressor(**SMALL).fit(X, X[:, 0])
    neurona.save(model, tmp_path / "m.neurona")
    loaded = neurona.load(tmp_path / "m.neurona")
    assert not hasattr(loaded, "feature_names_in_")
    assert loaded.predict(X).tobytes() == model.predict(X).tobytes()
    neurona.save(TableClassifier(steps=7), tmp_path / "u.neurona")
    assert neurona.load(tmp_path / "u.neurona").steps == 7


def _leaves(value, path=()):
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, (*path, key))
    elif isinstance(value, list):
        for key, item in enumerate(value):
            yield from _leaves(item, (*path, key))
    else:
        yield path


@pytest.mark.parametrize("name", ["one quantity", "texts"])
def test_any_odd_value_is_refused_or_harmless(name, tmp_path):
    model = fit(*MODELS[name])
    path = tmp_path / "model.neurona"
    neurona.save(model, path)
    whole = read(path)
    text = json.dumps(whole.document)
    refused = 0
    paths = [leaf for leaf in _leaves(whole.document) if "parameters" not in leaf]
    for leaf in paths:
        for odd in (None, -1, "odd", 1e300, [], {}):
            document = json.loads(text)
            at = document
            for key in leaf[:-1]:
                at = at[key]
            at[leaf[-1]] = odd
            path.write_bytes(b"".join(pack(Container(whole.kind, document, whole.arrays))))
            try:
                loaded = neurona.load(path)
            except FormatError as error:
                refused += 1
                assert "cannot be read" in str(error)
                assert "Error(" not in str(error), (leaf, odd)
            else:
                assert type(loaded) is type(model)
    assert refused > len(paths)
