"""20,000 damaged and hostile files: one exception type, no crash, no wrong model in silence."""

from __future__ import annotations

import random
import warnings
from typing import Any

import numpy as np
import pytest

from neurona import FormatError, MLPClassifier, MLPRegressor
from neurona.files.container import Container, pack, unpack
from neurona.files.models import encode_model, model_of
from tests.files.forge import mutate_bytes, mutate_document, with_checksum

INPUTS = np.random.default_rng(0).normal(size=(30, 3))


def content_of(model) -> bytes:
    arrays: dict[str, Any] = {}
    document = {"versions": {}, "model": encode_model(model, arrays)}
    return b"".join(pack(Container("model", document, arrays)))


@pytest.fixture(scope="module")
def contents() -> list[bytes]:
    options = {"hidden_layer_sizes": (4, 3), "random_state": 0, "max_iter": 3, "batch_size": 10}
    regressor = MLPRegressor(activation=["tanh", "elu"], **options).partial_fit(
        INPUTS, INPUTS @ [[1.0, 0.0], [0.5, -1.0], [2.0, 0.3]]
    )
    names = np.array(["low", "middle", "high"])[np.digitize(INPUTS[:, 0], [-0.5, 0.5])]
    classifier = MLPClassifier(class_weight={"low": 2.0, "middle": 1.0, "high": 1.0}, **options)
    several = MLPRegressor(
        hidden_layer_sizes=[(3,), (2, 2)], activation="tanh", solver="bayesian-lm", n_starts=2,
        combine="average", random_state=0, max_iter=5,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        several.fit(INPUTS, INPUTS[:, :2])
    return [
        content_of(regressor),
        content_of(several),
        content_of(classifier.partial_fit(INPUTS, names, classes=np.unique(names))),
    ]


def load(content: bytes):
    return model_of(unpack(content), "mutant")


def test_bytes_that_were_damaged_never_load(contents):
    refused = 0
    for seed in range(10_000):
        chance = random.Random(seed)
        content = chance.choice(contents)
        mutant = mutate_bytes(content, chance)
        if mutant == content:
            continue
        with pytest.raises(FormatError):
            load(mutant)
        refused += 1
    assert refused > 9_900


def test_files_forged_with_a_right_checksum_are_refused_or_are_whole_models(contents):
    refused = 0
    for seed in range(10_000):
        chance = random.Random(seed)
        content = chance.choice(contents)
        if seed % 2:
            mutant = mutate_document(content, chance)
        else:
            mutant = with_checksum(mutate_bytes(content, chance))
        try:
            model = load(mutant)
        except FormatError as error:
            assert error.__cause__ is None, "only the net under all checks caught this one"
            refused += 1
            continue
        if hasattr(model, "coefs_"):
            with np.errstate(all="ignore"):
                assert model.outputs(INPUTS.astype(model.coefs_[0].dtype)).shape == (
                    30, model.n_outputs_
                )  # fmt: skip
                if hasattr(model, "relevance_") and isinstance(model, MLPRegressor):
                    assert model.predict_uncertainty(INPUTS).std.shape[0] == 30
    assert 5_000 < refused < 10_000
