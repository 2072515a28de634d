"""A second engine, the slow twin: NumPy's matrix products around the registered formulas.

It shares with the compiled engine what stands on both sides of the seam (the layout of the flat
weights, the members of activations, losses and optimizers) and nothing of how an epoch is computed.
"""

from __future__ import annotations

import math

import numpy as np

from neurona.compiled import members
from neurona.compiled.callbacks import reraise
from neurona.network import FIRST_WEIGHT, LAST_WEIGHT
from neurona.optimizers.state import MEMORY, OptimizerState
from neurona.tracing.passes import activate, chain, dropout_factors, penalties
from neurona.training.engine import LOSS_SUM, NORM_SUM, ROWS, STEPS, TOTALS
from neurona.training.memory import DOUBLE, refuse_memory
from neurona.training.rows import dense_inputs, make_table


def quiet(method):
    """Overflow as the kernels do: without a warning."""
    return np.errstate(all="ignore")(method)


class NumpyEngine:
    name = "numpy"

    def bind(self, task):
        return NumpySession(*task)

    def answerer(self, network, weights, rows):
        return NumpyAnswerer(network, weights)


class NumpyAnswerer:
    def __init__(self, network, weights):
        self.network, self.weights = network, weights

    @quiet
    def predict(self, X):
        inputs = dense_inputs(make_table(X, None, None, self.network.dtype))
        return forward(self.network, self.weights, inputs)[-1].values


class Layer:
    """What one layer has going forward: its inputs, sums, values, slopes and dropout's factors."""

    def __init__(self, activation, inputs, sums):
        self.activation, self.inputs, self.sums = activation, inputs, sums
        self.values, self.slopes = activate(activation, sums)
        self.factors = None

    def drop(self, factors):
        self.factors = factors
        self.values = self.values * factors


def forward(network, weights, inputs, rates=(), seed=0, step=0):
    layers = []
    for k, (activation, matrix, bias) in enumerate(
        zip(network.activations, *network.views(weights), strict=True)
    ):
        # not a product of BLAS: a row's answer must not depend on its neighbours
        sums = np.einsum("ij,jk->ik", inputs, matrix) + bias
        layers.append(Layer(activation, inputs, sums))
        if rates and rates[k] > 0:
            layers[-1].drop(dropout_factors(len(inputs), network, k, rates[k], seed, step))
        inputs = layers[-1].values
    return layers


