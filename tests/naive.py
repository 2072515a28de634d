"""Slow, obvious Python: the papers' formulas, one weight at a time, as oracles for the kernels.

An optimizer takes one weight, its gradients over time and as many rates, and returns the
weight after every step.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special


def sgd(w, gradients, rates, momentum=0.0, nesterov=False, rate_in_velocity=True, decay=0.0):
    """Sutskever et al. 2013, eq. 1-4; or PyTorch's velocity of plain gradients."""
    path, v = [], 0.0
    for g, rate in zip(gradients, rates, strict=True):
        g += decay * w
        if rate_in_velocity:
            v = momentum * v - rate * g
            w += momentum * v - rate * g if nesterov else v
        else:
            v = momentum * v + g
            w -= rate * (g + momentum * v if nesterov else v)
        path.append(w)
    return path


def adagrad(w, gradients, rates, epsilon=1e-8, initial=0.0, inside=False, decay=0.0):
    path, total = [], initial
    for g, rate in zip(gradients, rates, strict=True):
        g += decay * w
        total += g**2
        bottom = math.sqrt(total + epsilon) if inside else math.sqrt(total) + epsilon
        w -= rate * g / bottom
        path.append(w)
    return path


def rmsprop(
    w,
    gradients,
    rates,
    rho=0.9,
    momentum=0.0,
    centered=False,
    epsilon=1e-8,
    inside=False,
    decay=0.0,
):
    """Graves 2013, eq. 38-41: n, g-bar, Delta."""
    path, n, mean, delta = [], 0.0, 0.0, 0.0
    for g, rate in zip(gradients, rates, strict=True):
        g += decay * w
        n = rho * n + (1 - rho) * g**2
        mean = rho * mean + (1 - rho) * g if centered else 0.0
        under = max(n - mean**2, 0.0)
        bottom = math.sqrt(under + epsilon) if inside else math.sqrt(under) + epsilon
        delta = momentum * delta - rate * g / bottom
        w += delta
        path.append(w)
    return path


def adam(
    w, gradients, rates, beta1=0.9, beta2=0.999, epsilon=1e-8, amsgrad=False, epsilon_hat=False,
    decay=0.0, decoupled=0.0,
):  # fmt: skip
    """Kingma and Ba 2015, Algorithm 1 (`epsilon_hat`: the end of section 2)."""
    path, m, v, most = [], 0.0, 0.0, 0.0
    for t, (g, rate) in enumerate(zip(gradients, rates, strict=True), 1):
        g += decay * w
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        most = max(most, v)
        used = most if amsgrad else v
        if epsilon_hat:
            alpha = rate * math.sqrt(1 - beta2**t) / (1 - beta1**t)
            move = alpha * m / (math.sqrt(used) + epsilon)
        else:
            m_hat, v_hat = m / (1 - beta1**t), used / (1 - beta2**t)
            move = rate * m_hat / (math.sqrt(v_hat) + epsilon)
        w = w - rate * decoupled * w - move
        path.append(w)
    return path


def adamw(w, gradients, rates, decay=0.01, **options):
    """Loshchilov and Hutter 2019, Algorithm 2, with alpha in the schedule multiplier's place."""
    return adam(w, gradients, rates, decoupled=decay, **options)


def nadam(
    w, gradients, rates, beta1=0.9, beta2=0.999, epsilon=1e-8, momentum_decay=0.004, decay=0.0
):
    """Dozat 2016: the products of mu run from 1 to t and to t + 1."""

    def mu(t):
        return beta1 * (1 - 0.5 * 0.96 ** (t * momentum_decay))

    path, m, v = [], 0.0, 0.0
    for t, (g, rate) in enumerate(zip(gradients, rates, strict=True), 1):
        g += decay * w
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        now = math.prod(mu(i) for i in range(1, t + 1))
        after = math.prod(mu(i) for i in range(1, t + 2))
        m_hat = mu(t + 1) * m / (1 - after) + (1 - mu(t)) * g / (1 - now)
        v_hat = v / (1 - beta2**t)
        w -= rate * m_hat / (math.sqrt(v_hat) + epsilon)
        path.append(w)
    return path


