"""Losses: penalties against mpmath, slopes against derivatives of the penalty by the sums z."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from neurona.compiled import members
from neurona.errors import IncompatibleError
from neurona.numerics.activations import ACTIVATIONS, Bounded
from neurona.numerics.losses import (
    LOSSES,
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    Huber,
    Quantile,
)
from tests.numerics.oracles import PENALTIES, VALUES, softmax

DTYPES = [np.float32, np.float64]
ROWS, COLUMNS, STRIDE = 4, 3, 16
SCALE = 0.125
WEIGHTS = [1.0, 0.5, 3.0, 0.0]

REFUSED = {
    "poisson": {
        "identity", "step", "tanh", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "mish",
    },
    "binary_cross_entropy": {
        "identity", "step", "tanh", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "mish",
        "exp", "softplus",
    },
    "categorical_cross_entropy": set(ACTIVATIONS) - {"softmax"},
}  # fmt: skip
PAIRS = [
    (loss, output)
    for loss in LOSSES
    for output in ACTIVATIONS
    if output not in REFUSED.get(loss, {"step"})
]
VARIANTS = [
    (Huber(0.25), "tanh", (0.25,)),
    (Quantile(0.9), "identity", (0.9,)),
    (BinaryCrossEntropy(0.2), "logistic", (0.2,)),
    (BinaryCrossEntropy(0.2), "bounded", (0.2,)),
    (CategoricalCrossEntropy(0.2), "softmax", (0.2,)),
]


def targets_for(loss, random):
    if loss.name == "categorical_cross_entropy":
        return np.array([[1, 0, 0], [0, 0, 1], [0.5, 0.2, 0.3], [0, 1, 0]])
    if loss.name == "binary_cross_entropy":
        return np.array([[0, 1, 0.25]] * ROWS)
    if loss.name == "poisson":
        return np.array([[0, 1, 3.5]] * ROWS)
    return random.normal(size=(ROWS, COLUMNS))


def evaluate(loss, output, z, targets, weights, scale):
    """Row losses and the slopes by z that the member and the output's chain leave."""
    dtype = z.dtype
    rows, columns = z.shape
    sums, values, errors = (np.zeros((rows, STRIDE), dtype) for _ in range(3))
    sums[:, :columns] = z
    member, on_sums = loss.member(output)
    if not on_sums:
        where = members.address(output.apply, members.APPLY, dtype)
        arguments = (sums, values, rows, columns, STRIDE, output.options())
        members.call(where, members.APPLY, *arguments)
    x = (sums if on_sums else values)[:, :columns].copy()
    penalties, scratch = np.zeros_like(x), np.zeros_like(x)
    members.call(
        members.address(member, members.LOSS, dtype), members.LOSS, x, targets.astype(dtype),
        penalties, scratch, rows, columns, loss.options(),
    )  # fmt: skip
    row_weights = np.array(weights, dtype)
    losses = row_weights * penalties.sum(axis=1, dtype=np.float64)
    errors[:, :columns] = dtype.type(scale) * row_weights[:, None] * x
    if not on_sums:
        where = members.address(output.chain, members.CHAIN, dtype)
        members.call(where, members.CHAIN, sums, errors, rows, columns, STRIDE)
    assert not errors[:, columns:].any()
    return losses, errors[:, :columns]


def row_penalty(loss, output, targets, z, options):
    values = softmax(z) if output == "softmax" else [VALUES[output](number) for number in z]
    penalty = PENALTIES[loss]
    return mpmath.fsum(penalty(t, p, *options) for t, p in zip(targets, values, strict=True))


def exact(numbers):
    return [mpmath.mpf(float(number)) for number in numbers]


def expected_row(loss, output, targets, z, options):
    """Penalty of a row and its derivatives by each z, at 40 digits."""
    with mpmath.workdps(40):
        targets, z, options = exact(targets), exact(z), exact(options)

        def along(j, number):
            return row_penalty(loss, output, targets, [*z[:j], number, *z[j + 1 :]], options)

        slopes = [
            float(mpmath.diff(lambda x, j=j: along(j, x), z[j], direction=1 if z[j] > 0 else -1))
            for j in range(len(z))
        ]
        return float(row_penalty(loss, output, targets, z, options)), slopes


def check(loss, output, options, dtype):
    random = np.random.RandomState(3)
    z = (random.normal(size=(ROWS, COLUMNS)) * 1.5).astype(dtype)
    targets = targets_for(loss, random).astype(dtype)
    losses, slopes = evaluate(loss, ACTIVATIONS.find(output), z, targets, WEIGHTS, SCALE)
    assert slopes.dtype == dtype
    eps = np.finfo(dtype).eps
    for i, weight in enumerate(WEIGHTS):
        penalty, derivatives = expected_row(loss.name, output, targets[i], z[i], options)
        np.testing.assert_allclose(losses[i], weight * penalty, rtol=30 * eps, atol=10 * eps)
        wanted = weight * SCALE * np.array(derivatives)
        np.testing.assert_allclose(slopes[i], wanted, rtol=30 * eps, atol=10 * eps)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("loss", "output"), PAIRS)
