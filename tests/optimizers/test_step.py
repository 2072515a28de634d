"""First-order optimizers: worked by hand, against plain Python, and laws for every one of them."""

from __future__ import annotations

import math
import re
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

import neurona.optimizers
from neurona.errors import UnknownNameError
from neurona.optimizers import (
    OPTIMIZERS,
    SGD,
    AdaDelta,
    AdaGrad,
    Adam,
    Adamax,
    AdamW,
    Lion,
    Nadam,
    RMSProp,
    Rprop,
    Stepper,
    find,
)
from tests import naive

DTYPES = [np.float32, np.float64]
NAMES = list(OPTIMIZERS)
root = math.sqrt

# w = 1, gradients 0.5, -1, 0.25, rate 0.1
BY_HAND = [
    (SGD(), [0.95, 1.05, 1.025]),
    (SGD(momentum=0.5), [0.95, 1.025, 1.0375]),
    (SGD(momentum=0.5, nesterov=True), [0.925, 1.0625, 1.04375]),
    (SGD(weight_decay=0.1), [0.94, 1.0306, 0.995294]),
    (AdaGrad(epsilon=0), [0.9, 0.9 + 0.1 / root(1.25)]),
    (AdaGrad(epsilon=0, initial_accumulator=2),
     [1 - 0.05 / 1.5, 1 - 0.05 / 1.5 + 0.1 / root(3.25)]),
    (AdaGrad(epsilon=0.5), [0.95, 0.95 + 0.1 / (root(1.25) + 0.5)]),
    (AdaGrad(epsilon=0.75, epsilon_inside=True), [0.95, 0.95 + 0.1 / root(2)]),
    # s: 0.125, 0.5625, 0.3125
    (RMSProp(rho=0.5, epsilon=0), [1 - 0.05 / root(0.125), 1 - 0.05 / root(0.125) + 0.1 / 0.75]),
    # means 0.25, -0.375: s - mean^2 = 0.0625, 0.421875
    (RMSProp(rho=0.5, centered=True, epsilon=0), [0.8, 0.8 + 0.1 / root(0.421875)]),
    (RMSProp(rho=0.75, momentum=0.5, epsilon=0), [0.8, 0.7 + 0.1 / root(0.296875)]),
    # m: 0.25, -0.375; v: 0.0625, 0.296875; corrections 1/2, 3/4 and 1/4, 7/16
    (Adam(0.5, 0.75, epsilon=0), [0.9, 0.9 + 0.1 * 0.5 / root(0.296875 * 16 / 7)]),
    (Adam(0.5, 0.75, epsilon=0.5), [0.95, 0.95 + 0.05 / (root(0.296875 * 16 / 7) + 0.5)]),
    (Adam(0.5, 0.75, epsilon=0.25, epsilon_hat=True),
     [0.95, 0.95 + 0.1 * root(7 / 16) * 0.5 / (root(0.296875) + 0.25)]),
    # beta2 = 0: v is g^2, the largest stays 1 at the third step
    (Adam(0.0, 0.0, epsilon=0, amsgrad=True), [0.9, 1.0, 0.975]),
    (Adam(0.0, 0.0, epsilon=0), [0.9, 1.0, 0.9]),
    (AdamW(0.0, 0.0, epsilon=0, weight_decay=0.1), [0.89, 0.9811, 0.871289]),
    # m: 0.25, -0.375, -0.0625; u: 0.5, 1, 0.5
    (Adamax(0.5, 0.5), [0.9, 0.95, 0.95 + 0.1 / 0.875 * 0.0625 / 0.5]),
    # mu is 0.25 throughout: m^ = 0.25 m / (1 - 0.25^(t + 1)) + 0.75 g / (1 - 0.25^t)
    (Nadam(0.5, 0.0, epsilon=0, momentum_decay=0),
     [1 - 0.1 * (0.0625 / 0.9375 + 0.5) / 0.5,
      1 - 0.1 * (0.0625 / 0.9375 + 0.5) / 0.5 + 0.1 * (0.09375 / 0.984375 + 0.8)]),
    # G: 0.125, 0.5625; first move -sqrt(0.25 / 0.375) / 2
    (AdaDelta(rho=0.5, epsilon=0.25),
     [1 - 0.05 * root(2 / 3),
      1 - 0.05 * root(2 / 3) + 0.1 * root((1 / 12 + 0.25) / 0.8125)]),
    (Lion(0.5, 0.5), [0.9, 1.0, 1.1]),
    (Lion(0.5, 0.5, weight_decay=0.5), [0.85, 0.9075, 0.962125]),
    (Rprop(), [0.9, 0.9, 0.85]),
]  # fmt: skip

