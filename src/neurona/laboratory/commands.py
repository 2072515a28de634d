"""Every command that the page may send, with the limits of its fields."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from neurona.laboratory.fields import (
    ByName,
    Either,
    Flag,
    Many,
    Number,
    OneOf,
    Part,
    Text,
    Whole,
    of,
)  # fmt: skip

LARGEST_TEXT = 64_000
"""Bytes of a command."""
PIECE = 256_000
"""Bytes of a piece of an upload, and of a frame."""
VIEWS = ("curve", "weights", "field", "units", "layers", "points")

COMMANDS: dict[str, type[Command]] = {}
Form = TypeVar("Form", bound="type[Command]")


@dataclass(frozen=True)
class Command:
    """What the page asks for; `do` is its word in the protocol.

    A command that `edits` changes what is trained: it is numbered, and done again in a replay.
    """

    do: ClassVar[str]
    edits: ClassVar[bool] = False


def command(word: str, edits: bool = False) -> Callable[[Form], Form]:
    """Class decorator: make a form known under its word."""

    def add(form: Form) -> Form:
        form.do, form.edits = word, edits
        COMMANDS[word] = form
        return form

    return add


_RATE = Number(0.0, 1e6)
_SHARE = Number(0.0, 0.95)
_NAME = Text(100)
_OPTION = Either((Number(), Flag(), Text(100)))
_LAYER, _UNIT, _BRANCH = Whole(0, 100), Whole(0, 100_000), Whole(0, 65_535)
_EPOCH = Whole(0, 2**32 - 1)
_TABLE = Many(Many(Either((Number(), Text(1000))), 1000), 2000)

# -- session


@command("hello")
@dataclass(frozen=True)
class Hello(Command):
    """The first message: a ticket, or the key that an earlier one was exchanged for."""

    protocol: str = of(Text(40))
    ticket: str | None = of(Text(100), None)
    key: str | None = of(Text(100), None)
    theme: str = of(OneOf(("light", "dark")), "light")
    reduced: bool = of(Flag(), False)


@dataclass(frozen=True)
class ViewWish:
    """How a view is wanted.

    `grid`: points a side. `axes`: the inputs that span a field. `pins`: where the other inputs
    stand, by name, in the table's units. `output`: which output or class a field shows. `rate`:
    frames a second at most. `layer`: whose units (None: all hidden layers).
    """

    grid: int = of(Whole(8, 128), 50)
    axes: tuple[int, ...] = of(Many(Whole(0, 999), 2), ())
    pins: dict[str, float] | None = of(ByName(Number(), 1000), None)
    output: int | None = of(Whole(0, 999), None)
    rate: float = of(Number(0.1, 60.0), 30.0)
    layer: int | None = of(_LAYER, None)


@command("look")
@dataclass(frozen=True)
class Look(Command):
    """The views that frames are to hold from now on; all others cost nothing."""

    views: dict[str, ViewWish] = of(ByName(Part(ViewWish), len(VIEWS), VIEWS))


@command("ack")
@dataclass(frozen=True)
class Ack(Command):
    """A frame was drawn: the next may be painted. It has no answer."""

    sequence: int = of(Whole(0, 2**32 - 1))
    drawn_ms: float = of(Number(0.0, 1e6), 0.0)


@command("state.get")
@dataclass(frozen=True)
class StateGet(Command):
    """Answers the state as a document: set, network, method, seed, cursor."""


@command("state.put")
@dataclass(frozen=True)
class StatePut(Command):
    """Begin anew from a state document."""

    state: dict[str, Any] = of(
        ByName(Either((_OPTION, Many(_OPTION, 100), ByName(_OPTION, 100))), 60)
    )


@command("bye")
@dataclass(frozen=True)
class Bye(Command):
    """The page is being closed: the engine and the server end."""


# -- data


@command("table.use", edits=True)
@dataclass(frozen=True)
class TableUse(Command):
    """Train on another set: generated from a seed, or bundled."""

    set: str = of(_NAME)
    rows: int = of(Whole(4, 100_000), 400)
    noise: float | None = of(Number(0.0, 10.0), None)
    seed: int = of(Whole(), 0)


@command("table.split", edits=True)
@dataclass(frozen=True)
class TableSplit(Command):
    """Which share of the rows is put aside to validate on."""

    share: float = of(Number(0.0, 0.9))
    seed: int = of(Whole(), 0)


@command("table.paint", edits=True)
@dataclass(frozen=True)
class TablePaint(Command):
    """Add points, (input 1, input 2, class or value), or take away those within `erase`.

    The rows go to the training part; a circle to erase is (x, y, radius) in the inputs' units.
    """

    points: tuple[tuple[float, ...], ...] = of(Many(Many(Number(-1e6, 1e6), 3, 2), 500), ())
    erase: tuple[float, ...] | None = of(Many(Number(-1e6, 1e6), 3, 3), None)


@command("table.role", edits=True)
@dataclass(frozen=True)
class TableRole(Command):
    """Whether a column is an input, a target, or left out."""

    column: str = of(Text(1000))
    role: str = of(OneOf(("input", "target", "out")))


# -- network


@command("network.set", edits=True)
@dataclass(frozen=True)
class NetworkSet(Command):
    """Build another network: what is left out stays; the weights are drawn anew."""

    hidden: tuple[int, ...] | None = of(Many(Whole(1, 1000), 20), None)
    activation: tuple[str, ...] | None = of(Many(_NAME, 20), None)
    loss: str | None = of(_NAME, None)
    initializer: str | None = of(_NAME, None)
    seed: int | None = of(Whole(), None)


@command("network.grow", edits=True)
@dataclass(frozen=True)
class NetworkGrow(Command):
    """Add a unit to a hidden layer, or with `new` a layer after it; the answers stay."""

    layer: int = of(_LAYER)
    new: bool = of(Flag(), False)


@command("network.shrink", edits=True)
@dataclass(frozen=True)
class NetworkShrink(Command):
    """Take a unit out of a hidden layer."""

    layer: int = of(_LAYER)
    unit: int = of(_UNIT)


@command("weight.set", edits=True)
@dataclass(frozen=True)
class WeightSet(Command):
    """Set one weight by hand: of layer `layer`, to unit `to`, from unit `source` or the bias."""

    layer: int = of(_LAYER)
    to: int = of(_UNIT)
    value: float = of(Number(-1e6, 1e6))
    source: int | str = of(Either((_UNIT, OneOf(("bias",)))), "bias")


@command("weights.draw", edits=True)
@dataclass(frozen=True)
class WeightsDraw(Command):
    """Draw all weights anew, and begin at epoch 0."""

    seed: int = of(Whole())


# -- method


@command("method.set", edits=True)
@dataclass(frozen=True)
class MethodSet(Command):
    """Change how the loss is lowered, while it runs; what is left out stays."""

    solver: str | None = of(_NAME, None)
    rate: float | None = of(_RATE, None)
    schedule: str | None = of(_NAME, None)
    batch: int | None = of(Whole(1, 1_000_000), None)
    l2: float | None = of(Number(0.0, 1e6), None)
    l1: float | None = of(Number(0.0, 1e6), None)
    dropout: float | None = of(_SHARE, None)
    clip_norm: float | None = of(_RATE, None)
    epochs: int | None = of(Whole(1, 1_000_000), None)
    patience: int | None = of(Whole(0, 1_000_000), None)
    options: dict[str, Any] | None = of(ByName(_OPTION, 20), None)


@command("edit.undo", edits=True)
@dataclass(frozen=True)
class EditUndo(Command):
    """Take the last edit back: a branch from the moment before it."""


# -- training


@command("train.run")
@dataclass(frozen=True)
class TrainRun(Command):
    """Train on; `speed` is epochs a second, 0 as fast as it goes."""

    speed: float = of(Number(0.0, 1e6), 0.0)


@command("train.pause")
@dataclass(frozen=True)
class TrainPause(Command):
    """Pause."""


@command("train.step")
@dataclass(frozen=True)
class TrainStep(Command):
    """Do some batches or epochs, then pause."""

    unit: str = of(OneOf(("batch", "epoch")), "epoch")
    count: int = of(Whole(1, 1_000_000), 1)


@command("train.stop", edits=True)
@dataclass(frozen=True)
class TrainStop(Command):
    """Pause, and take the best weights seen, or keep the last."""

    keep: str = of(OneOf(("best", "last")), "last")


@command("train.reset", edits=True)
@dataclass(frozen=True)
class TrainReset(Command):
    """Begin again at epoch 0 with the first weights, or with those of another seed."""

    seed: int | None = of(Whole(), None)


# -- time


@command("time.seek")
@dataclass(frozen=True)
class TimeSeek(Command):
    """Show a moment of the past; training goes on behind it."""

    branch: int = of(_BRANCH)
    epoch: int = of(_EPOCH)


@command("time.live")
@dataclass(frozen=True)
class TimeLive(Command):
    """Show the present again."""


@command("time.fork", edits=True)
@dataclass(frozen=True)
class TimeFork(Command):
    """Go back to a moment and on from there, as a branch of its own."""

    branch: int = of(_BRANCH)
    epoch: int = of(_EPOCH)


@command("branch.name")
@dataclass(frozen=True)
class BranchName(Command):
    """Name a branch."""

    branch: int = of(_BRANCH)
    text: str = of(Text(60))


@command("branch.drop")
@dataclass(frozen=True)
class BranchDrop(Command):
    """Forget a branch that is not the present one's ancestor."""

    branch: int = of(_BRANCH)


