"""What a training came to, as lessons ask for it; autoencoders and several labels in the Lab."""

import numpy as np
import pytest

from neurona.laboratory import commands as c
from neurona.laboratory.fields import Refused
from neurona.laboratory.session import exporting, telling
from neurona.laboratory.session.course import Course
from neurona.laboratory.session.outcomes import (
    beats_components,
    bottleneck,
    explained,
    near_best,
    reached,
    weights,
)
from neurona.laboratory.session.predicates import Done
from neurona.laboratory.session.spec import State
from neurona.laboratory.session.views.answering import Answering
from neurona.laboratory.session.views.field import Field
from neurona.laboratory.session.views.plane import Planes
from tests.laboratory.test_course import watcher_of


def course_of(**document: object) -> Course:
    return Course(State.of(document))


@pytest.fixture(scope="module")
def narrow() -> Course:
    """A straight autoencoder of one number, trained to its end."""
    course = course_of(
        data={"source": "iris", "task": "autoencoder", "share": 0.0},
        net={"hidden": [1], "activation": ["identity"]},
        method={"solver": "lm"},
    )
    course.go_to(60)
    return course


def test_a_straight_autoencoder_is_principal_components(narrow: Course) -> None:
    """Eckart and Young: no straight map through one number keeps more of the variance."""
    targets = narrow.training.problem.table.targets
    outputs, _ = narrow.training.problem.evaluate(narrow.training.problem.table, len(targets))
    kept = 1 - ((targets - outputs) ** 2).sum() / ((targets - targets.mean(axis=0)) ** 2).sum()
    values = np.linalg.eigvalsh(np.cov(targets.T))
    assert kept == pytest.approx(values[-1] / values.sum(), abs=1e-6)
    assert explained(targets, 1) == pytest.approx(values[-1] / values.sum(), abs=1e-12)
    done = Done(narrow)
    assert beats_components(done, 1, -1e-4) and not beats_components(done, 1, 1e-4)
    assert bottleneck(done, 1) and not bottleneck(done, 0)


def test_an_autoencoder_is_told_as_what_it_is(narrow: Course) -> None:
    shown = telling.table_shown(narrow.world)
    assert shown.targets == [one.name for one in shown.inputs]
    truth = telling.targets_shown(narrow.world)
    assert [row[:4] for row in shown.points] == truth.values
    assert truth.low == np.array(truth.values).min(axis=0).tolist()
    assert telling.targets_shown(course_of(data={"rows": 20}).world).values == []
    assert any("give them back" in note for note in shown.notes)
    for what in ("command", "settings"):
        with pytest.raises(Refused, match="no word for an autoencoder"):
            exporting.export(watcher_of(narrow)[0], c.Export(what))
    assert "replay_log" in exporting.export(watcher_of(narrow)[0], c.Export("script"))["text"]


def test_an_autoencoder_takes_numbers_without_gaps(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "table.csv"
    path.write_text("a,b,y\n1,x,1\n2,z,2\n3,x,3\n4,z,4\n", encoding="utf-8")
    with pytest.raises(Refused, match="inputs of numbers"):
        course_of(data={"source": str(path), "file": True, "targets": ["y"], "task": "autoencoder"})


def test_of_several_labels_each_has_its_own_field_and_all_must_be_right() -> None:
    course = course_of(data={"source": "discs", "rows": 120}, net={"hidden": [4]})
    world = course.world
    shown = telling.table_shown(world)
    assert shown.task == "multilabel" and shown.targets == ["left", "right"]
    labels = world.material.values
    most = max(
        (labels[world.material.train] == pair).all(axis=1).sum()
        for pair in np.unique(labels, axis=0)
    )
    usual = next(
        pair for pair in np.unique(labels, axis=0)
        if (labels[world.material.train] == pair).all(axis=1).sum() == most
    )  # fmt: skip
    assert shown.baseline == pytest.approx((labels[world.scored] == usual).all(axis=1).mean())
    answering = Answering(world.network)
    answering.set(course.training.weights)
    field = Field(Planes(), answering)
    moment = watcher_of(course)[0].snapshot()
    both = [list(field.paint(moment, c.ViewWish(output=k), 9)) for k in (None, 0, 1)]
    assert [len(one) for one in both] == [1, 1, 1] and both[0][0].high == 1.0
    np.testing.assert_array_equal(both[0][0].data, both[1][0].data)
    assert (both[1][0].data != both[2][0].data).any()


def test_weights_are_compared_where_they_are() -> None:
    course = course_of(data={"rows": 20}, net={"hidden": [], "fixed": [[0, 1, 0, 0.5]]})
    done = Done(course)
    assert weights(done, [[0, 1, 0, 0.5]]) and weights(done, [[0, -1, 0, 9.0]]) is False
    assert not weights(done, [[0, 2, 0, 0.5]]) and not weights(done, [[1, 0, 0, 0.5]])
    assert not weights(done, [[0, 1, 1, 0.5]])


def test_the_best_moment_of_the_longest_line_counts() -> None:
    course = course_of(data={"rows": 60}, method={"rate": 0.02})
    done = Done(course)
    assert not near_best(done, 1.1, 20) and not reached(done, 20)
    course.go_to(150)
    assert reached(done, 150) and not reached(done, 151)
    losses = np.array(course.training.history.column("val_loss"))
    course.fork(0, int(losses.argmin()) + 1)
    assert near_best(done, 1.0, 150)
    course.fork(0, 1)
    assert not near_best(done, 1.0, 150)