DECAY = {"weight_decay": 0.05}
TWINS: list[Any] = [
    (SGD, naive.sgd, [{}, {"momentum": 0.9}, {"momentum": 0.9, "nesterov": True},
                      {"momentum": 0.9, "rate_in_velocity": False},
                      {"momentum": 0.9, "nesterov": True, "rate_in_velocity": False},
                      {"momentum": 0.8, "nesterov": True, **DECAY}, DECAY]),
    (AdaGrad, naive.adagrad, [{}, {"initial_accumulator": 0.1}, {"epsilon": 0.1}, DECAY,
                              {"epsilon": 0.1, "epsilon_inside": True}]),
    (RMSProp, naive.rmsprop, [{}, {"rho": 0.99, "momentum": 0.9}, {"centered": True}, DECAY,
                              {"centered": True, "momentum": 0.5, "epsilon": 1e-4,
                               "epsilon_inside": True}, {"epsilon": 0.1}]),
    (Adam, naive.adam, [{}, {"amsgrad": True, "beta2": 0.8}, {"epsilon": 0.1}, DECAY,
                        {"epsilon": 0.1, "epsilon_hat": True},
                        {"amsgrad": True, "epsilon": 0.1, "epsilon_hat": True, **DECAY},
                        {"beta1": 0.0, "beta2": 0.5}]),
    (AdamW, naive.adamw, [{}, DECAY, {"amsgrad": True, "beta2": 0.8, **DECAY}]),
    (Nadam, naive.nadam, [{}, {"momentum_decay": 0.1, "epsilon": 0.1}, {"momentum_decay": 0.0},
                          DECAY]),
    (Adamax, naive.adamax, [{}, {"beta1": 0.5, "beta2": 0.9, "epsilon": 0.1}, DECAY]),
    (AdaDelta, naive.adadelta, [{}, {"rho": 0.5, "epsilon": 1e-2}, DECAY]),
    (Lion, naive.lion, [{}, {"beta1": 0.5, "beta2": 0.8}, DECAY]),
    (Rprop, naive.rprop, [{}, {"eta_plus": 1.5, "eta_minus": 0.3, "step_min": 0.01,
                               "step_max": 0.2}]),
]  # fmt: skip
CASES = [(cls, twin, options) for cls, twin, several in TWINS for options in several]
ITS_WORD = {
    "weight_decay": "decay", "initial_accumulator": "initial", "epsilon_inside": "inside",
}  # fmt: skip


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("optimizer", "path"), BY_HAND)
def test_by_hand(optimizer, path, dtype):
    weights = np.array([1.0], dtype)
    stepper = Stepper(optimizer, weights, 0.1)
    for gradient, expected in zip([0.5, -1.0, 0.25], path, strict=False):
        stepper.step([gradient])
        np.testing.assert_allclose(weights[0], expected, rtol=8 * np.finfo(dtype).eps)


def run(optimizer, weights, gradients, rates, losses):
    stepper = Stepper(optimizer, weights, rates[0])
    path = []
    for gradient, rate, loss in zip(gradients, rates, losses, strict=True):
        stepper.learning_rate = rate
        path.append(stepper.step(gradient, loss).copy())
    return np.array(path)


@pytest.mark.parametrize(("cls", "twin", "options"), CASES)
def test_fifty_steps_of_plain_python(cls, twin, options):
    random = np.random.RandomState(4)
    start, gradients = random.normal(size=11), random.normal(size=(50, 11))
    rates = 0.01 * 0.97 ** np.arange(50)  # a schedule
    path = run(cls(**options), start.copy(), gradients, rates, [math.nan] * 50)
    words = {ITS_WORD.get(name, name): value for name, value in options.items()}
    for k, weight in enumerate(start):
        expected = twin(float(weight), gradients[:, k].tolist(), rates.tolist(), **words)
        np.testing.assert_allclose(path[:, k], expected, rtol=1e-11, atol=1e-13)


def test_rprop_takes_back_what_made_the_loss_grow():
    random = np.random.RandomState(5)
    gradients, losses = random.normal(size=(50, 7)), random.normal(size=50).tolist()
    path = run(Rprop(), np.zeros(7), gradients, [0.1] * 50, losses)
    without = run(Rprop(), np.zeros(7), gradients, [0.1] * 50, [math.nan] * 50)
    assert not np.array_equal(path, without)
    for k in range(7):
        expected = naive.rprop(0.0, gradients[:, k].tolist(), [0.1], losses)
        np.testing.assert_allclose(path[:, k], expected, rtol=1e-12, atol=1e-14)


