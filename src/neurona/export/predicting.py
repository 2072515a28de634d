"""Prediction in plain NumPy and float64: the reference that every export is tested against.

Written to be read. For a layer with weights W, biases b and the activation g, z = a W + b and
a = g(z); the mean of the networks' outputs becomes the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from neurona import autodiff
from neurona.data.frames import as_table, has_text_names, is_frame
from neurona.data.table import Table
from neurona.data.task import Task
from neurona.errors import IncompatibleError
from neurona.network import Vector

if TYPE_CHECKING:
    from neurona.export.source import Exportable, Layers, Sizes
    from neurona.inference.uncertainty import Uncertainty


def matrix(model: Exportable, X: Any) -> Vector:
    """Return rows as numbers, rows x features."""
    if model.preparation is None:
        rows = np.asarray(X, np.float64)
        if rows.ndim != 2 or rows.shape[1] != len(model.names):
            raise ValueError(
                f"X must be rows of {len(model.names)} inputs. Got the shape {rows.shape}."
            )
        return rows
    return model.preparation.transform(table_of(model, X), np.float64)


def table_of(model: Exportable, X: Any) -> Table:
    """Return X as a table with the columns' names of training; an array's go by position."""
    assert model.preparation is not None
    table, names = as_table(X, "X"), model.preparation.names
    named = isinstance(X, Table | Mapping) or (is_frame(X) and has_text_names(X))
    if named and all(name in table.columns for name in model.preparation.needed):
        return table
    if named:
        model.preparation.check_columns(table)
    if len(table.names) != len(names):
        raise ValueError(f"X must be rows of {len(names)} columns. Got {len(table.names)}.")
    return Table(dict(zip(names, table.columns.values(), strict=True)), "X", empty_rows=table.rows)


def through(network: Layers | Sizes, values: Vector, first: int = 0) -> Vector:
    """Return the outputs of a network, rows x outputs, from what goes into layer `first`."""
    with np.errstate(over="ignore"):
        for layer in network.layers[first:]:
            sums = values @ layer.weights + layer.biases
            values = layer.activation.expression(sums)
    return values


def mean_outputs(model: Exportable, X: Any) -> Vector:
    """Return the mean of the networks' outputs, rows x outputs."""
    rows = matrix(model, X)
    each = [through(network, rows) for network in model.networks]
    if model.counts_equally:
        mean: Vector = np.mean(each, axis=0)
        return mean
    return np.average(each, axis=0, weights=[network.share for network in model.networks])


def predict(model: Exportable, X: Any) -> Any:
    """Return quantities, classes, labels as 0 and 1, or the rows given back."""
    answers, outputs = model.answers, mean_outputs(model, X)
    if model.reconstruction is not None:
        return outputs if model.preparation is None else model.preparation.restore(outputs)
    if answers.task is Task.REGRESSION:
        if answers.scaling is not None:
            outputs = answers.scaling.back(outputs)
        return outputs[:, 0] if outputs.shape[1] == 1 else outputs
    if answers.task is Task.MULTILABEL:
        return (outputs > answers.threshold).astype(np.int64)
    assert answers.classes is not None
    if answers.task is Task.BINARY:
        codes = (outputs[:, 0] > answers.threshold).astype(np.intp)
        # with a single class it is that one
        return answers.classes[np.minimum(codes, len(answers.classes) - 1)]
    return answers.classes[outputs.argmax(axis=1)]


def predict_proba(model: Exportable, X: Any) -> Vector:
    """Return the probability of each class or label."""
    answers = model.answers
    if answers.task is Task.REGRESSION or not answers.probabilities:
        raise IncompatibleError(f"A {model.title} has no probabilities; use predict.")
    outputs = mean_outputs(model, X)
    if answers.task is Task.BINARY:
        if answers.classes is not None and len(answers.classes) == 1:
            return np.ones_like(outputs)
        outputs = np.hstack([1 - outputs, outputs])
    return outputs


def anomaly_score(model: Exportable, X: Any) -> Vector:
    """Return how unusual rows are."""
    if model.reconstruction is None:
        raise IncompatibleError(f"A {model.title} has no anomaly score; an autoencoder has.")
    rows = matrix(model, X)
    return model.reconstruction.reference.scores((rows - mean_outputs(model, X)) ** 2)


