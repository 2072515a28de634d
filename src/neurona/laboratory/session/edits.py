"""Edits: what a person changed, in numbers, so that it can be done again without them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Edit:
    """A change: its number from 1, the line of time, how many epochs and steps were done, and the
    command as it was sent.
    """

    n: int
    branch: int
    epoch: int
    step: int
    command: dict[str, Any]

    @property
    def place(self) -> tuple[int, int]:
        """Epochs and steps done when it was made."""
        return self.epoch, self.step

    def plain(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)


def to_take_back(edits: Sequence[Edit]) -> Edit | None:
    """Return where the last change began that was not taken back yet, None if there is none.

    What a hand does between taking hold and letting go is one change.

    >>> command = {"do": "weight.set", "layer": 0, "to": 1, "value": 0.5}
    >>> first = Edit(1, 0, 0, 0, {"do": "method.set", "rate": 0.1})
    >>> drag = [Edit(n, 0, 0, 0, {**command, "holds": n < 4}) for n in (2, 3, 4)]
    >>> to_take_back([first, *drag]).n
    2
    >>> to_take_back([first, *drag, Edit(5, 0, 0, 0, {"do": "edit.undo"})]).n
    1
    """
    last, taken = len(edits) - 1, 0
    while last >= 0:
        if edits[last].command["do"] == "edit.undo":
            taken += 1
        else:
            while last > 0 and _held_before(edits[last - 1], edits[last]):
                last -= 1
            if not taken:
                return edits[last]
            taken -= 1
        last -= 1
    return None


def _held_before(earlier: Edit, later: Edit) -> bool:
    """Whether a hand that made a change made the next one without letting go."""
    return bool(earlier.command.get("holds")) and _what(earlier) == _what(later)


def _what(edit: Edit) -> tuple[int, dict[str, Any]]:
    """Return the line of time, and what a change is of, without what it was set to."""
    command = edit.command
    return edit.branch, {k: v for k, v in command.items() if k not in ("value", "points", "holds")}


def told(command: dict[str, Any]) -> str:
    """Return an edit in words.

    >>> told({"do": "method.set", "rate": 0.1})
    'method.set rate 0.1'
    """
    said = " ".join(f"{name} {_short(value)}" for name, value in command.items() if name != "do")
    return f"{command['do']} {said}".strip()


def _short(value: Any) -> str:
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text if len(text) <= 40 else text[:37] + "..."
