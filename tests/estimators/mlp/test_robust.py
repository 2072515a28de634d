"""Wrong, odd and hostile circumstances: a sentence says what is wrong, or the result is right."""

from __future__ import annotations

import os
import pickle
import re
import signal
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning, NotFittedError

from neurona import Callback, DivergenceError, DivergenceWarning, MLPClassifier, MLPRegressor
from neurona.errors import StopReason
from tests.estimators.tables import samples as tables
from tests.signals import heard

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, Y = tables.regression(40)
X_CLASSES, CLASSES = tables.two_classes(40)
ONES = np.ones(40)


def regressor(**parameters):
    defaults = {"hidden_layer_sizes": (4,), "max_iter": 3, "random_state": 0}
    return MLPRegressor(**{**defaults, **parameters})


def classifier(**parameters):
    defaults = {"hidden_layer_sizes": (4,), "max_iter": 3, "random_state": 0}
    return MLPClassifier(**{**defaults, **parameters})


def with_cell(table, value):
    table = np.array(table, dtype=float)
    table.flat[7] = value
    return table


def warm(y=Y):
    return regressor(warm_start=True).fit(X, y)


# Wrong input

WRONG = [
    (lambda: regressor(alpha=-1).fit(X, Y), r"'alpha' parameter of MLPRegressor .* \[0.0, inf\)"),
    (lambda: regressor(solver="adan").fit(X, Y), r"'solver' .* Got 'adan'.* mean 'adam'\?"),
    (lambda: regressor(loss="hubber").fit(X, Y), r"Did you mean 'huber'\?"),
    (lambda: regressor(monitor="lose").fit(X, Y), r"Did you mean 'loss'\?"),
    (lambda: regressor(activation="sigmoid").fit(X, Y), "'activation' parameter"),
    (lambda: regressor(hidden_layer_sizes=(4, 0)).fit(X, Y), r"must be > 0, got \[4, 0\]"),
    (lambda: regressor(hidden_layer_sizes=(3.5,)).fit(X, Y), r"whole numbers, got \[3.5\]"),
    (lambda: regressor(n_threads=0).fit(X, Y), "'n_threads' parameter"),
    (lambda: regressor().fit(X[:, 0], Y), "Expected 2D array, got 1D array"),
    (lambda: regressor().fit(X, Y[:-1]), r"inconsistent numbers of samples: \[40, 39\]"),
    (lambda: regressor().fit(X, Y, ONES[:-1]), r"sample_weight.shape == \(39,\), expected \(40,\)"),
    (lambda: regressor().fit(with_cell(X, np.nan), Y), "Input X contains NaN"),
    (lambda: regressor().fit(with_cell(X, np.inf), Y), "Input X contains infinity"),
    (lambda: regressor().fit(X, with_cell(Y, np.nan)), "Input y contains NaN"),
    (lambda: classifier().fit(X, with_cell(ONES, np.nan)), "Input y contains NaN"),
    (
        lambda: regressor().fit(X, Y, with_cell(ONES, np.nan)),
        "sample_weight gives row .* the weight nan",
    ),
    (lambda: regressor().fit(X, Y, 0 * ONES), "at least one non-zero"),
    (lambda: regressor().fit(X, Y, X_val=with_cell(X, np.nan), y_val=Y), "Input X contains NaN"),
    (
        lambda: regressor(loss="poisson").fit(X, Y - 9),
        r"needs targets in \[0, inf\]. Got y between",
    ),
    (lambda: regressor().fit(X[:0], Y[:0]), r"0 sample\(s\)"),
    (lambda: regressor().fit(X[:, :0], Y), r"0 feature\(s\)"),
    (lambda: regressor().fit(X.astype("f4"), 1e300 * Y), "y has values that do not fit float32"),
    (lambda: classifier().fit(X, Y), "Unknown label type: continuous"),
    (lambda: classifier().partial_fit(X, CLASSES), "classes must be passed on the first call"),
    (lambda: classifier(class_weight={"no": 1, "maybe": 2}).fit(X, CLASSES), "yes.* class_weight"),
    (
        lambda: regressor(early_stopping=True, validation_fraction=0.01).fit(X, Y),
        "validation set is too small. Increase 'validation_fraction'",
    ),
    (
        lambda: classifier(early_stopping=True).fit(X, ["rare", *["often"] * 39]),
        "least populated classes in y have only 1 member",
    ),
    (lambda: regressor(early_stopping=True).partial_fit(X, Y), "not support early_stopping"),
    (
        lambda: warm().set_params(hidden_layer_sizes=(5,)).fit(X, Y),
        r"layers of \[\(5, 4\), \(4, 1\)\].*Network\(5-5-1; .*Set warm_start=False",
    ),
    (lambda: warm().fit(X[:, :2], Y), "2 features, but MLPRegressor is expecting 5"),
    (lambda: warm().fit(X, tables.two_outputs(40)[1]), r"Network\(5-4-2;"),
    (lambda: regressor().predict(X), "not fitted yet. Call 'fit'"),
    (lambda: warm().predict(X[:1, :2]), "2 features, but MLPRegressor is expecting 5"),
    (lambda: warm().predict(X[0]), "Expected 2D array, got 1D array"),
    (lambda: warm().predict(X[:0]), r"0 sample\(s\)"),
    (lambda: warm().predict([list("abcde")]), "could not convert string to float: 'a'"),
    (lambda: warm().predict(with_cell(X, np.nan)), "Input X contains NaN"),
    (
        lambda: regressor().fit(X.astype("f4"), Y).predict(1e300 * X),
        "X has values that do not fit float32",
    ),
]