class NumpySession:
    threads = 1
    curved = True

    def __init__(
        self, network, loss, optimizer, table, batch, regularisation, n_threads, second_order
    ):
        self.network, self.given_loss, self.optimizer = network, loss, optimizer
        self.table, self.batch, self.rules = table, batch, regularisation
        self.member, self.on_sums = loss.member(network.activations[-1])
        self.inputs = dense_inputs(table)
        self.weights = np.zeros(network.size, network.dtype)
        self.optimizing = OptimizerState.fresh(optimizer, network)
        self.chunks = network.strips()[1]
        self.mark()

    def set_weights(self, weights):
        self.weights[:] = weights
        self.network.tie(self.weights)

    def optimizer_state(self):
        return self.optimizing.state, self.optimizing.memory

    def set_optimizer_state(self, state, memory):
        self.optimizing.state[:], self.optimizing.memory[:] = state, memory

    def rows_changed(self):
        self.inputs = dense_inputs(self.table)

    def mark(self):
        self.marked = self.weights.copy(), self.optimizing.copy()

    def back(self):
        weights, state = self.marked
        self.weights[:] = weights
        self.set_optimizer_state(state.state, state.memory)

    def close(self):
        pass

    # -- one batch

    def row_weights(self, table, rows):
        if table.weights.size:
            return table.weights[rows]
        return np.ones(len(rows), self.network.dtype)

    def penalties(self, layer, targets):
        """The penalty of every row, and the errors of the sums (of one row each)."""
        outputs = layer.sums if self.on_sums else layer.values
        each, slopes = penalties(
            self.member, self.given_loss, np.ascontiguousarray(outputs), targets
        )
        reraise(self.member)
        errors = slopes if self.on_sums else chain(layer.activation, layer.slopes, slopes)
        return each.astype(np.float64).sum(axis=1), errors

    def gradient(self, rows, step):
        """Loss, its penalty and the flat gradient of a batch, clipped by value."""
        network, rules = self.network, self.rules
        weights = self.row_weights(self.table, rows)
        total = float(weights.sum(dtype=np.float64))
        scale = 1.0 / total if total > 0 else 0.0
        layers = forward(network, self.weights, self.inputs[rows], rules.dropout, rules.seed, step)
        each, errors = self.penalties(layers[-1], np.ascontiguousarray(self.table.targets[rows]))
        loss = float((each * weights).sum() * scale)
        errors = errors * (weights * network.dtype.type(scale))[:, None]
        gradient = self.backward(layers, errors)
        penalty = self.penalise(gradient, scale)
        if rules.clip_value > 0:
            np.clip(gradient, -rules.clip_value, rules.clip_value, out=gradient)
        return loss, penalty, gradient

    def backward(self, layers, errors):
        network = self.network
        flat = np.zeros(network.size, network.dtype)
        found, biases = network.views(flat)
        matrices, _ = network.views(self.weights)
        for k in reversed(range(len(layers))):
            found[k][...] = layers[k].inputs.T @ errors
            biases[k][...] = errors.sum(axis=0)
            if k:
                errors, below = errors @ matrices[k].T, layers[k - 1]
                if below.factors is not None:
                    errors = errors * below.factors
                errors = chain(below.activation, below.slopes, errors)
        for k in range(network.n_layers):
            if network.is_mirror(k):
                found[network.twin(k)][...] += found[k].T
                found[k][...] = 0
        return flat

    def penalise(self, gradient, scale):
        rules, penalty = self.rules, 0.0
        found, (matrices, _) = self.network.views(gradient)[0], self.network.views(self.weights)
        for k, (slope, matrix) in enumerate(zip(found, matrices, strict=True)):
            if not self.network.is_mirror(k):
                slope += self.network.dtype.type(scale) * (
                    rules.l2 * matrix + rules.l1 * np.sign(matrix)
                )
                squares, sizes = float((matrix**2).sum()), float(np.abs(matrix).sum())
                penalty += (0.5 * rules.l2 * squares + rules.l1 * sizes) * scale
        return penalty

    # -- what the seam asks

    @quiet
    def train(self, order, rates, first_step, totals):
        rules, step = self.rules, 0
        uses_loss = self.optimizer is not None and self.optimizer.uses_loss
        for begin in range(0, order.size, self.batch):
            rows = order[begin : begin + self.batch]
            loss, penalty, gradient = self.gradient(rows, first_step + step)
            if not math.isfinite(loss):
                return step
            squares = float(gradient.astype(np.float64) @ gradient.astype(np.float64))
            norm = math.sqrt(squares) if squares >= 0 else math.nan
            if 0 < rules.clip_norm < norm:
                gradient *= self.network.dtype.type(rules.clip_norm / norm)
            if self.optimizer is not None:
                whole = loss + penalty if rules.clip_norm > 0 or uses_loss else loss
                self.update(gradient, rates[step], first_step + step + 1, whole)
            if not math.isfinite(squares):
                return step
            totals[LOSS_SUM] += (loss + penalty) * len(rows)
            totals[ROWS] += len(rows)
            totals[NORM_SUM] += norm
            totals[STEPS] += 1
            step += 1
        self.last_gradient = gradient if order.size else np.zeros_like(self.weights)
        return step

    def update(self, gradient, rate, step, loss):
        where = members.address(self.optimizer.update, members.UPDATE, self.network.dtype)
        slots, options = len(self.optimizer.state_names()), self.optimizer.options()
        state, memory = self.optimizer_state()
        for c, chunk in enumerate(self.chunks):
            start, end = int(chunk[FIRST_WEIGHT]), int(chunk[LAST_WEIGHT])
            members.call(
                where, members.UPDATE, self.weights[start:end], gradient[start:end],
                state[slots * start : slots * end] if slots else np.zeros(1, state.dtype),
                memory[MEMORY * c : MEMORY * (c + 1)], end - start, options, rate, step, loss,
            )  # fmt: skip
        self.network.tie(self.weights)

    @quiet
    def evaluate(self, table, rows):
        layers = forward(self.network, self.weights, dense_inputs(table)[:rows])
        each, _ = self.penalties(layers[-1], np.ascontiguousarray(table.targets[:rows]))
        weights = self.row_weights(table, np.arange(rows))
        total = float(weights.sum())
        return layers[-1].values, float((each * weights).sum() / total) if total > 0 else math.nan

    def loss(self):
        return self.evaluate(self.table, len(self.table.targets))[1]

    @quiet
    def value_and_gradient(self, order):
        totals = np.zeros(TOTALS)
        if not self.train(order, np.zeros(1), 0, totals):
            return math.inf, np.zeros_like(self.weights)
        return float(totals[LOSS_SUM] / totals[ROWS]), self.last_gradient

    @quiet
    def curvature(self, by_rows, memory):
        size = self.network.n_parameters
        derivatives = self.batch * self.network.sizes[-1]
        needed = DOUBLE * (2 * derivatives * size if by_rows else 3 * size**2)
        refuse_memory(self.network, self.batch, needed, memory)
        return NumpyCurvature(self)


