"""What `neurona datasets` says: the list of all sets."""

from __future__ import annotations

import re
from typing import Any

from neurona.cli.text.layout import grid


def datasets_text(entries: list[dict[str, Any]]) -> str:
    """Return the list as text that fits the terminal."""
    head = ["name", "rows", "in", "out", "task", "what it is"]
    body = [
        [
            str(entry["name"]),
            f"{entry['rows']:,}",
            str(entry["inputs"]),
            str(len(entry["targets"])),
            str(entry["task"]),
            re.split(r"[:;.,] | \(", " ".join(str(entry["description"]).split()))[0].rstrip("."),
        ]
        for entry in entries
    ]
    table = grid(head, body, right={1, 2, 3}, most=30, single=True)
    return (
        f"{table}\n\nneurona train NAME trains on one; neurona datasets NAME -o FILE.csv writes it."
    )
