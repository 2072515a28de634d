"""Commands that change what is trained: rows, network, weights, method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from neurona.laboratory.commands.base import (
    LAYER,
    NAME,
    OPTION,
    RATE,
    UNIT,
    Command,
    command,
)  # fmt: skip
from neurona.laboratory.fields import ByName, Either, Flag, Many, Number, OneOf, Text, Whole, of


@command("table.use", edits=True)
@dataclass(frozen=True)
class TableUse(Command):
    """Train on another set: generated from a seed, or bundled."""

    set: str = of(NAME)
    rows: int = of(Whole(4, 100_000), 400)
    noise: float | None = of(Number(0.0, 10.0), None)
    seed: int = of(Whole(), 0)


@command("table.split", edits=True)
@dataclass(frozen=True)
class TableSplit(Command):
    """Which share of the rows is put aside to validate on."""

    share: float = of(Number(0.0, 0.9))
    seed: int = of(Whole(), 0)


@command("table.scale", edits=True)
@dataclass(frozen=True)
class TableScale(Command):
    """Whether inputs of numbers are shifted by their middle and divided by their spread."""

    on: bool = of(Flag())


@command("table.paint", edits=True)
@dataclass(frozen=True)
class TablePaint(Command):
    """Add points, each its inputs and its class or value, or take away those within `erase`.

    The rows go to the training part; a circle to erase is (x, y, radius) in the inputs' units.
    """

    points: tuple[tuple[float, ...], ...] = of(Many(Many(Number(-1e6, 1e6), 9, 2), 500), ())
    erase: tuple[float, ...] | None = of(Many(Number(-1e6, 1e6), 3, 3), None)


@command("table.role", edits=True)
@dataclass(frozen=True)
class TableRole(Command):
    """Whether a column is an input, the target, also a target, or left out."""

    column: str = of(Text(1000))
    role: str = of(OneOf(("input", "target", "also", "out")))


@command("network.set", edits=True)
@dataclass(frozen=True)
class NetworkSet(Command):
    """Build another network: what is left out stays; the weights are drawn anew."""

    hidden: tuple[int, ...] | None = of(Many(Whole(1, 1000), 20), None)
    activation: tuple[str, ...] | None = of(Many(NAME, 20), None)
    loss: str | None = of(NAME, None)
    initializer: str | None = of(NAME, None)
    seed: int | None = of(Whole(), None)


@command("network.grow", edits=True)
@dataclass(frozen=True)
class NetworkGrow(Command):
    """Add a unit to a hidden layer, or with `new` a layer after it; the answers stay."""

    layer: int = of(LAYER)
    new: bool = of(Flag(), False)


@command("network.shrink", edits=True)
@dataclass(frozen=True)
class NetworkShrink(Command):
    """Take a unit out of a hidden layer."""

    layer: int = of(LAYER)
    unit: int = of(UNIT)


@command("weight.set", edits=True)
@dataclass(frozen=True)
class WeightSet(Command):
    """Set one weight by hand: of layer `layer`, to unit `to`, from unit `source` or the bias.

    While a hand still `holds` it more follow, and all of them are taken back as one.
    """

    layer: int = of(LAYER)
    to: int = of(UNIT)
    value: float = of(Number(-1e6, 1e6))
    source: int | str = of(Either((UNIT, OneOf(("bias",)))), "bias")
    holds: bool = of(Flag(), False)


@command("weights.draw", edits=True)
@dataclass(frozen=True)
class WeightsDraw(Command):
    """Draw all weights anew, and begin at epoch 0."""

    seed: int = of(Whole())


@command("method.set", edits=True)
@dataclass(frozen=True)
class MethodSet(Command):
    """Change how the loss is lowered, while it runs; what is left out stays."""

    solver: str | None = of(NAME, None)
    rate: float | None = of(RATE, None)
    schedule: str | None = of(NAME, None)
    batch: int | None = of(Whole(1, 1_000_000), None)
    l2: float | None = of(Number(0.0, 1e6), None)
    l1: float | None = of(Number(0.0, 1e6), None)
    dropout: float | None = of(Number(0.0, 0.95), None)
    clip_norm: float | None = of(RATE, None)
    epochs: int | None = of(Whole(1, 1_000_000_000), None)
    patience: int | None = of(Whole(0, 1_000_000), None)
    options: dict[str, Any] | None = of(ByName(OPTION, 20), None)


@command("edit.undo", edits=True)
@dataclass(frozen=True)
class EditUndo(Command):
    """Take the last edit back: a branch from the moment before it."""
