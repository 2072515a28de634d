"""Files of every released format version load in every later release, and predict the same.

`fixtures/v1-*.neurona` were written by neurona 0.1.0 (v1-bayesian a little later); never write them
again. A new format version
gets new files: `python -m tests.files.test_fixtures` writes those of the current version that are
not there yet.
"""

from __future__ import annotations

import json
import pathlib

import numpy as np
import pytest

import neurona
from neurona.files.container import FORMAT_VERSION
from tests.training.bits import digest, machine

FIXTURES = pathlib.Path(__file__).parent / "fixtures"
BITS = FIXTURES / "bits.json"
"""Hashes of what each file predicts, for each kind of machine: there, not a bit may change."""
INPUTS = np.sin(np.arange(60.0).reshape(20, 3) ** 1.5)
TARGETS = np.column_stack([INPUTS[:, 0] * INPUTS[:, 1], INPUTS[:, 2] ** 2])
LABELS = np.array(["low", "mittel", "große"])[np.digitize(INPUTS[:, 0], [-0.5, 0.5])]


def models():
    yield "regressor", neurona.MLPRegressor(
        hidden_layer_sizes=(6, 5), activation=["tanh", "softplus"], solver="nadam",
        schedule="cosine", random_state=0, max_iter=50, early_stopping=True,
        validation_fraction=0.2,
    ).fit(INPUTS, TARGETS)  # fmt: skip
    yield (
        "classifier",
        neurona.MLPClassifier(
            hidden_layer_sizes=7, random_state=1, dropout=0.1, class_weight="balanced"
        ).fit(INPUTS.astype(np.float32), LABELS),
    )
    yield "bayesian", neurona.MLPRegressor(
        hidden_layer_sizes=[(3,), (2, 2), ()], activation="tanh", solver="bayesian-lm",
        n_starts=3, combine="average", random_state=2, max_iter=40,
    ).fit(INPUTS, TARGETS)  # fmt: skip


def answers(model):
    """What a model says of INPUTS, all of it."""
    X = INPUTS.astype(model.coefs_[0].dtype)
    found = [model.predict_proba(X) if hasattr(model, "classes_") else model.predict(X)]
    if model.solver == "bayesian-lm":
        found.append(np.array(model.predict_interval(X)))
    return found


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.neurona")), ids=lambda path: path.stem)
def test_old_files_predict_the_same_bits(path, tmp_path):
    kept = json.loads(BITS.read_text()).get(machine(), {}).get(path.stem)
    if kept is None:
        pytest.skip(f"no hash was kept for this machine ({machine()})")
    model = neurona.load(path)
    assert digest(*answers(model)) == kept
    # written again, it is the same model
    neurona.save(model, tmp_path / "again")
    assert digest(*answers(neurona.load(tmp_path / "again"))) == kept


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.neurona")), ids=lambda path: path.stem)
def test_old_files_predict_what_they_did(path):
    model = neurona.load(path)
    expected = json.loads(path.with_suffix(".json").read_text())
    X = INPUTS.astype(model.coefs_[0].dtype)
    # machines differ in the last bits, and float32 has fewer of them
    tolerance = 1e-12 if X.dtype == np.float64 else 1e-6
    if "labels" in expected:
        assert model.predict(X).tolist() == expected["labels"]
        outputs = model.predict_proba(X)
    else:
        outputs = model.predict(X)
    np.testing.assert_allclose(outputs, expected["outputs"], rtol=tolerance, atol=tolerance)
    if "intervals" in expected:
        found = model.predict_interval(X)
        np.testing.assert_allclose(found, expected["intervals"], rtol=1e-9, atol=1e-9)
    assert len(model.history_) == expected["epochs"] and model.t_ == expected["t"]
    assert model.get_params()["random_state"] == expected["random_state"]


def test_the_current_version_has_fixtures():
    assert len(list(FIXTURES.glob(f"v{FORMAT_VERSION}-*.neurona"))) == 3


def write() -> None:
    for name, model in models():
        path = FIXTURES / f"v{FORMAT_VERSION}-{name}.neurona"
        if path.exists():
            continue
        X = INPUTS.astype(model.coefs_[0].dtype)
        classifier = hasattr(model, "classes_")
        expected = {
            "outputs": (model.predict_proba(X) if classifier else model.predict(X)).tolist(),
            "epochs": len(model.history_),
            "t": model.t_,
            "random_state": model.random_state,
        }
        if classifier:
            expected["labels"] = model.predict(X).tolist()
        if model.solver == "bayesian-lm":
            expected["intervals"] = np.array(model.predict_interval(X)).tolist()
        neurona.save(model, path)
        path.with_suffix(".json").write_text(json.dumps(expected) + "\n")

    known = json.loads(BITS.read_text()) if BITS.exists() else {}
    ours = known.setdefault(machine(), {})
    for path in sorted(FIXTURES.glob("*.neurona")):
        ours.setdefault(path.stem, digest(*answers(neurona.load(path))))
    BITS.write_text(json.dumps(known, indent=1) + "\n")


if __name__ == "__main__":
    write()
