"""Table estimators in a file: the same predictions, and damaged documents refused."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

import neurona
from neurona import FormatError, TableClassifier, TableRegressor
from neurona.files.container import Container, pack, read
from neurona.inference.held_out import HeldOutErrors
from neurona.inference.learned import Judged
from neurona.inference.members import Member
from neurona.inference.noise_scale import NoiseScale
from neurona.network import Network
from neurona.numerics.activations import ACTIVATIONS

random = np.random.default_rng(0)
TABLE = {
    "a": random.normal(size=120),
    "kind": random.choice(["x", "y", "z"], 120),
    "on": random.choice(["yes", "no"], 120),
}
TABLE["a"][5] = np.nan
TABLE["flow"] = np.where(TABLE["kind"] == "x", 3.0, -1.0) + np.nan_to_num(TABLE["a"])
TABLE["state"] = np.where(TABLE["flow"] > 0, "up", "down")
TABLE["high"] = (TABLE["flow"] > 2).astype(int)
TABLE["low"] = (TABLE["flow"] < -1).astype(int)
INPUTS = {name: TABLE[name] for name in ("a", "kind", "on")}
MODELS: list[tuple[Any, Any]] = [
    (TableRegressor, "flow"),
    (TableRegressor, ["flow", "high"]),
    (TableClassifier, "state"),
    (TableClassifier, ["high", "low"]),
]


def fitted(cls, target):
    names = [target] if isinstance(target, str) else target
    table = {**INPUTS, **{name: TABLE[name] for name in names}}
    return cls((6,), steps=200, random_state=0, max_levels=3).fit(table, target)


@pytest.mark.parametrize(("cls", "target"), MODELS, ids=str)
@pytest.mark.filterwarnings("ignore::neurona.CollapsedWarning")
def test_a_loaded_model_is_the_saved_one(tmp_path, cls, target):
    model = fitted(cls, target)
    neurona.save(model, tmp_path / "m.neurona")
    again = neurona.load(tmp_path / "m.neurona")
    assert np.array_equal(again.predict(INPUTS), model.predict(INPUTS))
    assert again.get_params() == model.get_params()
    for name in ("target_names_", "task_", "columns_", "notes_", "comparison_", "stop_reason_"):
        assert getattr(again, name) == getattr(model, name)
    assert again.preparation_ == model.preparation_
    assert list(again.history_) == list(model.history_)
    neurona.save(again, tmp_path / "again.neurona")
    assert (tmp_path / "again.neurona").read_bytes() == (tmp_path / "m.neurona").read_bytes()


def test_an_unfitted_model(tmp_path):
    neurona.save(TableRegressor(epochs=3), tmp_path / "m.neurona")
    assert neurona.load(tmp_path / "m.neurona").epochs == 3


def _paths(value, path=()):
    yield path
    items: Any = value.items() if isinstance(value, dict) else ()
    if isinstance(value, list) and len(value) < 40:
        items = enumerate(value)
    for key, one in items:
        yield from _paths(one, (*path, key))


@pytest.mark.parametrize(("cls", "target"), [MODELS[0], MODELS[2]], ids=str)
@pytest.mark.filterwarnings("ignore::neurona.CollapsedWarning", "ignore::neurona.TableWarning")
@pytest.mark.parametrize("junk", [None, -1, "\0", [], {}, [[1]], {"tuple": []}, 1e300])
def test_a_forged_document_is_refused_or_predicts(tmp_path, cls, target, junk):
    path = tmp_path / "m.neurona"
    neurona.save(fitted(cls, target), path)
    whole = read(path)
    for place in list(_paths(whole.document["model"]))[1:]:
        document = copy.deepcopy(whole.document)
        here = document["model"]
        for key in place[:-1]:
            here = here[key]
        here[place[-1]] = junk
        path.write_bytes(b"".join(pack(Container(whole.kind, document, whole.arrays))))
        try:
            model = neurona.load(path)
        except FormatError:
            continue
        if hasattr(model, "network_"):
            try:
                with np.errstate(all="ignore"):
                    model.predict(INPUTS)
            except ValueError:
                pass


def with_noise(last="exp", more=0):
    """Return a model whose error bars depend on the inputs."""
    model = fitted(TableRegressor, "flow")
    width = len(model.preparation_.features) + 1 + more
    kinds = [ACTIVATIONS.find("relu"), ACTIVATIONS.find(last)]
    network = Network([width, 2, 1], kinds, np.float64)
    weights = np.random.default_rng(1).normal(size=network.n_parameters) / 4
    errors = HeldOutErrors.of(np.random.default_rng(2).normal(size=(50, 1)))
    matrices = np.split(weights[:-3], [2 * width])
    packed = network.pack(
        [matrices[0].reshape(width, 2), matrices[1].reshape(2, 1)], [weights[-3:-1], weights[-1:]]
    )
    model.candidates_ = [Judged("linear", 0.3, 1.0, 0.1, 5)]
    model.held_out_errors_ = errors
    model.noise_scale_ = NoiseScale(Member(network, packed), errors)
    return model


def test_noise_by_the_inputs_is_kept_and_forged_noise_refused(tmp_path):
    path = tmp_path / "m.neurona"
    neurona.save(with_noise(), path)
    known = with_noise().predict_interval(INPUTS)
    assert np.array_equal(neurona.load(path).predict_interval(INPUTS), known)
    whole, refused = read(path), 0
    for name in ("noise_scale", "noise_scale_rows"):
        for junk in (None, -1, 1, "a", [], {}, [{}], [None], 1e300):
            document = copy.deepcopy(whole.document)
            document["model"]["fitted"][name] = junk
            path.write_bytes(b"".join(pack(Container(whole.kind, document, whole.arrays))))
            with pytest.raises(FormatError):
                neurona.load(path)
            refused += 1
    assert refused == 18


@pytest.mark.parametrize("words", [{"last": "identity"}, {"more": 1}], ids=str)
def test_a_size_that_may_be_negative_or_does_not_fit_is_refused(words, tmp_path):
    neurona.save(with_noise(**words), tmp_path / "m.neurona")
    with pytest.raises(FormatError):
        neurona.load(tmp_path / "m.neurona")
