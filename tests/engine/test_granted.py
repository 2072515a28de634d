"""How many threads a fit has: what joblib, or whoever works side by side, has granted."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import pytest
from joblib import Parallel, delayed, parallel_config

from neurona.engine import threads
from neurona.engine.granted import granting, is_worker


@pytest.fixture(autouse=True)
def eight(monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    if hasattr(os, "sched_getaffinity"):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _: range(8))
    monkeypatch.setattr(os, "cpu_count", lambda: 8)


def count(_=None):
    return threads.available_threads()


def test_alone_all():
    assert count() == 8 and not is_worker()


@pytest.mark.parametrize(("n_jobs", "expected"), [(1, 1), (3, 3), (50, 8), (None, 8)])
def test_what_a_person_configured_holds(n_jobs, expected):
    with parallel_config(backend="threading", n_jobs=n_jobs):
        assert count() == expected


def test_threads_inside_threads_have_one_each():
    jobs = Parallel(n_jobs=2, backend="threading")
    assert jobs(delayed(count)() for _ in range(4)) == [1] * 4
    # one after the other, there is no other
    assert Parallel(n_jobs=1)(delayed(count)() for _ in range(2)) == [8, 8]


def test_a_grant_goes_with_the_context_and_ends_with_its_block():
    with ThreadPoolExecutor(1) as pool:
        with granting(2):
            inside = pool.submit(copy_context().run, count).result()
        assert (inside, pool.submit(count).result(), count()) == (2, 8, 8)


def test_a_worker_process_has_what_joblib_left_it(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    from joblib.parallel import ThreadingBackend

    # as in a process of loky's, whose job is done by the main thread
    with parallel_config(backend=ThreadingBackend(nesting_level=1)):
        assert count() == 3 and is_worker()
        monkeypatch.delenv("OMP_NUM_THREADS")
        assert count() == 1
