"""Autoencoder: PCA as oracle, tied weights, noise, anomalies, scikit-learn's manners."""

from __future__ import annotations

import pickle
import warnings

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.decomposition import PCA
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator

from neurona import Autoencoder, Checkpoint, IncompatibleError, computation_graph
from neurona.network import Network
from neurona.numerics.activations import ACTIVATIONS
from neurona.numerics.losses import LOSSES
from neurona.numerics.noise import Gaussian, Masking
from neurona.optimizers import OPTIMIZERS
from neurona.optimizers.solver import SOLVERS, Need
from neurona.training.graph import expand

RANDOM = np.random.default_rng(0)
MIXING = RANDOM.normal(size=(8, 8))
LINEAR = RANDOM.normal(size=(200, 8)) @ MIXING + 3
CURVE = np.linspace(-1, 1, 150)
BENT = np.column_stack([CURVE, CURVE**2, np.sin(3 * CURVE), -CURVE])
SMALL = {"hidden_layer_sizes": (7,), "activation": "tanh", "random_state": 0}
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def is_tied(model):
    pairs = zip(model.coefs_, reversed(model.coefs_), strict=True)
    return all(np.array_equal(first, last.T) for first, last in pairs)


def explained(X, back):
    return 1 - ((X - back) ** 2).sum() / ((X - X.mean(axis=0)) ** 2).sum()


# -- what it computes


@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("solver", ["lbfgs", "lm", "scg"])
def test_a_linear_one_finds_the_subspace_of_pca(solver, tied):
    model = Autoencoder(3, (), solver=solver, tied=tied, alpha=0, tol=1e-9, max_iter=5000,
                        random_state=0).fit(LINEAR)  # fmt: skip
    pca = PCA(3).fit(LINEAR)
    expected = pca.explained_variance_ratio_.sum()
    assert explained(LINEAR, model.reconstruct(LINEAR)) == pytest.approx(expected, abs=1e-6)
    assert model.score(LINEAR) == pytest.approx(expected, abs=1e-6)
    # the subspace itself: reconstructing maps onto it
    np.testing.assert_allclose(
        model.reconstruct(LINEAR), pca.inverse_transform(pca.transform(LINEAR)), atol=2e-2
    )


def test_a_bent_curve_needs_more_than_pca():
    model = Autoencoder(1, (20,), "tanh", solver="lm", alpha=0, max_iter=300, random_state=0)
    model.fit(BENT)
    pca = PCA(1).fit(BENT)
    assert pca.explained_variance_ratio_.sum() < 0.9 < 0.999 < model.score(BENT)


