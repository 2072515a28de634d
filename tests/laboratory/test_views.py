"""The six views of every kind of task: what is sent is what the model answers."""

import numpy as np
import pytest

from neurona.laboratory.commands import VIEWS, ViewWish
from neurona.laboratory.frames import INPUTS, Section, unpack
from neurona.laboratory.session.course import Course
from neurona.laboratory.session.exporting import fitted
from neurona.laboratory.session.spec import DataSpec, MethodSpec, NetSpec, State
from neurona.laboratory.session.telling import network_shown, table_shown
from neurona.laboratory.session.views.plane import ranged
from tests.laboratory.running import WAIT
from tests.laboratory.test_course import watcher_of
from tests.laboratory.test_front import table

GRID = 16
SETS = ["moons", "iris", "sinc", "robot-arm", "xor", "own"]


def course_on(name: str, folder: object, net: NetSpec | None = None) -> Course:
    data = DataSpec(source=name)
    if name == "own":
        data = DataSpec(source=str(table(folder)), file=True, targets=("flow",))  # type: ignore[arg-type]
    course = Course(State(data, net or NetSpec((5,), ("tanh",)), MethodSpec()))
    course.go_to(4)
    return course


def painted(course: Course, **wishes: ViewWish) -> dict[tuple[str, int], Section]:
    trainer, painter = watcher_of(course)
    wanted = wishes or {name: ViewWish(grid=GRID) for name in VIEWS}
    frame = unpack(painter.frame(trainer.snapshot(), wanted, 0.0))
    return {(one.view, one.slot): one for one in frame.sections}


@pytest.mark.parametrize("name", SETS)
def test_every_view_of_every_task(name: str, tmp_path: object) -> None:
    course = course_on(name, tmp_path)
    found = painted(course)
    assert {view for view, _ in found} == set(VIEWS)
    world = course.world
    shown = table_shown(world)
    assert len(shown.points) == len(shown.validation) == len(found["points", 0].data)
    layers = found["layers", 0].data
    assert layers.shape == (2, 5) and np.isfinite(layers).all() and (layers[:, 4] > 0).all()
    weights = found["weights", 0].data
    network = network_shown(world)
    assert weights.size == network.parameters
    model = fitted(course)
    rows = world.material.table.take(world.shown())
    said = found["points", 0].data
    if shown.classes:
        own = model.predict_proba(rows)
        own = own[:, 1:] if len(shown.classes) == 2 else own
    else:
        own = model.predict(rows).reshape(len(said), -1)
    assert np.allclose(said, own, rtol=1e-5, atol=1e-6)
    if shown.classes:
        assert found["points", 1].data.sum() == len(world.scored)


def test_the_field_is_what_the_model_answers(tmp_path: object) -> None:
    course = course_on("moons", tmp_path)
    field = painted(course, field=ViewWish(grid=GRID))["field", 0]
    x, y = (np.linspace(*ranged(course.world, name), GRID) for name in ("x", "y"))
    first, second = np.meshgrid(x, y)
    own = fitted(course).predict_proba({"x": first.ravel(), "y": second.ravel()})[:, 1]
    assert (field.low, field.high) == (0.0, 1.0)
    assert np.abs(field.data.ravel() / 255 - own).max() <= 0.5 / 255 + 1e-9


def test_other_inputs_stand_where_they_are_pinned(tmp_path: object) -> None:
    course = course_on("iris", tmp_path)
    names = course.world.material.table.names
    one = ViewWish(grid=GRID, axes=(2, 3), pins={names[0]: 4.0})
    two = ViewWish(grid=GRID, axes=(2, 3), pins={names[0]: 8.0})
    first, second = (painted(course, field=wish)["field", 1].data for wish in (one, two))
    assert not np.array_equal(first, second)


def test_thumbnails_end_with_the_field(tmp_path: object) -> None:
    course = course_on("moons", tmp_path)
    wish = ViewWish(grid=24)
    found = painted(course, field=wish, units=wish)
    low, high = found["units", 129].data[0]
    last = low + found["units", 1].data[0] / 255.0 * (high - low)
    assert np.abs(last - found["field", 0].data / 255.0).max() < 0.01


def test_a_network_without_hidden_layers(tmp_path: object) -> None:
    found = painted(course_on("xor", tmp_path, NetSpec((), ())))
    assert found["layers", 0].data.shape == (1, 5)


def test_a_picture_that_fails_is_not_the_last(tmp_path: object, capsys) -> None:  # type: ignore[no-untyped-def]
    course = course_on("xor", tmp_path)
    trainer, painter = watcher_of(course)
    painter.look({"field": ViewWish()})
    painter.frame = None  # type: ignore[assignment, method-assign]
    painter.start()
    painter.drawn()
    painter.feed(trainer.snapshot())
    while painter._busy:
        pass
    assert painter.is_alive() and "TypeError" in capsys.readouterr().err
    painter.end()
    painter.join(WAIT)


def test_pictures_and_weights_are_those_of_the_units_that_are_shown(tmp_path: object) -> None:
    course = course_on("iris", tmp_path, NetSpec((70, 70), ("tanh", "tanh")))
    shown = (2, 5, 4, 3)
    wish = ViewWish(grid=24, shown=shown)
    found = painted(course, units=wish, weights=wish)
    pictures = [len(found["units", k].data) for k in (INPUTS, 0, 1, 2)]
    assert pictures == list(shown)
    assert found["weights", 2].data.tolist() == list(shown)
    matrices, biases = course.training.network.views(course.training.weights)
    part = found["weights", 3].data
    assert np.allclose(part[:10].reshape(2, 5), matrices[0][:2, :5])
    assert np.allclose(part[-3:], biases[2][:3]) and part.size == 10 + 20 + 12 + 5 + 4 + 3
    outputs_first = [slot for view, slot in painted(course, units=ViewWish(grid=24)) if slot < 128]
    assert outputs_first[0] == 2
