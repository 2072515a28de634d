"""Further ways that a search draws: they join the best list so far."""

import numpy as np

from neurona.choosing.ways import ALSO, MOST, MOST_LEAVES, WaySpace
from neurona.estimators.tables.contest.ways import ways_of

KEPT = {ALSO: ["leaves()", "silu(width=64)"]}


def test_a_draw_is_the_best_so_far_and_one_way_more():
    random = np.random.RandomState(0)
    space = WaySpace(lambda: KEPT)
    kinds = set()
    for place in np.linspace(0, 0.999, 60):
        drawn = space.draw(random, place)[ALSO]
        assert drawn[:2] == KEPT[ALSO] and len(drawn) in (2, 3)
        for one in ways_of(drawn):
            kinds.add(one.name)
            if one.name == "leaves":
                assert one.trees * one.leaves <= MOST_LEAVES
    assert kinds == {"leaves", "silu", "relu", "thresholds"}
    assert len(WaySpace(lambda: None).draw(random)[ALSO]) == 1


def test_a_list_does_not_grow_beyond_its_end():
    whole = {ALSO: [f"leaves(trees={k})" for k in range(20, 20 + MOST)]}
    drawn = WaySpace(lambda: whole).draw(np.random.RandomState(0))[ALSO]
    assert len(drawn) == MOST and drawn[:-1] == whole[ALSO][1:]


def test_a_step_changes_one_way():
    random = np.random.RandomState(0)
    space = WaySpace(lambda: None)
    moved = [space.near(KEPT, random)[ALSO] for _ in range(30)]
    assert all(sum(a != b for a, b in zip(one, KEPT[ALSO], strict=True)) <= 1 for one in moved)
    assert len({tuple(one) for one in moved}) > 10
    assert len(space.near({}, random)[ALSO]) == 1


def test_what_a_person_has_named_is_left_alone():
    assert WaySpace(lambda: None).has_choices()
    assert not WaySpace(lambda: None, fixed=True).has_choices()
