"""exportable: the exportable model of whatever holds a trained network."""

from __future__ import annotations

import os
from typing import Any

from neurona.export.learned import of_fitted, of_fitted_table
from neurona.export.neurons import corners, is_of_neurons, of_neurons
from neurona.export.predicting import matrix, table_of
from neurona.export.source import Exportable
from neurona.inference.learned import Fitted, FittedTable
from neurona.inference.predictors import NetworkPredictor, TablePredictor


def exportable(model: Any) -> Exportable:
    """Return a fitted model as plain data: all that answers to rows need.

    Parameters
    ----------
    model : estimator, Fitted, FittedTable, predictor, neuron, path, or Exportable
        A fitted estimator of neurona; what one has learned (`neurona.inference.learned`); what
        `neurona.files.predictors.load_predictor` returns; a neuron or network of gates; or the
        path of a model file, which is read without scikit-learn where that is possible.

    Returns
    -------
    model : Exportable
        It predicts in plain NumPy: `predict`, `predict_proba`, `predict_uncertainty`,
        `anomaly_score`.

    Raises
    ------
    TypeError
        It is none of these.
    NotFittedError
        There are no weights yet.
    FormatError
        The file is not one of neurona's models.

    Examples
    --------
    >>> import neurona
    >>> model = neurona.Perceptron().fit([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 0, 0, 1])
    >>> found = neurona.export.exportable(model)
    >>> found.title, found.names, found.networks[0].sizes
    ('Perceptron', ('x1', 'x2'), (2, 1))
    """
    if isinstance(model, Exportable):
        return model
    if isinstance(model, Fitted):
        return of_fitted(model)
    if isinstance(model, FittedTable):
        return of_fitted_table(model)
    if isinstance(model, NetworkPredictor | TablePredictor):
        return exportable(model.fitted)
    if isinstance(model, str | os.PathLike):
        return _of_file(model)
    if is_of_neurons(model):
        return of_neurons(model)
    # estimators bring scikit-learn, a second to import
    from neurona.export.estimators import of_estimator

    return of_estimator(model)


def _of_file(path: str | os.PathLike[str]) -> Exportable:
    from neurona.files.predictors import load_predictor

    found = load_predictor(path)
    if found is None:
        raise ValueError(f"The model in {os.fspath(path)!r} is not fitted; fit it and save it.")
    return exportable(found)


def rows_of(model: Any, found: Exportable, X: Any) -> Any:
    """Return rows as `found` takes them: a Table for a table's model, else a matrix of float64.

    Of an estimator, rows are refused as its `predict` refuses them.
    """
    plain = (Exportable, Fitted, FittedTable, NetworkPredictor, TablePredictor, str, os.PathLike)
    if not isinstance(model, plain) and not is_of_neurons(model):
        from neurona.export.estimators import checked_rows

        return checked_rows(model, X)
    if found.preparation is None:
        return matrix(found, X)
    table = table_of(found, X)
    found.preparation.transform(table)
    return table


def usual_rows(model: Any) -> Any:
    """Return the rows that show a neuron or a network of gates; None for anything else."""
    return corners(len(of_neurons(model).names)) if is_of_neurons(model) else None


def targets_of(model: Any, X: Any, y: Any) -> list[float]:
    """Return the targets of the first row, in the user's units; `y` are those of X."""
    from neurona.export.estimators import first_targets

    return first_targets(model, X, y)
