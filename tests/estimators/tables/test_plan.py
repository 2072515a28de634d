"""The plan of a table's training says why, with the size of what is trained."""

from __future__ import annotations

import itertools

import pytest

from neurona.estimators.tables.plan import Task, make_plan
from neurona.numerics.activations import ACTIVATIONS
from neurona.numerics.losses import LOSSES

GIVEN = dict.fromkeys(("solver", "hidden_layer_sizes", "n_starts", "activation", "combine"), "auto")


def planned(rows, inputs, alone=False, loss="squared_error", **given):
    task = Task(rows, inputs, 1, LOSSES.find(loss), ACTIVATIONS.find("identity"))
    return make_plan({**GIVEN, **given}, task, (), alone)


def numbers(inputs, *hidden):
    """Count weights and biases of one output by hand."""
    sizes = [inputs, *hidden, 1]
    return sum((a + 1) * b for a, b in itertools.pairwise(sizes))


def test_of_several_shapes_the_reason_counts_the_largest_that_is_trained():
    several = planned(400, 2)
    shapes = several.hidden_layer_sizes
    assert len(shapes) == 3 and shapes[-1] == ()
    most = max(numbers(2, *one) for one in shapes)
    assert f"(up to {most} parameters on 400 rows)" in several.describe()
    one = planned(400, 2, alone=True)
    (shape,) = one.hidden_layer_sizes
    assert f"({numbers(2, *shape)} parameters on 400 rows)" in one.describe()
    assert numbers(2, *shape) != most


@pytest.mark.parametrize(
    ("rows", "inputs", "loss", "solver"),
    [(300, 4, "huber", "lm"), (200_000, 30, "squared_error", "adam")],
)
def test_of_one_shape_it_counts_that(rows, inputs, loss, solver):
    plan = planned(rows, inputs, loss=loss)
    assert plan.solver == solver
    size = numbers(inputs, *plan.hidden_layer_sizes)
    assert f"({size:,} parameters on {rows:,} rows)" in plan.reason


def test_of_shapes_that_are_given_it_counts_those_that_are_begun():
    both = planned(400, 5, hidden_layer_sizes=[(2,), (3, 3)], n_starts=2)
    assert f"up to {numbers(5, 3, 3)} parameters" in both.reason
    first = planned(400, 5, hidden_layer_sizes=[(2,), (3, 3)], n_starts=1)
    assert f"({numbers(5, 2)} parameters" in first.reason
