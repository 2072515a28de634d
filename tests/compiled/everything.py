"""Small trainings that use every activation, loss and optimizer, compiled or as plain Python.

`python -m tests.compiled.everything file.npz` saves the weights they end with, and every loss's
Gauss-Newton matrix; names after the file: only these trainings, in float32.
"""

from __future__ import annotations

import sys

import numpy as np
from scipy import sparse

from neurona.compiled.kernel import PLAIN
from neurona.engine import workspace
from neurona.engine.predict import Predictor
from neurona.engine.unit_learner import Progress, learn, make_rows
from neurona.engine.unit_memory import Rule, Task
from neurona.numerics.activations import ACTIVATIONS
from neurona.numerics.losses import LOSSES
from neurona.numerics.shuffle import Shuffler
from neurona.optimizers import OPTIMIZERS
from tests.engine.problems import make_network, make_problem

ROWS, BATCH, EPOCHS = 19, 8, 2
# step comes first: layers below it do not learn
HIDDEN = ["step", *sorted(set(ACTIVATIONS) - {"step", "identity"}), "identity"]
DEEP = (5, *(4 + k % 6 for k in range(len(HIDDEN))), 3)
PLAIN_NET = (5, 9, 8, 3)
EVERYTHING = {
    "l2": 0.02, "l1": 0.01, "clip_norm": 0.8, "clip_value": 0.4, "dropout": (0.2, 0.1, 0.0),
    "seed": 3,
}  # fmt: skip


class FromTheStart(np.ndarray):
    """An array that refuses places from the end, which compiled kernels do not know."""

    def __getitem__(self, place):
        return super().__getitem__(checked(place))

    def __setitem__(self, place, value):
        super().__setitem__(checked(place), value)


def checked(place):
    """Return a place that is given from the start; IndexError for another one."""
    for one in place if isinstance(place, tuple) else (place,):
        ends = (one.start, one.stop) if isinstance(one, slice) else (one,)
        if any(isinstance(end, int | np.integer) and end < 0 for end in ends):
            raise IndexError(f"a place from the end: {place}")
    return place


def refusing(maker):
    """Return a maker of an array, or of tables, that gives those that refuse."""

    def made(*given):
        found = maker(*given)
        if isinstance(found, tuple):
            return type(found)(*(one.view(FromTheStart) for one in found))
        return found.view(FromTheStart)

    return made


if PLAIN:
    workspace.aligned = refusing(workspace.aligned)
    workspace.make_layout = refusing(workspace.make_layout)


def trainings():
    """Name, network sizes, activations, loss, optimizer, and what else belongs to a problem."""
    yield "deep", DEEP, [*HIDDEN, "softmax"], "categorical_cross_entropy", "momentum", {}
    for optimizer in OPTIMIZERS:
        yield optimizer, PLAIN_NET, ["tanh", "gelu", "identity"], "squared_error", optimizer, {}
    for loss in LOSSES:
        names = ["silu", "tanh", LOSSES.find(loss).link]
        yield loss, PLAIN_NET, names, loss, "sgd", {}
        if LOSSES.find(loss).on_values is not None:
            names = ["silu", "tanh", "softmax"]
            yield f"{loss} of values", PLAIN_NET, names, loss, "sgd", {}
    names = ["relu", "mish", "softmax"]
    X = sparse.csr_array(np.random.default_rng(1).binomial(3, 0.15, (ROWS, 5)).astype(float))
    for name, more in {
        "everything": EVERYTHING,
        "sparse": {"X": X, "row_weights": np.linspace(0, 2, ROWS), **EVERYTHING},
    }.items():
        yield name, PLAIN_NET, names, "categorical_cross_entropy", "nesterov", more


def trained(dtype, wanted=()):
    """Weights (and predictions) at the end of every training or of those wanted, by name."""
    results = {}
    for name, sizes, names, loss, optimizer, more in trainings():
        if wanted and name not in wanted:
            continue
        network = make_network(sizes, names, dtype)
        problem, X, _ = make_problem(network, loss, optimizer, rows=ROWS, batch=BATCH, **more)
        order = np.arange(ROWS)
        shuffler = Shuffler(order, np.random.RandomState(2))
        for _ in range(EPOCHS):
            shuffler.shuffle()
            result = problem.train_epoch(order, np.full(-(-ROWS // BATCH), 0.01))
            assert result.finite, name
        results[name] = problem.weights.copy()
        results[f"{name}: predictions"] = Predictor(network, problem.weights).predict(X)
    return results


def run(dtype):
    """What every training, every loss's curvature and every single unit comes to, by name."""
    results = trained(dtype)
    if dtype == "float64":
        results.update(second_order())
    return {**results, **run_units(dtype)}


def second_order():
    """Gradient and Gauss-Newton matrix of every loss, by name."""
    results = {}
    for loss in LOSSES:
        network = make_network(PLAIN_NET, ["silu", "tanh", LOSSES.find(loss).link])
        problem, _, _ = make_problem(network, loss, rows=ROWS)
        _, gradient, matrix = problem.session.curvature(False, np.inf).matrix()
        results[f"{loss}: curvature"] = np.vstack([gradient, matrix])
    return results


RULES = {
    "perceptron": Rule(1.0, guard=1e-5),
    "averaged": Rule(0.5, averages=True),
    "pocket": Rule(1.0, pockets=True),
    "penalties": Rule(0.3, shrinks=True, pulls=True, alpha=0.02, l1_ratio=0.4),
    "delta rule": Rule(0.02, delta=True),
}


def run_units(dtype):
    """Weights and biases of single units by every rule, on dense and on sparse rows."""
    random = np.random.default_rng(4)
    X = (random.normal(size=(ROWS, 5)) * random.integers(0, 2, size=(ROWS, 5))).astype(dtype)
    y = np.where(X[:, 0] + X[:, 1] * X[:, 2] > 0, 1, -1).astype(dtype)
    held = (np.arange(ROWS) % 7 == 3).astype(np.uint8)
    task = Task(y, np.linspace(0.5, 2, ROWS).astype(dtype))
    results = {}
    for kind, given in {"dense": X, "sparse": sparse.csr_matrix(X)}.items():
        for name, rule in RULES.items():
            rule = rule._replace(tol=-np.inf, seed=5)
            start = Progress(np.zeros(5, dtype))
            learned = learn(make_rows(given, held), task, rule, start, 4, 10)
            results[f"{name}, {kind}"] = np.append(learned.weights, learned.bias).astype(dtype)
            results[f"{name}, {kind}: mistakes"] = learned.mistakes.astype(dtype)
    return results


if __name__ == "__main__":
    wanted = sys.argv[2:]
    if wanted:
        both = {"float32": trained("float32", wanted)}
    else:
        both = {dtype: run(dtype) for dtype in ("float32", "float64")}
    np.savez(
        sys.argv[1], **{f"{dtype} {name}": w for dtype in both for name, w in both[dtype].items()}
    )
