"""Which batches of a search are trained: decided by the clock once, and then by the journal."""

from __future__ import annotations

from neurona.choosing.journal import Journal


class Decisions:
    """What was decided before each batch, written down so that it is decided the same again."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._known = {
            line["batch"]: bool(line["go"]) for line in journal.lines if line["event"] == "batch"
        }
        self._last = max(self._known, default=-1)

    def said(self, number: int) -> bool | None:
        """Return whether a batch was to be trained; None if nothing is known of it.

        A line that was lost is known by those after it.
        """
        return self._known.get(number, True if number < self._last else None)

    def is_past(self, number: int) -> bool:
        """Whether there was a decision after that of a batch, which then was trained to its end."""
        return number < self._last

    def put(self, number: int, go: bool, elapsed: float) -> bool:
        """Write a decision down, and return it."""
        self._known[number] = go
        self._journal.append(
            {"event": "batch", "batch": number, "go": go, "elapsed": round(elapsed, 3)}
        )
        return go
