"""What derivatives from the computation graph cost, and a loss written in Python.

Times of derivatives are given in evaluations of the function in plain NumPy, in one run; those of
a training step in microseconds beside the built-in loss. Run: python -m benchmarks.derivatives
"""

from __future__ import annotations

import time
import timeit
import warnings

import numpy as np

from neurona import GraphLoss, MLPRegressor, autodiff

ROWS = 250
T = np.linspace(1.0, 250.0, ROWS)
LARGE = np.random.RandomState(0).normal(size=100_000)


def peaks(b):
    """Two bells on a decay, 8 parameters (the form of NIST's Gauss1)."""
    bells = b[2] * np.exp(-((T - b[3]) ** 2) / b[4] ** 2)
    return b[0] * np.exp(-b[1] * T) + bells + b[5] * np.exp(-((T - b[6]) ** 2) / b[7] ** 2)


def waves(b):
    """Three periods, two of them unknown, 9 parameters (the form of NIST's ENSO)."""
    turn = 2 * np.pi * T
    year = b[1] * np.cos(turn / 12) + b[2] * np.sin(turn / 12)
    long = b[4] * np.cos(turn / b[3]) + b[5] * np.sin(turn / b[3])
    return b[0] + year + long + b[7] * np.cos(turn / b[6]) + b[8] * np.sin(turn / b[6])


RESIDUALS = {
    "peaks, 250 x 8": (peaks, np.array([98, 0.01, 100, 65, 20, 70, 178, 16.5])),
    "waves, 250 x 9": (waves, np.array([10, 3, 0.5, 44, -1.5, 0.5, 26, -0.1, 1.5])),
}
SUMS = {
    "sum exp(-x^2) sin 3x": lambda x: np.sum(np.exp(-x * x) * np.sin(3 * x)),
    "sum x^3 - 2x": lambda x: np.sum(x * x * x - 2 * x),
    "sum tanh(x)^2": lambda x: np.sum(np.tanh(x) ** 2),
}
NETWORKS = [(8, (30,), 1, 32), (64, (128, 64), 1, 64), (784, (256, 128), 10, 128)]


def seconds(function, *arguments):
    timer = timeit.Timer(lambda: function(*arguments))
    number = max(1, timer.autorange()[0] // 20)
    return min(timer.repeat(9, number)) / number


def half_square(targets, outputs):
    return 0.5 * (outputs - targets) ** 2


def step_microseconds(loss, inputs, hidden, outputs, batch):
    random = np.random.RandomState(0)
    X = random.normal(size=(10 * batch, inputs)).astype(np.float32)
    y = X[:, :outputs] if outputs > 1 else X[:, 0]
    epochs = 20 if inputs == 8 else 4
    model = MLPRegressor(
        loss, hidden, max_iter=epochs, batch_size=batch, random_state=0, n_iter_no_change=1000
    )
    times = []
    for _ in range(6):
        start = time.perf_counter()
        model.fit(X, y)
        times.append(time.perf_counter() - start)
    return min(times[1:]) / (10 * epochs) * 1e6


def main():
    print("| residuals | plain, us | gradient of squares | Jacobian | Hessian |")
    print("|---|---|---|---|---|")
    for name, (residuals, at) in RESIDUALS.items():

        def squares(b, residuals=residuals):
            return np.sum(residuals(b) ** 2)

        plain = seconds(residuals, at)
        costs = [
            seconds(function, at) / plain
            for function in (
                autodiff.grad(squares), autodiff.jacobian(residuals), autodiff.hessian(squares)
            )
        ]  # fmt: skip
        print(f"| {name} | {plain * 1e6:.0f} | " + " | ".join(f"{c:.0f}" for c in costs) + " |")
    print("\n| 100,000 numbers | plain, us | gradient |\n|---|---|---|")
    for name, function in SUMS.items():
        plain = seconds(function, LARGE)
        cost = seconds(autodiff.grad(function), LARGE) / plain
        print(f"| {name} | {plain * 1e6:.0f} | {cost:.1f} |")
    print("\n| network x batch, Adam | built-in loss, us | the same in Python, us | ratio |")
    print("|---|---|---|---|")
    warnings.simplefilter("ignore")
    for inputs, hidden, outputs, batch in NETWORKS:
        sizes = "-".join(map(str, (inputs, *hidden, outputs)))
        fast, slow = (
            step_microseconds(loss, inputs, hidden, outputs, batch)
            for loss in ("squared_error", GraphLoss(half_square))
        )
        print(f"| {sizes} x {batch} | {fast:.1f} | {slow:.1f} | {slow / fast:.1f} |")


if __name__ == "__main__":
    main()
