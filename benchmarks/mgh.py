"""The test problems of Moré, Garbow and Hillstrom (ACM TOMS 7, 1981) at their standard starts.

Run `python benchmarks/mgh.py [METHOD ...]`; prints a Markdown table of the methods that reach the
published minimum of each problem (a relative 1e-4; 1e-10 where it is 0), with the evaluations they
took, and SciPy's solvers beside. All derivatives are exact, from the computation graph. A local
minimum that the paper states counts as reached, and is marked with *.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np


class Problem(NamedTuple):
    """Residuals, the start, and the published minima of their sum of squares, the lowest first."""

    name: str
    residuals: Callable[[Any], Any]
    start: Any
    minima: tuple[float, ...]

    def reached(self, value: float) -> str:
        """Return how a sum of squares compares: "yes", "local" or "no"."""
        for k, minimum in enumerate(self.minima):
            if abs(value - minimum) <= max(1e-4 * minimum, 1e-10 if minimum == 0 else 0.0):
                return "local" if k else "yes"
        return "yes" if value < self.minima[0] else "no"


PROBLEMS: list[Problem] = []


def problem(start: Any, *minima: float, name: str = "") -> Callable[[Any], Any]:
    """Decorator: register residuals with their start and minima; the docstring is the name."""

    def add(residuals: Any) -> Any:
        known = name or residuals.__doc__
        PROBLEMS.append(Problem(known, residuals, np.array(start, float), minima or (0.0,)))
        return residuals

    return add


def count(m: int) -> Any:
    """1, ..., m."""
    return np.arange(1.0, m + 1)


@problem([-1.2, 1])
def rosenbrock(x):
    """1 Rosenbrock"""
    return np.stack([10 * (x[1] - x[0] ** 2), 1 - x[0]])


@problem([0.5, -2], 0.0, 48.98425)
def freudenstein_roth(x):
    """2 Freudenstein and Roth"""
    a, b = x
    return np.stack([-13 + a + ((5 - b) * b - 2) * b, -29 + a + ((b + 1) * b - 14) * b])


@problem([0, 1])
def powell_badly_scaled(x):
    """3 Powell badly scaled"""
    return np.stack([1e4 * x[0] * x[1] - 1, np.exp(-x[0]) + np.exp(-x[1]) - 1.0001])


@problem([1, 1])
def brown_badly_scaled(x):
    """4 Brown badly scaled"""
    return np.stack([x[0] - 1e6, x[1] - 2e-6, x[0] * x[1] - 2])


@problem([1, 1])
def beale(x):
    """5 Beale"""
    return np.array([1.5, 2.25, 2.625]) - x[0] * (1 - x[1] ** count(3))


@problem([0.3, 0.4], 124.362)
def jennrich_sampson(x):
    """6 Jennrich and Sampson"""
    i = count(10)
    return 2 + 2 * i - (np.exp(i * x[0]) + np.exp(i * x[1]))


@problem([-1, 0, 0])
def helical_valley(x):
    """7 Helical valley"""
    # the angle from -1/4 to 3/4 of a turn
    turn = np.arctan(x[1] / x[0]) / (2 * np.pi) + np.where(x[0] < 0, 0.5, 0.0)
    return np.stack([10 * (x[2] - 10 * turn), 10 * (np.sqrt(x[0] ** 2 + x[1] ** 2) - 1), x[2]])


BARD = np.array(
    [0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39]
)


@problem([1, 1, 1], 8.21487e-3, 17.4286)
def bard(x):
    """8 Bard"""
    u = count(15)
    v = 16 - u
    return BARD - (x[0] + u / (v * x[1] + np.minimum(u, v) * x[2]))


BELL = [0.0009, 0.0044, 0.0175, 0.0540, 0.1295, 0.2420, 0.3521]


@problem([0.4, 1, 0], 1.12793e-8)
def gaussian(x):
    """9 Gaussian"""
    t = (8 - count(15)) / 2
    return x[0] * np.exp(-x[1] * (t - x[2]) ** 2 / 2) - np.array([*BELL, 0.3989, *BELL[::-1]])


MEYER = np.array(
    [34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744, 8261, 7030, 6005, 5147, 4427, 3820,
     3307, 2872.0]
)  # fmt: skip


@problem([0.02, 4000, 250], 87.9458)
def meyer(x):
    """10 Meyer"""
    return x[0] * np.exp(x[1] / (45 + 5 * count(16) + x[2])) - MEYER


@problem([5, 2.5, 0.15])
def gulf(x):
    """11 Gulf research and development"""
    t = count(99) / 100
    y = 25 + (-50 * np.log(t)) ** (2 / 3)
    return np.exp(-(np.abs(y - x[1]) ** x[2]) / x[0]) - t


@problem([0, 10, 20])
def box(x):
    """12 Box three-dimensional"""
    t = count(10) / 10
    return np.exp(-t * x[0]) - np.exp(-t * x[1]) - x[2] * (np.exp(-t) - np.exp(-10 * t))


def _powell(a, b, c, d):
    return [a + 10 * b, 5**0.5 * (c - d), (b - 2 * c) ** 2, 10**0.5 * (a - d) ** 2]


@problem([3, -1, 0, 1])
def powell_singular(x):
    """13 Powell singular"""
    return np.stack(_powell(*x))


@problem([-3, -1, -3, -1])
def wood(x):
    """14 Wood"""
    a, b, c, d = x
    return np.stack(
        [10 * (b - a**2), 1 - a, 90**0.5 * (d - c**2), 1 - c, 10**0.5 * (b + d - 2),
         (b - d) / 10**0.5]
    )  # fmt: skip


KOWALIK = np.array(
    [0.1957, 0.1947, 0.1735, 0.1600, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246]
)
KOWALIK_U = np.array([4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625])


@problem([0.25, 0.39, 0.415, 0.39], 3.07505e-4, 1.02734e-3)
def kowalik_osborne(x):
    """15 Kowalik and Osborne"""
    u = KOWALIK_U
    return KOWALIK - x[0] * (u**2 + u * x[1]) / (u**2 + u * x[2] + x[3])


@problem([25, 5, -5, -1], 85822.2)
def brown_dennis(x):
    """16 Brown and Dennis"""
    t = count(20) / 5
    return (x[0] + t * x[1] - np.exp(t)) ** 2 + (x[2] + x[3] * np.sin(t) - np.cos(t)) ** 2


OSBORNE_1 = np.array(
    [0.844, 0.908, 0.932, 0.936, 0.925, 0.908, 0.881, 0.850, 0.818, 0.784, 0.751, 0.718, 0.685,
     0.658, 0.628, 0.603, 0.580, 0.558, 0.538, 0.522, 0.506, 0.490, 0.478, 0.467, 0.457, 0.448,
     0.438, 0.431, 0.424, 0.420, 0.414, 0.411, 0.406]
)  # fmt: skip


@problem([0.5, 1.5, -1, 0.01, 0.02], 5.46489e-5)
def osborne_1(x):
    """17 Osborne 1"""
    t = 10 * (count(33) - 1)
    return OSBORNE_1 - (x[0] + x[1] * np.exp(-t * x[3]) + x[2] * np.exp(-t * x[4]))


@problem([1, 2, 1, 1, 1, 1], 0.0, 5.65565e-3)
def biggs(x):
    """18 Biggs EXP6"""
    t = count(13) / 10
    y = np.exp(-t) - 5 * np.exp(-10 * t) + 3 * np.exp(-4 * t)
    return x[2] * np.exp(-t * x[0]) - x[3] * np.exp(-t * x[1]) + x[5] * np.exp(-t * x[4]) - y


OSBORNE_2 = np.array(
    [1.366, 1.191, 1.112, 1.013, 0.991, 0.885, 0.831, 0.847, 0.786, 0.725, 0.746, 0.679, 0.608,
     0.655, 0.616, 0.606, 0.602, 0.626, 0.651, 0.724, 0.649, 0.649, 0.694, 0.644, 0.624, 0.661,
     0.612, 0.558, 0.533, 0.495, 0.500, 0.423, 0.395, 0.375, 0.372, 0.391, 0.396, 0.405, 0.428,
     0.429, 0.523, 0.562, 0.607, 0.653, 0.672, 0.708, 0.633, 0.668, 0.645, 0.632, 0.591, 0.559,
     0.597, 0.625, 0.739, 0.710, 0.729, 0.720, 0.636, 0.581, 0.428, 0.292, 0.162, 0.098, 0.054]
)  # fmt: skip


@problem([1.3, 0.65, 0.65, 0.7, 0.6, 3, 5, 7, 2, 4.5, 5.5], 4.01377e-2)
def osborne_2(x):
    """19 Osborne 2"""
    t = (count(65) - 1) / 10
    model = x[0] * np.exp(-t * x[4])
    for k in range(3):
        model = model + x[1 + k] * np.exp(-((t - x[8 + k]) ** 2) * x[5 + k])
    return OSBORNE_2 - model


@problem(np.zeros(6), 2.28767e-3, name="20 Watson, n = 6")
@problem(np.zeros(9), 1.39976e-6, name="20 Watson, n = 9")
def watson(x):
    """20 Watson"""
    t = count(29)[:, None] / 29
    j = np.arange(x.size)
    slopes = j * t ** np.maximum(j - 1, 0)
    rows = slopes @ x - (t**j @ x) ** 2 - 1
    return np.concatenate([rows, np.stack([x[0], x[1] - x[0] ** 2 - 1])])


@problem(np.tile([-1.2, 1], 5))
def extended_rosenbrock(x):
    """21 Extended Rosenbrock, n = 10"""
    odd, even = x[::2], x[1::2]
    return np.concatenate([10 * (even - odd**2), 1 - odd])


@problem(np.tile([3, -1, 0, 1], 3))
def extended_powell(x):
    """22 Extended Powell singular, n = 12"""
    return np.concatenate(_powell(x[::4], x[1::4], x[2::4], x[3::4]))


@problem(count(4), 2.24997e-5, name="23 Penalty I, n = 4")
@problem(count(10), 7.08765e-5, name="23 Penalty I, n = 10")
def penalty_1(x):
    """23 Penalty I"""
    return np.concatenate([1e-5**0.5 * (x - 1), np.stack([x @ x - 0.25])])


@problem(np.full(4, 0.5), 9.37629e-6, name="24 Penalty II, n = 4")
@problem(np.full(10, 0.5), 2.93660e-4, name="24 Penalty II, n = 10")
def penalty_2(x):
    """24 Penalty II"""
    n, root = x.size, 1e-5**0.5
    e = np.exp(x / 10)
    i = np.arange(2, n + 1)
    y = np.exp(i / 10) + np.exp((i - 1) / 10)
    return np.concatenate(
        [np.stack([x[0] - 0.2]), root * (e[1:] + e[:-1] - y), root * (e[1:] - np.exp(-0.1)),
         np.stack([count(n)[::-1] @ x**2 - 1])]
    )  # fmt: skip


@problem(1 - count(10) / 10)
def variably_dimensioned(x):
    """25 Variably dimensioned, n = 10"""
    total = count(x.size) @ (x - 1)
    return np.concatenate([x - 1, np.stack([total, total**2])])


@problem(np.full(10, 0.1), 0.0, 2.79506e-5)
def trigonometric(x):
    """26 Trigonometric, n = 10"""
    cosines = np.cos(x)
    return x.size - np.sum(cosines) + count(x.size) * (1 - cosines) - np.sin(x)


@problem(np.full(10, 0.5), 0.0, 1.0)
def brown_almost_linear(x):
    """27 Brown almost-linear, n = 10"""
    return np.concatenate([x[:-1] + np.sum(x) - (x.size + 1), np.stack([np.prod(x) - 1])])


T10 = count(10) / 11


@problem(T10 * (T10 - 1))
def discrete_boundary(x):
    """28 Discrete boundary value, n = 10"""
    zero = np.zeros(1)
    padded = np.concatenate([zero, x, zero])
    return 2 * x - padded[:-2] - padded[2:] + (x + T10 + 1) ** 3 / 11**2 / 2


@problem(T10 * (T10 - 1))
def discrete_integral(x):
    """29 Discrete integral equation, n = 10"""
    cubes = (x + T10 + 1) ** 3
    low = np.tril(np.ones((10, 10)))
    return x + ((1 - T10) * (low @ (T10 * cubes)) + T10 * ((1 - low) @ ((1 - T10) * cubes))) / 22


@problem(-np.ones(10))
def broyden_tridiagonal(x):
    """30 Broyden tridiagonal, n = 10"""
    zero = np.zeros(1)
    padded = np.concatenate([zero, x, zero])
    return (3 - 2 * x) * x - padded[:-2] - 2 * padded[2:] + 1


@problem(-np.ones(10))
def broyden_banded(x):
    """31 Broyden banded, n = 10"""
    i, j = np.indices((10, 10))
    band = ((j >= i - 5) & (j <= i + 1) & (j != i)).astype(float)
    return x * (2 + 5 * x**2) + 1 - band @ (x * (1 + x))


@problem(np.ones(10), 10.0)
def linear_full_rank(x):
    """32 Linear, full rank, n = 10, m = 20"""
    return np.concatenate([x, np.zeros(10)]) - 2 / 20 * np.sum(x) - 1


@problem(np.ones(10), 20 * 19 / (2 * 41))
def linear_rank_1(x):
    """33 Linear, rank 1, n = 10, m = 20"""
    return count(20) * (count(10) @ x) - 1


@problem(np.ones(10), (20**2 + 3 * 20 - 6) / (2 * 37))
def linear_rank_1_zeros(x):
    """34 Linear, rank 1, columns and rows of zeros, n = 10, m = 20"""
    rows = np.concatenate([np.arange(19), [0.0]])
    columns = count(10) * (np.arange(10) % 9 > 0)
    return rows * (columns @ x) - 1


@problem(count(8) / 9, 3.51687e-3, name="35 Chebyquad, n = 8")
@problem(count(9) / 10, name="35 Chebyquad, n = 9")
@problem(count(10) / 11, 4.77271e-3, 6.50395e-3, name="35 Chebyquad, n = 10")
def chebyquad(x):
    """35 Chebyquad"""
    n, z = x.size, 2 * x - 1
    before, now, rows = 1.0, z, []
    for i in range(1, n + 1):
        integral = 0.0 if i % 2 else -1 / (i**2 - 1)
        rows.append(np.sum(now) / n - integral)
        before, now = now, 2 * z * now - before
    return np.stack(rows)


def ours(which: Problem, method: str) -> tuple[str, int]:
    import neurona

    residuals = which.residuals
    if method in ("lm", "gauss-newton"):
        found: Any = neurona.least_squares(residuals, which.start, method, max_iterations=3000)
        value = 2 * found.value
    else:
        found = neurona.minimize(
            lambda x: np.sum(residuals(x) ** 2), which.start, method, max_iterations=3000,
            gradient_tolerance=1e-10, decrease_tolerance=0.0,
        )  # fmt: skip
        value = found.value
    return which.reached(value), found.evaluations


def scipys(which: Problem, method: Any) -> tuple[str, int]:
    import scipy.optimize

    from neurona import autodiff

    residuals = which.residuals
    found: Any
    try:
        if method in ("lm", "trf"):
            found = scipy.optimize.least_squares(
                residuals, which.start, autodiff.jacobian(residuals), method=method,
                xtol=1e-15, ftol=1e-15, gtol=1e-15, max_nfev=9000,
            )  # fmt: skip
            return which.reached(2 * found.cost), found.nfev

        def square(x: Any) -> Any:
            return np.sum(residuals(x) ** 2)

        options: Any = {"gtol": 1e-10, "maxiter": 3000, **EXACT.get(method, {})}
        second: Any = autodiff.hessian(square) if method.startswith("trust") else None
        slopes: Any = autodiff.grad(square)
        found = scipy.optimize.minimize(
            square, which.start, jac=slopes, hess=second, method=method, options=options
        )
        return which.reached(found.fun), found.nfev
    except (ValueError, np.linalg.LinAlgError):
        return "no", 0


OURS = ("lm", "bfgs", "lbfgs", "newton", "newton-cg", "cg", "scg", "gauss-newton")
SCIPYS = ("lm", "trf", "BFGS", "L-BFGS-B", "trust-exact", "CG")
EXACT: dict[str, Any] = {"L-BFGS-B": {"ftol": 0.0, "maxfun": 100_000}}
MARKS = {"yes": "", "local": " *", "no": " -"}


def main() -> None:
    wanted = sys.argv[1:] or OURS
    theirs = SCIPYS if not sys.argv[1:] else ()
    print("| problem |", " | ".join([*wanted, *(f"SciPy {name}" for name in theirs)]), "|")
    print("|---" * (1 + len(wanted) + len(theirs)) + "|")
    reached = np.zeros(len(wanted) + len(theirs), int)
    with np.errstate(all="ignore"):
        for which in PROBLEMS:
            got = [ours(which, method) for method in wanted]
            got += [scipys(which, method) for method in theirs]
            reached += [word != "no" for word, _ in got]
            cells = " | ".join(f"{evaluations}{MARKS[word]}" for word, evaluations in got)
            print(f"| {which.name} | {cells} |", flush=True)
    print(f"| reached, of {len(PROBLEMS)} |", " | ".join(map(str, reached)), "|")
    print("\nEvaluations; * a local minimum that the paper states, - not reached.")


if __name__ == "__main__":
    main()