def test_penalty_and_slope(loss, output, dtype):
    check(LOSSES.find(loss), output, (), dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("loss", "output", "options"), VARIANTS)
def test_options(loss, output, options, dtype):
    check(loss, output, options, dtype)


@pytest.mark.parametrize("loss", list(LOSSES))
def test_which_outputs_are_refused(loss):
    allowed = {output for name, output in PAIRS if name == loss}
    for output in ACTIVATIONS:
        if output in allowed:
            LOSSES.find(loss).member(ACTIVATIONS.find(output))
            continue
        with pytest.raises(IncompatibleError) as caught:
            LOSSES.find(loss).member(ACTIVATIONS.find(output))
        message = str(caught.value)
        assert f"{loss!r} cannot be used with the output activation {output!r}: " in message
        assert message.endswith(f"; use {LOSSES.find(loss).link!r}.")


def test_bounds_decide_about_bounded():
    LOSSES.find("poisson").member(Bounded(0.0, 9.0))
    for loss, output in [("poisson", Bounded(-1.0, 9.0)), ("binary_cross_entropy", Bounded(0, 2))]:
        with pytest.raises(IncompatibleError, match="its values are not inside"):
            LOSSES.find(loss).member(output)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("loss", "output"), [pair for pair in PAIRS if pair[1] != "exp"])
def test_far_predictions_do_not_overflow(loss, output, dtype):
    value = LOSSES.find(loss)
    z = np.array([[1e4, -1e4, 0.0], [-1e4, 1e4, 1e4]], dtype)
    targets = targets_for(value, np.random.RandomState(0))[:2]
    losses, slopes = evaluate(value, ACTIVATIONS.find(output), z, targets, [1.0, 1.0], 1.0)
    assert np.isfinite(losses).all()
    assert np.isfinite(slopes).all()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("loss", "z", "targets"),
    [
        *((name, [[0.0, -3.5, 100.0]], [[0.0, -3.5, 100.0]])
          for name in ("squared_error", "absolute_error", "huber", "log_cosh", "quantile")),
        ("poisson", [[0.0, 0.0, -1e4]], [[1.0, 1.0, 0.0]]),
        ("binary_cross_entropy", [[1e4, -1e4, 800.0]], [[1.0, 0.0, 1.0]]),
        ("categorical_cross_entropy", [[-1e4, 1e4, -1e4]], [[0.0, 1.0, 0.0]]),
    ],
)  # fmt: skip
def test_a_perfect_prediction_costs_nothing(loss, z, targets, dtype):
    value = LOSSES.find(loss)
    link = ACTIVATIONS.find(value.link)
    losses, slopes = evaluate(value, link, np.array(z, dtype), np.array(targets), [1.0], 1.0)
    assert losses[0] == 0
    assert not slopes.any()


@pytest.mark.parametrize(
    ("loss", "p", "t", "penalty", "slope"),
    [
        ("squared_error", 3.0, 1.0, 2.0, 2.0),
        ("absolute_error", 3.0, 5.0, 2.0, -1.0),
        ("huber", 3.0, 0.0, 2.5, 1.0),
        ("huber", 0.5, 0.0, 0.125, 0.5),
        (Quantile(0.25), 3.0, 1.0, 1.5, 0.75),
        (Quantile(0.25), 1.0, 3.0, 0.5, -0.25),
    ],
)
def test_numbers_by_hand(loss, p, t, penalty, slope):
    value = LOSSES.find(loss)
    z, targets = np.array([[p]]), np.array([[t]])
    losses, slopes = evaluate(value, ACTIVATIONS.find("identity"), z, targets, [1.0], 1.0)
    assert (losses[0], slopes[0, 0]) == (penalty, slope)


@pytest.mark.parametrize("distance", [1e-9, 1e-4, 0.499, 0.501, 30.0, 1e4])
def test_log_cosh_keeps_its_digits(distance):
    value, zero = LOSSES.find("log_cosh"), np.zeros((1, 1))
    output = ACTIVATIONS.find("identity")
    losses, _ = evaluate(value, output, np.array([[distance]]), zero, [1.0], 1.0)
    with mpmath.workdps(40):
        expected = float(mpmath.log(mpmath.cosh(mpmath.mpf(distance))))
    np.testing.assert_allclose(losses[0], expected, rtol=1e-15)


@pytest.mark.parametrize("loss", list(LOSSES))
def test_nan_is_not_hidden(loss):
    value = LOSSES.find(loss)
    z, targets = np.array([[0.5, np.nan, 0.5]]), np.array([[0.0, 1.0, 0.0]])
    losses, _ = evaluate(value, ACTIVATIONS.find(value.link), z, targets, [1.0], 1.0)
    assert np.isnan(losses[0])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Huber(0), "The 'delta' parameter of Huber must be a float in the range (0, inf)."),
        (lambda: Quantile(1.0), "The 'quantile' parameter of Quantile must be a float in the "
                                "range (0, 1). Got 1.0 instead."),
        (lambda: BinaryCrossEntropy(-0.1), "range [0, 1). Got -0.1 instead."),
    ],
)  # fmt: skip
def test_options_out_of_range(make, message):
    with pytest.raises(ValueError) as caught:
        make()
    assert message in str(caught.value)
