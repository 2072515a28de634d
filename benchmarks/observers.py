"""What observers cost an epoch: nothing, `Log`, scikit-learn's callbacks, TensorBoard.

Each hook is called by itself, many times, and the fastest repetition counts, so that a busy machine
is felt least: `python benchmarks/observers.py`.
"""

from __future__ import annotations

import tempfile
import timeit
import warnings

import numpy as np

import neurona
from neurona.estimators.tasks import Bridge, FitRows

CALLS, REPEATS = 2000, 15


class Empty:
    """A callback of scikit-learn's that does nothing."""

    def setup(self, estimator, context):
        pass

    def teardown(self, estimator, context):
        pass

    def on_fit_task_begin(self, estimator, context):
        pass

    def on_fit_task_end(self, estimator, context):
        pass


def microseconds(function, calls=CALLS):
    return min(timeit.repeat(function, number=calls, repeat=REPEATS)) / calls * 1e6


def main():
    warnings.simplefilter("ignore")
    X = np.random.default_rng(0).normal(size=(200, 4))
    model = neurona.MLPRegressor(
        hidden_layer_sizes=(8,), max_iter=10**7, tol=0.0, n_iter_no_change=10**7, random_state=0
    )
    training = neurona.begin(model, X, X[:, 0], X_val=X, y_val=X[:, 0])
    steps = (one for one in training.advance() if one is not None)
    record = next(steps)
    tell("an epoch of the smallest network", microseconds(lambda: next(steps), 500))
    function = neurona.Callback()
    tell("an empty callback", microseconds(lambda: function.on_epoch(training, record)))
    kept: list[dict[str, float]] = []
    log = neurona.Log(kept.append)
    tell("Log(list.append)", microseconds(lambda: log.on_epoch(training, record)))
    model.set_callbacks(Empty())
    bridge = Bridge(model, FitRows(X, X[:, 0]), lambda _: {})
    bridge.on_start(training)
    tell("scikit-learn's, bridged", microseconds(lambda: bridge.on_epoch(training, record)))
    with tempfile.TemporaryDirectory() as folder:
        board = neurona.TensorBoard(folder, histograms_every=0)
        board.on_start(training)
        tell("TensorBoard, scalars", microseconds(lambda: board.on_epoch(training, record)))
        board.on_end(training, "over")
        every = neurona.TensorBoard(f"{folder}/all", histograms_every=1)
        every.on_start(training)
        details = microseconds(lambda: every.on_epoch(training, record), 20)
        tell("TensorBoard, histograms and picture, too", details)
        every.on_end(training, "over")
    steps.close()


def tell(what, value):
    print(f"{what:<42}{value:10.2f} us")


if __name__ == "__main__":
    main()
