"""What `neurona inspect` says of a table."""

from __future__ import annotations

import math
from typing import Any

from neurona.cli.text.layout import entry, grid


def table_text(found: dict[str, Any], no_color: bool = False) -> str:
    """Return the description as text that fits the terminal."""
    columns = found["columns"]
    rows = "1 row" if found["rows"] == 1 else f"{found['rows']:,} rows"
    count = "1 column" if len(columns) == 1 else f"{len(columns):,} columns"
    lines = [f"{found['source']}   {rows} x {count}", ""]
    if columns:
        body = [
            [
                column["name"],
                column["kind"],
                f"{column['missing']:,}" if column["missing"] else "-",
                f"{column['distinct']:,}",
                _values(column),
            ]
            for column in columns
        ]
        head = ["column", "kind", "missing", "distinct", "values"]
        lines.append(grid(head, body, right={2, 3}, no_color=no_color))
    if "task" in found:
        task = f"{found['task']}: {found['task_reason']}"
        lines += ["", entry("task", task)]
    said = [entry("note", note) for note in found["notes"]]
    said += [entry("warning", warning) for warning in found["warnings"]]
    if said:
        lines += ["", *said]
    return "\n".join(lines)


def _values(column: dict[str, Any]) -> str:
    """Return range or levels, and the reason where it says more than the kind."""
    low, high, kind = column["low"], column["high"], column["kind"]
    if kind == "constant" or (kind == "date" and low is None):
        return str(column["reason"])
    if "levels" in column and kind != "id-like":
        shown = ", ".join(f"{_short(level)} {n:,}" for level, n in column["levels"])
        return shown + (", ..." if column["distinct"] > len(column["levels"]) else "")
    if low is None:
        return str(column["reason"])
    if isinstance(low, str):
        return f"{_day(low)} to {_day(high)}"
    digits = _digits(low, high)
    middle = f", median {column['median']:.{digits}g}" if "median" in column else ""
    reason = f"; {column['reason']}" if kind == "id-like" else ""
    return f"{low:.{digits}g} to {high:.{digits}g}{middle}{reason}"


def _digits(low: float, high: float) -> int:
    """Return how many digits tell the ends of a range apart, five of its width."""
    largest, width = max(abs(low), abs(high)), high - low
    return 5 if not 0 < width < largest else min(15, 5 + int(math.log10(largest / width)))


def _day(text: str) -> str:
    return text.removesuffix("T00:00:00.000000")


def _short(level: str) -> str:
    return repr(level if len(level) <= 20 else level[:19] + "...")
