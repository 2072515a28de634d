"""learning_rate_init="find", and what is said of batches."""

import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV

import neurona
from neurona import Autoencoder, MLPClassifier, MLPRegressor, TableRegressor
from neurona.errors import IncompatibleError
from neurona.optimizers import Lion
from neurona.training.rates import RATES, RateCurve

random = np.random.default_rng(0)
X = random.normal(size=(120, 3))
Y = np.sin(X[:, 0]) + X[:, 1] * X[:, 2]
SMALL = {"hidden_layer_sizes": (5,), "max_iter": 6, "random_state": 0}


def same(one, other):
    return all(
        (a == b).all()
        for a, b in zip(
            [*one.coefs_, *one.intercepts_], [*other.coefs_, *other.intercepts_], strict=True
        )
    )


@pytest.fixture(autouse=True)
def little_work(monkeypatch):
    monkeypatch.setattr("neurona.training.rates.WORK", 2e7)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "words",
    [
        {"solver": "sgd"},
        {"solver": "sgd", "nesterovs_momentum": False, "learning_rate": "adaptive"},
        {"solver": "sgd", "momentum": 0.0, "schedule": "cosine"},
        {"solver": "adam", "loss": "huber"},
        {"solver": "rmsprop", "loss": "absolute_error", "early_stopping": True},
        {"solver": Lion(), "dropout": 0.2},
        {"solver": "rprop", "shuffle": False},
        {"n_starts": 2},
    ],
    ids=str,
)
def test_a_found_rate_is_that_rate_given_as_a_number(words, dtype):
    found = MLPRegressor(learning_rate_init="find", **SMALL, **words).fit(X.astype(dtype), Y)
    given = MLPRegressor(learning_rate_init=found.learning_rate_found_, **SMALL, **words)
    assert same(found, given.fit(X.astype(dtype), Y))
    assert len(found.history_) == len(given.history_)
    again = clone(found).fit(X.astype(dtype), Y)
    assert again.rate_curve_ == found.rate_curve_
    assert not hasattr(given, "learning_rate_found_")


@pytest.mark.filterwarnings("ignore")
def test_classes_codes_and_tables_find_too():
    model = MLPClassifier(learning_rate_init="find", **SMALL).fit(X, Y > 0)
    coder = Autoencoder(learning_rate_init="find", **SMALL).fit(X)
    table = TableRegressor(learning_rate_init="find", steps=30, random_state=0).fit(X, Y)
    for one in (model, coder, table):
        assert RATES[0] / 3 < one.learning_rate_found_ < 3 * RATES[-1]
    assert table.rate_curve_.validated and not model.rate_curve_.validated


def test_the_best_rate_of_a_quadratic_is_below_its_limit():
    # y = 2 x by one weight without bias's pull: the loss's curvature is the mean of x squared
    x = np.linspace(-1, 1, 50).reshape(-1, 1)
    model = MLPRegressor(
        hidden_layer_sizes=(), solver="sgd", momentum=0.0, alpha=0.0, batch_size=50, max_iter=40,
        n_iter_no_change=50, random_state=0,
    )  # fmt: skip
    curve = neurona.find_rate(model, x, 2 * x[:, 0])
    # the bias's curvature is 1 (half the mean of squares is the loss), so steps grow beyond 2
    assert 0.3 < curve.best < 2 / float(np.mean(x**2))
    assert curve.losses[-1] > curve.start
    assert not hasattr(model, "coefs_")


@pytest.mark.parametrize("solver", ["lbfgs", "lm", "scg"])
def test_a_solver_without_a_rate_says_so(solver):
    with pytest.raises(IncompatibleError, match="has no learning rate to be found"):
        MLPRegressor(solver=solver, learning_rate_init="find", hidden_layer_sizes=(3,)).fit(X, Y)


@pytest.mark.filterwarnings("error::neurona.DivergenceWarning")
@pytest.mark.filterwarnings("ignore::neurona.CollapsedWarning")
@pytest.mark.parametrize("solver", ["sgd", "adam", "rmsprop"])
def test_a_rate_that_lies_well_by_chance_on_few_rows_is_not_found(solver):
    """At a huge rate six held-out rows may all be right while training runs away."""
    for seed in range(12):
        random = np.random.default_rng(seed)
        X = random.normal(size=(60, 3))
        y = X[:, 0] * X[:, 1] + 0.3 * random.normal(size=60) > 0
        words = {"solver": solver, "max_iter": 3, "random_state": seed, "early_stopping": True}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model = MLPClassifier(
                hidden_layer_sizes=8, learning_rate_init="find", activation="silu", **words
            ).fit(X, y)
        last, start = model.history_[-1].loss, model.rate_curve_.start
        assert last < 5 * start, (seed, model.learning_rate_found_)


