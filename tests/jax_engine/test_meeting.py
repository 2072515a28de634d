"""Works side by side take turns, and are served together; nobody is waited for who is gone."""

from __future__ import annotations

import threading
from contextvars import ContextVar

import numpy as np
import pytest

pytest.importorskip("greenlet", reason="the engine needs greenlet: pip install 'neurona[jax]'")

from neurona.jax_engine.meeting import Alone, Meeting, ask, leader, let_others_go_on


class Serves:
    """Answers with ten times the question, and knows who asked together."""

    def __init__(self, failing=None):
        self.calls, self.failing = [], failing

    def serve(self, members, questions):
        self.calls.append(list(members))
        if self.failing is not None:
            raise self.failing
        return [10 * question for question in questions]


def test_all_who_go_on_are_served_in_one_call():
    server, found = Serves(), {}

    def train(number):
        found[number] = [ask(server, number, number) for _ in range(1 + number % 3)]

    Meeting().run([lambda k=k: train(k) for k in range(8)], at_once=8)
    assert found == {k: [10 * k] * (1 + k % 3) for k in range(8)}
    assert server.calls == [list(range(8)), [1, 2, 4, 5, 7], [2, 5]]


def test_one_that_ends_early_gives_its_turn_to_the_next():
    server, order = Serves(), []

    def train(number):
        for _ in range(3 if number == 0 else 1):
            ask(server, number, 0)
        order.append(number)

    Meeting().run([lambda k=k: train(k) for k in range(5)], at_once=2)
    assert server.calls == [[0, 1], [0, 2], [0, 3], [4]]
    assert order == [1, 2, 0, 3, 4]


def test_those_of_two_servers_are_served_apart():
    servers, found = [Serves(), Serves()], []
    works = [lambda k=k: found.append(ask(servers[k % 2], k, k)) for k in range(4)]
    Meeting().run(works, at_once=4)
    assert [one.calls for one in servers] == [[[0, 2]], [[1, 3]]] and found == [0, 10, 20, 30]


@pytest.mark.parametrize("error", [ArithmeticError("no"), KeyboardInterrupt()])
def test_what_serving_raises_is_raised_in_all(error):
    heard = []

    def train(number):
        with pytest.raises(type(error)):
            ask(Serves(error), number, 0)
        heard.append(number)

    Meeting().run([lambda k=k: train(k) for k in range(3)], at_once=3)
    assert heard == [0, 1, 2]


def test_an_answer_may_be_an_error_of_one():
    class Some:
        def serve(self, members, questions):
            return [ValueError("yours") if one == 1 else one for one in members]

    server, found = Some(), {}

    def train(number):
        try:
            found[number] = ask(server, number, None)
        except ValueError as error:
            found[number] = str(error)

    Meeting().run([lambda k=k: train(k) for k in range(3)], at_once=3)
    assert found == {0: 0, 1: "yours", 2: 2}
    with pytest.raises(ValueError, match="yours"):
        ask(server, 1, None)


def test_an_error_ends_all_whose_last_questions_are_answered_at_once():
    server, ended = Serves(), []

    def train(number):
        try:
            ask(server, number, number)
            if number == 1:
                raise ArithmeticError("mine")
            for _ in range(5):
                ask(server, number, number)
        finally:
            ended.append((number, ask(server, number, number)))

    with pytest.raises(ArithmeticError, match="mine"):
        Meeting().run([lambda k=k: train(k) for k in range(3)], at_once=3)
    assert sorted(ended) == [(0, 0), (1, 10), (2, 20)]


def test_outside_and_alone_questions_are_answered_at_once():
    server, alone, order = Serves(), Alone(), []
    assert ask(server, "me", 2) == 20 and not let_others_go_on()

    def train(number):
        with alone, alone:
            order.append(number)
            ask(server, number, 0)
            assert not let_others_go_on()
            order.append(number)
        ask(server, number, 0)

    Meeting().run([lambda k=k: train(k) for k in range(3)], at_once=3)
    assert order == [0, 0, 1, 1, 2, 2]
    assert server.calls == [["me"], [0], [1], [2], [0, 1, 2]]


def test_who_waits_for_a_place_goes_on_when_there_is_one():
    server, free, most = Serves(), [1, 2], []

    def train(number):
        while not free:
            assert let_others_go_on()
        place = free.pop()
        most.append(len(free))
        ask(server, number, 0)
        free.append(place)

    Meeting().run([lambda k=k: train(k) for k in range(5)], at_once=5)
    assert len(most) == 5 and server.calls == [[0, 1], [2, 3], [4]]


def test_each_work_has_a_context_of_its_own():
    server, variable, seen = Serves(), ContextVar("variable", default=0), []
    variable.set(7)

    def train(number):
        seen.append(variable.get())
        variable.set(number)
        with np.errstate(divide="raise" if number else "ignore"):
            ask(server, number, 0)
            assert np.geterr()["divide"] == ("raise" if number else "ignore")
        seen.append(variable.get())

    Meeting().run([lambda k=k: train(k) for k in range(2)], at_once=2)
    assert seen == [7, 7, 0, 1] and variable.get() == 7


def test_works_of_meetings_inside_of_works_are_served_with_all_others():
    outer, inner, found = Serves(), Serves(), []

    def deep(number):
        found.append(ask(inner, number, number))

    def train(number):
        Meeting().run([lambda k=k: deep(10 * number + k) for k in range(2)], at_once=2)
        other = threading.Thread(target=lambda: found.append(ask(outer, "thread", 0)))
        other.start()
        other.join()
        ask(outer, number, 0)

    Meeting().run([lambda k=k: train(k) for k in range(2)], at_once=2)
    assert inner.calls == [[0, 1, 10, 11]] and found == [0, 10, 0, 100, 110, 0]
    assert outer.calls == [["thread"], ["thread"], [0, 1]]


def test_an_error_deep_inside_ends_its_own_meeting_and_what_is_around():
    server, ended = Serves(), []

    def deep(number):
        try:
            for _ in range(number % 10 + 1):
                ask(server, number, number)
            if number == 11:
                raise ArithmeticError("mine")
            ask(server, number, 0)
        finally:
            ended.append(number)

    def train(number):
        Meeting().run([lambda k=k: deep(10 * number + k) for k in range(3)], at_once=3)

    with pytest.raises(ArithmeticError, match="mine"):
        Meeting().run([lambda k=k: train(k) for k in range(2)], at_once=2)
    assert sorted(ended) == [0, 1, 2, 10, 11, 12]


def test_who_leads_is_known_inside_but_not_alone():
    alone, seen = Alone(), []

    def deep():
        seen.append(leader())
        with alone:
            seen.append(leader())

    def train():
        seen.append(leader())
        Meeting("inner").run([deep], at_once=1)

    Meeting("outer").run([train], at_once=1)
    assert seen == ["outer", "inner", None] and leader() is None
