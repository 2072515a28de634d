"""A unit's line goes where it is put."""

import numpy as np
import pytest

from neurona.laboratory import commands as c
from neurona.laboratory.fields import Refused
from neurona.laboratory.session.course import Course, replayed
from neurona.laboratory.session.spec import DataSpec, NetSpec, State
from neurona.laboratory.session.unit_line import line_of

SMALL = State(DataSpec(rows=40), NetSpec((3,), ("tanh",)))


def sums(course: Course, points: list[list[float]], unit: int) -> np.ndarray:
    names = course.world.material.table.names
    columns = dict(zip(names, np.array(points).T, strict=True))
    matrices, biases = course.training.network.views(course.training.weights)
    return course.world.prepared(columns) @ matrices[0][:, unit] + biases[0][unit]


def test_the_sum_is_nothing_at_both_handles() -> None:
    course = Course(SMALL)
    course.go_to(2)
    matrices, _ = course.training.network.views(course.training.weights.copy())
    before = matrices[0].copy()
    points = [[-0.5, 0.3], [1.2, 0.9]]
    course.edit(c.NeuronLine(1, ((-0.5, 0.3), (1.2, 0.9))))
    assert np.abs(sums(course, points, 1)).max() < 1e-12
    after = course.training.network.views(course.training.weights)[0][0]
    assert np.linalg.norm(after[:, 1]) == pytest.approx(np.linalg.norm(before[:, 1]))
    assert after[:, 1] @ before[:, 1] >= 0
    assert np.array_equal(after[:, [0, 2]], before[:, [0, 2]])
    again = replayed(course.first, course.edits)
    assert again.training.weights.tobytes() == course.training.weights.tobytes()


def test_the_line_that_is_shown_is_the_units() -> None:
    course = Course(SMALL)
    matrices, biases = course.training.network.views(course.training.weights)
    line = line_of(course.world, matrices[0][:, 0], float(biases[0][0]))
    assert line is not None and np.abs(sums(course, line, 0)).max() < 1e-12
    assert line_of(course.world, np.zeros(2), 1.0) is None


def test_where_there_is_no_line_none_is_put() -> None:
    for state, command in (
        (SMALL, c.NeuronLine(9, ((0.0, 0.0), (1.0, 1.0)))),
        (SMALL, c.NeuronLine(0, ((1.0, 1.0), (1.0, 1.0)))),
        (State(DataSpec("iris")), c.NeuronLine(0, ((0.0, 0.0), (1.0, 1.0)))),
    ):
        with pytest.raises(Refused):
            Course(state).edit(command)


def test_a_row_that_is_left_out_has_no_step() -> None:
    from neurona.laboratory.session.closer import step_of
    from tests.laboratory.test_course import watcher_of

    course = Course(SMALL)
    course.edit(c.RowExclude((3,)))
    trainer, _ = watcher_of(course)
    with pytest.raises(Refused, match="Row 4 is left out"):
        step_of(trainer, [3])
