"""What an MLP has learned (`inference.learned.Fitted`) as a document and arrays, and back."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.errors import FormatError
from neurona.files import plain
from neurona.files.columns import put_column, put_history, take_column, take_history
from neurona.files.fields import Array, Arrays, count, entry
from neurona.files.members import decode_members, encode_members
from neurona.files.network import decode_network, encode_network, put_layers, take_layers
from neurona.files.optimizer_state import put_optimizer, take_optimizer
from neurona.inference.learned import NUMBERS, TEXTS, Fitted, Labels, StartRecord
from neurona.network import Network, Vector

KINDS = ("binary", "multiclass", "multilabel-indicator")


def encode_fitted(state: Fitted, arrays: dict[str, Array], prefix: str) -> dict[str, Any]:
    """Return the document and add the arrays, whose names begin with `prefix`."""
    network = state.network
    put_layers(arrays, prefix, network, state.weights)
    put_history(arrays, f"{prefix}history.", state.history)
    if state.loss_curve is not None:
        put_column(arrays, f"{prefix}loss_curve", state.loss_curve)
        if state.validation_scores is not None:
            put_column(arrays, f"{prefix}validation_scores", state.validation_scores)
    document: dict[str, Any] = {
        **encode_network(network),
        "numbers": {name: plain.encode(value, name) for name, value in state.numbers.items()},
        "feature_names": plain.encode(state.feature_names, "feature_names_in_"),
        "best_result": plain.encode(state.best_result, "The best result"),
        "flat_epochs": int(state.flat_epochs),
        "learning_rate": plain.encode(state.learning_rate, "The learning rate"),
        "optimizer": None,
        "labels": None,
    }
    if state.optimizer is not None:
        document["optimizer"] = put_optimizer(
            arrays, f"{prefix}optimizer.", network, state.optimizer
        )
    if state.labels is not None:
        document["labels"] = {
            "classes": plain.encode(state.labels.classes, "classes_"),
            "known": plain.encode(state.labels.known, "classes_"),
            "kind": state.labels.kind,
            "sparse": state.labels.sparse,
        }
    if state.starts:
        document["starts"] = [plain.encode(list(one), "A start") for one in state.starts]
        document["best_start"] = int(state.best_start)
    if state.members:
        document["members"] = encode_members(state.members, arrays, prefix)
    return document


def decode_fitted(document: Any, arrays: Arrays, prefix: str, classifies: bool) -> Fitted | None:
    """Return what the document of a model says that it learned; None if that is nothing."""
    if not isinstance(document, dict) or "fitted" not in document:
        raise FormatError("the document has no 'fitted'")
    if document["fitted"] is None:
        return None
    state = _decode(entry(document, "fitted", dict), arrays, prefix)
    if classifies != (state.labels is not None):
        raise FormatError("classes are for a classifier, and only for it")
    return state


def _decode(document: dict[str, Any], arrays: Arrays, prefix: str) -> Fitted:
    network = decode_network(document)
    state = Fitted(
        network=network,
        weights=take_layers(arrays, prefix, network),
        history=take_history(arrays, f"{prefix}history."),
        numbers=_numbers(entry(document, "numbers", dict)),
        feature_names=_feature_names(document, network),
        best_result=_number_or_none(document, "best_result"),
        flat_epochs=count(document, "flat_epochs"),
        learning_rate=_number_or_none(document, "learning_rate") or 0.0,
    )
    if f"{prefix}loss_curve" in arrays:
        state.loss_curve = take_column(arrays, f"{prefix}loss_curve")
        if f"{prefix}validation_scores" in arrays:
            state.validation_scores = take_column(arrays, f"{prefix}validation_scores")
    if document.get("optimizer") is not None:
        state.optimizer = take_optimizer(
            arrays, f"{prefix}optimizer.", network, document["optimizer"]
        )
    if document.get("labels") is not None:
        state.labels = _labels(document["labels"], network)
    if "starts" in document:
        state.starts = _starts(document["starts"])
        state.best_start = count(document, "best_start")
        if state.best_start >= len(state.starts):
            raise FormatError("the best start is none of the starts")
    if "members" in document:
        state.members = decode_members(document["members"], arrays, prefix, network)
    return state


def _starts(documents: Any) -> list[StartRecord]:
    values = plain.decode(documents)
    if not isinstance(values, list) or not values:
        raise FormatError("the starts are not as they should be")
    for one in values:
        if not isinstance(one, list) or list(map(type, one)) != [float, float, int, str]:
            raise FormatError("a start is not as it should be")
    return [StartRecord(*one) for one in values]


def _numbers(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in document:
        if name in ("n_iter_", "t_"):
            found[name] = count(document, name)
        elif name in TEXTS:
            found[name] = entry(document, name, str)
        elif name in NUMBERS:
            found[name] = _number_or_none(document, name)
        else:
            raise FormatError(f"a fitted model has no {name[:60]!r}")
    return found


def _number_or_none(document: dict[str, Any], name: str) -> float | None:
    value = plain.decode(document.get(name))
    if value is not None and type(value) is not float and type(value) is not int:
        raise FormatError(f"{name!r} in the document is not a number")
    return value


def _feature_names(document: dict[str, Any], network: Network) -> Vector | None:
    names = plain.decode(document.get("feature_names"))
    if names is None:
        return None
    fits = isinstance(names, np.ndarray) and names.shape == network.sizes[:1]
    if not fits or names.dtype != object or not all(isinstance(name, str) for name in names):
        raise FormatError("the feature names do not fit the network")
    found: Vector = names
    return found


def _labels(document: Any, network: Network) -> Labels:
    kind, sparse = entry(document, "kind", str), entry(document, "sparse", bool)
    classes, known = (plain.decode(entry(document, name, dict)) for name in ("classes", "known"))
    for labels in (classes, known):
        if not isinstance(labels, np.ndarray) or labels.ndim != 1 or not len(labels):
            raise FormatError("the classes are not a list of labels")
    if kind not in KINDS:
        raise FormatError("the classes are of an unknown kind")
    single = kind != "multilabel-indicator" and len(classes) <= 2
    if network.sizes[-1] != (1 if single else len(classes)):
        raise FormatError("the classes do not fit the network's outputs")
    return Labels(classes, known, kind, sparse)
