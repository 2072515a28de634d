"""Perceptron and Adaline as a document and arrays, and back."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.errors import FormatError
from neurona.estimators.layers.adaline import Adaline
from neurona.estimators.layers.base import ThresholdLayer
from neurona.estimators.layers.fitted import FittedLayer, fitted, is_fitted, restore
from neurona.estimators.layers.mistakes import Mistakes
from neurona.estimators.parameters import check_parameters
from neurona.files import plain
from neurona.files.fields import Array, Arrays, count, entry
from neurona.files.parameters import decode_parameters, encode_parameters

DTYPES = ("float32", "float64")


def encode_layer(model: ThresholdLayer, arrays: dict[str, Array], prefix: str = "") -> Any:
    """Return a model's document and add its arrays; TypeError if a parameter cannot be kept."""
    check_parameters(model)
    learned = _encode_fitted(fitted(model), arrays, prefix) if is_fitted(model) else None
    return {"parameters": encode_parameters(model), "fitted": learned}


def decode_layer(cls: type[ThresholdLayer], document: Any, arrays: Arrays, prefix: str = "") -> Any:
    """Return the model of class `cls` that `encode_layer` described."""
    model: ThresholdLayer = decode_parameters(cls, document)
    if "fitted" not in document:
        raise FormatError("the document has no 'fitted'")
    if document["fitted"] is not None:
        state = _decode_fitted(entry(document, "fitted", dict), arrays, prefix)
        if (state.rates is not None) != issubclass(cls, Adaline):
            raise FormatError("a learning rate is for an Adaline, and only for it")
        restore(model, state)
    return model


def _encode_fitted(state: FittedLayer, arrays: dict[str, Array], prefix: str) -> dict[str, Any]:
    if not (np.isfinite(state.weights).all() and np.isfinite(state.biases).all()):
        raise ValueError("The model has weights that are not finite; it is of no use in a file.")
    mistakes = state.mistakes
    arrays |= {
        f"{prefix}weights": state.weights,
        f"{prefix}biases": state.biases,
        f"{prefix}running.weights": state.running,
        f"{prefix}running.biases": state.running_biases,
        f"{prefix}average.sums": state.sums,
        f"{prefix}average.bias_sums": state.bias_sums,
        f"{prefix}average.steps": state.steps,
        f"{prefix}loss_curve": np.array(state.loss_curve, np.float64),
        f"{prefix}mistakes.epoch": mistakes.epoch.astype(np.int64),
        f"{prefix}mistakes.row": mistakes.row.astype(np.int64),
        f"{prefix}mistakes.unit": mistakes.unit.astype(np.int64),
        f"{prefix}mistakes.update": mistakes.update,
        f"{prefix}mistakes.counts": mistakes.counts.astype(np.int64),
    }
    if state.rates is not None:
        arrays[f"{prefix}rates"] = state.rates
    return {
        "dtype": state.weights.dtype.name,
        "classes": plain.encode(state.classes, "classes_"),
        "multilabel": bool(state.multilabel),
        "epochs": int(state.epochs),
        "rows_seen": float(state.rows_seen),
        "stop_reason": str(state.stop_reason),
        "feature_names": plain.encode(state.feature_names, "feature_names_in_"),
    }


def _decode_fitted(document: dict[str, Any], arrays: Arrays, prefix: str) -> FittedLayer:
    dtype = entry(document, "dtype", str)
    if dtype not in DTYPES:
        raise FormatError("the weights have an odd type")
    weights = arrays.take(f"{prefix}weights", dtype, (None, None))
    units, width = weights.shape
    biases = arrays.take(f"{prefix}biases", dtype, (units,))
    running = arrays.take(f"{prefix}running.weights", dtype, (units, width))
    numbers = [
        arrays.take(f"{prefix}{name}", np.float64, (units,))
        for name in ("running.biases", "average.bias_sums", "average.steps")
    ]
    sums = arrays.take(f"{prefix}average.sums", dtype, (units, None))
    if not units or not width or sums.shape[1] not in (0, width):
        raise FormatError("the weights are not as they should be")
    if not all(np.isfinite(part).all() for part in (weights, biases, running, sums, *numbers)):
        raise FormatError("the weights are not finite")
    multilabel, classes = entry(document, "multilabel", bool), _classes(document)
    if units != (1 if len(classes) == 2 and not multilabel else len(classes)):
        raise FormatError("the classes do not fit the weights")
    epochs = count(document, "epochs")
    curve = arrays.take(f"{prefix}loss_curve", np.float64, (epochs,))
    rates = None
    if f"{prefix}rates" in arrays:
        rates = arrays.take(f"{prefix}rates", np.float64, (units,))
    return FittedLayer(
        weights=weights,
        biases=biases,
        running=running,
        running_biases=numbers[0],
        sums=sums,
        bias_sums=numbers[1],
        steps=numbers[2],
        classes=classes,
        multilabel=multilabel,
        epochs=epochs,
        rows_seen=entry(document, "rows_seen", float),
        stop_reason=entry(document, "stop_reason", str),
        loss_curve=curve.tolist(),
        mistakes=_mistakes(arrays, prefix, epochs, units),
        feature_names=_feature_names(document, width),
        rates=rates,
    )


def _classes(document: dict[str, Any]) -> Array:
    classes = plain.decode(entry(document, "classes", dict))
    if not isinstance(classes, np.ndarray) or classes.ndim != 1 or not len(classes):
        raise FormatError("the classes are not a list of labels")
    found: Array = classes
    return found


def _feature_names(document: dict[str, Any], width: int) -> Array | None:
    names = plain.decode(document.get("feature_names"))
    if names is None:
        return None
    fits = isinstance(names, np.ndarray) and names.shape == (width,) and names.dtype == object
    if not fits or not all(isinstance(name, str) for name in names):
        raise FormatError("the feature names do not fit the weights")
    found: Array = names
    return found


def _mistakes(arrays: Arrays, prefix: str, epochs: int, units: int) -> Mistakes:
    epoch = arrays.take(f"{prefix}mistakes.epoch", np.int64, (None,))
    size = len(epoch)
    return Mistakes(
        epoch=epoch,
        row=arrays.take(f"{prefix}mistakes.row", np.int64, (size,)),
        unit=arrays.take(f"{prefix}mistakes.unit", np.int64, (size,)),
        update=arrays.take(f"{prefix}mistakes.update", np.float64, (size,)),
        counts=arrays.take(f"{prefix}mistakes.counts", np.int64, (epochs, units)),
    )
