"""Schedules: numbers worked by hand, restarts, continuity."""

from __future__ import annotations

import math

import numpy as np
import pytest

from neurona.numerics.schedules import (
    SCHEDULES,
    Adaptive,
    Clock,
    Constant,
    Cosine,
    Exponential,
    InvScaling,
    OneCycle,
    ReduceOnPlateau,
    StepDecay,
    WarmUp,
)

half_cosine = 0.5 * (1 + math.cos(math.pi / 4))


def factors(schedule, times, total=10, samples=0):
    return schedule.factors(Clock(np.array(times, float), total, samples))


@pytest.mark.parametrize(
    ("schedule", "times", "expected"),
    [
        (Constant(), [0, 3, 9.5], [1, 1, 1]),
        (Adaptive(), [0, 9], [1, 1]),
        (ReduceOnPlateau(), [0, 9], [1, 1]),
        (InvScaling(), [4, 4.5], [0.1, 0.1]),
        (InvScaling(power=1), [4], [0.01]),
        (StepDecay(every=2, factor=0.1), [0, 1.99, 2, 5], [1, 1, 0.1, 0.01]),
        (StepDecay(every=0.5), [0.25, 0.75], [1, 0.5]),
        (Exponential(0.25), [0, 0.5, 2], [1, 0.5, 0.0625]),
        (Cosine(), [0, 2.5, 5, 10 - 1e-9], [1, half_cosine, 0.5, 0]),
        (Cosine(minimum=0.2), [0, 5, 10 - 1e-9], [1, 0.6, 0.2]),
        (Cosine(period=4), [0, 1, 2, 4, 6, 8], [1, half_cosine, 0.5, 1, 0.5, 1]),
        # periods of 2, 4 and 8 epochs: they begin at 0, 2, 6
        (Cosine(period=2, growth=2), [0, 1, 2, 3, 4, 6, 10, 14],
         [1, 0.5, 1, half_cosine, 0.5, 1, 0.5, 1]),
        (OneCycle(warm=0.2, start=10, end=100), [0, 1, 2, 6, 10, 11],
         [0.1, 0.55, 1, 0.505, 0.01, 0.01]),
        (WarmUp(epochs=2), [0, 0.5, 1, 1.5, 2, 5], [0.25, 0.5, 0.75, 1, 1, 1]),
        (WarmUp(2, Exponential(0.5)), [0, 1, 2, 3, 4], [0.5, 1, 1, 0.5, 0.25]),
        # 8 epochs are left for the cosine
        (WarmUp(2, Cosine()), [0, 1, 2, 4, 6], [0.5, 1, 1, half_cosine, 0.5]),
    ],
)  # fmt: skip
def test_by_hand(schedule, times, expected):
    got = factors(schedule, times, samples=99)
    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-9)


@pytest.mark.parametrize("growth", [1.0, 1.5, 2.0, 3.0])
@pytest.mark.parametrize("period", [0.5, 1.0, 7.0])
def test_every_restart_is_at_its_epoch(period, growth):
    starts = period * np.cumsum([0.0, *growth ** np.arange(6)])
    np.testing.assert_allclose(factors(Cosine(period, growth), starts), 1.0, rtol=1e-12)
    before = starts[1:] * (1 - 1e-6)
    np.testing.assert_allclose(factors(Cosine(period, growth), before), 0.0, atol=1e-6)


@pytest.mark.parametrize(
    "schedule",
    [Exponential(0.5), Cosine(), OneCycle(), WarmUp(3, Cosine())],
)
def test_continuous(schedule):
    got = factors(schedule, np.arange(0, 10, 0.001))
    assert np.abs(np.diff(got)).max() < 0.003
    assert got.min() >= 0
    assert got.max() <= 1


@pytest.mark.parametrize("name", list(SCHEDULES))
def test_epoch_by_epoch_is_the_same_as_all_at_once(name):
    schedule = SCHEDULES.find(name)
    times = np.arange(0, 10, 0.25)
    pieces = [factors(schedule, part) for part in times.reshape(10, 4)]
    np.testing.assert_allclose(np.concatenate(pieces), factors(schedule, times), rtol=1e-12)


@pytest.mark.parametrize("name", list(SCHEDULES))
def test_varies_says_whether_the_factor_changes(name):
    schedule = SCHEDULES.find(name)
    late = schedule.factors(Clock(np.array([39.0, 39.5]), 40, 4000))
    assert schedule.varies or (late == 1).all()


def test_what_happens_on_a_plateau():
    assert Adaptive().on_plateau(0.5) == 0.1
    assert Adaptive(factor=2, minimum=0.1).on_plateau(0.11) == 0.055
    assert Adaptive(factor=2, minimum=0.1).on_plateau(0.1) is None
    assert Constant().on_plateau(0.5) is None
    assert WarmUp(2, Adaptive()).on_plateau(0.5) == 0.1


def test_reduce_on_plateau():
    schedule = ReduceOnPlateau(factor=0.5, patience=2, minimum=0.2)
    assert [schedule.after_epoch(1.0, k) for k in range(7)] == [1, 1, 1, 0.5, 1, 1, 0.5]
    assert schedule.after_epoch(0.3, 3) == 0.2
    assert schedule.after_epoch(0.1, 3) == 0.1  # a rate below the minimum is not raised


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Cosine(period=0), "The 'period' parameter of Cosine must be a float in the "
                                   "range (0, inf). Got 0 instead."),
        (lambda: StepDecay(every=0), "range (0, inf). Got 0 instead."),
        (lambda: OneCycle(warm=1), "range (0, 1). Got 1 instead."),
        (lambda: ReduceOnPlateau(factor=1.0), "range (0, 1). Got 1.0 instead."),
    ],
)  # fmt: skip
def test_options_out_of_range(make, message):
    with pytest.raises(ValueError) as caught:
        make()
    assert message in str(caught.value)


def test_warm_up_reduces_on_the_plateaus_of_what_follows():
    schedule = WarmUp(epochs=2, then=ReduceOnPlateau(factor=0.5, patience=2))
    assert [schedule.after_epoch(1.0, k) for k in range(4)] == [1, 1, 1, 0.5]