@pytest.mark.parametrize(("attempt", "message"), WRONG, ids=[m for _, m in WRONG])
def test_wrong_input_is_refused_in_a_sentence(attempt, message):
    with pytest.raises((ValueError, NotFittedError)) as caught:
        attempt()
    assert re.search(message, str(caught.value), re.DOTALL)


@pytest.mark.parametrize(
    "fit",
    [
        lambda: regressor().fit(X[:1], Y[:1]),
        lambda: regressor(solver="lbfgs").fit(X[:1], Y[:1]),
        lambda: regressor().fit(X[:, :1], Y),
        lambda: classifier().fit(X[:1], CLASSES[:1]),
        lambda: classifier().fit(X, 40 * ["only"]),
        lambda: regressor(early_stopping=True).fit(X, 3 * ONES),
        lambda: regressor().fit(np.full_like(X, 14.62), Y),
        lambda: regressor(hidden_layer_sizes=()).fit(X[:1, :1], Y[:1]),
    ],
)
def test_degenerate_tables_have_an_answer(fit):
    model = fit()
    rows = np.zeros((3, model.n_features_in_))
    predictions = model.predict(rows)
    if isinstance(model, MLPClassifier):
        assert set(predictions) == set(model.classes_)
    else:
        assert np.isfinite(predictions).all()


def test_a_constant_target_is_learned():
    model = regressor(solver="lbfgs", max_iter=200).fit(X, 3 * ONES)
    assert model.predict(X) == pytest.approx(3, abs=0.01)


def test_a_batch_larger_than_the_table_is_cut_with_a_warning():
    with pytest.warns(UserWarning, match="larger than sample size. It is going to be clipped"):
        model = regressor(batch_size=400).fit(X, Y)
    np.testing.assert_array_equal(model.predict(X), regressor(batch_size=40).fit(X, Y).predict(X))


# Divergence

ADVICE = "(?s)learning_rate_init=.*scale the inputs and targets"


@pytest.mark.parametrize("early_stopping", [False, True])
@pytest.mark.parametrize(
    ("inputs", "targets", "words"),
    [
        (X, Y, {"learning_rate_init": 1e6}),
        (X, 1e12 * Y, {"learning_rate_init": 0.1}),
        (1e12 * X, Y, {}),
        (1e18 * X.astype(np.float32), Y, {}),
        (1e30 * X.astype(np.float32), Y, {"solver": "adam"}),
        (X, Y, {"learning_rate_init": 1e305, "solver": "adam"}),
    ],
)
def test_divergence_is_said_and_the_last_finite_weights_stay(
    inputs, targets, words, early_stopping
):
    words = {"solver": "sgd", "batch_size": 8, "max_iter": 300, "tol": 0, **words}
    model = regressor(early_stopping=early_stopping, n_iter_no_change=300, **words)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            model.fit(inputs, targets)
        except DivergenceError as error:
            assert re.search(ADVICE, str(error))
        else:
            (warning,) = (w for w in caught if w.category is DivergenceWarning)
            assert re.search(ADVICE, str(warning.message))
            assert warning.filename == __file__
    assert model.stop_reason_ == StopReason.DIVERGED
    assert all(np.isfinite(w).all() for w in model.coefs_ + model.intercepts_)