# -- looking closer


@command("neuron.zoom")
@dataclass(frozen=True)
class NeuronZoom(Command):
    """Answers a unit's inside with numbers, for one row: inputs, weights, sum, value, slope."""

    layer: int = of(_LAYER)
    unit: int = of(_UNIT)
    row: int = of(Whole(0, 10_000_000), 0)


@command("trace.step")
@dataclass(frozen=True)
class TraceStep(Command):
    """Answers the next step on some rows in the open, as `neurona trace` writes it."""

    rows: tuple[int, ...] = of(Many(Whole(0, 10_000_000), 32, 1), (0,))


@command("trace.answer")
@dataclass(frozen=True)
class TraceAnswer(Command):
    """A number that the person worked out for a trace: right, or what is likely wrong with it."""

    layer: int = of(_LAYER)
    unit: int = of(_UNIT)
    quantity: str = of(OneOf(("delta", "weight")))
    value: float = of(Number())
    source: int | str = of(Either((_UNIT, OneOf(("bias",)))), "bias")
    row: int = of(Whole(0, 10_000_000), 0)


@dataclass(frozen=True)
class Racer:
    """A method in a race."""

    name: str = of(_NAME)
    rate: float | None = of(_RATE, None)
    options: dict[str, Any] | None = of(ByName(_OPTION, 20), None)


