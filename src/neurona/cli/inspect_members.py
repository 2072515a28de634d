"""What `neurona inspect` says of a model's networks, how sure they are, and which inputs matter."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.cli.layout import entry, grid
from neurona.cli.model import Model

BAR = 30


def describe_members(model: Model) -> dict[str, Any]:
    """Return the networks that are averaged and what they know of themselves, as plain data."""
    inside = model.inside
    learned = inside.learned()
    members = learned.members if learned.is_average else []
    networks = [one.network for one in members] or [learned.network]
    posteriors = [one.posterior for one in learned.members if one.posterior is not None]
    found: dict[str, Any] = {
        "members": [
            {"layers": list(one.sizes), "parameters": int(one.n_parameters)} for one in networks
        ],
        "effective_parameters": None,
        "noise": None,
        "relevance": None,
    }
    if not posteriors:
        return found
    found["effective_parameters"] = float(inside.effective_parameters_)
    if not model.classifies:
        noise = np.sqrt(np.mean([one.noise for one in posteriors], axis=0))
        scale = np.abs(np.asarray(model.estimator.targets_.scale)) if model.of_tables else 1.0
        found["noise"] = dict(zip(model.targets, (noise * scale).tolist(), strict=True))
    if all(one.by_input for one in posteriors):
        found["relevance"] = _relevance(model)
    return found


def _relevance(model: Model) -> dict[str, float]:
    """Return each column's share; a category's is the sum of its columns' shares."""
    shares = model.inside.relevance_
    if not model.of_tables:
        given = getattr(model.inside, "feature_names_in_", None)
        names = [f"x{k + 1}" for k in range(len(shares))] if given is None else map(str, given)
        return dict(zip(names, shares.tolist(), strict=True))
    found, place = {}, 0
    for encoder in model.estimator.preparation_.encoders:
        count = len(encoder.features())
        found[encoder.name] = float(shares[place : place + count].sum())
        place += count
    return found


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
