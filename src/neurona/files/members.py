"""The members of a model, each with what is believed of its weights, as a document and arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.errors import FormatError
from neurona.files import plain
from neurona.files.fields import Array, Arrays, entry
from neurona.files.network import decode_network, encode_network, put_layers, take_layers
from neurona.inference.members import Member
from neurona.inference.posterior import Posterior
from neurona.network import Network

MAX_MEMBERS = 1000


def encode_members(
    members: list[Member], arrays: dict[str, Array], prefix: str
) -> list[dict[str, Any]]:
    """Return a document per member and add their arrays."""
    return [_encode(m, arrays, f"{prefix}members.{k}.") for k, m in enumerate(members)]


def decode_members(documents: Any, arrays: Arrays, prefix: str, like: Network) -> list[Member]:
    """Return the members; `like` is the model's own network, whose inputs and outputs they have."""
    if not isinstance(documents, list) or len(documents) > MAX_MEMBERS:
        raise FormatError("the members are not as they should be")
    members = [_decode(one, arrays, f"{prefix}members.{k}.") for k, one in enumerate(documents)]
    ends = {(m.network.sizes[0], m.network.sizes[-1], m.network.dtype) for m in members}
    if ends - {(like.sizes[0], like.sizes[-1], like.dtype)}:
        raise FormatError("the members do not fit the network")
    return members


def _encode(member: Member, arrays: dict[str, Array], prefix: str) -> dict[str, Any]:
    put_layers(arrays, prefix, member.network, member.weights)
    document = {**encode_network(member.network), "posterior": None}
    if member.share != 1.0:
        document["share"] = plain.encode(float(member.share), "A member's share")
    known = member.posterior
    if known is not None:
        arrays[f"{prefix}factor"] = known.factor[np.tril_indices(len(known.factor))]
        for name in ("precisions", "effective", "noise"):
            arrays[f"{prefix}{name}"] = getattr(known, name)
        document["posterior"] = {
            "log_evidence": plain.encode(float(known.log_evidence), "The log evidence"),
            "by_input": known.by_input,
        }
    return document


def _decode(document: Any, arrays: Arrays, prefix: str) -> Member:
    if not isinstance(document, dict):
        raise FormatError("a member is not as it should be")
    network = decode_network(document)
    weights = take_layers(arrays, prefix, network)
    share = plain.decode(document.get("share", 1.0))
    if not isinstance(share, float | int) or not 0 < share < np.inf:
        raise FormatError("a member's share is not as it should be")
    if document.get("posterior") is None:
        return Member(network, weights, share=float(share))
    known = entry(document, "posterior", dict)
    return Member(network, weights, _posterior(known, arrays, prefix, network), float(share))


def _posterior(document: Any, arrays: Arrays, prefix: str, network: Network) -> Posterior:
    size, double = network.n_parameters, np.float64
    packed = arrays.take(f"{prefix}factor", double, (size * (size + 1) // 2,))
    factor = np.zeros((size, size))
    factor[np.tril_indices(size)] = packed
    precisions = arrays.take(f"{prefix}precisions", double, (None,))
    effective = arrays.take(f"{prefix}effective", double, precisions.shape)
    noise = arrays.take(f"{prefix}noise", double, network.sizes[-1:])
    by_input = entry(document, "by_input", bool)
    groups = int(network.parameter_groups(by_input).max()) + 1
    evidence = plain.decode(document.get("log_evidence"))
    sound = (
        all(np.isfinite(part).all() for part in (packed, precisions, effective, noise))
        and (factor.diagonal() > 0).all()
        and (precisions > 0).all()
        and (noise >= 0).all()
        and len(precisions) == groups
        and isinstance(evidence, float)
    )
    if not sound:
        raise FormatError("what is believed of the weights is not as it should be")
    return Posterior(factor, precisions, effective, noise, evidence, by_input)
