"""The engine on JAX as a person meets it: solvers, own formulas, memory, devices, absence."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass

import numpy as np
import pytest

from neurona import GraphLoss, MLPClassifier, MLPRegressor, TableRegressor
from neurona.compiled.scalars import cast, view
from neurona.engine import choice
from neurona.engine.automatic import choose
from neurona.errors import IncompatibleError, PluginError
from neurona.network import Network
from neurona.numerics.activations import ACTIVATIONS, Activation, activation
from neurona.optimizers.base import OPTIMIZERS, StepOptimizer
from tests.compiled.processes import run_python
from tests.engine.problems import make_network, make_problem


@dataclass(frozen=True)
class Plain(StepOptimizer):
    """Every weight by itself."""

    @staticmethod
    def update(weights, gradient, state, memory, size, options, rate, step, loss):
        w, g = view(weights, size), view(gradient, size)
        r = cast(rate, w)
        for i in range(size):
            w[i] -= r * (g[i] if abs(g[i]) > r else r * g[i])


@dataclass(frozen=True)
class Gathering(StepOptimizer):
    """The length of the gradient decides: no weight by itself."""

    @staticmethod
    def update(weights, gradient, state, memory, size, options, rate, step, loss):
        w, g, total = view(weights, size), view(gradient, size), 0.0
        for i in range(size):
            total += g[i] * g[i]
        for i in range(size):
            w[i] -= rate * g[i] / math.sqrt(total + 1e-9)


@dataclass(frozen=True)
class Bent(Activation):
    """A line with a bend."""

    @staticmethod
    def formula(z, options):
        zero, half = cast(0.0, z), cast(0.5, z)
        if z > zero:
            return z, cast(1.0, z)
        return half * math.tanh(z), half * (cast(1.0, z) - math.tanh(z) * math.tanh(z))


@pytest.fixture
def own(monkeypatch):
    """Register them, for one test."""
    for registry in (ACTIVATIONS, OPTIMIZERS):
        monkeypatch.setattr(registry, "_classes", dict(registry._classes))
    activation("bent")(Bent)
    for cls in (Plain, Gathering):
        OPTIMIZERS.register(cls.__name__.lower())(cls)


RANDOM = np.random.RandomState(3)
X = RANDOM.uniform(-1, 1, (60, 3))
Y = np.sin(2 * X[:, 0]) + X[:, 1] * X[:, 2]


def fitted(engine, cls=MLPRegressor, y=Y, **words):
    given = {"hidden_layer_sizes": (4,), "activation": "tanh", "max_iter": 6, **words}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return cls(random_state=1, engine=engine, device="auto", **given).fit(X, y)


def same(a, b, near):
    for ours, theirs in zip(a.coefs_, b.coefs_, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=near, atol=near)


def without_jax(monkeypatch):
    monkeypatch.setattr(choice, "find_spec", lambda name: None)
    monkeypatch.delitem(choice.ENGINES, "jax", raising=False)


def test_without_jax_the_extra_is_named(monkeypatch):
    without_jax(monkeypatch)
    with pytest.raises(PluginError, match=r"pip install 'neurona\[jax\]'"):
        fitted("jax")


def test_auto_says_why(monkeypatch):
    large, small = (
        Network(sizes, [ACTIVATIONS.find("relu")] * 2, np.float32)
        for sizes in ((784, 256, 10), (8, 30, 1))
    )
    assert "on a CPU the compiled engine" in choose("auto", "cpu", large, 4096).reason
    reckoned = "a step is reckoned at 3 us on a CPU and 45 us on a GPU"
    assert choose("auto", "auto", small, 32).reason == reckoned
    # many small networks win where an epoch is long enough for what surrounds it
    many = "a step of 64 networks is reckoned at"
    assert many in choose("auto", "auto", small, 32, 64, 1_600).reason
    assert "on a CPU the compiled" in choose("auto", "cpu", small, 32, 256, 20_000).reason
    without_jax(monkeypatch)
    found = choose("auto", "auto", large, 4096)
    assert found.engine.name == "compiled" and "not installed" in found.reason


def test_the_compiled_engine_has_no_device():
    with pytest.raises(IncompatibleError, match="has no device 'cuda'"):
        choice.engine_on("compiled", "cuda")


class TestWithJax:
    @pytest.fixture(autouse=True)
    def _there(self):
        pytest.importorskip("jax", reason="the engine needs JAX: pip install 'neurona[jax]'")

    @pytest.mark.parametrize(
        "words",
        [
            {"solver": "lm", "max_iter": 3, "loss": "log_cosh"},
            {"solver": "bayesian-lm"},
            {"solver": "lbfgs", "alpha_l1": 0.0},
        ],
    )
    def test_solvers_come_to_the_same(self, words):
        same(fitted("jax", **words), fitted("compiled", **words), 1e-9)

    def test_curvature_of_classes(self):
        classes = (Y > 0).astype(int) + (Y > 0.7)
        words = {"cls": MLPClassifier, "y": classes, "solver": "lm", "max_iter": 3}
        same(fitted("jax", **words), fitted("compiled", **words), 1e-8)

    def test_a_loss_of_ones_own_is_called_back(self):
        def cautious(targets, outputs):
            difference = outputs - targets
            return np.where(difference < 0, 4.0, 1.0) * difference**2

        words = {"loss": GraphLoss(cautious), "max_iter": 2, "batch_size": 30}
        same(fitted("jax", **words), fitted("compiled", **words), 1e-10)

    def test_an_optimizer_of_ones_own(self, own):
        words = {"max_iter": 3, "batch_size": 20, "solver": Plain()}
        same(fitted("jax", **words), fitted("compiled", **words), 1e-12)
        with pytest.raises(IncompatibleError, match=r"'gathering'.*mixes weights.*'compiled'"):
            fitted("jax", **{**words, "solver": Gathering()})

    def test_an_activation_of_ones_own(self, own):
        words = {"max_iter": 3, "activation": Bent()}
        same(fitted("jax", **words), fitted("compiled", **words), 1e-12)

    def test_a_table_and_its_history(self):
        columns = {"a": X[:, 0], "b": X[:, 1], "c": X[:, 2]}
        words = {"solver": "adam", "epochs": 3, "random_state": 0, "dtype": "float64"}
        ours, theirs = (
            TableRegressor(engine=name, **words).fit(columns, Y) for name in ("jax", "compiled")
        )
        assert ours.network_.engine_ == "jax"
        losses = [model.network_.history_.column("val_loss") for model in (ours, theirs)]
        np.testing.assert_allclose(*losses, rtol=1e-12)

    def test_what_does_not_fit_is_refused_with_the_batch_that_would(self):
        from neurona.jax_engine.engine import JaxEngine

        problem, _, _ = make_problem(make_network((4, 60, 1), ["tanh", "identity"]), rows=500)
        task = {"network": problem.network, "loss": problem.loss, "optimizer": None}
        with pytest.raises(IncompatibleError, match=r"use batch_size=\d+ or less") as said:
            bound(JaxEngine("cpu", 300_000), problem, 500, **task)
        fits = int(str(said.value).split("batch_size=")[1].split()[0])
        assert 1 <= fits < 500
        bound(JaxEngine("cpu", 300_000), problem, fits, **task)

    def test_a_device_that_is_not_there(self):
        import jax

        if any(one.platform == "gpu" for one in jax.devices()):
            pytest.skip("there is a GPU")
        with pytest.raises(IncompatibleError, match="finds no device 'cuda'"):
            MLPRegressor(engine="jax", device="cuda").fit(X, Y)

    def test_a_persons_settings_of_jax_stay(self):
        import jax
        import jax.numpy as jnp

        fitted("jax", max_iter=1)
        assert jnp.ones(2).dtype == jnp.float32
        assert jax.config.jax_default_matmul_precision is None

    def test_the_estimators_own_tests_pass_with_it(self):
        """Some of them: a compiler that takes a second for every network is slow for all."""
        run_python("-m", "pytest", "-q", "-p", "tests.jax_engine.plugin", *SUITES)


SUITES = (
    "tests/training/test_advance.py::test_noise_is_drawn_once_an_epoch_however_it_is_cut",
    "tests/training/test_advance.py::test_a_training_in_pieces_has_the_bits_of_fit[clipping-3]",
    "tests/files/test_models.py::test_regressors_come_back[values-float64]",
    "tests/estimators/mlp/test_starts.py::test_threads_change_nothing[adam]",
)


def bound(engine, problem, batch, **task):
    from neurona.training.engine import EngineTask

    rules = problem.regularisation
    return engine.bind(
        EngineTask(**task, table=problem.table, batch=batch, regularisation=rules,
                   n_threads=1, second_order=False)
    )  # fmt: skip