@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_code_and_back_are_the_reconstruction(tied, dtype):
    X = BENT.astype(dtype)
    model = Autoencoder(2, (9, 5), "tanh", tied=tied, max_iter=3, random_state=0).fit(X)
    assert [w.shape for w in model.coefs_] == [(4, 9), (9, 5), (5, 2), (2, 5), (5, 9), (9, 4)]
    codes = model.transform(X)
    assert codes.dtype == dtype and codes.shape == (150, 2)
    np.testing.assert_array_equal(model.inverse_transform(codes), model.reconstruct(X))
    values = X.astype(np.float64)
    for k, (w, b) in enumerate(zip(model.coefs_, model.intercepts_, strict=True)):
        values = values @ w + b
        if k not in (2, 5):
            values = np.tanh(values)
        if k == 2:
            np.testing.assert_allclose(codes, values, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(model.reconstruct(X), values, rtol=1e-4, atol=1e-6)
    assert is_tied(model) == tied


def test_errors_and_scores_by_their_definitions():
    model = Autoencoder(1, max_iter=5, contamination=0.1, **SMALL).fit(BENT)
    squares = (BENT - model.reconstruct(BENT)) ** 2
    np.testing.assert_allclose(model.reconstruction_error(BENT), squares.mean(axis=1))
    assert model.score(BENT) == pytest.approx(explained(BENT, model.reconstruct(BENT)))
    weights = np.arange(150)
    repeated = np.repeat(BENT, weights, axis=0)
    assert model.score(BENT, sample_weight=weights) == pytest.approx(model.score(repeated))
    scores = model.anomaly_score(BENT)
    assert (scores > 1).sum() == 15
    ratios = squares / squares.mean(axis=0)
    np.testing.assert_allclose(model.column_errors(BENT), ratios)
    np.testing.assert_allclose(scores, ratios.mean(axis=1) / np.sort(ratios.mean(axis=1))[-16])
    assert model.score(np.ones((3, 4))) == 0.0


def test_the_errors_of_validation_rows_are_the_reference():
    model = Autoencoder(1, max_iter=50, **SMALL).fit(BENT[::2], X_val=BENT[1::2])
    squares = (BENT[1::2] - model.reconstruct(BENT[1::2])) ** 2
    np.testing.assert_allclose(model.reference_.usual, squares.mean(axis=0))
    assert model.validation_scores_[-1] == pytest.approx(model.score(BENT[1::2]))
    assert model.anomaly_score(BENT[1::2]).max() >= 1


def test_rows_off_the_curve_are_anomalies():
    model = Autoencoder(1, (20,), "tanh", solver="lbfgs", max_iter=2000, alpha=0, random_state=0)
    model.fit(BENT)
    odd = BENT[::10].copy()
    odd[:, 1] += 0.5
    assert (model.anomaly_score(odd) > 1).all()
    assert (model.column_errors(odd).argmax(axis=1) == 1).mean() > 0.5


@pytest.mark.parametrize("loss", sorted(LOSSES))
def test_every_loss_has_an_output_that_fits(loss):
    X = RANDOM.uniform(0.1, 0.9, size=(100, 3))
    X /= X.sum(axis=1, keepdims=True)
    model = Autoencoder(2, loss=loss, max_iter=60, learning_rate_init=0.01, **SMALL).fit(X)
    assert model.out_activation_ == LOSSES.find(loss).link
    assert model.loss_ < model.loss_curve_[0]


# -- tied weights


@pytest.mark.parametrize("solver", [*OPTIMIZERS, *SOLVERS])
def test_every_solver_trains_tied_weights(solver):
    model = Autoencoder(2, solver=solver, tied=True, max_iter=8, **SMALL)
    if solver in SOLVERS and Need.HESSIAN in SOLVERS.find(solver).needs:
        model.set_params(hidden_layer_sizes=(3,))
    model.fit(BENT)
    assert is_tied(model)
    assert model.loss_ < model.loss_curve_[0]


@pytest.mark.parametrize("tied", [False, True])
def test_threads_change_no_bit(tied):
    X = RANDOM.normal(size=(300, 40))
    models = [
        Autoencoder(3, (90,), tied=tied, noise="gaussian", max_iter=3, n_threads=n,
                    random_state=0).fit(X)
        for n in (1, 2, 3)
    ]  # fmt: skip
    for model in models[1:]:
        for a, b in zip(models[0].coefs_, model.coefs_, strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("loss", ["squared_error", "poisson", "binary_cross_entropy"])
def test_the_graph_of_a_tied_network_agrees(loss):
    X = RANDOM.uniform(0.1, 0.9, size=(20, 4))
    names = ["tanh", "identity", "tanh", LOSSES.find(loss).link]
    network = Network((4, 3, 2, 3, 4), [ACTIVATIONS.find(n) for n in names], np.float64, tied=True)
    start = RANDOM.normal(size=network.n_parameters)
    flat = network.from_parameters(start)

    def value(point):
        weights = network.from_parameters(point)
        return expand(network, LOSSES.find(loss), weights, X, X, l2=0.5, l1=0.1).loss

    graph = expand(network, LOSSES.find(loss), flat, X, X, l2=0.5, l1=0.1)
    step, units = 1e-6, np.eye(start.size)
    slopes = [(value(start + step * u) - value(start - step * u)) / (2 * step) for u in units]
    got = network.parameters(graph.weights_gradient())
    np.testing.assert_allclose(got, slopes, rtol=1e-5, atol=1e-7)


def test_the_graph_of_a_fitted_model_has_its_loss():
    options = {"tied": True, "solver": "lbfgs", "max_iter": 5, "alpha": 0.5}
    model = Autoencoder(2, **options, **SMALL).fit(BENT)
    graph = computation_graph(model, BENT, None)
    assert graph.loss == pytest.approx(model.loss_, rel=1e-12)


def test_penalties_count_tied_weights_once():
    options = {"alpha": 2.0, "tied": True, "solver": "lbfgs", "max_iter": 1}
    model = Autoencoder(2, **options, **SMALL).fit(BENT)
    own = sum((w**2).sum() for w in model.coefs_[:2])
    plain = ((BENT - model.reconstruct(BENT)) ** 2).sum() / 2
    assert model.loss_ == pytest.approx((plain + own) / len(BENT))


# -- starts and the choice of a solver


@pytest.mark.parametrize("tied", [False, True])
def test_shapes_side_by_side(tied):
    shapes = [(5, 4), (6,)]
    model = Autoencoder(2, shapes, "tanh", tied=tied, n_starts=4, max_iter=30, random_state=0)
    model.fit(BENT)
    assert len(model.starts_) == 4
    results = [start.result for start in model.starts_]
    assert results[model.best_start_] == min(results) == model.loss_
    assert len(model.history_) == 30
    encoder = shapes[model.best_start_ % 2]
    assert model.encoder_layers_ == len(encoder) + 1
    assert model.transform(BENT).shape == (150, 2)
    np.testing.assert_array_equal(
        model.inverse_transform(model.transform(BENT)), model.reconstruct(BENT)
    )
    squares = (BENT - model.reconstruct(BENT)) ** 2
    np.testing.assert_allclose(model.reference_.usual, squares.mean(axis=0))


def test_auto_takes_mini_batches_for_noise():
    plain = Autoencoder(1, solver="auto", max_iter=5, **SMALL).fit(BENT)
    noisy = Autoencoder(1, solver="auto", noise="gaussian", max_iter=5, **SMALL).fit(BENT)
    assert plain.solver_ in SOLVERS
    assert noisy.solver_ == "adam"


# -- noise


@pytest.mark.parametrize("noise", [Gaussian(0.3), Masking(0.3)])
def test_noise_is_new_every_epoch_and_of_the_seed(noise):
    def fit(**more):
        return Autoencoder(2, noise=noise, max_iter=4, **{**SMALL, **more}).fit(BENT)

    one, same, other = fit(), fit(), fit(random_state=1)
    np.testing.assert_array_equal(one.coefs_[0], same.coefs_[0])
    assert not np.array_equal(one.coefs_[0], other.coefs_[0])
    # without learning, all that changes from epoch to epoch is the noise
    still = fit(learning_rate_init=1e-300, shuffle=False)
    assert len(set(still.loss_curve_)) == 4


def test_the_loss_is_that_of_spoiled_inputs_and_clean_targets():
    shown = []
    options = {**SMALL, "learning_rate_init": 1e-300, "alpha": 0.0, "max_iter": 1}
    model = Autoencoder(
        2, noise="gaussian", callbacks=lambda training, record: shown.append(training.problem),
        **options,
    ).fit(BENT)  # fmt: skip
    spoiled = shown[0]._shown.dense
    assert 0.05 < (spoiled - BENT).std() < 0.15
    expected = ((model.reconstruct(spoiled) - BENT) ** 2).sum() / 2 / len(BENT)
    assert model.loss_ == pytest.approx(expected, rel=1e-10)


def test_denoising_denoises():
    r = np.random.default_rng(1)
    t = r.uniform(-1, 1, 1000)
    clean = np.column_stack([np.cos(3 * t), np.sin(3 * t), t, t**2])
    model = Autoencoder(
        4, (40,), "tanh", noise=Gaussian(0.2), max_iter=150, learning_rate_init=0.01,
        batch_size=50, random_state=0,
    ).fit(clean)  # fmt: skip
    noisy = clean + r.normal(scale=0.2, size=clean.shape)
    assert ((model.reconstruct(noisy) - clean) ** 2).mean() < 0.6 * ((noisy - clean) ** 2).mean()


def test_noise_and_sparse_rows():
    X = sparse.csr_array(np.random.default_rng(0).binomial(3, 0.1, (80, 12)).astype(float))
    dense, thin = (
        Autoencoder(2, noise="masking", max_iter=3, **SMALL).fit(rows) for rows in (X.toarray(), X)
    )
    np.testing.assert_array_equal(dense.coefs_[0], thin.coefs_[0])
    np.testing.assert_array_equal(dense.anomaly_score(X), thin.anomaly_score(X.toarray()))


@pytest.mark.parametrize("solver", ["lbfgs", "lm"])
def test_noise_is_for_mini_batches(solver):
    with pytest.raises(IncompatibleError, match="noise is drawn anew every epoch"):
        Autoencoder(noise="gaussian", solver=solver).fit(BENT)


# -- manners


@pytest.mark.parametrize(
    "parameters",
    [{}, {"tied": True}, {"solver": "lbfgs"}, {"solver": "lm", "hidden_layer_sizes": ()}],
    ids=str,
)
def test_scikit_learn_checks(parameters):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = check_estimator(Autoencoder(max_iter=5, **parameters), on_skip=None)
    assert {one["status"] for one in results} <= {"passed", "skipped"}


def test_names_frames_and_pipelines():
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(BENT, columns=list("abcd"))
    model = Autoencoder(2, max_iter=2, **SMALL).set_output(transform="pandas")
    codes = model.fit_transform(frame)
    assert list(codes) == list(model.get_feature_names_out()) == ["autoencoder0", "autoencoder1"]
    whole = make_pipeline(StandardScaler(), clone(model)).fit(frame)
    back = whole.inverse_transform(whole.transform(frame).to_numpy())
    assert back.shape == BENT.shape
    assert np.isfinite(whole.score(frame))


@pytest.mark.parametrize(
    ("parameters", "names"),
    [
        ({"activation": "relu"}, ["relu", "relu", "identity", "relu", "relu", "identity"]),
        (
            {"activation": ["tanh", "relu"], "code_activation": "logistic"},
            ["tanh", "relu", "logistic", "relu", "tanh", "identity"],
        ),
        (
            {"activation": ["tanh", "relu", "gelu"], "decoder_layer_sizes": 5},
            ["tanh", "relu", "identity", "gelu", "identity"],
        ),
    ],
)
def test_activations_by_layer(parameters, names):
    model = Autoencoder(2, (6, 5), max_iter=1, **parameters).fit(BENT)
    assert [a.name for a in model.learned().network.activations] == names


def test_partial_fit_warm_start_and_pickle():
    model = Autoencoder(2, tied=True, noise="gaussian", **SMALL)
    for _ in range(3):
        model.partial_fit(BENT)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.transform(BENT), model.transform(BENT))
    for one in (model, again):
        one.partial_fit(BENT)
    np.testing.assert_array_equal(again.coefs_[0], model.coefs_[0])
    assert len(model.history_) == 4 and is_tied(model)
    model.set_params(warm_start=True, max_iter=2, noise=None).fit(BENT)
    assert len(model.history_) == 6


def test_early_stopping_keeps_the_best():
    model = Autoencoder(2, early_stopping=True, max_iter=300, n_iter_no_change=5,
                        learning_rate_init=0.01, **SMALL).fit(BENT)  # fmt: skip
    assert model.best_validation_score_ == max(model.validation_scores_)
    assert "validation result" in model.stop_reason_ or model.n_iter_ == 300
    assert model.reference_.usual.shape == (4,)


@pytest.mark.parametrize("options", [{"noise": "masking"}, {"tied": True}, {"solver": "lm"}])
def test_a_training_that_was_cut_goes_on_to_the_same_bits(options, tmp_path):
    options = {**SMALL, **options}
    straight = Autoencoder(2, max_iter=8, **options).fit(BENT)
    for epochs in (3, 8):
        keep = Checkpoint(tmp_path / "run", resume=True)
        resumed = Autoencoder(2, max_iter=epochs, callbacks=keep, **options).fit(BENT)
    assert resumed.loss_curve_ == straight.loss_curve_
    for a, b in zip(straight.coefs_, resumed.coefs_, strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_checkpoint_of_free_weights_is_not_that_of_tied_ones(tmp_path):
    keep = Checkpoint(tmp_path / "run", resume=True)
    Autoencoder(2, max_iter=1, callbacks=keep, **SMALL).fit(BENT)
    with pytest.raises(IncompatibleError, match="network"):
        Autoencoder(2, max_iter=1, tied=True, callbacks=keep, **SMALL).fit(BENT)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"n_components": 0}, "'n_components' parameter of Autoencoder must be an int"),
        ({"noise": "gausian"}, "Did you mean 'gaussian'"),
        ({"loss": "poisson"}, r"loss 'poisson' needs targets in \[0, inf\]"),
        ({"tied": True, "decoder_layer_sizes": (3,)}, "Tied weights need a symmetric network"),
        (
            {"activation": ["tanh", "relu", "gelu"]},
            "a list with one for each of the 2. Got a list of 3",
        ),
        ({"loss": "squared_error", "output_activation": "step"}, "nothing would be learned"),
    ],
)
def test_wrong_parameters_are_named(parameters, message):
    with pytest.raises(ValueError, match=message):
        Autoencoder(**{"hidden_layer_sizes": (7,), **parameters}).fit(BENT)


def test_codes_of_another_width_are_refused():
    model = Autoencoder(2, max_iter=1, **SMALL).fit(BENT)
    with pytest.raises(
        ValueError, match="X has 3 columns, but the codes of this Autoencoder have 2"
    ):
        model.inverse_transform(np.zeros((5, 3)))
    for method in ("transform", "reconstruct", "score", "anomaly_score", "inverse_transform"):
        with pytest.raises(NotFittedError):
            getattr(Autoencoder(), method)(BENT)
