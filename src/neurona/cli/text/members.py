"""What `neurona inspect` says of a model's networks, how sure they are, and which inputs matter."""

from __future__ import annotations

from typing import Any

from neurona.cli.text.layout import entry, grid
from neurona.progress.numbers import TITLES, several

BAR = 30
PARTS = {"test": "test rows", "validation": "validation rows", "training": "training rows"}


def members_text(found: dict[str, Any], no_color: bool) -> list[str]:
    """Return the same as lines."""
    lines = []
    if len(found["members"]) > 1:
        shapes: dict[str, int] = {}
        for one in found["members"]:
            shape = "-".join(map(str, one["layers"]))
            shapes[shape] = shapes.get(shape, 0) + 1
        parts = ", ".join(f"{count} x {shape}" for shape, count in shapes.items())
        said = f"predictions are the mean of {len(found['members'])} networks: {parts}"
        lines.append(entry("members", said))
    if found["effective_parameters"] is not None:
        said = f"{found['effective_parameters']:.1f} effective parameters, the mean of the members"
        lines.append(entry("evidence", said))
    if found["noise"] is not None:
        parts = ", ".join(f"{name} {value:.4g}" for name, value in found["noise"].items())
        lines.append(entry("noise", f"{parts} (standard deviation, in the target's unit)"))
    if len(found["members"]) > 1:
        lines += _each(found, no_color)
    if found["relevance"]:
        body = [
            [name, f"{share:.1%}", "#" * round(BAR * share)]
            for name, share in sorted(found["relevance"].items(), key=lambda one: -one[1])
        ]
        lines += ["", grid(["input", "relevance", ""], body, right={1}, no_color=no_color)]
    return lines


def _each(found: dict[str, Any], no_color: bool) -> list[str]:
    """Return the members one by one, each with its own scores and evidence."""
    members = found["members"]
    names = list(members[0]["scores"] or {})
    head, right = ["member", "layers"], {0}
    columns = [
        [str(k) for k in range(len(members))],
        ["-".join(map(str, one["layers"])) for one in members],
    ]
    for name in names:
        where = PARTS[found["scores"][0]["part"]]
        head.append(f"{TITLES.get(name, name)} ({where})")
        columns.append([_score(name, one["scores"].get(name)) for one in members])
    if any(one["log_evidence"] is not None for one in members):
        head.append("log evidence")
        columns.append([_score("", one["log_evidence"]) for one in members])
    if len(head) == 2:
        return []
    right |= set(range(2, len(head)))
    return ["", grid(head, list(zip(*columns, strict=True)), right=right, no_color=no_color)]


def _score(name: str, value: Any) -> str:
    return several(value if isinstance(value, list) else [value], name)
