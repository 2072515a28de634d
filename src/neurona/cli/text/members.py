"""What `neurona inspect` says of a model's networks, how sure they are, and which inputs matter."""

from __future__ import annotations

from typing import Any

from neurona.cli.text.layout import entry, grid

BAR = 30


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
    if found["relevance"]:
        body = [
            [name, f"{share:.1%}", "#" * round(BAR * share)]
            for name, share in sorted(found["relevance"].items(), key=lambda one: -one[1])
        ]
        lines += ["", grid(["input", "relevance", ""], body, right={1}, no_color=no_color)]
    return lines
