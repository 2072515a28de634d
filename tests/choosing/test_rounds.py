"""The plan of a search, on losses that are known: a function of the settings, no training."""

from __future__ import annotations

import math

import numpy as np
import pytest

from neurona.choosing.importance import what_mattered
from neurona.choosing.rounds import Rounds, Rung, rungs_of
from neurona.choosing.space import key_of, make_space
from neurona.choosing.work import Facts, size

SMALL = Facts(400, 8, 1, False, "evidence", ((20,), (10, 10)), 11, 32)
LARGE = Facts(40_000, 8, 1, False, "steps", ((64, 64),), 1, 128)


def run(rounds, loss):
    """Drive a plan; returns its batches as (numbers, rung)."""
    batches, plan = [], rounds.plan()
    batch = next(plan, None)
    while batch is not None:
        batches.append(([one.number for one in batch.candidates], batch.rung))
        losses = [loss(one, batch.rung) for one in batch.candidates]
        try:
            batch = plan.send(losses)
        except StopIteration:
            batch = None
    return batches


def wide_is_good(one, rung):
    hidden = one.parameters.get("model.hidden", "auto")
    return 10 / (1 + sum(hidden) if hidden != "auto" else 20) + one.number * 1e-6


def new(facts=SMALL, trials=24, seed=0, given=None, **others):
    space = make_space(facts, given or {})
    first = [("default", {}), ("linear", {"model.hidden": []})]
    return Rounds(space, first, rungs_of(5), seed, trials, **others)


def test_a_round_halves_and_the_next_steps_away_from_the_best():
    rounds = new()
    batches = run(rounds, wide_is_good)
    assert batches[0] == ([0, 1], 2)
    (first, r0), (second, r1), (third, r2) = batches[1:4]
    assert (r0, r1, r2) == (0, 1, 2) and first == list(range(2, 11))
    assert (len(second), len(third)) == (3, 1)
    # those kept are the best of their rung
    by_loss = sorted(first, key=lambda n: rounds.candidates[n].losses[0])
    assert second == by_loss[:3] and third == by_loss[:1]
    steps = batches[4]
    assert steps == ([11, 12, 13], 2)
    assert len(rounds.candidates) == 2 + 24
    assert rounds.best().losses[2] == min(
        one.losses[2] for one in rounds.candidates if 2 in one.losses
    )


def test_the_same_seed_is_the_same_plan_whatever_else_is_drawn():
    plans = []
    for seed in (0, 0, 1):
        rounds = new(seed=seed)
        batches = run(rounds, wide_is_good)
        plans.append((batches, [key_of(one.parameters) for one in rounds.candidates]))
        np.random.seed(0)
    assert plans[0] == plans[1] != plans[2]


def test_no_candidate_is_tried_twice_and_a_small_space_ends():
    rounds = new(trials=200)
    run(rounds, wide_is_good)
    keys = [key_of(one.parameters) for one in rounds.candidates]
    assert len(set(keys)) == len(keys) == 202
    fixed = {
        "training.solver": "bayesian-lm", "model.hidden": [3], "training.starts": 2,
        "model.activation": "tanh",
    }  # fmt: skip
    rounds = new(trials=None, given=fixed)
    run(rounds, wide_is_good)
    assert len(rounds.candidates) == 2  # nothing is left to be chosen


def test_what_fails_is_never_the_best():
    rounds = new()
    run(rounds, lambda one, rung: math.nan if one.number != 1 else 5.0)
    assert rounds.best().number == 1
    rounds = new(trials=9)
    run(rounds, lambda one, rung: math.inf)
    assert rounds.best() is None and rounds.ended() == []


def test_the_default_is_the_answer_unless_another_is_better():
    rounds = new()
    run(rounds, lambda one, rung: 1.0)
    assert rounds.best().number == 0


@pytest.mark.parametrize("facts", [SMALL, LARGE])
def test_draws_and_steps_are_settings(facts):
    from neurona.runs.settings import Settings

    space = make_space(facts, {})
    random = np.random.RandomState(3)
    for _ in range(60):
        drawn = space.draw(random)
        moved = space.near(drawn, random)
        assert key_of(moved) != key_of(drawn)
        assert space.family_of(moved) == space.family_of(drawn)
        for parameters in (drawn, moved, space.reduced(drawn, 0.25)):
            Settings.of(parameters)
        assert space.seconds(space.reduced(drawn, 0.25)) <= space.seconds(drawn)
    assert space.family_of({}) == facts.family


def test_what_is_given_is_left_alone():
    space = make_space(LARGE, {"training.rate": 0.01, "model.activation": "tanh"})
    random = np.random.RandomState(0)
    for _ in range(20):
        drawn = space.draw(random)
        assert not {"training.rate", "model.activation"} & {*drawn, *space.near(drawn, random)}
        assert space.family_of(drawn) == "steps"


def test_no_candidate_takes_longer_than_it_may():
    space = make_space(LARGE, {}, longest=2.0)
    random = np.random.RandomState(0)
    assert max(space.seconds(space.draw(random)) for _ in range(100)) <= 2.0


def test_what_is_named_for_later_comes_after_the_first_and_is_no_trial():
    rounds = new(trials=3, then=[[("more", {"training.effort": "thorough"})]])
    batches = run(rounds, wide_is_good)
    assert batches[:2] == [([0, 1], 2), ([2], 2)] and batches[2][0] == [3, 4, 5]
    assert rounds.candidates[2].origin == "more" and rounds.begun == 3


def test_rungs_grow_to_the_whole():
    assert rungs_of(1)[-1] == Rung(1, 1.0) and rungs_of(5)[-1] == Rung(5, 1.0)


def test_what_matters_is_found():
    random = np.random.RandomState(0)
    space = make_space(LARGE, {})
    tried = [space.draw(random) for _ in range(80)]
    losses = [abs(math.log(one["training.rate"] / 2e-3)) for one in tried]
    found = what_mattered(list(zip(tried, losses, strict=True)))
    assert found[0].key == "training.rate" and found[0].share > 0.5
    assert next(iter(found[0].ranks)) == "0.002"
    assert sum(one.share for one in found) == pytest.approx(1)
    assert what_mattered([(tried[0], 1.0)] * 5) == []
    assert what_mattered([(tried[0], math.inf)] * 50) == []


def test_numbers_are_cut_into_pieces_where_there_are_some_and_these_count():
    facts = LARGE._replace(inputs=5, numbers=3)
    random = np.random.RandomState(0)
    drawn = [make_space(facts, {}).draw(random) for _ in range(60)]
    assert {one["data.bins"] for one in drawn} == {0, 4, 8, 16, 32}
    assert "data.bins" not in make_space(LARGE, {}).draw(random)
    # 5 inputs and 3 x 8 pieces into 4 units, a bias each, and these into one
    assert size({"data.bins": 8, "model.hidden": [4]}, facts) == (5 + 24 + 1) * 4 + 5
