"""The seam holds: another engine trains, stops, saves and predicts as the compiled one does."""

from __future__ import annotations

import sys
import warnings

import numpy as np
import pytest

import neurona
from neurona.compiled.kernel import PLAIN
from neurona.engine.choice import (
    ENGINES,
    GROUP,
    current_engine,
    find_engine,
    register_engine,
    using_engine,
)
from neurona.errors import PluginError, UnknownNameError
from tests.compiled.processes import run_python
from tests.distribution import distribution
from tests.engine.numpy_engine import NumpyEngine
from tests.training import bits

UNSTABLE = ("gauss-newton", "lm", "scg")
"""Methods that lead rounding apart where there are more weights than rows: compared on fewer."""
SUITES = (
    "tests/training/test_loop.py",
    "tests/training/test_callbacks.py",
    "tests/training/test_advance.py",
    "tests/files/test_checkpoint.py",
    "tests/files/test_models.py",
    "tests/files/test_members.py",
    "tests/estimators/mlp/test_beyond.py",
    "tests/estimators/mlp/test_starts.py",
    "tests/estimators/mlp/test_bayesian.py",
    "tests/estimators/mlp/test_one_network.py",
)
"""The estimators' own tests of fitting, stopping, checkpoints, callbacks, files and prediction."""
NOT_ITS = (
    "tests/files/test_checkpoint.py::test_killed_at_any_moment",
    "tests/estimators/mlp/test_starts.py"
    "::test_folds_in_threads_have_the_bits_of_one_after_the_other_and_no_screens",
)
"""Those that train in processes of their own, which know the compiled engine only; and those of the
same bits with other threads, which NumPy's products do not promise.
"""


@pytest.fixture(autouse=True)
def second_engine():
    register_engine(NumpyEngine())
    yield
    ENGINES.pop(NumpyEngine.name)


def trained(case, threads=1):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return bits.cases()[case]("float64", threads)


@pytest.mark.parametrize("case", [case for case in bits.cases() if case not in UNSTABLE])
def test_every_training_comes_to_the_same(case):
    expected = trained(case)
    with using_engine("numpy"):
        found = trained(case)
    assert len(found.history_) == len(expected.history_)
    for name in ("loss", "val_loss", "score"):
        ours, theirs = (model.history_.column(name) for model in (found, expected))
        np.testing.assert_allclose(
            np.array(ours, float), np.array(theirs, float), rtol=1e-10, atol=1e-10
        )
    for ours, theirs in zip(found.coefs_, expected.coefs_, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("solver", UNSTABLE)
def test_methods_that_lead_rounding_apart_come_to_the_same_where_they_must(solver):
    def weights():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return bits.regression(solver, "float64", 1, max_iter=3, hidden_layer_sizes=2).coefs_

    expected = weights()
    with using_engine("numpy"):
        found = weights()
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-8, atol=1e-8)


def test_predictions_are_the_same():
    X, y, classes = bits.rows("float64")
    for model, targets in (
        (neurona.MLPRegressor(random_state=0, max_iter=20), y),
        (neurona.MLPClassifier(random_state=0, max_iter=20), classes),
    ):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.fit(X, targets)
        expected = (
            neurona.MLPRegressor.predict if targets is y else neurona.MLPClassifier.predict_proba
        )
        compiled = expected(model, X)
        with using_engine("numpy"):
            again = expected(neurona.MLPRegressor.member(model, 0), X)
        np.testing.assert_allclose(again, compiled, rtol=1e-10)


@pytest.mark.skipif(
    PLAIN, reason="plain Python is slow, and the twin would be compared with itself"
)
def test_the_estimators_own_tests_pass_with_it():
    skipped = [f"--deselect={name}" for name in NOT_ITS]
    run_python("-m", "pytest", "-q", "-p", "tests.engine.numpy_plugin", *skipped, *SUITES)


def test_the_compiled_engine_is_in_force_unless_said_otherwise():
    assert current_engine().name == "compiled"
    with using_engine("numpy") as engine:
        assert current_engine() is engine is find_engine("numpy")
    assert current_engine().name == "compiled"


def test_an_unknown_engine_is_a_sentence():
    with pytest.raises(UnknownNameError, match="did you mean 'compiled'"), using_engine("compield"):
        pass


def test_another_distribution_brings_an_engine(tmp_path, monkeypatch):
    source = """
from neurona.engine.compiled import CompiledEngine

class Twin(CompiledEngine):
    name = "twin"
"""
    names = {"twin": "twin_engine:Twin", "odd": "twin_engine:Twin", "gone": "twin_engine:Gone"}
    before = dict(ENGINES)
    with pytest.raises(UnknownNameError, match="Unknown engine 'twin'"):
        find_engine("twin")
    monkeypatch.syspath_prepend(distribution(tmp_path, "twin_engine", source, {GROUP: names}))
    with pytest.raises(
        UnknownNameError, match=r"did you mean 'twin'\?.*gone, jax, numpy, odd, twin"
    ):
        find_engine("twim")
    assert "twin_engine" not in sys.modules
    try:
        X, y, _ = bits.rows("float64")
        expected = neurona.MLPRegressor(solver="lbfgs", tol=0.1, random_state=0).fit(X, y)
        with using_engine("twin") as engine:
            assert type(engine).__module__ == "twin_engine" and current_engine() is engine
            found = neurona.MLPRegressor(solver="lbfgs", tol=0.1, random_state=0).fit(X, y)
        assert np.array_equal(found.coefs_[0], expected.coefs_[0])
        with pytest.raises(PluginError, match=r"'odd'.*no engine of that name"):
            find_engine("odd")
        with pytest.raises(PluginError, match="'gone' of 'twin_engine'"):
            find_engine("gone")
    finally:
        sys.modules.pop("twin_engine", None)
        for name in set(ENGINES) - set(before):
            del ENGINES[name]


def test_a_name_belongs_to_one_engine():
    class Other(NumpyEngine):
        pass

    with pytest.raises(ValueError, match="registered already"):
        register_engine(Other())
