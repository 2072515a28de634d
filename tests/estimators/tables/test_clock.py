"""The seconds that a person gives to a fit."""

import numpy as np
import pytest

from neurona import TableRegressor
from neurona.estimators.tables.contest.candidates import EFFORTS, Candidate, simple
from neurona.estimators.tables.contest.clock import Clock, work_of
from neurona.estimators.tables.plan import Task
from neurona.numerics.activations import ACTIVATIONS
from neurona.numerics.losses import LOSSES

RANDOM = np.random.RandomState(0)
X = RANDOM.randn(120, 3)
Y = np.where(X[:, 0] > 0, 3.0, 0.0) + X[:, 1] + 0.3 * RANDOM.randn(120)


class Hands:
    """A clock that is moved by hand."""

    now = 100.0

    def __call__(self):
        return self.now


def simulate(seconds, threads, works, speed, slack=1.0):
    """Run trainings on a simulated machine; returns when the last one ended, and who was cut."""
    hands = Hands()
    clock = Clock(seconds, hands.now, threads, hands)
    running, waiting, cut = {}, list(range(len(works))), []
    while running or waiting:
        while waiting and len(running) < threads:
            job = waiting.pop(0)
            later = [works[k] for k in waiting]
            until = clock.begin(job, works[job], sum(later), len(later), slack)
            ends = hands.now + works[job] / speed
            cut += [job] if ends > until else []
            running[job] = min(ends, until)
        first = min(running, key=running.get)
        hands.now = running.pop(first)
        clock.done(first)
    return hands.now - 100, cut


@pytest.mark.parametrize("threads", [1, 2, 3, 8])
@pytest.mark.parametrize("slack", [1.0, 2.0])
def test_whatever_the_machine_all_ends_in_time(threads, slack):
    works = [1, 1, 5, 5, 5, 20, 20, 2, 9]
    for speed in (0.01, 1.0, 100.0):
        took, cut = simulate(10, threads, works, speed, slack)
        assert took <= 9.5 + 1e-9
        assert not cut or speed < 100


def test_a_machine_that_is_too_slow_is_used_to_the_end():
    for threads, count in ((1, 6), (2, 5), (3, 7)):
        took, cut = simulate(10, threads, [3.0] * count, 1e-3)
        assert took == pytest.approx(9.5) and len(cut) == count


def test_steps_are_planned_by_the_pace_of_those_before():
    hands = Hands()
    clock = Clock(100, hands.now, 1, hands)
    assert clock.share(50.0, clock.begin(0, 50.0, 50.0, 1)) == 1  # nothing is known yet
    hands.now += 20
    clock.done(0, 10.0)  # two seconds for each unit of work
    until = clock.begin(1, 50.0, 0.0, 0)
    assert until == pytest.approx(195)
    assert clock.share(50.0, until) == pytest.approx(0.9 * 75 / 100)
    assert clock.share(5.0, until) == 1


def test_twice_the_time_is_twice_the_work():
    little, much = Clock(10, 0, 1).effort(), Clock(20, 0, 1).effort()
    assert much == pytest.approx([2 * one for one in little])
    assert Clock(15, 0, 1).effort() == pytest.approx(EFFORTS["normal"])
    assert Clock(15, 0, 5).effort() == pytest.approx([5 * one for one in EFFORTS["normal"]])


def test_work_is_counted_in_multiplications():
    loss = LOSSES.find("squared_error")
    task = Task(100, 4, 1, loss, ACTIVATIONS.find(loss.link))
    constant, line = simple(task)
    assert work_of(constant, task, 4) == 0
    # 80 rows, 5 parameters: half of 80 x 25 for the matrix, two thirds of 125 for its factor
    assert work_of(line, task, 4) == pytest.approx(100 * (1000 + 125 / 1.5 + 2e7))
    steps = {"solver": "adam", "max_iter": 10, "hidden_layer_sizes": (3,)}
    one = Candidate("steps", 1.0, steps)
    assert work_of(one, task, 4) == pytest.approx(10 * (1.5 * 19 * 80 + 2e6))


def test_what_was_cut_is_said():
    model = TableRegressor(random_state=0, time_budget="0.2s", n_threads=1).fit(X, Y)
    (said,) = (note for note in model.notes_ if "time budget of 0.2 s cut short" in note)
    assert "silu 128-128" in said and "epochs" in said
    assert np.isfinite(model.predict(X)).all() and model.candidates_
    assert sum(one.weight for one in model.candidates_) == pytest.approx(1)


def test_one_way_to_learn_ends_in_time_too():
    model = TableRegressor(solver="adam", steps=10**9, patience=10**9, time_budget=0.05)
    model.fit(X, Y)
    assert model.stop_reason_ == "the time budget of 0.05 s was reached"
    assert model.network_.callbacks is None


@pytest.mark.parametrize("wrong", ["soon", -1, 0, "0s", True])
def test_a_budget_is_a_length_of_time(wrong):
    with pytest.raises(ValueError, match="time_budget"):
        TableRegressor(time_budget=wrong).fit(X, Y)