@command("surface.field")
@dataclass(frozen=True)
class SurfaceField(Command):
    """Answers a closed-form surface on a grid: heights, minima, the window, the largest rate."""

    surface: str = of(_NAME)
    options: dict[str, Any] | None = of(ByName(_OPTION, 20), None)
    grid: int = of(Whole(8, 128), 64)


@command("surface.race")
@dataclass(frozen=True)
class SurfaceRace(Command):
    """Answers the paths of methods on a closed-form surface, all from one start."""

    surface: str = of(_NAME)
    methods: tuple[Racer, ...] = of(Many(Part(Racer), 12, 1))
    options: dict[str, Any] | None = of(ByName(_OPTION, 20), None)
    start: tuple[float, ...] | None = of(Many(Number(-1e6, 1e6), 2, 2), None)
    steps: int = of(Whole(1, 2000), 200)


@command("surface.slice")
@dataclass(frozen=True)
class SurfaceSlice(Command):
    """Answers the error of one's own network over two weights, two random directions, or the plane
    that holds most of the path; with that path, and the share of it that the plane holds.
    """

    kind: str = of(OneOf(("weights", "directions", "path")), "path")
    places: tuple[int, ...] | None = of(Many(Whole(0, 10_000_000), 2, 2), None)
    grid: int = of(Whole(5, 81), 21)


@command("race.net")
@dataclass(frozen=True)
class RaceNet(Command):
    """Answers the curves of methods on one's own network: same weights, same batches."""

    methods: tuple[Racer, ...] = of(Many(Part(Racer), 12, 1))
    steps: int = of(Whole(1, 1000), 100)


# -- taking out, lessons


@command("export")
@dataclass(frozen=True)
class Export(Command):
    """Answers a text or a file: the way to have this training outside of the Lab."""

    what: str = of(OneOf(("command", "script", "settings", "link", "edits", "model", "workbook")))


@command("lesson.open")
@dataclass(frozen=True)
class LessonOpen(Command):
    """Open a lesson: its state is set up, its text and checks are sent."""

    id: str = of(Text(60))


@command("lesson.check")
@dataclass(frozen=True)
class LessonCheck(Command):
    """Which checks of the open lesson are met; `answers` is what the person wrote, by place."""

    answers: dict[str, str] | None = of(ByName(Text(200), 20), None)
