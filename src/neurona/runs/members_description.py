"""A model's networks, how sure they are, and which inputs matter, as plain data."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from neurona.estimators.mlp.fitted import fitted
from neurona.inference.members import Member
from neurona.inference.provenance import Provenance
from neurona.network import Network
from neurona.runs.model import Model


def describe_members(model: Model) -> dict[str, Any]:
    """Return the networks that are averaged and what they know of themselves, as plain data."""
    inside = model.inside
    learned = fitted(inside)
    networks = [learned.network]
    if len(learned.members) > 1:
        networks = [one.network for one in learned.members]
    posteriors = [one.posterior for one in learned.members if one.posterior is not None]
    found: dict[str, Any] = {
        "members": _described(
            networks, learned.members, getattr(model.estimator, "provenance_", None)
        ),
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


def _described(
    networks: Sequence[Network], members: Sequence[Member], known: Provenance | None
) -> list[dict[str, Any]]:
    """Return shape, evidence and scores of each network, None where nobody measured them."""
    scores: Sequence[Any] = [None] * len(networks)
    if known is not None and len(known.members) == len(networks):
        scores = known.members
    evidence: list[float | None] = [None] * len(networks)
    if len(members) == len(networks):
        evidence = [m.posterior and float(m.posterior.log_evidence) for m in members]
    return [
        {
            "layers": list(network.sizes),
            "parameters": int(network.n_parameters),
            "log_evidence": log if log is not None and math.isfinite(log) else None,
            "scores": score,
        }
        for network, log, score in zip(networks, evidence, scores, strict=True)
    ]


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