class NumpyCurvature:
    """A row of derivatives per row and output, by one backward pass each."""

    def __init__(self, session):
        self.session = session

    def matrix(self):
        loss, gradient, jacobian = self.jacobian()
        return loss, gradient, jacobian.T @ jacobian

    @quiet
    def jacobian(self):
        session, network = self.session, self.session.network
        rows = np.arange(session.batch)
        weights = session.row_weights(session.table, rows)
        total = float(weights.sum(dtype=np.float64))
        scale = 1.0 / total if total > 0 else 0.0
        layers = forward(network, session.weights, session.inputs)
        last, targets = layers[-1], np.ascontiguousarray(session.table.targets)
        each, errors = session.penalties(last, targets)
        gradient = session.backward(layers, errors * (weights * scale)[:, None])
        outputs = network.sizes[-1]
        found = np.zeros((len(rows), outputs, network.n_parameters))
        for output in range(outputs):
            seeds = self.seeds(last, targets, output) * np.sqrt(scale * weights)[:, None]
            self.expand(layers, seeds, found[:, output])
        return (
            float((each * weights).sum() * scale),
            network.parameters(gradient),
            found.reshape(-1, network.n_parameters),
        )

    def seeds(self, last, targets, output):
        session = self.session
        member = session.given_loss.seeds(session.network.activations[-1])
        where = members.address(member, members.SEED, session.network.dtype)
        values = np.ascontiguousarray(last.sums if session.on_sums else last.values)
        found = np.zeros_like(values)
        members.call(
            where, members.SEED, values, targets, found, output, *values.shape,
            session.given_loss.options(),
        )  # fmt: skip
        return found if session.on_sums else chain(last.activation, last.slopes, found)

    def expand(self, layers, errors, rows):
        """Carry one seed of every row back, and fill in the rows of derivatives."""
        network = self.session.network
        matrices, _ = network.views(self.session.weights)
        places, biases = network.parameter_places()
        for k in reversed(range(len(layers))):
            n, m = matrices[k].shape
            each = layers[k].inputs[:, :, None] * errors[:, None, :]
            if network.is_mirror(k):
                each = each.transpose(0, 2, 1)
            rows[:, places[k] : places[k] + n * m] += each.reshape(len(each), -1)
            rows[:, biases[k] : biases[k] + m] = errors
            if k:
                below = layers[k - 1]
                errors = chain(below.activation, below.slopes, errors @ matrices[k].T)
