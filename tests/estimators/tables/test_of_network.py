"""What an MLP says of itself after a fit, the estimators for tables say under the same names."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from sklearn.base import clone

import neurona
from neurona.estimators.mlp.parameters import ATTRIBUTES, NOISE, attribute_names

r = np.random.default_rng(0)
SPEED, LOAD = r.uniform(100, 3000, 60), r.uniform(0, 1, 60)
TABLE = {
    "speed": SPEED,
    "load": np.where(r.random(60) < 0.1, np.nan, LOAD),
    "kind": r.choice(["a", "b", "c"], 60),
    "same": np.ones(60),
}
POWER = 20 * SPEED * LOAD + r.normal(size=60) * 500
TARGETS = {
    neurona.TableRegressor: POWER,
    neurona.TableClassifier: np.where(np.median(POWER) < POWER, "high", "low"),
    neurona.TableAutoencoder: None,
}
BAYESIAN = {"solver": "bayesian-lm", "hidden_layer_sizes": 3, "random_state": 0}
KINDS = {
    "bayesian": BAYESIAN,
    "average": {**BAYESIAN, "hidden_layer_sizes": [(2,), (3,), ()], "n_starts": 4},
    "adam": {"solver": "adam", "epochs": 3, "random_state": 0},
    "find": {"solver": "adam", "learning_rate_init": "find", "epochs": 3, "random_state": 0},
    "lm": {"solver": "lm", "hidden_layer_sizes": 2, "random_state": 0},
}
CASES = [
    (cls, kind)
    for cls in TARGETS
    for kind in KINDS
    if not (cls is neurona.TableAutoencoder and kind == "average")
]
OF_EVIDENCE = {"relevance_", "log_evidence_", "effective_parameters_", "noise_"}
OF_RATE = {"learning_rate_found_", "rate_curve_"}
OF_ENGINE = {"engine_", "engine_reason_"}
OF_COLUMNS = {"relevance_", "n_features_in_", "feature_names_in_"}


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    folder, found = tmp_path_factory.mktemp("models"), {}
    for cls, kind in CASES:
        model = cls(**KINDS[kind]).fit(TABLE, TARGETS[cls])
        neurona.save(model, folder / "model.neurona")
        loaded = neurona.load(folder / "model.neurona")
        found[cls, kind] = [model, loaded, pickle.loads(pickle.dumps(model))]
    return found


@pytest.mark.filterwarnings("ignore::neurona.CollapsedWarning")
@pytest.mark.parametrize(("cls", "kind"), CASES)
def test_the_attributes_of_the_network_are_the_tables(fitted, cls, kind):
    for model in fitted[cls, kind]:
        network = model.network_
        for name in attribute_names(ATTRIBUTES):
            if kind != "find":
                assert not (name in OF_RATE and hasattr(network, name))
            optional = OF_EVIDENCE | OF_RATE | OF_ENGINE | {"feature_names_in_"}
            assert hasattr(network, name) or name in optional
            if name in OF_COLUMNS or name in ("noise_", "solver_reason_"):
                continue
            assert hasattr(model, name) == hasattr(network, name), name
            if hasattr(model, name):
                own, other = getattr(model, name), getattr(network, name)
                assert own is other or own == other
        assert model.solver_reason_
        assert model.coefs_[0].shape[0] == len(model.preparation_.features)
        assert model.n_features_in_ == len(TABLE)


@pytest.mark.filterwarnings("ignore::neurona.CollapsedWarning")
@pytest.mark.parametrize(("cls", "kind"), CASES)
def test_relevance_is_by_column_and_noise_in_the_targets_units(fitted, cls, kind):
    for model in fitted[cls, kind]:
        if kind not in ("bayesian", "average"):
            for name in OF_EVIDENCE - ({"noise_"} if cls is neurona.TableClassifier else set()):
                with pytest.raises(
                    AttributeError, match='does not know; solver="bayesian-lm" does'
                ):
                    getattr(model, name)
            continue
        assert list(model.relevance_) == model.preparation_.needed == ["speed", "load", "kind"]
        assert sum(model.relevance_.values()) == pytest.approx(model.network_.relevance_.sum())
        assert model.log_evidence_ == model.network_.log_evidence_
        if cls is neurona.TableRegressor:
            assert model.noise_ == pytest.approx(model.predict_uncertainty(TABLE).noise[:1])
            assert 200 < model.noise_[0] < 5000
            assert model.relevance_["kind"] < model.relevance_["speed"]
        assert hasattr(model, "noise_") == (cls is not neurona.TableClassifier)


def test_several_targets_have_a_noise_each():
    both = np.column_stack([POWER, LOAD])
    model = neurona.TableRegressor(**BAYESIAN, n_starts=1).fit(TABLE, both)
    assert model.noise_ == pytest.approx(model.predict_uncertainty(TABLE).noise[0])
    X = np.column_stack([SPEED / 1000, LOAD])
    network = neurona.MLPRegressor(**BAYESIAN).fit(X, both / [1000, 1])
    assert network.noise_ == pytest.approx(network.predict_uncertainty(X).noise[0])


def test_an_average_says_what_its_members_say_together(fitted):
    model = fitted[neurona.TableRegressor, "average"][0]
    members = [model.member(k) for k in range(len(model.network_.learned().members))]
    assert len(members) > 1
    for name in ("speed", "load", "kind"):
        mean = np.mean([one.relevance_[name] for one in members])
        assert model.relevance_[name] == pytest.approx(mean)
    assert model.log_evidence_ == max(one.log_evidence_ for one in members)
    root = np.sqrt(np.mean([one.noise_**2 for one in members], axis=0))
    assert model.noise_ == pytest.approx(root)
    best = min(model.starts_, key=lambda start: start.result)
    assert model.starts_[model.best_start_] == best
    assert any(np.array_equal(model.coefs_[0], one.coefs_[0]) for one in members)


@pytest.mark.parametrize("cls", list(TARGETS))
def test_before_a_fit_there_are_none_and_that_is_said(cls):
    model = cls()
    for name in attribute_names({**ATTRIBUTES, **NOISE}):
        assert not hasattr(model, name)
    with pytest.raises(AttributeError, match="has no attribute 'coefs_': it is not fitted"):
        model.coefs_  # noqa: B018
    assert vars(clone(model)) == vars(model)
