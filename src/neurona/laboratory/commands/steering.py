"""Commands that open a session, run a training, and go through its time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from neurona.laboratory.commands.base import (
    BRANCH,
    EPOCH,
    LAYER,
    VIEWS,
    Command,
    command,
)  # fmt: skip
from neurona.laboratory.fields import (
    Anything,
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
)


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
    stand, by name, in the table's units, or as a text. `output`: which output or class a field
    shows. `rate`: frames a second at most. `layer`: whose units (None: all layers). `shown`: how
    many units of each layer are looked at, the inputs first (none said: all).
    """

    grid: int = of(Whole(8, 128), 50)
    axes: tuple[int, ...] = of(Many(Whole(0, 999), 2), ())
    pins: dict[str, Any] | None = of(ByName(Either((Number(), Text(1000))), 1000), None)
    output: int | None = of(Whole(0, 999), None)
    rate: float = of(Number(0.1, 60.0), 30.0)
    layer: int | None = of(LAYER, None)
    shown: tuple[int, ...] = of(Many(Whole(0, 999), 66), ())


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

    state: dict[str, Any] = of(ByName(ByName(Anything(), 60), 10))


@command("link.open")
@dataclass(frozen=True)
class LinkOpen(Command):
    """Be where a link leads: what stands behind the # of its address."""

    link: str = of(Text(8_000))


@command("bye")
@dataclass(frozen=True)
class Bye(Command):
    """The page is being closed: the engine and the server end."""


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


@command("time.seek")
@dataclass(frozen=True)
class TimeSeek(Command):
    """Show a moment of the past; training goes on behind it."""

    branch: int = of(BRANCH)
    epoch: int = of(EPOCH)


@command("time.live")
@dataclass(frozen=True)
class TimeLive(Command):
    """Show the present again."""


@command("time.fork", edits=True)
@dataclass(frozen=True)
class TimeFork(Command):
    """Go back to a moment and on from there, as a branch of its own."""

    branch: int = of(BRANCH)
    epoch: int = of(EPOCH)


@command("branch.name")
@dataclass(frozen=True)
class BranchName(Command):
    """Name a branch."""

    branch: int = of(BRANCH)
    text: str = of(Text(60))


@command("branch.drop")
@dataclass(frozen=True)
class BranchDrop(Command):
    """Forget a branch that is not the present one's ancestor."""

    branch: int = of(BRANCH)