@pytest.mark.parametrize("table", [(1e200 * X, Y), (X, 1e200 * Y), (1e30 * X.astype("f4"), Y)])
def test_lbfgs_says_when_it_has_nothing_finite_to_begin_with(table):
    with pytest.raises(DivergenceError, match="Scale the inputs and targets"):
        regressor(solver="lbfgs").fit(*table)


# Ctrl-C


def interrupt_by_exception(training, record):
    if record.epoch == 3:
        raise KeyboardInterrupt


def interrupt_by_signal(training, record):
    if record.epoch == 3:
        threading.Thread(target=os.kill, args=(os.getpid(), signal.SIGINT)).start()


@pytest.mark.parametrize("interrupt", [interrupt_by_exception, interrupt_by_signal])
@pytest.mark.parametrize(
    "words",
    [
        {},
        {"solver": "lbfgs", "activation": "tanh", "tol": 1e-30},
        {"early_stopping": True},
        {"hidden_layer_sizes": (300, 200), "n_threads": 2},
    ],
    ids=str,
)
def test_ctrl_c_keeps_the_model(words, interrupt):
    words = {"tol": 0, "n_iter_no_change": np.inf, "max_iter": 10**6, "max_fun": 10**9, **words}
    model = regressor(callbacks=interrupt, **words)
    with heard(), pytest.warns(UserWarning, match="interrupted by user"):
        handler = signal.getsignal(signal.SIGINT)
        model.fit(*tables.regression(2000))
        assert signal.getsignal(signal.SIGINT) is handler
    assert model.stop_reason_ == StopReason.INTERRUPTED
    assert len(model.history_) >= 3
    assert np.isfinite(model.predict(X)).all()
    again = pickle.loads(pickle.dumps(model.set_params(callbacks=None)))
    np.testing.assert_array_equal(again.predict(X), model.predict(X))
    model.set_params(warm_start=True, max_iter=2).fit(X, Y)


class AtOnce(Callback):
    def on_start(self, training):
        raise KeyboardInterrupt


@pytest.mark.parametrize("words", [{}, {"solver": "lbfgs"}, {"early_stopping": True}], ids=str)
def test_ctrl_c_before_the_first_epoch_leaves_the_initial_weights(words):
    with pytest.warns(UserWarning, match="interrupted by user"):
        model = regressor(callbacks=AtOnce(), **words).fit(X, Y)
    assert (model.n_iter_, len(model.history_)) == (0, 0)
    assert np.isfinite(model.predict(X)).all()


# Forms of input

FORMS: dict[str, Callable[..., Any]] = {
    "list": lambda X: X.tolist(),
    "fortran": np.asfortranarray,
    "every other column of a wider table": lambda X: np.repeat(X, 2, axis=1)[:, ::2],
    "backwards": lambda X: X[::-1].copy()[::-1],
    "big endian": lambda X: X.astype(">f8"),
    "objects": lambda X: X.astype(object),
    "frame": lambda X: pd.DataFrame(X, columns=list("abcde")),
    "csr": sparse.csr_array,
    "csc": sparse.csc_matrix,
    "coo": sparse.coo_array,
}


@pytest.mark.parametrize("form", FORMS)
def test_the_form_of_the_input_changes_no_bit(form):
    inputs = FORMS[form](X)
    model, expected = regressor().fit(inputs, Y), regressor().fit(X, Y)
    np.testing.assert_array_equal(model.predict(inputs), expected.predict(X))
    one = FORMS[form](X[:1])
    np.testing.assert_array_equal(model.predict(one), expected.predict(X[:1]))


def test_a_sparse_table_with_duplicates_and_unsorted_indices():
    data = sparse.csr_array(
        (np.array([1.0, 2.0, 4.0, 8.0]), np.array([2, 0, 2, 1]), np.array([0, 3, 4])), shape=(2, 3)
    )
    dense = np.array([[2.0, 0.0, 5.0], [0.0, 8.0, 0.0]])
    expected = regressor().fit(dense, [1.0, 2.0])
    model = regressor().fit(data, [1.0, 2.0])
    np.testing.assert_allclose(model.predict(data), expected.predict(dense), rtol=1e-12)
    np.testing.assert_allclose(expected.predict(data), expected.predict(dense), rtol=1e-12)


