"""A training that is watched and steered is the training that is not; edits done again are too."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from neurona import begin
from neurona.laboratory import commands as c
from neurona.laboratory.commands import VIEWS, ViewWish
from neurona.laboratory.fields import Refused
from neurona.laboratory.frames import unpack
from neurona.laboratory.session.course import Course, replayed
from neurona.laboratory.session.mailbox import Mailbox
from neurona.laboratory.session.painter import Painter
from neurona.laboratory.session.spec import DataSpec, MethodSpec, NetSpec, State
from neurona.laboratory.session.trainer import Trainer
from neurona.optimizers import OPTIMIZERS, SOLVERS

SMALL = DataSpec(rows=40)
NET = NetSpec(hidden=(4,), activation=("tanh",))
EPOCHS = 12


def bits(course: Course) -> bytes:
    return course.training.weights.tobytes()


def state_of(solver: str, **method: object) -> State:
    return State(SMALL, NET, MethodSpec(solver=solver, batch=8, **method))  # type: ignore[arg-type]


def watcher_of(course: Course) -> tuple[Trainer, Painter]:
    frames: list[bytes] = []
    painter = Painter(
        frames.append,
        lambda world: (course.training.problem.table, course.training.problem.loss, 0.0),
    )
    trainer = Trainer(course, Mailbox(), painter, lambda _: None, lambda *_: None, {})
    return trainer, painter


def runs(solver: str) -> bool:
    """Whether a method can learn two classes."""
    try:
        Course(state_of(solver))
    except Refused:
        return False
    return True


@pytest.mark.parametrize("solver", sorted({*SOLVERS} - {*OPTIMIZERS}))
def test_a_solver_that_one_begins_with_moves_the_weights_that_are_shown(solver: str) -> None:
    if not runs(solver):
        pytest.skip("this solver refuses this loss")
    course = Course(state_of(solver))
    course.go_to(5)
    problem = course.training.problem
    _, loss = problem.evaluate(problem.table, len(problem.table.targets))
    assert loss == pytest.approx(course.training.history[-1].loss, rel=1e-6)


@pytest.mark.parametrize("solver", [*OPTIMIZERS, *(n for n in SOLVERS if n not in OPTIMIZERS)])
def test_watched_and_steered_is_unwatched(solver: str) -> None:
    if not runs(solver):
        pytest.skip("not for this task")
    plain = Course(state_of(solver))
    training = plain.training
    for record in training.advance():
        if record is not None and record.epoch == EPOCHS:
            break
    expected = training.weights.tobytes()
    watched = Course(state_of(solver))
    trainer, painter = watcher_of(watched)
    wishes = {name: ViewWish(grid=16) for name in VIEWS}
    while watched.epoch < EPOCHS and not watched.ended:
        watched.go_on(2)
        frame = unpack(painter.frame(trainer.snapshot(), wishes, 0.0))
        assert frame.epoch == watched.epoch
        if watched.epoch == 6 and watched.step == 0 and not watched.ended:
            watched.timeline.keep(watched.branch, watched.branch.keyframes.before(6)[1])
    assert bits(watched) == expected
    # away and back: to the past, on from there, and the same future
    if watched.epoch >= 5:
        watched.fork(0, 5)
        assert bits(watched) == watched.timeline[0].weights.nearest(5)[1].tobytes()
        watched.go_to(plain.epoch)
        assert bits(watched) == expected


def test_a_course_is_the_estimators_fit() -> None:
    course = Course(state_of("adam"))
    found = course.world.material
    model, _ = course.world.begun(course.method)
    X_val, y_val = found.table.take(found.held), found.values[found.held]
    training = begin(
        model, found.table.take(found.train), found.values[found.train], X_val=X_val, y_val=y_val
    )
    for record in training.advance():
        if record is not None and record.epoch == EPOCHS:
            break
    course.go_to(EPOCHS)
    assert course.training.weights.tobytes() == training.weights.tobytes()
    assert course.training.history[-1].val_loss == training.history[-1].val_loss


rates = st.sampled_from([0.001, 0.01, 0.1])
changes = st.one_of(
    st.builds(c.MethodSet, rate=rates),
    st.builds(c.MethodSet, batch=st.integers(1, 40)),
    st.builds(c.MethodSet, l2=rates, l1=rates),
    st.builds(c.MethodSet, clip_norm=rates),
    st.builds(c.MethodSet, dropout=st.sampled_from([0.0, 0.5])),
    st.builds(c.MethodSet, solver=st.sampled_from(["sgd", "adam", "rprop", "lm", "lbfgs"])),
    st.builds(c.MethodSet, schedule=st.sampled_from(["constant", "cosine"]), epochs=st.just(500)),
    st.builds(
        c.WeightSet,
        layer=st.integers(0, 2),
        to=st.integers(0, 4),
        source=st.one_of(st.integers(0, 4), st.just("bias")),
        value=st.floats(-2, 2),
        holds=st.booleans(),
    ),
    st.builds(c.NetworkGrow, layer=st.just(0), new=st.booleans()),
    st.builds(c.NetworkShrink, layer=st.just(0), unit=st.integers(0, 4)),
    st.builds(
        c.TablePaint,
        points=st.lists(
            st.tuples(st.floats(-1, 2), st.floats(-1, 1), st.sampled_from([0.0, 1.0])), max_size=2
        ).map(tuple),
    ),
    st.builds(c.TablePaint, erase=st.just((0.5, 0.2, 0.3))),
    st.builds(c.WeightsDraw, seed=st.integers(0, 5)),
    st.builds(c.NetworkSet, hidden=st.sampled_from([(2,), (3, 2)])),
    st.builds(c.TableSplit, share=st.sampled_from([0.0, 0.3])),
    st.builds(c.TableScale, on=st.booleans()),
    st.builds(c.TrainStop, keep=st.sampled_from(["best", "last"])),
    st.builds(c.TrainReset),
    st.builds(c.TimeFork, branch=st.integers(0, 4), epoch=st.integers(0, 20)),
    st.builds(c.EditUndo),
)


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 3), changes), max_size=8))
def test_edits_done_again_come_to_the_same_bits(plan: list[tuple[int, int, c.Command]]) -> None:
    course = Course(state_of("adam"))
    for epochs, steps, command in plan:
        course.go_to(course.epoch + epochs)
        course.go_to(course.epoch, steps)
        try:
            course.edit(command)
        except Refused as refused:
            assert str(refused)
    course.go_to(course.epoch + 2)
    again = replayed(course.first, course.edits)
    again.go_to(course.epoch, course.step)
    assert bits(again) == bits(course)
    assert again.state == course.state
    assert [one.number for one in again.timeline.branches.values()] == [
        one.number for one in course.timeline.branches.values()
    ]


def test_a_drag_is_taken_back_as_one_and_what_was_before_it_next() -> None:
    course = Course(state_of("adam"))
    course.go_to(2)
    course.edit(c.MethodSet(rate=0.05))
    course.go_to(4)
    before = course.training.weights.copy()
    for value in (0.1, 0.2, 0.3):
        course.edit(c.WeightSet(0, 1, value, 0, holds=True))
        course.go_to(course.epoch + 1)
    course.edit(c.WeightSet(0, 1, 0.4, 0))
    course.edit(c.WeightSet(0, 2, 0.4, 0))
    course.edit(c.EditUndo())
    assert course.epoch == 7
    course.edit(c.EditUndo())
    assert course.epoch == 4 and np.array_equal(course.training.weights, before)
    course.edit(c.EditUndo())
    assert course.epoch == 2 and course.method.rate != 0.05
    with pytest.raises(Refused, match="nothing to take back"):
        course.edit(c.EditUndo())
    again = replayed(course.first, course.edits)
    again.go_to(course.epoch, course.step)
    assert bits(again) == bits(course)


def test_numbers_are_taken_as_they_stand() -> None:
    course = Course(state_of("adam"))
    course.edit(c.TableScale(False))
    found, rows = course.world.material, np.arange(5)
    plain = np.column_stack([found.table[name][:5] for name in found.table.names])
    assert np.array_equal(course.world.rows(rows), plain)
    course.edit(c.TableScale(True))
    assert not np.array_equal(course.world.rows(rows), plain)


def test_a_refused_change_changes_nothing() -> None:
    course = Course(state_of("adam"))
    course.go_to(3)
    before, state = bits(course), course.state
    for command in (
        c.MethodSet(solver="adm"),
        c.MethodSet(solver="lm", dropout=0.5),
        c.MethodSet(options={"beta9": 1.0}),
        c.WeightSet(layer=7, to=0, value=1.0),
        c.WeightSet(layer=0, to=99, value=1.0),
        c.WeightSet(layer=0, to=0, source=99, value=1.0),
        c.NetworkSet(hidden=(3,), activation=("tanhh",)),
        c.NetworkSet(loss="huber"),
        c.NetworkGrow(layer=3),
        c.NetworkShrink(layer=0, unit=9),
        c.TableUse(set="mons"),
        c.TablePaint(points=((0.0, 0.0, 7.0),)),
        c.TablePaint(erase=(0.0, 0.0, 100.0)),
        c.TimeFork(branch=0, epoch=99),
        c.TimeFork(branch=9, epoch=1),
    ):
        with pytest.raises(Refused) as refused:
            course.edit(command)
        assert str(refused.value).endswith((".", "?")), command
    assert (bits(course), course.state, course.edits) == (before, state, [])


def test_what_is_unknown_is_answered_with_the_nearest() -> None:
    course = Course(state_of("adam"))
    with pytest.raises(Refused, match="adam"):
        course.edit(c.MethodSet(solver="adm"))


def test_growing_leaves_the_function() -> None:
    course = Course(State(SMALL, NetSpec(), MethodSpec()))
    course.go_to(20)
    _, painter = watcher_of(course)
    trainer, _ = watcher_of(course)
    wish = {"field": ViewWish(grid=32)}

    def field() -> np.ndarray:
        frame = unpack(painter.frame(trainer.snapshot(), wish, 0.0))
        return frame.sections[-1].data

    before = field()
    course.edit(c.NetworkGrow(layer=1))
    assert course.training.network.sizes == (2, 8, 9, 1)
    assert np.array_equal(field(), before)
    course.edit(c.NetworkGrow(layer=0, new=True))
    assert course.training.network.sizes == (2, 8, 8, 9, 1)
    assert np.array_equal(field(), before)
    course.go_to(25)
    assert course.epoch == 25 and len(course.branch.curve) == 25


def test_a_small_budget_thins_and_still_goes_back_exactly() -> None:
    course = Course(state_of("adam"), budget=100_000)
    seen = {}
    while course.epoch < 600:
        course.go_on()
        seen[course.epoch] = bits(course)
        assert course.timeline.bytes <= 100_000
    kept = course.branch.weights.epochs
    assert len(kept) < 600 and kept[-1] == 600
    for epoch in (0, 1, 77, 300, 599):
        course.fork(0, epoch)
        if epoch:
            assert bits(course) == seen[epoch]
        assert course.epoch == epoch


def test_an_ended_training_goes_on_after_a_change() -> None:
    course = Course(state_of("adam", epochs=5))
    course.go_to(50)
    assert course.ended and course.epoch == 5
    course.edit(c.MethodSet(epochs=8))
    course.go_to(50)
    assert course.ended and course.epoch == 8
    assert [one.epoch for one in course.training.history] == list(range(1, 9))
    whole = Course(state_of("adam", epochs=8))
    whole.go_to(50)
    assert bits(whole) == bits(course)


def test_a_diverged_training_says_so_and_goes_back() -> None:
    bent = NetSpec(hidden=(4,), activation=("relu",))
    method = MethodSpec(solver="sgd", batch=8, rate=0.01)
    course = Course(State(DataSpec(source="sinc", rows=40), bent, method))
    course.go_to(5)
    kept = bits(course)
    course.edit(c.MethodSet(rate=1e6))
    course.go_to(400)
    assert course.ended and course.training.diverged
    course.edit(c.TimeFork(branch=0, epoch=5))
    assert bits(course) == kept and course.training.learning_rate == 0.01
    course.go_to(10)
    assert not course.ended


def test_patience_ends_a_training() -> None:
    course = Course(state_of("adam", rate=0.2, patience=3))
    course.go_to(3000)
    assert course.ended and course.epoch < 3000
