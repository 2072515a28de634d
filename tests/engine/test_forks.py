"""A forked process never hangs: it trains on, or says why it cannot."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks here")

BEGIN = """
import os, sys, threading, time, warnings
FORKS = 40 if "NEURONA_LONG" in os.environ else 20
import numpy as np
warnings.simplefilter("ignore")
from neurona import MLPRegressor
from neurona.estimators.begin import begin
from neurona.training.blas import one_blas_thread
from tests.engine.test_forks import child

X = np.random.default_rng(0).normal(size=(300, 4))
y = X[:, 0] * X[:, 1]

def fit(**words):
    words = {"hidden_layer_sizes": (20,), "max_iter": 3, "random_state": 0, **words}
    return MLPRegressor(**words).fit(X, y)
"""


def child(do):
    """Do something in a forked process; returns its exit status, -1 if it hung."""
    import faulthandler

    process = os.fork()
    if process == 0:
        faulthandler.dump_traceback_later(300, exit=True)
        try:
            do()
            os._exit(0)
        except BaseException as error:
            os.write(2, repr(error).encode())
            os._exit(3)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def run(code: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + code], capture_output=True, text=True, timeout=900
    )
    assert done.returncode == 0, done.stderr[-3000:]


def test_a_team_of_threads_in_a_child_that_was_forked_in_a_callback():
    run("""
seen, words = [], {"n_threads": 2, "hidden_layer_sizes": (60, 60), "max_iter": 4}
alone = fit(**words)

def on_epoch(training, record):
    def work():
        # go on with this very training, and with another one
        training.problem.train_epoch(training.order.copy(), np.full(10**4, 1e-3))
        assert fit(**words).loss_ == alone.loss_
    seen.append(child(work))

watched = MLPRegressor(random_state=0, callbacks=on_epoch, **words)
watched.fit(X, y)
assert seen == [0] * 4, seen
assert watched.loss_ == alone.loss_
""")


def test_a_fork_while_other_threads_hold_blas_to_one_thread():
    run("""
stop = threading.Event()
fit(solver="lbfgs")

def busy():
    while not stop.is_set():
        with one_blas_thread():
            pass

threads = [threading.Thread(target=busy, daemon=True) for _ in range(3)]
for thread in threads:
    thread.start()
try:
    seen = [child(lambda: fit(solver=("lbfgs", "lm")[k % 2])) for k in range(FORKS)]
finally:
    stop.set()
assert seen == [0] * FORKS, seen
""")


def test_a_fork_inside_of_one_blas_thread_of_this_thread_or_another():
    run("""
alone = fit(solver="lbfgs")
begun, end = threading.Event(), threading.Event()

def hold():
    with one_blas_thread():
        begun.set()
        end.wait(60)

def work():
    for _ in range(2):
        assert fit(solver="lbfgs").loss_ == alone.loss_

thread = threading.Thread(target=hold)
thread.start()
begun.wait(60)
try:
    seen = [child(work)]
    with one_blas_thread():
        seen.append(child(work))
finally:
    end.set()
    thread.join()
assert seen == [0, 0], seen
""")


def test_a_fork_while_another_thread_compiles():
    run("""
import numba
stop = threading.Event()

def compiling():
    while not stop.is_set():
        numba.njit(lambda x: x + 1)(1.0)

fit()
thread = threading.Thread(target=compiling, daemon=True)
thread.start()
try:
    seen = [child(lambda: numba.njit(lambda x: x + 2)(1.0)) for _ in range(FORKS // 2)]
finally:
    stop.set()
    thread.join()
assert seen == [0] * (FORKS // 2), seen
""")


def test_a_network_that_another_thread_was_in_the_midst_of_training():
    run("""
from neurona.engine.threads import Team
team, begun, end = Team(2), threading.Event(), threading.Event()

def work(k):
    begun.set()
    end.wait(60)
    return 0

thread = threading.Thread(target=team.run, args=(work,))
thread.start()
begun.wait(60)
def go_on():
    try:
        team.run(lambda k: 0)
    except RuntimeError as error:
        assert "forked" in str(error)
    else:
        raise AssertionError
    assert Team(2).run(lambda k: k + 5) == 5
assert child(go_on) == 0
end.set()
thread.join()
assert team.run(lambda k: k + 7) == 7
""")


def test_multiprocessing_by_fork_while_fits_go_on():
    run("""
import multiprocessing
stop = threading.Event()
def busy():
    while not stop.is_set():
        fit(solver="lm", max_iter=1)
fit(solver="lm")
fit()
thread = threading.Thread(target=busy, daemon=True)
thread.start()
try:
    with multiprocessing.get_context("fork").Pool(2) as pool:
        found = pool.map_async(abs, [-1, 2]).get(60)
    seen = [child(lambda: fit(n_threads=2)) for _ in range(10)]
finally:
    stop.set()
    thread.join()
assert found == [1, 2] and seen == [0] * 10, (found, seen)
""")