def test_read_only_files_can_be_trained_on(tmp_path):
    inputs, targets = (
        np.memmap(tmp_path / name, table.dtype, "w+", shape=table.shape)
        for name, table in (("X", X), ("y", Y))
    )
    inputs[:], targets[:] = X, Y
    inputs.flush()
    targets.flush()
    inputs = np.memmap(tmp_path / "X", X.dtype, "r", shape=X.shape)
    targets = np.memmap(tmp_path / "y", Y.dtype, "r", shape=Y.shape)
    for words in ({}, {"early_stopping": True}, {"solver": "lbfgs"}):
        model, expected = regressor(**words), regressor(**words).fit(X, Y)
        predictions = model.fit(inputs, targets, X_val=inputs, y_val=targets).predict(inputs)
        if not words.get("early_stopping"):
            np.testing.assert_array_equal(predictions, expected.predict(X))


@pytest.mark.parametrize(
    ("dtype", "trained"),
    [("f2", "f8"), ("f4", "f4"), ("i1", "f8"), ("i8", "f8"), ("u2", "f8"), ("?", "f8")],
)
def test_dtypes_of_inputs(dtype, trained):
    inputs = np.abs(10 * X).astype(dtype)
    model = regressor().fit(inputs, Y)
    assert {w.dtype for w in model.coefs_} == {np.dtype(trained)}
    assert model.predict(inputs).dtype == trained
    np.testing.assert_array_equal(
        model.predict(inputs), regressor().fit(inputs.astype(trained), Y).predict(inputs)
    )


def test_integer_targets_are_numbers_for_a_regressor():
    y = (10 * Y).astype(int)
    np.testing.assert_array_equal(
        regressor().fit(X, y).predict(X), regressor().fit(X, y.astype(float)).predict(X)
    )


def test_columns_are_known_by_name():
    frame = pd.DataFrame(X, columns=list("abcde"))
    model = regressor().fit(frame, Y)
    assert list(model.feature_names_in_) == list("abcde")
    with pytest.raises(ValueError, match="same order"):
        model.predict(frame[list("badce")])
    with pytest.raises(ValueError, match=r"(?s)unseen at fit time:\n- z"):
        model.predict(frame.rename(columns={"a": "z"}))
    with pytest.raises(ValueError, match="same order"):
        model.fit(frame, Y, X_val=frame[list("badce")], y_val=Y)


def test_inputs_and_targets_are_left_as_they_were():
    inputs, targets, weights = X.copy(), Y.copy(), ONES.copy()
    regressor(early_stopping=True).fit(inputs, targets, weights).predict(inputs)
    for now, before in ((inputs, X), (targets, Y), (weights, ONES)):
        np.testing.assert_array_equal(now, before)


# The same seed, the same bits

PROGRAM = """
import warnings; warnings.simplefilter("ignore")
import numpy as np
from neurona import MLPClassifier
from tests.estimators.tables import samples as tables
X, y = tables.three_classes(300)
for words in ({"dropout": 0.1, "max_iter": 2}, {"solver": "lbfgs", "max_iter": 15}):
    model = MLPClassifier((300, 200), random_state=5, **words).fit(X, y)
    print(hash(model.predict_proba(X).tobytes() + model.coefs_[1].tobytes()))
"""


