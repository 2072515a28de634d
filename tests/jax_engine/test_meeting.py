"""Who trains side by side is served together, and nobody waits for one who is gone."""

from __future__ import annotations

import gc
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from neurona.jax_engine import meeting
from neurona.jax_engine.meeting import Meeting


class Member:
    def __init__(self, number):
        self.number = number


def test_all_are_served_in_one_call():
    calls = []

    def serve(members, questions):
        calls.append(sorted(one.number for one in members))
        return [10 * question for question in questions]

    together, members = Meeting(serve, 8), [Member(k) for k in range(8)]

    def train(member):
        together.join(member)
        answers = [together.ask(member, member.number) for _ in range(1 + member.number % 3)]
        together.leave(member)
        return answers

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(train, members))
    assert found == [[10 * k] * (1 + k % 3) for k in range(8)]
    assert calls == [list(range(8)), [1, 2, 4, 5, 7], [2, 5]]


def test_what_serving_raises_is_raised_in_all():
    def serve(members, questions):
        raise ArithmeticError("no")

    together, begun = Meeting(serve, 3), threading.Barrier(3)

    def ask(number):
        member = Member(number)
        together.join(member)
        begun.wait()
        with pytest.raises(ArithmeticError):
            together.ask(member, None)
        return True

    with ThreadPoolExecutor(3) as pool:
        assert all(pool.map(ask, range(3)))


def test_one_that_never_came_or_is_gone_without_a_word_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(meeting, "LOOK_AROUND", 0.01)
    together, here, gone = Meeting(lambda _, questions: questions, 5), Member(0), Member(1)
    together.join(here)
    together.join(gone)
    del gone
    gc.collect()
    assert together.ask(here, "alone") == "alone"


def test_nobody_waits_for_one_that_takes_long_after_it_was_served(monkeypatch):
    monkeypatch.setattr(meeting, "LOOK_AROUND", 60.0)
    together, others_are_through = Meeting(lambda _, questions: questions, 6), threading.Event()
    through = []

    def train(number):
        member = Member(number)
        together.join(member)
        assert together.ask(member, number) == number
        if number:
            through.append(number)
            if len(through) == 5:
                others_are_through.set()
        else:
            assert others_are_through.wait(30)
        together.leave(member)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(train, range(6)))


def test_one_that_was_to_wake_the_next_and_is_gone(monkeypatch):
    monkeypatch.setattr(meeting, "LOOK_AROUND", 0.01)
    together = Meeting(lambda _, questions: questions, 3)
    monkeypatch.setattr(together, "_wake_next", lambda: None)  # nobody wakes anybody
    members = [Member(number) for number in range(3)]
    for member in members:
        together.join(member)
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(together.ask, members, "abc")) == ["a", "b", "c"]
