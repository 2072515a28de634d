"""Every event that the engine, or the server, sends to the page as JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

EVENTS: dict[str, type[Event]] = {}
Form = TypeVar("Form", bound="type[Event]")


@dataclass(frozen=True)
class Event:
    """Something that the page is told; `event` is its word in the protocol."""

    event: ClassVar[str]

    def plain(self) -> dict[str, Any]:
        """Return it as plain values for JSON, its word among them."""
        return {"event": self.event, **dataclasses.asdict(self)}


def event(word: str) -> Callable[[Form], Form]:
    """Class decorator: make a form known under its word."""

    def add(form: Form) -> Form:
        form.event = word
        EVENTS[word] = form
        return form

    return add


@event("hello")
@dataclass(frozen=True)
class Welcome(Event):
    """The server's answer to a ticket or a key: `key` opens the next connection."""

    neurona: str
    protocol: str
    key: str
    largest_text: int
    piece: int


@event("compiling")
@dataclass(frozen=True)
class Compiling(Event):
    """The engine is being compiled, once on a machine."""

    done: int
    of: int
    what: str


@dataclass(frozen=True)
class Option:
    """An option of a registered name, with its default."""

    name: str
    default: float | str | bool | None


@dataclass(frozen=True)
class Named:
    """A name that may be chosen. `group` is "step" or "full" of solvers, "generated" or "fixed" of
    sets, the output that a loss is linked to.
    """

    name: str
    about: str
    group: str
    options: list[Option]


@event("ready")
@dataclass(frozen=True)
class Ready(Event):
    """The engine is there: what may be chosen, and how long its start took."""

    seconds: float
    sets: list[Named]
    activations: list[Named]
    losses: list[Named]
    solvers: list[Named]
    schedules: list[Named]
    initializers: list[Named]
    surfaces: list[Named]
    lessons: list[LessonLine]


@dataclass(frozen=True)
class LessonLine:
    """A lesson in the list of lessons."""

    id: str
    title: str
    row: str


@dataclass(frozen=True)
class Column:
    """An input as the page shows it: its range in the table's units, and its middle.

    `numeric` is whether it can span a picture; `levels` are the values of one that is texts, in the
    order of their numbers in `points`, none if they are too many; `used` is whether the network
    sees it.
    """

    name: str
    low: float
    high: float
    middle: float
    numeric: bool
    levels: list[str]
    used: bool


@dataclass(frozen=True)
class ColumnShown:
    """A column of the table: its role ("input", "target" or "out"), what it is and why, how many
    cells are missing, and how many values there are. `used` is whether the network sees it.
    """

    name: str
    role: str
    kind: str
    why: str
    missing: int
    distinct: int
    used: bool


@event("table")
@dataclass(frozen=True)
class TableShown(Event):
    """What is trained on. `points` are up to 2,000 rows: the inputs, then the target (the class's
    number, or the first target's value); `validation` says of each whether it is held out.

    `baseline` is the score of the trivial answer on the rows that are scored. `columns` are all of
    the file's or set's, `file` whether it is one's own, `task_said` what was said of its task,
    `scaled` whether numbers are shifted and divided;
    `excluded` says of each shown row whether it is left out.
    """

    name: str
    task: str
    inputs: list[Column]
    targets: list[str]
    classes: list[str]
    rows: int
    train_rows: int
    validation_rows: int
    points: list[list[float]]
    validation: list[bool]
    row_numbers: list[int]
    low: float
    high: float
    score_name: str
    baseline: float | None
    notes: list[str]
    file: bool
    task_said: str
    scaled: bool
    columns: list[ColumnShown]
    excluded: list[bool]


@event("targets")
@dataclass(frozen=True)
class TargetsShown(Event):
    """Of several targets all values of the shown rows, and the range of each; none of one."""

    values: list[list[float]]
    low: list[float]
    high: list[float]


@event("network")
@dataclass(frozen=True)
class NetworkShown(Event):
    """The network: sizes with inputs and outputs, the names of the inputs, the activation of every
    layer but the inputs, and where each layer's matrix (inputs x outputs, by rows) and biases begin
    in `weights`.
    """

    sizes: list[int]
    inputs: list[str]
    activations: list[str]
    loss: str
    initializer: str
    seed: int
    parameters: int
    matrices: list[int]
    biases: list[int]
    dtype: str


@event("method")
@dataclass(frozen=True)
class MethodShown(Event):
    """How the loss is lowered now; `steps_per_epoch` is 1 for full-batch solvers."""

    solver: str
    group: str
    rate: float
    schedule: str
    batch: int
    l2: float
    l1: float
    dropout: float
    clip_norm: float
    options: dict[str, Any]
    steps_per_epoch: int
    epochs: int
    patience: int | None


@event("status")
@dataclass(frozen=True)
class Status(Event):
    """Whether it runs. `state` is "paused", "running" or "ended" (of a training that cannot go on:
    `why` says it in a sentence, and a change, a fork or a reset begin again). `past` is the moment
    shown, branch and epoch, None for the present.
    """

    state: str
    why: str | None
    branch: int
    epoch: int
    step: int
    speed: float
    epochs_per_second: float
    past: list[int] | None
    past_from: int


@dataclass(frozen=True)
class BranchShown:
    """A line of time: it left `parent` at epoch `start`, and has come to `end`."""

    branch: int
    parent: int | None
    start: int
    end: int
    name: str
    first_edit: int


@event("branches")
@dataclass(frozen=True)
class Branches(Event):
    """All lines of time there are, and how many changes led here."""

    present: int
    branches: list[BranchShown]
    edits: int


@event("edit")
@dataclass(frozen=True)
class EditShown(Event):
    """A change was made: its number, where, and the command as it was sent."""

    n: int
    branch: int
    epoch: int
    step: int
    command: dict[str, Any]
    text: str


@event("lesson")
@dataclass(frozen=True)
class LessonShown(Event):
    """A lesson was opened, or its checks have changed. `race` has the fields of `surface.race` that
    a lesson on surfaces begins with; `questions` are answered by `lesson.check`.
    """

    id: str
    title: str
    row: str
    text: list[str]
    task: str
    hints: list[str]
    questions: list[str]
    checks: list[CheckShown]
    screen: str
    race: dict[str, Any] | None


@dataclass(frozen=True)
class CheckShown:
    """What a lesson asks for, and whether it is so."""

    text: str
    met: bool


@dataclass(frozen=True)
class RemedyShown:
    """What may be done about a finding: words for a button, and the commands it sends, in order."""

    text: str
    commands: list[dict[str, Any]]


@event("finding")
@dataclass(frozen=True)
class FindingShown(Event):
    """Something is wrong with the training, as far as its losses tell, and what to do about it."""

    name: str
    text: str
    branch: int
    epoch: int
    remedies: list[RemedyShown]


@event("said")
@dataclass(frozen=True)
class Said(Event):
    """A sentence for the live region."""

    text: str


@event("gone")
@dataclass(frozen=True)
class Gone(Event):
    """The engine is no more, why, and the last lines it wrote."""

    why: str
    lines: list[str]
