"""What `neurona plot` says."""

from __future__ import annotations

from collections.abc import Sequence

from neurona.cli.text.layout import entry, grid
from neurona.runs.pictures import Known, Pictures


def charts_text(charts: Sequence[Known]) -> str:
    """Return the charts that there are, and why some do not fit."""
    rows = [[one.name, (one.refusal and f"no: {one.refusal}") or one.help] for one in charts]
    return grid(["chart", "shows"], rows)


def pictures_text(pictures: Pictures, quiet: bool = False) -> str:
    """Return the pictures that were written, and what they show."""
    if quiet:
        return "\n".join(str(one.path) for one in pictures.written)
    lines = [line for one in pictures.written for line in (str(one.path), entry("", one.caption))]
    return "\n".join([*lines, *(entry("note", text) for text in pictures.notes)])
