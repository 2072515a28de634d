"""Threads of a team leave a processor that is taken, unless other programs have all of them."""

from __future__ import annotations

import os

import pytest

from neurona.engine import apart

pytestmark = pytest.mark.skipif(
    apart.processor() < 0 or len(os.sched_getaffinity(0)) < 2, reason="there is no other processor"
)


@pytest.fixture
def settled():
    """On one of two processors, and all as it was afterwards."""
    before = os.sched_getaffinity(0)
    here, there = sorted(before)[:2]
    os.sched_setaffinity(0, {here})
    os.sched_setaffinity(0, {here, there})
    # only here where it is known to be: the scheduler may have moved it already
    yield apart.processor(), {here, there}
    os.sched_setaffinity(0, before)


def moves(monkeypatch, load, allowed, taken):
    """The affinities that are asked for on the way."""
    asked = []
    monkeypatch.setattr(os, "getloadavg", lambda: (load, load, load))
    monkeypatch.setattr(apart, "processor", lambda: min(taken))
    monkeypatch.setattr(os, "sched_getaffinity", lambda who: allowed)
    monkeypatch.setattr(os, "sched_setaffinity", lambda who, processors: asked.append(processors))
    apart.keep_apart(taken)
    return asked


def test_a_thread_leaves_what_is_taken_and_is_not_pinned(settled, monkeypatch):
    here, allowed = settled
    assert moves(monkeypatch, 2.0, allowed, {here}) == [allowed - {here}, allowed]


def test_it_stays_where_others_have_the_processors(settled, monkeypatch):
    here, allowed = settled
    assert moves(monkeypatch, 4.0, allowed, {here}) == []


def test_it_stays_where_there_is_no_other_one(settled, monkeypatch):
    here, _ = settled
    assert moves(monkeypatch, 0.0, {here}, {here}) == []


def test_it_runs_elsewhere_and_says_so(settled, monkeypatch):
    here, allowed = settled
    monkeypatch.setattr(os, "getloadavg", lambda: (0.0, 0.0, 0.0))
    taken = {here}
    apart.keep_apart(taken)
    # on the same one only if the scheduler brought it back meanwhile
    assert taken <= allowed
    assert os.sched_getaffinity(0) == allowed