def adamax(w, gradients, rates, beta1=0.9, beta2=0.999, epsilon=0.0, decay=0.0):
    """Kingma and Ba 2015, Algorithm 2."""
    path, m, u = [], 0.0, 0.0
    for t, (g, rate) in enumerate(zip(gradients, rates, strict=True), 1):
        g += decay * w
        m = beta1 * m + (1 - beta1) * g
        u = max(beta2 * u, abs(g))
        w -= rate / (1 - beta1**t) * m / (u + epsilon)
        path.append(w)
    return path


def adadelta(w, gradients, rates, rho=0.95, epsilon=1e-6, decay=0.0):
    """Zeiler 2012, Algorithm 1."""
    path, of_gradient, of_move = [], 0.0, 0.0
    for g, rate in zip(gradients, rates, strict=True):
        g += decay * w
        of_gradient = rho * of_gradient + (1 - rho) * g**2
        move = -math.sqrt(of_move + epsilon) / math.sqrt(of_gradient + epsilon) * g
        of_move = rho * of_move + (1 - rho) * move**2
        w += rate * move
        path.append(w)
    return path


def lion(w, gradients, rates, beta1=0.9, beta2=0.99, decay=0.0):
    """Chen et al. 2023, Algorithm 2."""
    path, m = [], 0.0
    for g, rate in zip(gradients, rates, strict=True):
        c = beta1 * m + (1 - beta1) * g
        sign = (c > 0) - (c < 0)
        w -= rate * (sign + decay * w)
        m = beta2 * m + (1 - beta2) * g
        path.append(w)
    return path


def rprop(
    w, gradients, rates, losses=None, eta_plus=1.2, eta_minus=0.5, step_min=1e-6, step_max=50.0
):
    """Igel and Huesken 2000: iRprop+, or without losses iRprop-; the first rate is the step."""
    path, size, before, move = [], rates[0], 0.0, 0.0
    for t, g in enumerate(gradients):
        if before * g > 0:
            size = min(size * eta_plus, step_max)
        elif before * g < 0:
            size = max(size * eta_minus, step_min)
            if losses is not None and losses[t] > losses[t - 1]:
                w -= move
            g = 0.0
        move = -((g > 0) - (g < 0)) * size
        w += move
        before = g
        path.append(w)
    return path


ACTIVATIONS: dict[str, Any] = {
    "identity": lambda z: z,
    "logistic": special.expit,
    "bounded": special.expit,
    "tanh": np.tanh,
    "exp": np.exp,
    "relu": lambda z: np.maximum(z, 0),
    "leaky_relu": lambda z: np.where(z > 0, z, 0.01 * z),
    "elu": lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))),
    "selu": lambda z: 1.0507009873554805 * np.where(z > 0, z, 1.6732632423543772 * np.expm1(z)),
    "gelu": lambda z: z * special.ndtr(z),
    "silu": lambda z: z * special.expit(z),
    "softplus": lambda z: np.logaddexp(0, z),
    "mish": lambda z: z * np.tanh(np.logaddexp(0, z)),
    "softmax": lambda z: special.softmax(z, axis=1),
    "step": lambda z: (z > 0) * 1.0,
}

LOSSES: dict[str, Any] = {
    "squared_error": lambda t, p: (p - t) ** 2 / 2,
    "absolute_error": lambda t, p: abs(p - t),
    "huber": lambda t, p: special.huber(1.0, p - t),
    "log_cosh": lambda t, p: np.log(np.cosh(p - t)),
    "quantile": lambda t, p: abs(p - t) / 2,
    "poisson": lambda t, p: special.kl_div(t, p),
    "binary_cross_entropy": lambda t, p: -special.xlogy(t, p) - special.xlogy(1 - t, 1 - p),
    "categorical_cross_entropy": lambda t, p: -special.xlogy(t, p),
}


def forward(names, matrices, biases, X):
    """The outputs of a network, by matrix products."""
    values = X
    for name, weights, bias in zip(names, matrices, biases, strict=True):
        values = ACTIVATIONS[name](values @ weights + bias)
    return values


def mean_loss(loss, targets, outputs, row_weights=None):
    """The mean over the rows, by their weights, of the sum over the outputs."""
    return np.average(LOSSES[loss](targets, outputs).sum(axis=1), weights=row_weights)


def difference_gradient(function, point, step=1e-6):
    """Central differences in every direction."""
    gradient = []
    for k in range(point.size):
        shift = np.zeros(point.size)
        shift[k] = step
        gradient.append((function(point + shift) - function(point - shift)) / (2 * step))
    return np.array(gradient)
