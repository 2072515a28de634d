"""Members and their posteriors come back from files bit by bit: predictions and intervals."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import neurona
from neurona import FormatError
from neurona.files.container import Container
from neurona.files.models import encode_model, model_of
from neurona.optimizers.solve.bayesian_lm import BayesianLM

X = np.random.default_rng(0).normal(size=(30, 3))


def fit(model, y):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(X, y)


def back(model, change=lambda document, arrays: None):
    arrays = {}
    document = encode_model(model, arrays)
    change(document["fitted"], arrays)
    return model_of(Container("model", {"model": document}, arrays), "file")


def bits(parts):
    return [part.tobytes() for part in parts]


shapes = st.lists(st.lists(st.integers(1, 4), max_size=2).map(tuple), min_size=1, max_size=3)


@settings(max_examples=15, deadline=None)
@given(shapes, st.integers(1, 2), st.booleans(), st.sampled_from(["best", "average"]))
def test_predictions_and_intervals_are_the_same_bits(shapes, outputs, relevance, combine):
    solver = BayesianLM(relevance=relevance)
    model = neurona.MLPRegressor(
        hidden_layer_sizes=shapes, activation="tanh", solver=solver, n_starts=3, max_iter=6,
        combine=combine, random_state=0,
    )  # fmt: skip
    fit(model, X[:, :outputs] ** 2)
    loaded = back(model)
    assert bits([model.predict(X)]) == bits([loaded.predict(X)])
    assert bits(model.predict_uncertainty(X)) == bits(loaded.predict_uncertainty(X))
    assert bits(model.predict_interval(X)) == bits(loaded.predict_interval(X))
    assert model.starts_ == loaded.starts_ and model.best_start_ == loaded.best_start_
    assert model.relevance_.tobytes() == loaded.relevance_.tobytes()
    assert model.effective_parameters_ == loaded.effective_parameters_
    assert (model.solver_, model.solver_reason_) == (loaded.solver_, loaded.solver_reason_)


def test_a_table_keeps_its_plan_and_error_bars():
    table = {"a": X[:, 0], "b": X[:, 1]}
    model = neurona.TableRegressor(n_starts=3, random_state=0).fit(table, X[:, 0] + X[:, 1])
    arrays = {}
    document = encode_model(model, arrays)
    loaded = model_of(Container("model", {"model": document}, arrays), "file")
    assert loaded.plan_ == model.plan_
    assert bits(model.predict_interval(table)) == bits(loaded.predict_interval(table))


@pytest.fixture(scope="module")
def model():
    return fit(
        neurona.MLPRegressor(
            hidden_layer_sizes=(2,), solver="bayesian-lm", n_starts=2, combine="average",
            max_iter=5, random_state=0,
        ),
        X[:, 0],
    )  # fmt: skip


def of_array(name, change):
    def apply(document, arrays):
        changed = arrays[name].copy()
        change(changed)
        arrays[name] = changed

    return apply


HOSTILE = {
    "no list": lambda d, a: d.update(members={}),
    "no member": lambda d, a: d.update(members=[1, 2]),
    "fewer": lambda d, a: d["members"].pop(),
    "of other inputs": lambda d, a: d["members"][0].update(sizes=[4, 2, 1]),
    "of other layers": lambda d, a: d["members"][0].update(sizes=[3, 5, 1]),
    "by no input": lambda d, a: d["members"][0]["posterior"].update(by_input=False),
    "no evidence": lambda d, a: d["members"][0]["posterior"].update(log_evidence="1"),
    "no posterior": lambda d, a: d["members"][1].update(posterior=None),
    "a factor that is singular": of_array("members.0.factor", lambda f: f.fill(0)),
    "nan": of_array("members.1.noise", lambda f: f.fill(np.nan)),
    "negative": of_array("members.1.precisions", lambda f: f.fill(-1)),
    "no such start": lambda d, a: d["method"]["tuple"].__setitem__(3, 2),
    "no such solver": lambda d, a: d["method"]["tuple"].__setitem__(0, "os.system"),
    "no starts": lambda d, a: d["method"]["tuple"].__setitem__(2, []),
}


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE)
def test_hostile_members_are_refused(model, change):
    assert back(model).predict(X).tobytes() == model.predict(X).tobytes()
    with pytest.raises(FormatError) as caught:
        back(model, change)
    assert caught.value.__cause__ is None, "only the net under all checks caught this one"
