"""What a person can reach from Python never reaches a kernel unchecked: an exception, no crash."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy import sparse

from neurona import Autoencoder, MLPClassifier, MLPRegressor, Perceptron
from neurona.engine.choice import current_engine
from neurona.estimators.begin import begin
from neurona.numerics.losses import SquaredError
from neurona.optimizers.state import OptimizerState
from neurona.training.problem import Problem, Regularisation
from neurona.training.rows import Table, make_table
from tests.engine.problems import make_network, make_problem

FAR = 10**9
ROWS = 40
RATES = np.full(ROWS, 0.01)
ORDER = np.arange(ROWS)
INPUTS = np.random.default_rng(0).normal(size=(ROWS, 3))
TARGETS = INPUTS @ [[1.0, 0.0], [0.5, -1.0], [2.0, 0.3]]
REFUSED = (ValueError, IndexError, TypeError)


def network():
    return make_network((3, 5, 2), ("tanh", "identity"))


def problem(**words):
    return make_problem(network(), optimizer="adam", batch=10, **words)[0]


def crooked(**changes):
    """A CSR matrix with some of its arrays replaced, as SciPy lets anyone do."""
    matrix = sparse.csr_matrix(INPUTS)
    for name, value in changes.items():
        setattr(matrix, name, value)
    return matrix


def reshape(array, shape):
    """Give an array another shape in place, which newer NumPys advise against."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        array.shape = shape


