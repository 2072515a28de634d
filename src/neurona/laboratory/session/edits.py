"""Edits: what a person changed, in numbers, so that it can be done again without them."""

from __future__ import annotations

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
