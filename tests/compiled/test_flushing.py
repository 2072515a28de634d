"""Subnormal numbers are zero inside a training's steps, and nowhere else."""

from __future__ import annotations

import numba
import numpy as np
import pytest

import neurona
from neurona.compiled.flushing import ARM, X86, flush, restore
from neurona.compiled.kernel import PLAIN
from neurona.training.callbacks import Callback

TINY = np.float32(1e-39)


@numba.njit
def begin():
    return flush()


@numba.njit
def end(mode):
    restore(mode)


def is_kept(number, factor):
    return np.float32(number) * np.float32(factor) != 0


@pytest.mark.skipif(PLAIN or not (X86 or ARM), reason="a mode of x86 and ARM, in compiled code")
@pytest.mark.parametrize("number, factor", [(1e-39, 2.0), (1e-30, 1e-10), (-1e-39, 1.0)])
def test_they_are_zero_between_the_two_calls(number, factor):
    assert is_kept(number, factor)
    mode = begin()
    try:
        within = is_kept(number, factor)
    finally:
        end(mode)
    assert not within and is_kept(number, factor)


class Looking(Callback):
    """Keeps whether subnormal numbers are there between two epochs."""

    def __init__(self):
        self.kept = []

    def on_epoch(self, training, record):
        self.kept.append(is_kept(TINY, 0.5))


@pytest.mark.parametrize("n_threads", [1, 2])
@pytest.mark.filterwarnings("ignore:Stochastic")
def test_a_fit_leaves_the_mode_as_it_was(n_threads):
    rows, looking = np.random.default_rng(0).normal(size=(60, 2)).astype(np.float32), Looking()
    neurona.MLPClassifier(
        max_iter=3, random_state=0, n_threads=n_threads, tol=0, batch_size=20, callbacks=[looking],
        early_stopping=True,
    ).fit(rows, rows[:, 0] > 0)  # fmt: skip
    assert looking.kept == [True] * 3 and is_kept(TINY, 0.5)