def test_other_words_are_refused():
    with pytest.raises(ValueError, match="Did you mean 'find'"):
        MLPRegressor(learning_rate_init="fnd").fit(X, Y)
    with pytest.raises(TypeError):
        neurona.find_rate(object(), X, Y)
    with pytest.raises(TypeError):
        neurona.find_rate(neurona.Perceptron(), X, Y > 0)


@pytest.mark.filterwarnings("ignore")
def test_more_epochs_keep_the_rate():
    model = MLPRegressor(learning_rate_init="find", **SMALL).partial_fit(X, Y)
    rate, curve = model.learning_rate_found_, model.rate_curve_
    model.partial_fit(X[:20], 100 * Y[:20])
    assert (model.learning_rate_found_, model.rate_curve_) == (rate, curve)
    warm = MLPRegressor(learning_rate_init="find", warm_start=True, **SMALL).fit(X, Y)
    rate = warm.learning_rate_found_
    assert warm.fit(X, 100 * Y).learning_rate_found_ == rate
    assert not hasattr(warm.set_params(learning_rate_init=0.01).fit(X, Y), "learning_rate_found_")


@pytest.mark.filterwarnings("ignore")
def test_a_file_keeps_the_word_and_the_rate(tmp_path):
    model = MLPRegressor(learning_rate_init="find", **SMALL).fit(X, Y)
    neurona.save(model, tmp_path / "m.neurona")
    back = neurona.load(tmp_path / "m.neurona")
    assert back.learning_rate_init == "find"
    assert back.learning_rate_found_ == model.learning_rate_found_
    assert same(back.partial_fit(X, Y), model.partial_fit(X, Y))


@pytest.mark.filterwarnings("ignore")
def test_a_training_that_is_taken_up_has_the_same_bits(tmp_path):
    words = {**SMALL, "learning_rate_init": "find"}
    whole = MLPRegressor(**words).fit(X, Y)
    path = tmp_path / "state.neurona"

    def cut(training, record):
        return "enough" if record.epoch == 3 else None

    first = neurona.Checkpoint(path, every=1)
    MLPRegressor(**words, callbacks=[first, cut]).fit(X, Y)
    resumed = MLPRegressor(**words, callbacks=[neurona.Checkpoint(path, every=1, resume=True)])
    assert same(resumed.fit(X, Y), whole)
    assert resumed.learning_rate_found_ == whole.learning_rate_found_


@pytest.mark.filterwarnings("ignore")
def test_a_grid_search_finds_for_every_fit():
    model = MLPRegressor(**SMALL)
    search = GridSearchCV(model, {"learning_rate_init": ["find", 1e-5]}, cv=2).fit(X, Y)
    assert search.best_params_ == {"learning_rate_init": "find"}


def test_an_interrupt_while_finding_leaves_the_model_as_it_was(monkeypatch):
    model = MLPRegressor(learning_rate_init="find", **SMALL)

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("neurona.training.problem.Problem.train_epoch", interrupted)
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, Y)
    assert not hasattr(model, "coefs_")


def test_a_curve_in_words():
    curve = RateCurve((0.1, 1.0), (0.5, np.inf), (10, 10), 2.0, 0.1, False, "So it is.")
    lines = [line.split() for line in str(curve).splitlines()]
    assert lines[1] == ["0.1", "0.5", "10", "<-", "lowest"] and lines[2] == ["1", "diverged", "10"]
    assert str(curve).endswith("So it is.")


@pytest.mark.filterwarnings("ignore")
def test_batches_go_by_the_noise():
    clean = neurona.advise_batch(MLPRegressor(**SMALL), X, 50 + Y)
    noisy = neurona.advise_batch(MLPRegressor(**SMALL), X, 30 * random.normal(size=120))
    assert clean.batch == 16 and noisy.batch == 120
    assert clean.noise.scale < 16 < noisy.noise.scale
    with pytest.raises(ValueError, match="all rows at a time"):
        neurona.advise_batch(MLPRegressor(solver="lbfgs"), X, Y)
