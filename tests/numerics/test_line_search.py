"""Line searches: the paper's functions, MINPACK's steps, both conditions, cliffs and edges."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize._dcsrch import DCSRCH

from neurona.numerics.line_search import LINE_SEARCHES, Ended, Exact, Point, StrongWolfe, wolfe


def rational(beta=2.0):
    """(5.1): -a / (a^2 + beta)."""
    return lambda a: (-a / (a * a + beta), (a * a - beta) / (a * a + beta) ** 2)


def power(beta=0.004):
    """(5.2): (a + beta)^5 - 2 (a + beta)^4."""
    return lambda a: (
        (a + beta) ** 5 - 2 * (a + beta) ** 4,
        5 * (a + beta) ** 4 - 8 * (a + beta) ** 3,
    )


def wavy(beta=0.01, waves=39):
    """(5.3): a line down, a corner rounded by beta at 1, a line up, and waves over it all."""

    def line(a):
        rounded = (a - 1) ** 2 / (2 * beta) + beta / 2
        base, slope = (
            (1 - a, -1.0) if a <= 1 - beta else (a - 1, 1.0) if a >= 1 + beta
            else (rounded, (a - 1) / beta)
        )  # fmt: skip
        angle = waves * math.pi / 2 * a
        height = 2 * (1 - beta) / (waves * math.pi)
        return base + height * math.sin(angle), slope + (1 - beta) * math.cos(angle)

    return line


def yanai(beta1, beta2):
    """(5.4): gamma(beta1) sqrt((1 - a)^2 + beta2^2) + gamma(beta2) sqrt(a^2 + beta1^2)."""
    gamma = [math.sqrt(1 + b * b) - b for b in (beta1, beta2)]

    def line(a):
        first, second = math.hypot(1 - a, beta2), math.hypot(a, beta1)
        return (
            gamma[0] * first + gamma[1] * second,
            gamma[0] * (a - 1) / first + gamma[1] * a / second,
        )

    return line


# the paper's section 5: mu and eta per function
PAPER = {
    "rational": (rational(), 1e-3, 1e-1),
    "power": (power(), 1e-1, 1e-1),
    "wavy": (wavy(), 1e-1, 1e-1),
    "yanai 1": (yanai(1e-3, 1e-3), 1e-3, 1e-3),
    "yanai 2": (yanai(1e-2, 1e-3), 1e-3, 1e-3),
    "yanai 3": (yanai(1e-3, 1e-2), 1e-3, 1e-3),
}
FIRST = [1e-3, 1e-1, 1e1, 1e3]


def search(line, step, rules, start=0.0):
    value, slope = line(start)
    tried = []

    def recorded(a):
        tried.append(a)
        return line(a)

    return rules.search(recorded, Point(0.0, value, slope), step), tried


@pytest.mark.parametrize("first", FIRST)
@pytest.mark.parametrize("name", PAPER)
def test_the_papers_functions(name, first):
    line, decrease, curvature = PAPER[name]
    rules = StrongWolfe(decrease, curvature, interval=0)
    found, tried = search(line, first, rules)
    assert found.ended is Ended.WOLFE
    assert wolfe(Point(0, *line(0)), found.point, decrease, curvature)
    assert found.point == (tried[-1], *line(tried[-1]))
    assert found.evaluations == len(tried) <= 14


@pytest.mark.parametrize("first", FIRST)
@pytest.mark.parametrize("name", PAPER)
def test_the_same_steps_as_minpack(name, first):
    line, decrease, curvature = PAPER[name]
    theirs = []

    def value(a):
        theirs.append(a)
        return line(a)[0]

    oracle = DCSRCH(value, lambda a: line(a)[1], decrease, curvature, 0.1, 0.0, 1e10)
    start = line(0)
    oracle(first, phi0=start[0], derphi0=start[1], maxiter=20)
    _, tried = search(line, first, StrongWolfe(decrease, curvature, interval=0.1))
    np.testing.assert_allclose(tried, theirs, rtol=1e-7)


@given(
    st.floats(-3, 3), st.floats(0.05, 5), st.floats(1e-3, 1e3),
    st.sampled_from([(1e-4, 0.9), (1e-4, 0.1), (0.3, 0.5)]),
)  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_both_conditions_hold_or_it_says_why_not(place, width, first, conditions):
    def line(a):
        z = (a - place) / width
        return math.log(math.cosh(min(abs(z), 300))) + 0.1 * math.sin(3 * z), (
            math.tanh(z) + 0.3 * math.cos(3 * z)
        ) / width

    decrease, curvature = conditions
    start = Point(0.0, *line(0.0))
    found, _ = search(line, first, StrongWolfe(decrease, curvature))
    holds = wolfe(start, found.point, decrease, curvature)
    if start.slope >= 0:
        assert found.ended is Ended.UPHILL
        assert found.point == start
    else:
        assert holds == (found.ended is Ended.WOLFE)
        assert found.point.value <= start.value


def test_going_down_for_ever_ends_at_the_longest_step():
    found, _ = search(lambda a: (-a, -1.0), 1.0, StrongWolfe(longest=50.0))
    assert found.ended is Ended.LONGEST
    assert found.point.step == 50


def corner(a):
    return abs(a - 0.3), 1.0 if a > 0.3 else -1.0


@pytest.mark.parametrize(
    ("rules", "ended", "digits"),
    [
        (StrongWolfe(interval=0.1), Ended.INTERVAL, 1),
        (StrongWolfe(interval=0, most_evaluations=5), Ended.EVALUATIONS, 1),
        (StrongWolfe(interval=0, most_evaluations=500), Ended.ROUNDING, 15),
    ],
)
def test_a_corner_has_no_flat_point(rules, ended, digits):
    found, _ = search(corner, 1.0, rules)
    assert found.ended is ended
    assert found.point.step == pytest.approx(0.3, abs=10.0**-digits)


@pytest.mark.parametrize("beyond", [math.inf, math.nan])
@pytest.mark.parametrize("first", [1.0, 1e3, 1e6])
def test_steps_back_from_where_the_function_is_not_defined(first, beyond):
    def barrier(a):
        return (-a - 0.1 * math.log(1 - a), -1 + 0.1 / (1 - a)) if a < 1 else (beyond, beyond)

    found, _ = search(barrier, first, StrongWolfe(curvature=0.1))
    assert found.ended is Ended.WOLFE
    assert found.point.step == pytest.approx(0.9, abs=0.02)

    def cliff(a):
        return (-a, -1.0) if a < 1 else (beyond, beyond)

    found, _ = search(cliff, first, StrongWolfe())
    assert found.ended is Ended.EDGE
    assert 0.9 < found.point.step < 1


def test_exact_finds_the_minimum_of_a_parabola():
    found, tried = search(lambda a: ((a - 3) ** 2, 2 * (a - 3)), 0.5, Exact())
    assert found.point == (3.0, 0.0, 0.0)
    assert tried == [0.5, 3.0]
    assert search(lambda a: (a, 1.0), 0.5, Exact())[0].ended is Ended.UPHILL
    assert search(lambda a: (-a, -1.0), 0.5, Exact())[0].ended is Ended.LONGEST


def test_every_search_is_known_by_name():
    assert LINE_SEARCHES.find("strong-wolfe") == StrongWolfe()
    assert LINE_SEARCHES.find("exact") == Exact()
