"""Two fits of one estimator at once are refused; fits of several go on side by side."""

import copy
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from sklearn.base import clone

import neurona
from neurona import Callback, begin, finish
from tests.training.bits import digest

pytestmark = pytest.mark.filterwarnings("ignore")

RANDOM = np.random.default_rng(8)
X = RANDOM.normal(size=(80, 3))
Y = np.sin(X[:, 0]) + X[:, 1]
CLASSES = np.digitize(Y, [-0.5, 0.5])
TABLE = dict(zip("abc", X.T, strict=True))
REFUSED = "is being fitted already"
SMALL = {"hidden_layer_sizes": (5,), "random_state": 0, "max_iter": 30}

ESTIMATORS = {
    "MLPRegressor": (neurona.MLPRegressor(**SMALL), X, Y),
    "MLPRegressor, lm": (neurona.MLPRegressor(**SMALL, solver="lm"), X, Y),
    "MLPRegressor, starts": (neurona.MLPRegressor(**SMALL, n_starts=3), X, Y),
    "MLPClassifier": (neurona.MLPClassifier(**SMALL), X, CLASSES),
    "Autoencoder": (neurona.Autoencoder(2, (5,), random_state=0, max_iter=30), X),
    "TableRegressor": (neurona.TableRegressor(steps=200, random_state=0), TABLE, Y),
    "TableClassifier": (neurona.TableClassifier(steps=200, random_state=0), TABLE, CLASSES),
    "TableAutoencoder": (neurona.TableAutoencoder(steps=200, random_state=0), TABLE),
    "Perceptron": (neurona.Perceptron(random_state=0), X, CLASSES),
    "Adaline": (neurona.Adaline(random_state=0), X, CLASSES),
}
BY_EPOCHS = [name for name in ESTIMATORS if name not in ("Perceptron", "Adaline")]


def weights_of(model):
    network = getattr(model, "network_", model)
    if hasattr(network, "coef_"):
        return digest(network.coef_, network.intercept_)
    return digest(*network.coefs_, *network.intercepts_)


class Meanwhile(Callback):
    """Does something once while a fit is under way."""

    def __init__(self, do):
        self.do, self.error = do, None

    def on_epoch(self, training, record):
        if self.do is not None:
            do, self.do = self.do, None
            try:
                do()
            except RuntimeError as error:
                self.error = error

    def __deepcopy__(self, memo):
        return self


@pytest.mark.parametrize("elsewhere", [False, True])
@pytest.mark.parametrize("name", [one for one in BY_EPOCHS if "Table" not in one])
def test_another_call_meanwhile_is_refused_and_the_fit_is_not_disturbed(name, elsewhere):
    given, *rows = ESTIMATORS[name]
    alone = weights_of(clone(given).fit(*rows))
    for what in ("fit", "begin", "partial_fit"):
        if what == "partial_fit" and "lm" in name:
            continue
        if what == "begin" and "starts" in name:
            continue
        model = clone(given)

        def call(model=model, what=what):
            if what == "begin":
                begin(model, *rows)
            else:
                getattr(model, what)(*rows)

        def do(call=call):
            if not elsewhere:
                return call()
            with ThreadPoolExecutor(1) as pool:
                pool.submit(call).result()
            return None

        meanwhile = Meanwhile(do)
        model.set_params(callbacks=meanwhile)
        model.fit(*rows)
        assert REFUSED in str(meanwhile.error)
        assert weights_of(model) == alone
        meanwhile.do = None
        assert weights_of(model.fit(*rows)) == alone  # not refused any more


@pytest.mark.parametrize("name", ["TableRegressor", "TableClassifier", "TableAutoencoder"])
def test_tables_too(name):
    given, *rows = ESTIMATORS[name]
    model = clone(given)
    meanwhile = Meanwhile(lambda: model.fit(*rows))
    model.set_params(callbacks=meanwhile)
    model.fit(*rows)
    assert REFUSED in str(meanwhile.error)
    assert weights_of(model) == weights_of(clone(given).fit(*rows))


@pytest.mark.parametrize("name", ESTIMATORS)
def test_eight_threads_on_one_estimator_leave_the_weights_of_one_fit(name):
    given, *rows = ESTIMATORS[name]
    alone = weights_of(clone(given).fit(*rows))
    model, refused, start = clone(given), [], threading.Barrier(8)

    def one(_):
        start.wait()
        try:
            model.fit(*rows)
        except RuntimeError as error:
            refused.append(str(error))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(8)))
    assert len(refused) < 8 and all(REFUSED in said for said in refused)
    assert weights_of(model) == alone


@pytest.mark.parametrize("name", ESTIMATORS)
def test_threads_with_an_estimator_each_and_copies_are_not_disturbed(name):
    given, *rows = ESTIMATORS[name]
    alone = weights_of(clone(given).fit(*rows))
    with ThreadPoolExecutor(4) as pool:
        models = list(pool.map(lambda _: clone(given).fit(*rows), range(4)))
    assert {weights_of(model) for model in models} == {alone}
    for made in (clone, copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))):
        assert weights_of(made(models[0]).fit(*rows)) == alone


def test_a_copy_made_during_a_fit_can_be_fitted():
    model, made = neurona.MLPRegressor(**SMALL), []
    model.set_params(callbacks=Meanwhile(lambda: made.append(copy.deepcopy(model))))
    model.fit(X, Y)
    made[0].set_params(callbacks=None).fit(X, Y)


def test_a_fit_that_failed_is_over():
    model = neurona.MLPRegressor(**SMALL)
    for _ in range(2):
        with pytest.raises(ValueError, match="inconsistent"):
            model.fit(X, Y[:-1])
    model.fit(X, Y)


@pytest.mark.parametrize("name", BY_EPOCHS)
def test_a_training_that_was_begun_is_not_finished_over_a_later_fit(name):
    given, *rows = ESTIMATORS[name]
    if "starts" in name:
        return
    model = clone(given)
    training = begin(model, *rows)
    training.run()
    model.fit(*rows)
    with pytest.raises(ValueError, match="not the one that begin returned last"):
        finish(model, training)


def test_a_training_is_run_once_at_a_time():
    training = begin(neurona.MLPRegressor(**SMALL), X, Y)
    steps = training.advance()
    next(steps)
    with pytest.raises(RuntimeError, match="under way already"):
        next(training.advance())
    steps.close()
    assert training.ended