def predict_uncertainty(model: Exportable, X: Any) -> Uncertainty:
    """Return the mean and deviations of the mixture of the networks.

    With the derivatives J of an output by the weights and H = L L' (the posterior's factor), the
    weights give the variance |L^-1 J'|^2; the networks' means differ besides. Where errors on rows
    held out are known, these say it.
    """
    if not model.has_error_bars:
        raise IncompatibleError(f"This {model.title} knows nothing of its uncertainty.")
    scaling = model.answers.scaling
    found = _uncertainty(model, matrix(model, X))
    if scaling is None:
        return found
    from neurona.inference.in_units import in_units

    return in_units(found, scaling)


def _uncertainty(model: Exportable, rows: Vector) -> Uncertainty:
    """Return mean and deviations in the network's own units."""
    from neurona.inference.uncertainty import MeasuredUncertainty, Uncertainty

    found, errors = _of_weights(model, rows), model.measured
    if errors is None:
        return found
    sizes = np.ones_like(found.mean)
    if model.noise_scale is not None:
        known = model.sizes_by_inputs()
        both = np.hstack([rows, found.mean])[:, known.inputs]
        sizes = through(known, both)
    noise = np.sqrt(np.maximum((errors.spread * sizes) ** 2 - found.weights**2, 0))
    plain = Uncertainty(found.mean, noise, found.weights)
    return MeasuredUncertainty.with_errors(plain, errors, sizes)


def _of_weights(model: Exportable, rows: Vector) -> Uncertainty:
    """Return mean and deviations by what is believed of the weights; where errors are known, by
    how far the networks are apart.
    """
    from neurona.inference.uncertainty import Uncertainty

    if model.errors is not None:
        each = [through(network, rows) for network in model.networks]
        shares = [network.share for network in model.networks]
        mean = np.average(each, axis=0, weights=shares)
        between = np.average((np.array(each) - mean) ** 2, axis=0, weights=shares)
        return Uncertainty(mean, np.zeros_like(mean), np.sqrt(between))
    # SciPy is slow to import, and needed here alone
    import scipy.linalg

    means, noises, spreads = [], [], []
    for network in model.networks:
        known = network.posterior
        assert known is not None
        outputs, derivatives = outputs_and_derivatives(network, rows)
        flat = derivatives.reshape(-1, derivatives.shape[-1])
        spread = scipy.linalg.solve_triangular(known.factor, flat.T, lower=True)
        means.append(outputs)
        noises.append(known.noise)
        spreads.append((spread**2).sum(axis=0).reshape(outputs.shape))
    mean = np.mean(means, axis=0)
    noise = np.broadcast_to(np.sqrt(np.mean(noises, axis=0)), mean.shape)
    weights = np.sqrt(np.mean(spreads, axis=0) + np.var(means, axis=0))
    return Uncertainty(mean, noise, weights)


def outputs_and_derivatives(network: Layers, rows: Vector) -> tuple[Vector, Vector]:
    """Return outputs, and their derivatives by the weights: rows x outputs x (matrices, biases)."""
    values, back = [rows], []
    with np.errstate(over="ignore"):
        for layer in network.layers:
            both = autodiff.vector_jacobian_product(layer.activation.expression)
            value, pull = both(values[-1] @ layer.weights + layer.biases)
            values.append(value)
            back.append(pull)
    outputs = values[-1]
    found = np.empty((*outputs.shape, network.count))
    for output in range(outputs.shape[1]):
        arriving = np.zeros(outputs.shape)
        arriving[:, output] = 1
        matrices: list[Vector] = []
        biases: list[Vector] = []
        for k in reversed(range(len(network.layers))):
            errors = back[k](arriving)
            matrices.insert(0, np.einsum("ri,rj->rij", values[k], errors).reshape(len(rows), -1))
            biases.insert(0, errors)
            arriving = errors @ network.layers[k].weights.T
        found[:, output] = np.hstack([*matrices, *biases])
    return outputs, found