def without_decay(name):
    optimizer = find(name)
    has_decay = any(field.name == "weight_decay" for field in fields(optimizer))
    return type(optimizer)(
        **{
            **{field.name: getattr(optimizer, field.name) for field in fields(optimizer)},
            **({"weight_decay": 0.0} if has_decay else {}),
        }
    )


RATES = {"adadelta": 1.0, "adagrad": 0.5}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", NAMES)
def test_finds_the_minimum_of_a_bowl(name, dtype):
    weights = np.array([1.0, -2.0, 0.5], dtype)
    stepper = Stepper(without_decay(name), weights, RATES.get(name, 0.02))
    for _ in range(2000):
        stepper.step(weights, float(weights @ weights))  # the gradient is the weights themselves
    assert weights.dtype == dtype
    assert all(state.dtype == dtype for state in stepper.state.values())
    assert np.abs(weights).max() < 0.05


@pytest.mark.parametrize("name", NAMES)
def test_no_gradient_no_move(name):
    weights = np.array([1.0, -2.0, 0.0])
    stepper = Stepper(without_decay(name), weights)
    for _ in range(3):
        stepper.step(np.zeros(3), 1.0)
    assert weights.tolist() == [1.0, -2.0, 0.0]


FADING = [
    SGD(momentum=0.9), Adam(beta2=0.9), AdamW(beta2=0.9), Nadam(beta2=0.9), Adamax(beta2=0.9),
    RMSProp(momentum=0.9, centered=True), AdaDelta(rho=0.9), Lion(beta2=0.9),
]  # fmt: skip


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("optimizer", FADING, ids=lambda optimizer: type(optimizer).__name__)
def test_what_fades_ends_as_zero(optimizer, dtype):
    """Numbers below the smallest normal one cost a hundred times the time, and 0.9 of the last of
    them is itself.
    """
    stepper = Stepper(optimizer, np.ones(20, dtype))
    for kept in stepper.state.values():
        kept[:] = 3 * np.finfo(dtype).tiny
    for _ in range(10):
        stepper.step(np.zeros(20))
    assert all((kept > 0).all() for kept in stepper.state.values())
    for _ in range(30):
        stepper.step(np.zeros(20))
    assert not any(kept.any() for kept in stepper.state.values())
    stepper.step(np.full(20, np.nan))
    assert any(np.isnan(kept).all() for kept in stepper.state.values())


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("smallest", [True, False])
def test_padding_stays_zero(name, dtype, smallest):
    """The padding's gradient is always 0: no optimizer may make it nan, or move it."""
    optimizer = find(name)
    options = {field.name: getattr(optimizer, field.name) for field in fields(optimizer)}
    if smallest and "epsilon" in options:
        options["epsilon"] = 1e-60 if name == "adadelta" else 0.0
    weights = np.array([0.0, 1.0] * 20, dtype)
    gradients = np.random.RandomState(6).normal(size=(5, 40)).astype(dtype)
    gradients[:, ::2] = 0
    run(type(optimizer)(**options), weights, gradients, [0.01] * 5, [1.0] * 5)
    assert not weights[::2].any()
    assert np.isfinite(weights).all()
    if not (smallest and name == "adadelta"):  # without an epsilon it never starts
        assert (weights[1::2] != 1.0).all()


@pytest.mark.parametrize("name", NAMES)
def test_a_restart_continues(name):
    random = np.random.RandomState(7)
    gradients, losses = random.normal(size=(6, 5)), random.normal(size=6)
    whole = np.ones(5)
    run(name, whole, gradients, [0.01] * 6, losses)
    first = Stepper(name, np.ones(5), 0.01)
    for k in range(3):
        first.step(gradients[k], losses[k])
    second = Stepper(name, first.weights.copy(), 0.01)
    second.steps = first.steps
    second._memory[:] = first._memory
    for key, state in first.state.items():
        second.state[key][...] = state
    for k in range(3, 6):
        second.step(gradients[k], losses[k])
    np.testing.assert_array_equal(second.weights, whole)


@pytest.mark.parametrize("name", NAMES)
def test_every_weight_by_itself(name):
    """What stands beside a weight does not matter (but for the rounding of fused operations)."""
    gradients = np.random.RandomState(8).normal(size=(4, 37))
    whole = run(name, np.ones(37), gradients, [0.01] * 4, [1.0] * 4)
    for start, size in [(0, 1), (36, 1), (3, 8), (5, 17)]:
        part = gradients[:, start : start + size]
        got = run(name, np.ones(size), part, [0.01] * 4, [1.0] * 4)
        np.testing.assert_allclose(got, whole[:, start : start + size], rtol=1e-15)


