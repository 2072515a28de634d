"""Boxes: tables drawn with lines (SAP, psql, mysql, Markdown), undrawn line by line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from neurona.data.fixed_width import Field
from neurona.data.notation import is_valued

_RULE = re.compile(r"(?=.*(---|===|--\t|[-=]{2}[+|:]))[\s|+:=-]+")


def is_rule(line: str) -> bool:
    """Whether a line is drawn: nothing but dashes, and what joins them.

    >>> is_rule("+-----+----+"), is_rule("|:---|---:|"), is_rule("-5"), is_rule("---,---")
    (True, True, False, False)
    """
    return _RULE.fullmatch(line.strip()) is not None


def fields_of_rule(lines: Sequence[str]) -> list[Field]:
    """Return where columns stand by the rule below their names, if nothing else divides cells.

    >>> fields_of_rule(["NAME       SAL", "------- ------", "SMITH      800"])
    [Field(start=0, end=7), Field(start=8, end=14)]
    """
    if any("|" in line and not is_rule(line) for line in lines):
        return []
    for names, line in pairwise(lines):
        runs = [Field(*match.span()) for match in re.finditer(r"[-=]+", line)]
        if len(runs) > 1 and is_rule(line) and names.strip():
            return [] if any(map(is_valued, names.split())) else runs
    return []


def has_bars(lines: Sequence[str]) -> bool:
    """Whether bars stand around the rows of a drawn table, not only between its cells."""
    rows = [line.strip() for line in lines if "|" in line and not is_rule(line)]
    return bool(rows) and all(row.startswith("|") and row.endswith("|") for row in rows)


def are_names_between_bars(lines: Sequence[str]) -> bool:
    """Whether bars stand around the names of columns, and none in the rows below (IPAC)."""
    at = next((k for k, line in enumerate(lines) if line.startswith("|")), len(lines))
    drawn = [line.strip().endswith("|") for line in lines[at:] if line.startswith("|")]
    below = [line for line in lines[at + len(drawn) :] if line.strip()]
    return bool(drawn) and bool(below) and all(drawn) and not any("|" in line for line in below)


def undrawn(lines: Iterable[str], bars: bool) -> Iterator[str]:
    """Yield lines without what is drawn; rules are blank, so that others keep their numbers."""
    for line in lines:
        if is_rule(line):
            yield "\n"
        elif bars and "|" in line:
            yield line.strip()[1:-1] + "\n"
        else:
            yield line
