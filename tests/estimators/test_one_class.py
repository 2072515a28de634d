"""One class in the rows to train on: it is sure, and it is what is said."""

import numpy as np
import pytest

import neurona
from neurona import MLPClassifier, TableClassifier, load, save
from neurona.export import exportable
from neurona.optimizers import OPTIMIZERS
from neurona.optimizers.solver import SOLVERS

pytestmark = pytest.mark.filterwarnings(
    "ignore::sklearn.exceptions.ConvergenceWarning",
    "ignore::neurona.CollapsedWarning",
    "ignore::neurona.DivergenceWarning",
)

RANDOM = np.random.default_rng(4)
X = RANDOM.normal(size=(30, 2))
TABLE = {"a": X[:, 0], "b": np.where(X[:, 1] > 0, "up", "down")}
ONE = {"text": "ok", "number": 3, "float": 2.0, "truth": True, "zero": 0}
WORDS = {"hidden_layer_sizes": (3,), "max_iter": 3, "random_state": 0}


def assert_sure(model, rows, label):
    chances = model.predict_proba(rows)
    assert chances.shape == (30, 1) and (chances == 1).all()
    assert (model.predict(rows) == np.full(30, label)).all()


@pytest.mark.parametrize("label", ONE.values(), ids=ONE)
@pytest.mark.parametrize("solver", ["auto", *OPTIMIZERS, *SOLVERS])
def test_every_solver(solver, label):
    model = MLPClassifier(solver=solver, **WORDS).fit(X, [label] * 30)
    assert_sure(model, X, label)
    assert (model.predict_log_proba(X) == 0).all()
    assert model.score(X, [label] * 30) == 1


@pytest.mark.parametrize(
    "words",
    [
        {"early_stopping": True}, {"loss": "squared_error"}, {"solver": "lm", "n_starts": 2},
        {"class_weight": "balanced"}, {"class_weight": {3: 2.0}}, {"warm_start": True},
    ],
    ids=str,
)  # fmt: skip
def test_other_words_and_going_on(words):
    model = MLPClassifier(**{**WORDS, **words})
    for _ in range(2):
        assert_sure(model.fit(X, [3] * 30, X_val=X[:9], y_val=[3] * 9), X, 3)
    if "solver" not in words:
        model.set_params(early_stopping=False)
        assert_sure(model.partial_fit(X, [3] * 30, classes=[3]), X, 3)


@pytest.mark.parametrize("label", ONE.values(), ids=ONE)
@pytest.mark.parametrize(
    "words", [{}, {"steps": 20}, {"split": "none"}, {"solver": "lbfgs"}], ids=str
)
def test_tables_their_files_and_exports(words, label, tmp_path):
    model = TableClassifier((3,), random_state=19, **words).fit(TABLE, [label] * 30)
    assert_sure(model, TABLE, label)
    assert any("single class" in note for note in model.notes_)
    save(model, tmp_path / "model.neurona")
    assert_sure(load(tmp_path / "model.neurona"), TABLE, label)
    found = exportable(model)
    assert (found.predict_proba(TABLE) == 1).all() and found.predict_proba(TABLE).shape == (30, 1)


def test_numbers_files_and_exports(tmp_path):
    model = MLPClassifier(**WORDS).fit(X, ["ok"] * 30)
    save(model, tmp_path / "model.neurona")
    assert_sure(load(tmp_path / "model.neurona"), X, "ok")
    assert (exportable(model).predict_proba(X) == np.ones((30, 1))).all()


@pytest.mark.parametrize("words", [{}, {"steps": 20}, {"solver": "lm", "n_starts": 3}], ids=str)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_labels_that_never_change(words, dtype, tmp_path):
    if "steps" not in words or dtype == "float64":
        words = {**words, "dtype": "float64"}
    labels = np.c_[np.ones(30), X[:, 0] > 0, np.zeros(30)].astype(int)
    model = TableClassifier((3,), random_state=0, **words).fit(TABLE, labels)
    save(model, tmp_path / "model.neurona")
    for one in (model, load(tmp_path / "model.neurona"), exportable(model)):
        chances = one.predict_proba(TABLE)
        assert (chances[:, 0] == 1).all() and (chances[:, 2] < 1e-15).all()
        assert 0 < chances[:, 1].mean() < 1
        assert (one.predict(TABLE)[:, [0, 2]] == [1, 0]).all()
    assert sum("in every row" in note for note in model.notes_) == 2


@pytest.mark.parametrize("seed", range(6))
def test_a_split_that_leaves_one_class_of_several(seed):
    y = np.array(["a"] * 28 + ["b", "c"])
    words = {"early_stopping": True, "validation_fraction": 0.2, **WORDS, "random_state": seed}
    model = MLPClassifier(**words).fit(X, y)
    assert model.predict_proba(X).shape == (30, 3)
    assert set(model.predict(X)) <= set("abc")
    several = np.c_[np.ones(30), np.arange(30) == 3, np.zeros(30)].astype(int)
    model = MLPClassifier(**words).fit(X, several)
    assert model.predict_proba(X).shape == model.predict(X).shape == (30, 3)


@pytest.mark.parametrize("name", ["Perceptron", "Adaline"])
def test_a_plane_between_one_class_is_refused(name):
    for y in (["ok"] * 30, [1] * 30):
        with pytest.raises(ValueError, match="number of classes has to be greater than one"):
            getattr(neurona, name)().fit(X, y)
