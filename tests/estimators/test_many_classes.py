"""Targets that no memory holds: an estimate and a refusal before any work."""

import numpy as np
import pytest
from scipy import sparse

from neurona import IncompatibleError, MLPClassifier, MLPRegressor, TableClassifier
from neurona.optimizers.solver import SOLVERS
from tests.cli.models import run

pytestmark = pytest.mark.filterwarnings("ignore:The number of unique classes:UserWarning")

SAID = r"100,000 classes .* on [\d,]+ rows these need [\d,]+ MiB, and [\d,]+ MiB are allowed"
ROWS = 100_000
CLASSES = np.arange(ROWS)


@pytest.mark.parametrize("solver", ["auto", "adam", "lbfgs", "lm"])
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_classes(solver, dtype):
    with pytest.raises(IncompatibleError, match=SAID):
        MLPClassifier((3,), solver=solver).fit(np.zeros((ROWS, 1), dtype), CLASSES)


def test_labels_and_epochs():
    X, labels = np.zeros((ROWS, 1)), sparse.eye_array(ROWS, format="csr", dtype=int)
    with pytest.raises(IncompatibleError, match=SAID):
        MLPClassifier((3,)).fit(X, labels)
    with pytest.raises(IncompatibleError, match=SAID):
        MLPClassifier((3,)).partial_fit(X, CLASSES, classes=CLASSES)


@pytest.mark.parametrize("text", [False, True])
def test_tables(text):
    y = CLASSES.astype(str) if text else CLASSES
    with pytest.raises(IncompatibleError, match=SAID):
        TableClassifier().fit({"a": np.zeros(ROWS)}, y)


def test_the_command(tmp_path, capsys):
    rows = "".join(f"{k % 7}.5,kind{k // 2}\n" for k in range(2 * ROWS))
    (tmp_path / "many.csv").write_text("a,b\n" + rows)
    code, _, said = run(capsys, "train", str(tmp_path / "many.csv"), "--target", "b")
    assert code != 0
    assert "100,000 classes" in said and "MiB are allowed" in " ".join(said.split())


def test_few_rows_of_many_classes_are_no_trouble():
    MLPClassifier((2,)).partial_fit(np.zeros((3, 1)), [0, 1, 2], classes=np.arange(20_000))


@pytest.mark.parametrize("solver", ["bfgs", "newton", "bayesian-lm"])
def test_dense_solvers_say_what_they_need_before_any_work(solver):
    model = MLPRegressor(hidden_layer_sizes=(500, 500), solver=solver, max_iter=1)
    with pytest.raises(IncompatibleError, match="643,501 parameters on 50 rows needs"):
        model.fit(np.random.default_rng(0).normal(size=(50, 784)), np.zeros(50))


@pytest.mark.parametrize("solver", [s for s in SOLVERS if SOLVERS.find(s).is_dense])
def test_dense_solvers_on_many_rows_too(solver):
    model = MLPRegressor(hidden_layer_sizes=(300, 300), solver=solver, max_iter=1)
    with pytest.raises(IncompatibleError, match=r"needs [\d,]+ MiB, and 2,048 MiB are allowed"):
        model.fit(np.zeros((3000, 50)), np.zeros(3000))
