"""trace: one training step of an estimator, number by number.

D. E. Rumelhart, G. E. Hinton, R. J. Williams, Learning representations by back-propagating errors,
Nature 323 (1986): with z = sum w a + b, a = g(z) and the error d = dE/dz,

    output          d = dE/da g'(z)
    layers below    d_j = g'(z_j) sum_k w_jk d_k
    weights         dE/dw_jk = a_j d_k,    dE/db_k = d_k

and the optimizer makes of the gradient a step.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import numpy as np

from neurona.estimators.next_step import NextStep, next_step
from neurona.tracing.backward import hidden_errors, output_errors
from neurona.tracing.parts import Forward, Trace, frozen
from neurona.tracing.passes import forward_pass, row_shares
from neurona.tracing.update import gradient_of, updates


def trace(
    model: Any,
    X: Any,
    y: Any,
    sample_weight: Any = None,
    *,
    classes: Any = None,
    learning_rate: float | None = None,
) -> Trace:
    """Return one training step of an estimator on some rows, in the three phases of
    backpropagation.

    The estimator is not changed. The step is the one that `partial_fit` would do next on these rows
    as one batch: from the weights, the learning rate and the optimizer's state where the last fit
    left them; an estimator that was not fitted draws its first weights. The rows are taken in the
    order given (`partial_fit` shuffles them, which matters to dropout only).

    Parameters
    ----------
    model : MLPRegressor, MLPClassifier, TableRegressor or TableClassifier
    X : as in the model's `fit`, or one row, flat
        For a table model also a dict of one value per column.
    y : as in the model's `fit`, or one target
    sample_weight : array-like of shape (rows,), default=None
    classes : array-like, default=None
        For a classifier that was not fitted: all classes that there will be.
    learning_rate : float, default=None
        Instead of the estimator's own.

    Returns
    -------
    trace : Trace

    Raises
    ------
    TypeError
        The model is none of those.
    ValueError
        What the model's own `fit` would refuse.

    Examples
    --------
    >>> import neurona
    >>> model = neurona.MLPRegressor(hidden_layer_sizes=(2,), solver="sgd", random_state=0)
    >>> model = model.partial_fit([[0.0, 1.0], [1.0, 0.0]], [1.0, 0.0])
    >>> step = neurona.trace(model, [1.0, 1.0], 1.0)
    >>> before = model.coefs_[1][0, 0]
    >>> bool(before == step.update[1].weights.old[0, 0])
    True
    >>> model = model.partial_fit([[1.0, 1.0]], [1.0])
    >>> bool(abs(model.coefs_[1] - step.update[1].weights.new).max() < 1e-15)
    True
    """
    if learning_rate is not None and not float(learning_rate) > 0:
        raise ValueError(f"learning_rate must be greater than 0. Got {learning_rate!r}.")
    found = next_step(model, X, y, sample_weight, classes)
    return trace_step(found, found.rate if learning_rate is None else float(learning_rate))


def trace_step(step: NextStep, rate: float) -> Trace:
    """Return the trace of a step with this learning rate."""
    network, rows = step.network, len(step.inputs)
    weights, _ = network.views(step.weights)
    shares = row_shares(step)
    # a network that diverges is shown as it is
    with np.errstate(all="ignore"):
        forward = forward_pass(step, step.weights, step.state.steps)
        of_outputs, row_losses = output_errors(step, forward[-1], shares)
        backward = [of_outputs]
        for k in range(network.n_layers - 1, 0, -1):
            arriving = backward[0].errors @ weights[k].T
            backward.insert(0, hidden_errors(network, k - 1, forward[k - 1], arriving))
        gradient = gradient_of(step, forward, [part.errors for part in backward])
        loss = float((shares * row_losses).sum())
        update, memory = updates(step, gradient, loss + gradient.penalty, rate)
        outputs = forward[-1].values
    back = (lambda a: a) if step.scaling is None else step.scaling.back
    options = {
        name: value
        for name, value in vars(step.regularisation).items()
        if name != "seed" and (any(value) if name == "dropout" else value)
    }
    return Trace(
        estimator=step.estimator,
        sizes=network.sizes,
        input_names=step.input_names,
        output_names=step.output_names,
        loss_function=step.loss,
        optimizer=step.optimizer,
        rate=rate,
        step=int(step.state.steps) + 1,
        inputs=frozen(step.inputs),
        targets=frozen(step.targets),
        row_shares=frozen(shares),
        row_losses=frozen(row_losses),
        loss=loss,
        penalty=gradient.penalty,
        gradient_norm=gradient.norm,
        forward=tuple(
            Forward(one.activation, frozen(one.sums), frozen(one.values), frozen(one.factors))
            for one in forward
        ),
        backward=tuple(backward),
        update=update,
        memory=memory,
        prediction=frozen(back(outputs).reshape(rows, -1)),
        truth=frozen(back(step.targets).reshape(rows, -1)),
        note="" if step.optimizer is not None else _not_shown(step),
        options=MappingProxyType(options),
    )


def _not_shown(step: NextStep) -> str:
    return (
        f"The solver {step.solver!r} moves the weights by all rows and its earlier steps together, "
        "not by one gradient: the new weights are not shown, forward, backward and gradient are."
    )
