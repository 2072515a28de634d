"""A predictor answers as the estimator does, bit for bit, and costs no scikit-learn."""

from __future__ import annotations

import random
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

import neurona
from neurona import FormatError
from neurona.data.frames import as_table
from neurona.files.container import Container, pack, unpack
from neurona.files.models import encode_model, model_of
from neurona.files.predictors import MAKERS, load_predictor, predictor_of
from tests.cli.models import INPUTS, NUMBERS, TABLE, X, save_all, write_csv
from tests.files.forge import mutate_document

NAMES = {"flow": INPUTS, "numbers": NUMBERS, "two": NUMBERS, "word": INPUTS, "labels": NUMBERS,
         "binary": NUMBERS}  # fmt: skip


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    return save_all(tmp_path_factory.mktemp("models"))


def same(ours, theirs):
    assert ours.dtype == theirs.dtype and ours.shape == theirs.shape
    assert (
        ours.tobytes() == theirs.tobytes() if ours.dtype != object else list(ours) == list(theirs)
    )


@pytest.mark.parametrize("name", NAMES)
def test_tables_get_the_same_answers(models, name):
    table = as_table({column: TABLE[column] for column in NAMES[name]}, "t")
    estimator, predictor = neurona.load(models[name]), load_predictor(models[name])
    same(predictor.predict(table), estimator.predict(table))
    if hasattr(estimator, "predict_proba"):
        same(predictor.predict_proba(table), estimator.predict_proba(table))


LABELS = np.array([["a"], ["b"], ["c"]] * 10).ravel()


@pytest.mark.parametrize(
    ("cls", "y"),
    [
        (neurona.MLPRegressor, X[:30, 0]),
        (neurona.MLPRegressor, X[:30] @ [[1.0, 0.5], [0.2, 2.0]]),
        (neurona.MLPClassifier, LABELS),
        (neurona.MLPClassifier, LABELS == "b"),
        (neurona.MLPClassifier, np.repeat(7, 30)),
        (neurona.MLPClassifier, np.column_stack([LABELS == "a", LABELS != "c"]).astype(int)),
    ],
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_matrices_get_the_same_answers(cls, y, dtype, tmp_path):
    inputs = X[:30].astype(dtype)
    model = cls(hidden_layer_sizes=(5,), random_state=0)
    words = {"classes": np.unique(y)} if cls is neurona.MLPClassifier else {}
    neurona.save(model.partial_fit(inputs, y, **words), tmp_path / "m")
    predictor = load_predictor(tmp_path / "m")
    same(predictor.predict(inputs), model.predict(inputs))
    if cls is neurona.MLPClassifier:
        same(predictor.predict_proba(inputs), model.predict_proba(inputs))


def test_a_model_that_was_never_fitted_has_no_answers(tmp_path):
    for name in MAKERS:
        neurona.save(getattr(neurona, name)(), tmp_path / name)
        assert load_predictor(tmp_path / name) is None


def test_numbers_that_do_not_fit_are_refused(models):
    with pytest.raises(ValueError, match="do not fit float32"):
        load_predictor(models["numbers"]).network_.predict(np.full((1, 2), 1e300))


def test_forged_files_are_refused_as_by_load(models):
    arrays: dict[str, Any] = {}
    document = {"versions": {}, "model": encode_model(neurona.load(models["word"]), arrays)}
    content = b"".join(pack(Container("model", document, arrays)))
    refused = 0
    for seed in range(500):
        mutant = mutate_document(content, random.Random(seed))
        try:
            predictor_of(unpack(mutant), "mutant")
        except FormatError as error:
            assert error.__cause__ is None, "only the net under all checks caught this one"
            refused += 1
            # what is wrong with what was learned, the estimator finds too
            with pytest.raises(FormatError):
                model_of(unpack(mutant), "mutant")
    assert refused > 250


def test_predict_from_the_command_line_imports_no_scikit_learn(models, tmp_path):
    table = write_csv(tmp_path / "t.csv", INPUTS)
    code = (
        "import sys\nfrom neurona.cli.main import main\n"
        f"code = main(['predict', {models['word']!r}, {table!r}, '--proba', '-o', 'out.csv'])\n"
        "print(code, {'sklearn', 'pandas'} & set(sys.modules))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert run.stdout.split(maxsplit=1) == ["0", "set()\n"]
