"""Autoencoder as a document and arrays, and back: a network, and the reference of its errors."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from neurona.errors import FormatError
from neurona.estimators.mlp.autoencoder import Autoencoder
from neurona.estimators.mlp.reference import Reference
from neurona.files.fields import Array, Arrays, count, entry
from neurona.files.mlp import decode_mlp, encode_mlp


def encode_autoencoder(
    model: Autoencoder, arrays: dict[str, Array], prefix: str = ""
) -> dict[str, Any]:
    """Return a model's document and add its arrays; TypeError if a parameter cannot be kept."""
    document = encode_mlp(model, arrays, prefix)
    learned = document["fitted"]
    if learned is not None:
        learned["encoder_layers"] = int(model.encoder_layers_)
        learned["limit"] = put_reference(arrays, prefix, model.reference_)
    return document


def decode_autoencoder(
    cls: type[Autoencoder], document: Any, arrays: Arrays, prefix: str = ""
) -> Autoencoder:
    """Return the model of class `cls` that `encode_autoencoder` described."""
    model: Any = decode_mlp(cls, document, arrays, prefix)
    if hasattr(model, "coefs_"):
        learned = entry(document, "fitted", dict)
        encoder, layers = count(learned, "encoder_layers"), len(model.coefs_)
        if not 1 <= encoder < layers or model.n_features_in_ != model.n_outputs_:
            raise FormatError("the network is not that of an autoencoder")
        model.encoder_layers_ = encoder
        starts = np.arange(model.n_features_in_)
        model.reference_ = take_reference(learned, arrays, prefix, starts)
    found: Autoencoder = model
    return found


def put_reference(arrays: dict[str, Array], prefix: str, reference: Reference) -> float:
    """Add a reference's array; returns its limit."""
    arrays[f"{prefix}reference.usual"] = reference.usual
    return float(reference.limit)


def take_reference(document: Any, arrays: Arrays, prefix: str, starts: Array) -> Reference:
    """Return the reference whose limit is in a document; `starts` are its columns' beginnings."""
    usual = arrays.take(f"{prefix}reference.usual", np.float64, (len(starts),))
    limit = entry(document, "limit", float)
    if not ((usual > 0).all() and np.isfinite(usual).all() and 0 < limit < math.inf):
        raise FormatError("the reference of the errors is not as it should be")
    return Reference(usual, limit, starts)