def written(array, value):
    array = array.copy()
    array[len(array) // 2] = value
    return array


CROOKED = [
    crooked(indices=written(sparse.csr_matrix(INPUTS).indices, wrong)) for wrong in (FAR, 3, -1)
] + [crooked(indptr=written(sparse.csr_matrix(INPUTS).indptr, wrong)) for wrong in (FAR, -1, 10**6)]


@pytest.mark.parametrize("wrong", [FAR, ROWS, -1, -FAR, 2**62])
@pytest.mark.parametrize("place", [0, 17, ROWS - 1])
@pytest.mark.parametrize("threads", [1, 2])
def test_orders_with_rows_that_are_not_there(wrong, place, threads):
    made = problem(n_threads=threads)
    before = made.weights.copy()
    order = ORDER.copy()
    order[place] = wrong
    with pytest.raises(IndexError, match="the table has rows 0 to 39"):
        made.train_epoch(order, RATES)
    np.testing.assert_array_equal(made.weights, before)
    assert made.train_epoch(ORDER, RATES).steps == 4


@pytest.mark.parametrize(
    ("order", "rates"),
    [
        (ORDER.astype(np.int32), RATES),
        (ORDER.astype(float), RATES),
        (ORDER.reshape(4, 10), RATES),
        (np.arange(2 * ROWS)[::2], RATES),
        (ORDER, RATES[:3]),
        (ORDER, RATES.astype(np.float32)),
        (ORDER, np.full(2 * ROWS, 0.1)[::2]),
    ],
)
def test_orders_and_rates_of_another_kind(order, rates):
    with pytest.raises(TypeError):
        problem().train_epoch(order, rates)


@pytest.mark.parametrize(
    "weights",
    [
        0.0,
        [1.0],
        np.zeros(3),
        np.zeros(10**6),
        np.zeros((2, 2)),
        "text",
        None,
        np.zeros(40, complex),
    ],
)
def test_weights_of_another_size_or_kind(weights):
    made = problem()
    with pytest.raises(REFUSED):
        made.set_weights(weights)
    with pytest.raises(REFUSED):
        current_engine().answerer(network(), np.asarray(weights), 1)
    _, training = begun()
    with pytest.raises(REFUSED):
        training.set_weights(weights)


def test_the_live_weights_are_read_only_and_keep_the_kernels_shape():
    made = problem()
    with pytest.raises(ValueError, match="read-only"):
        made.weights[:] = 0
    reshape(made.weights, (2, -1))
    for array in made.session.optimizer_state():
        reshape(array, (2, -1))
    assert made.train_epoch(ORDER, RATES).steps == 4


@pytest.mark.parametrize("sizes", [(1, 8), (0, 0), (10**6, 8), (96, 10**6)])
def test_an_optimizers_state_of_another_size(sizes):
    state = OptimizerState(*map(np.zeros, sizes))
    made, (_, training) = problem(), begun()
    kept = training.state()
    kept.optimizer = state
    for do in (
        lambda: made.set_optimizer_state(state),
        lambda: made.session.set_optimizer_state(state.state, state.memory),
        lambda: training.restore(kept),
    ):
        with pytest.raises(ValueError, match="shapes"):
            do()


@pytest.mark.parametrize("wrong", CROOKED)
def test_sparse_matrices_with_entries_outside(wrong):
    model = MLPRegressor(hidden_layer_sizes=(4,), max_iter=2, solver="adam", random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        good = MLPRegressor(hidden_layer_sizes=(4,), max_iter=2, random_state=0).fit(
            INPUTS, TARGETS
        )
        for do in (
            lambda: make_table(wrong, TARGETS, None, np.float64),
            lambda: model.fit(wrong, TARGETS),
            lambda: model.partial_fit(wrong, TARGETS),
            lambda: good.predict(wrong),
            lambda: Perceptron().fit(wrong, ORDER % 2),
            lambda: Perceptron().partial_fit(wrong, ORDER % 2, classes=[0, 1]),
        ):
            with pytest.raises(REFUSED):
                do()


def test_a_sparse_matrix_that_is_changed_while_it_is_trained_on():
    given = sparse.csr_matrix(INPUTS)
    model = MLPRegressor(hidden_layer_sizes=(4,), max_iter=5, random_state=0)
    training = begin(model, given, TARGETS)
    given.indices[:], given.indptr[:] = FAR, FAR
    steps = training.advance()
    next(steps)
    with pytest.raises(ValueError, match="read-only"):
        training.problem.table.indices[:] = FAR
    next(steps)


GOOD = make_table(INPUTS, TARGETS, np.ones(ROWS), np.float64)
SPARSE = make_table(sparse.csr_matrix(INPUTS), TARGETS, None, np.float64)
TABLES = [
    GOOD._replace(width=4),
    GOOD._replace(dense=INPUTS[:, :2].copy()),
    GOOD._replace(dense=INPUTS[:20]),
    GOOD._replace(dense=INPUTS.astype(np.float32)),
    GOOD._replace(dense=np.asfortranarray(INPUTS)),
    GOOD._replace(targets=TARGETS[:7].copy()),
    GOOD._replace(targets=TARGETS[:, :1].copy()),
    GOOD._replace(targets=TARGETS.astype(np.float32)),
    GOOD._replace(weights=np.ones(3)),
    SPARSE._replace(indices=np.full_like(SPARSE.indices, FAR)),
    SPARSE._replace(indptr=np.full_like(SPARSE.indptr, FAR)),
    SPARSE._replace(data=SPARSE.data[:5].copy()),
    SPARSE._replace(targets=np.zeros((0, 2))),
]


@pytest.mark.parametrize("table", TABLES, ids=range(len(TABLES)))
def test_tables_that_do_not_fit(table: Table):
    with pytest.raises(ValueError):
        Problem(network(), SquaredError(), None, table, ROWS, engine=current_engine())
    with pytest.raises(ValueError):
        problem().evaluate(table, ROWS)


def test_a_table_that_is_given_another_shape_in_place():
    inputs, targets = INPUTS.copy(), TARGETS.copy()
    table = make_table(inputs, targets, None, np.float64)
    made = Problem(network(), SquaredError(), None, table, ROWS, engine=current_engine())
    value = made.value_and_gradient(ORDER)[0]
    for array, shape in ((inputs, (3, ROWS)), (targets, (2, ROWS)), (table.dense, (1, -1))):
        reshape(array, shape)
    assert made.value_and_gradient(ORDER)[0] == value


@pytest.mark.parametrize(
    "words",
    [
        {"batch": 0}, {"batch": -5}, {"n_threads": 0}, {"n_threads": -1},
        {"regularisation": Regularisation(dropout=(0.5,))},
        {"regularisation": Regularisation(dropout=(0.5, 0.5, 0.5))},
    ],
    ids=str,
)  # fmt: skip
def test_problems_that_make_no_sense(words):
    with pytest.raises(ValueError):
        Problem(
            network(), SquaredError(), None, GOOD, **{"batch": 5, **words}, engine=current_engine()
        )


def test_a_batch_of_more_rows_than_there_are():
    made = Problem(network(), SquaredError(), None, GOOD, 1000, engine=current_engine())
    with pytest.raises(ValueError, match="The batch has 1000 rows, the table 40"):
        made.session.curvature(True, np.inf)
    with pytest.raises(IndexError):
        made.value_and_gradient(np.arange(1000))
    with pytest.raises(ValueError, match="whose batch has all rows"):
        problem().value_and_gradient(ORDER)


@pytest.mark.parametrize("shape", [(5, 2), (5, 4), (5,), (5, 3, 1), (0, 4)])
def test_a_predictor_with_other_columns(shape):
    for inputs in (np.zeros(shape), np.zeros(shape, np.float32)):
        with pytest.raises(ValueError, match="takes rows of 3 inputs"):
            current_engine().answerer(network(), np.zeros(network().size), 1).predict(inputs)


def begun():
    model = MLPRegressor(hidden_layer_sizes=(4,), max_iter=9, random_state=0, batch_size=10)
    return model, begin(model, INPUTS, TARGETS)


def test_the_order_of_a_training_cannot_be_written():
    _, training = begun()
    steps = training.advance()
    next(steps)
    with pytest.raises(ValueError, match="read-only"):
        training.order[:] = FAR
    with pytest.raises(AttributeError):
        training.order = np.full(ROWS, FAR)
    state = training.state()
    for order in (np.full(ROWS, FAR), state.order[:5], np.zeros(ROWS, np.int64)):
        state.order = order
        with pytest.raises(ValueError, match="other rows"):
            training.restore(state)
    next(steps)


def test_a_generator_with_a_place_outside_its_words():
    _, training = begun()
    state = training.state()
    state.random["state"]["pos"] = FAR
    with pytest.raises(ValueError, match=r"damaged|position"):
        training.restore(state)
        list(training.advance())


@pytest.fixture(scope="module")
def fitted():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {
            "regressor": MLPRegressor(hidden_layer_sizes=(4, 3), max_iter=3, random_state=0).fit(
                INPUTS, TARGETS
            ),
            "classifier": MLPClassifier(hidden_layer_sizes=(4, 3), max_iter=3, random_state=0).fit(
                INPUTS, ORDER % 3
            ),
            "autoencoder": Autoencoder(hidden_layer_sizes=(2,), max_iter=3, random_state=0).fit(
                INPUTS
            ),
        }


def changed(position, name, value):
    def change(model):
        getattr(model, name)[position] = value(getattr(model, name)[position])

    return change


CHANGES = {
    "fewer inputs": changed(0, "coefs_", lambda w: w[:-1]),
    "more inputs": changed(0, "coefs_", lambda w: np.vstack([w, w])),
    "one row": changed(1, "coefs_", lambda w: w[:1]),
    "fewer outputs": changed(-1, "coefs_", lambda w: w[:, :-1]),
    "more outputs": changed(-1, "coefs_", lambda w: np.hstack([w, w])),
    "a vector": changed(0, "coefs_", lambda w: w.ravel()),
    "a number": changed(0, "coefs_", lambda w: 5.0),
    "a cube": changed(0, "coefs_", lambda w: w[:, :, None]),
    "empty": changed(0, "coefs_", lambda w: w[:0]),
    "none": changed(1, "coefs_", lambda w: None),
    "text": changed(0, "coefs_", lambda w: np.full(w.shape, "a")),
    "objects": changed(0, "coefs_", lambda w: w.astype(object)),
    "complex": changed(0, "coefs_", lambda w: w * 1j),
    "ragged": changed(0, "coefs_", lambda w: [[1, 2], [3]]),
    "short bias": changed(0, "intercepts_", lambda b: b[:1]),
    "long bias": changed(-1, "intercepts_", lambda b: np.tile(b, 4)),
    "a bias of rows": changed(0, "intercepts_", lambda b: b[None]),
    "a layer less": lambda model: model.coefs_.pop(),
    "a bias less": lambda model: model.intercepts_.pop(),
    "nothing": lambda model: setattr(model, "coefs_", None),
    "one array": lambda model: setattr(model, "coefs_", np.zeros((3, 3))),
    "no layers": lambda model: (model.coefs_.clear(), model.intercepts_.clear()),
}


@pytest.mark.parametrize("kind", ["regressor", "classifier", "autoencoder"])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_weights_set_by_hand_to_another_shape_or_kind(kind, change, fitted):
    from copy import deepcopy

    model = deepcopy(fitted[kind])
    change(model)
    for _ in range(2):
        with pytest.raises(REFUSED):
            model.predict(INPUTS) if kind != "autoencoder" else model.transform(INPUTS)
    model.warm_start = True
    with pytest.raises(REFUSED), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(INPUTS, *([TARGETS] if kind == "regressor" else [ORDER % 3]))


@pytest.mark.parametrize("dtype", [np.float32, np.float16, np.longdouble, np.int8, bool, ">f8"])
def test_weights_set_by_hand_of_another_kind_of_number(dtype, fitted):
    from copy import deepcopy

    model = deepcopy(fitted["regressor"])
    model.coefs_ = [np.round(w * 3).astype(dtype) for w in model.coefs_]
    model.intercepts_ = [np.zeros(len(b), dtype) for b in model.intercepts_]
    values = np.maximum(INPUTS @ model.coefs_[0].astype(float), 0)
    values = np.maximum(values @ model.coefs_[1].astype(float), 0)
    np.testing.assert_allclose(
        model.predict(INPUTS), values @ model.coefs_[2].astype(float), rtol=1e-4, atol=1e-4
    )


def test_a_perceptrons_weights_set_by_hand():
    model = Perceptron().fit(INPUTS, ORDER % 2)
    for wrong in (np.zeros((1, 2)), np.zeros((1, 4)), np.zeros((2, 3)), np.zeros((1, 3), complex)):
        model.coef_ = wrong
        with pytest.raises(REFUSED):
            model.partial_fit(INPUTS, ORDER % 2)