def test_the_same_seed_gives_the_same_bits_in_any_process():
    outputs = set()
    for threads in ("1", "2"):
        environment = {
            **os.environ,
            **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), threads),
            "PYTHONHASHSEED": "0",
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        run = subprocess.run(
            [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, check=True
        )
        outputs.add(run.stdout)
    assert len(outputs) == 1


@pytest.mark.parametrize("seed", [None, 3])
def test_numpys_global_generator_is_left_alone(seed):
    np.random.seed(7)
    expected = np.random.random()
    np.random.seed(7)
    regressor(random_state=seed, dropout=0.1, early_stopping=True).fit(X, Y).predict(X)
    assert np.random.random() == expected


def test_no_seed_gives_fresh_weights():
    first, second = (regressor(random_state=None).fit(X, Y).predict(X) for _ in range(2))
    assert not np.array_equal(first, second)


# Threads


@pytest.mark.parametrize("reopen", [lambda m: m, lambda m: pickle.loads(pickle.dumps(m))])
def test_predicting_in_eight_threads_gives_the_same_bits(reopen):
    model = regressor(hidden_layer_sizes=(50,)).fit(X, Y)
    expected = [model.predict(X[k:]) for k in range(32)]
    model = reopen(model)
    with ThreadPoolExecutor(8) as pool:
        for _ in range(10):
            for got, right in zip(pool.map(lambda k: model.predict(X[k:]), range(32)), expected,
                                  strict=True):  # fmt: skip
                np.testing.assert_array_equal(got, right)


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_fitting_in_four_threads_at_once_gives_the_same_bits(solver):
    words = {"solver": solver, "hidden_layer_sizes": (50,), "max_iter": 10}

    def fit(seed):
        return regressor(random_state=seed, **words).fit(X, Y).predict(X)

    expected = [fit(seed) for seed in range(8)]
    with warnings.catch_warnings():
        # filters are the process's own, so they are set outside the threads
        warnings.simplefilter("ignore", ConvergenceWarning)
        with ThreadPoolExecutor(4) as pool:
            for got, right in zip(pool.map(fit, range(8)), expected, strict=True):
                np.testing.assert_array_equal(got, right)


# Weights that change under predict


def test_weights_that_are_assigned_or_changed_in_place_are_seen():
    model = regressor(activation="identity").fit(X, Y)
    before = model.predict(X)
    model.intercepts_[-1][:] += 1
    np.testing.assert_allclose(model.predict(X), before + 1)
    model.intercepts_[-1] = model.intercepts_[-1] + 1
    np.testing.assert_allclose(model.predict(X), before + 2)
    model.coefs_ = [np.zeros_like(w) for w in model.coefs_]
    model.intercepts_ = [np.zeros(4), np.array([5.0])]
    np.testing.assert_array_equal(model.predict(X), 5)
    model.intercepts_[-1][:] = 6
    np.testing.assert_array_equal(model.predict(X), 6)


def test_another_fit_leaves_earlier_weights_alone():
    model = regressor().fit(X, Y)
    coefs, copies = model.coefs_, [w.copy() for w in model.coefs_]
    model.fit(X, 2 * Y)
    for kept, copy in zip(coefs, copies, strict=True):
        np.testing.assert_array_equal(kept, copy)


# Single rows


@pytest.mark.parametrize("output", ["regressor", "classifier"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("hidden", [(), (7,), (33, 17)])
def test_a_row_alone_gives_the_bits_it_gives_among_others(hidden, dtype, output):
    inputs, y = tables.regression(600) if output == "regressor" else tables.three_classes(600)
    inputs = inputs.astype(dtype)
    make = regressor if output == "regressor" else classifier
    model = make(hidden_layer_sizes=hidden).fit(inputs, y)
    ask = model.predict if output == "regressor" else model.predict_proba
    together = ask(inputs)
    for rows in (slice(0, 1), slice(7, 8), slice(255, 258), slice(590, 600)):
        np.testing.assert_array_equal(ask(inputs[rows]), together[rows])
        np.testing.assert_array_equal(ask(sparse.csr_array(inputs[rows])), together[rows])


@pytest.mark.parametrize("row", [X[:1].astype("f4"), X[:1].tolist(), (10 * X[:1]).astype(int)])
def test_a_single_row_of_another_dtype_is_converted(row):
    model = regressor().fit(X, Y)
    np.testing.assert_array_equal(model.predict(row), model.predict(np.asarray(row, float)))


def test_float64_rows_for_a_float32_model():
    model = regressor().fit(X.astype("f4"), Y)
    got = model.predict(X[:1])
    assert got.dtype == np.float32
    np.testing.assert_array_equal(got, model.predict(X[:1].astype("f4")))


@pytest.mark.parametrize("words", [{}, {"solver": "lbfgs"}, {"batch_size": 400}], ids=str)
def test_a_warning_names_the_line_that_called_fit(words):
    with pytest.warns((UserWarning, ConvergenceWarning)) as caught:
        regressor(max_iter=2, **{"tol": 1e-9, **words}).fit(X, Y)
    assert {warning.filename for warning in caught} == {__file__}


def test_shares_that_do_not_sum_to_one_are_refused():
    shares = np.full((20, 3), 0.2)
    model = MLPRegressor(loss="categorical_cross_entropy", output_activation="softmax")
    with pytest.raises(ValueError, match="sum to 1 in every row"):
        model.fit(np.arange(20.0)[:, None], shares)