def test_shapes():
    matrix = np.arange(6.0).reshape(2, 3)
    turned = np.asfortranarray(matrix)
    every_other = np.zeros((4, 6))[::2, ::2]
    every_other[...] = matrix
    for weights in (matrix, turned, every_other):
        stepper = Stepper("momentum", weights, 0.1)
        gradient = np.full((2, 3), [[1.0], [2.0]])
        assert stepper.step(gradient) is weights
        assert stepper.state["velocity"].shape == (2, 3)
        assert weights.tolist() == [[-0.1, 0.9, 1.9], [2.8, 3.8, 4.8]]
        stepper.step(np.asfortranarray(gradient))
        np.testing.assert_allclose(weights[1], [2.42, 3.42, 4.42])
    single = np.array(2.0)
    assert Stepper("sgd", single, 0.5).step(1.0) is single
    assert single == 1.5
    assert Stepper("adam", np.zeros(0)).step(np.zeros(0)).size == 0


def test_weights_and_gradient_may_be_of_different_types():
    weights = np.ones(2, np.float32)
    Stepper("sgd", weights, 0.5).step(np.array([1, 2]))
    assert weights.tolist() == [0.5, 0.0]


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Stepper("sgd", [1.0]), TypeError, "float32 or float64. Got list."),  # type: ignore[arg-type]
        (lambda: Stepper("sgd", np.ones(2, int)), TypeError, "Got dtype int64."),
        (lambda: Stepper("sgd", np.broadcast_to(1.0, 2)), ValueError, "weights must be writable"),
        (lambda: Stepper("sgd", np.ones(2), 0.0), ValueError, "must be greater than 0. Got 0.0."),
        (lambda: Stepper("sgd", np.ones(2), math.nan), ValueError, "greater than 0. Got nan."),
        (lambda: Stepper("sgd", np.ones(2)).step(np.ones(3)), ValueError, "(2,). Got (3,)."),
        (lambda: find("adm"), UnknownNameError, "Unknown optimizer 'adm'; did you mean 'adam'?"),
        (lambda: find(3), UnknownNameError, "3 is no optimizer: give a name (adadelta, "),  # type: ignore[arg-type]
        (lambda: Adam(beta1=1.0), ValueError,
         "The 'beta1' parameter of Adam must be a float in the range [0, 1). Got 1.0 instead."),
        (lambda: SGD(momentum=1.5), ValueError, "of SGD must be a float in the range [0, 1]. Got"),
        (lambda: AdamW(weight_decay=-1), ValueError, "in the range [0, inf). Got -1 instead."),
        (lambda: AdaDelta(epsilon=0), ValueError, "in the range (0, inf). Got 0 instead."),
        (lambda: Rprop(eta_plus="1.2"), ValueError, "range (1, inf). Got '1.2'"),  # type: ignore
        (lambda: RMSProp(rho=math.nan), ValueError, "range [0, 1). Got nan instead."),
    ],
)  # fmt: skip
def test_errors_are_one_sentence(make, error, message):
    with pytest.raises(error) as caught:
        make()
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_values_are_immutable_and_compare_by_their_options():
    assert find("nesterov") == SGD(momentum=0.9, nesterov=True) != SGD(momentum=0.9)
    assert Adam(0.8) == Adam(beta1=0.8) != find("adam") == Adam()
    with pytest.raises(AttributeError):
        Adam().beta1 = 0.5  # type: ignore[misc]


def test_the_capability_table_is_true():
    rows = re.findall(
        r"^\| (\w+) \| `?(.+?)`? \| (.+?) \| (.+?) \|$", neurona.optimizers.__doc__, re.M
    )
    table = {row[0]: row[1:] for row in rows if row[0] != "name"}
    assert set(table) == set(OPTIMIZERS)
    for name, (made_by, mini_batches, kept) in table.items():
        optimizer = find(name)
        assert (
            eval(made_by if "(" in made_by else f"{made_by}()", vars(neurona.optimizers))
            == optimizer
        )
        assert mini_batches == ("no, full batch" if optimizer.full_batch else "yes")
        assert int(kept.split()[0]) == len(optimizer.state_names())
    assert len(SGD(momentum=0.5).state_names()) == 1  # "0 (1 with momentum)"


def test_every_optimizer_has_a_twin():
    assert {cls for cls, _, _ in TWINS} == set(OPTIMIZERS.classes())
