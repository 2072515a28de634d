"""One linear unit that learns row by row: Rosenblatt's rule and the delta rule.

    sum      p = w x + b
    Perceptron   if y p <= 0:   w += eta y x,        b += eta y
    delta rule   always:        w += eta (y - p) x,  b += eta (y - p)

F. Rosenblatt, The perceptron, Psychological Review 65 (1958); B. Widrow and M. Hoff, Adaptive
switching circuits, IRE WESCON 4 (1960). Variants of the first: the average of all weights on the
way (Y. Freund and R. Schapire, Large margin classification using the perceptron algorithm, 1999),
and the pocket with ratchet (S. Gallant, Perceptron-based learning algorithms, 1990), which keeps
the weights that are right on most rows: of those with a longer run of right rows than any before,
and of those at the end of every epoch. The L1 penalty is the cumulative one of Y. Tsuruoka (2009);
the L2 penalty shrinks a factor that stands before the weights (L. Bottou, 2012).

The steps, their order and their rounding are those of scikit-learn's stochastic gradient descent.
The sum of a dense row is computed in vectors; where it comes so near to 0 that rounding could
decide, it is added up again in scikit-learn's order, so that both make the same mistakes.
"""

from __future__ import annotations

import numpy as np

from neurona.compiled.kernel import inlined, kernel, slow_entry, sum_kernel
from neurona.compiled.scalars import cast
from neurona.engine.unit_memory import (
    BEST_LOSS,
    BEST_RIGHT,
    BEST_RUN,
    BIAS,
    BIAS_SUM,
    DIVERGED,
    EPOCHS,
    FLAT,
    FLAT_EPOCHS,
    IDLE,
    KEPT,
    POCKET_BIAS,
    PULL,
    RUN,
    SCALE,
    SIZES,
    SQUARES,
    STATUS,
    STEPS,
)
from neurona.engine.xorshift import shuffle

LARGEST_ERROR = 1e12
"""The delta rule has left all bounds when a sum is as far from its target."""
TINY, TINY_SINGLE = 1e-9, 1e-6
"""Below this the factor before the weights is multiplied into them."""


@sum_kernel
def product(x, w):
    """Return the scalar product, added up in any order."""
    total = cast(0.0, w)
    for j in range(x.size):
        total += x[j] * w[j]
    return np.float64(total)


@kernel
def careful_product(x, w):
    """Return the scalar product, added up from the first to the last."""
    total = 0.0
    for j in range(x.size):
        total += np.float64(x[j] * w[j])
    return total


@kernel
def sparse_product(x, columns, w):
    """Return the scalar product of a sparse row."""
    total = 0.0
    for k in range(x.size):
        total += np.float64(x[k] * w[columns[k]])
    return total


@kernel
def add(x, w, factor):
    """Add a multiple of a dense row to the weights."""
    wide = np.float64(factor)
    for j in range(w.size):
        w[j] = cast(np.float64(w[j]) + np.float64(x[j]) * wide, w)


@kernel
def add_sparse(x, columns, w, factor):
    """Add a multiple of a sparse row; return by how much the squares and the sizes grew."""
    wide, squares, sizes = np.float64(factor), 0.0, 0.0
    for k in range(x.size):
        j = columns[k]
        before = np.float64(w[j])
        w[j] = cast(before + np.float64(x[k]) * wide, w)
        after = np.float64(w[j])
        squares += after * after - before * before
        sizes += abs(after) - abs(before)
    return squares, sizes


@sum_kernel
def norms_of(w):
    """Return the sum of squares and the sum of sizes."""
    squares, sizes = 0.0, 0.0
    for j in range(w.size):
        number = np.float64(w[j])
        squares += number * number
        sizes += abs(number)
    return squares, sizes


@kernel
def pull(w, pulled, j, scale, total):
    """Pull one weight towards 0 by what the penalty has come to and it has not had yet."""
    before = np.float64(w[j])
    after = before
    if scale * before > 0:
        after = max(0.0, before - (total + pulled[j]) / scale)
    elif scale * before < 0:
        after = min(0.0, before + (total - pulled[j]) / scale)
    w[j] = cast(after, w)
    pulled[j] += cast(scale * (np.float64(w[j]) - before), w)


@kernel
def all_finite(numbers):
    """Whether no number is nan or infinite."""
    finite = True
    for number in numbers:
        finite &= np.isfinite(number)
    return finite


@inlined
def sum_of(rows, w, state, i, guard):
    """Return the unit's sum for row i; `guard` is 0 where rounding may decide."""
    start, stop = rows.starts[i], rows.starts[i + 1]
    x, scale, bias = rows.values[start:stop], state[SCALE], state[BIAS]
    if rows.dense:
        p = product(x, w) * scale
        doubt = guard * rows.norms[i]
        if (p + bias) * (p + bias) <= doubt * doubt * state[SQUARES]:
            p = careful_product(x, w) * scale
    else:
        p = sparse_product(x, rows.indices[start:stop], w) * scale
    return np.float64(cast(p, w)) + bias


@kernel
def right_rows(rows, task, w, state):
    """Return the weight of the rows on the right side."""
    right = 0.0
    for i in range(task.targets.size):
        if not rows.held[i]:
            z = sum_of(rows, w, state, i, 0.0)
            if z * np.float64(task.targets[i]) > 0:
                right += np.float64(task.factors[i])
    return right


@kernel
def fill_pocket(rows, task, memory):
    """Put the weights into the pocket if they are right on more rows than those in it."""
    w, state = memory.weights, memory.state
    right = right_rows(rows, task, w, state)
    if right > state[BEST_RIGHT]:
        state[BEST_RUN], state[BEST_RIGHT] = state[RUN], right
        state[POCKET_BIAS] = state[BIAS]
        for j in range(w.size):
            memory.pocket[j] = w[j] * cast(state[SCALE], w)


@kernel
def add_row(rows, w, state, i, update, bias_rate):
    """Add a multiple of row i to the weights and to the bias."""
    start, stop = rows.starts[i], rows.starts[i + 1]
    x, scale = rows.values[start:stop], state[SCALE]
    factor = cast(update, w) / cast(scale, w)
    if rows.dense:
        add(x, w, factor)
        squares, sizes = norms_of(w)
    else:
        squares, sizes = add_sparse(x, rows.indices[start:stop], w, factor)
        squares += state[SQUARES] / (scale * scale)
        sizes += state[SIZES] / scale
    state[SQUARES] = max(squares, 0.0) * scale * scale
    state[SIZES] = sizes * scale
    state[BIAS] += update * bias_rate


@kernel
def remember(rows, sums, state, i, update, bias_rate):
    """Add an update, times the rows before it, to the sums that the average is made of."""
    factor = state[STEPS] * update
    start, stop = rows.starts[i], rows.starts[i + 1]
    if rows.dense:
        add(rows.values[start:stop], sums, factor)
    else:
        add_sparse(rows.values[start:stop], rows.indices[start:stop], sums, factor)
    state[BIAS_SUM] += factor * bias_rate


@kernel
def pull_row(rows, w, pulls, state, i):
    """Let the L1 penalty pull the weights of a row's inputs."""
    start = rows.starts[i]
    for k in range(start, rows.starts[i + 1]):
        j = k - start if rows.dense else np.int64(rows.indices[k])
        pull(w, pulls, j, state[SCALE], state[PULL])


@kernel
def shrink(w, state, by):
    """Let the L2 penalty shrink the weights."""
    state[SCALE] = np.float64(cast(state[SCALE], w) * cast(by, w))
    state[SQUARES] *= by * by
    state[SIZES] *= by
    if state[SCALE] < (TINY if w.itemsize == 8 else TINY_SINGLE):
        factor = cast(state[SCALE], w)
        for j in range(w.size):
            w[j] *= factor
        state[SCALE] = 1.0


@inlined
def learn_row(rows, task, memory, rule, i, p, y):
    """Learn from row i, whose sum is p and target y; return its loss."""
    w, state = memory.weights, memory.state
    mistake = y * p <= 0
    if rule.delta:
        loss = 0.5 * (p - y) * (p - y) * np.float64(task.factors[i])
        update = -rule.eta * (p - y)
        if not abs(p - y) <= LARGEST_ERROR:
            state[STATUS] = DIVERGED
    else:
        loss, update = (-y * p if mistake else 0.0), (rule.eta * y if mistake else 0.0)
    update *= np.float64(task.factors[i])
    if rule.pockets:
        if mistake:
            if state[RUN] > state[BEST_RUN]:
                fill_pocket(rows, task, memory)
            state[RUN] = 0.0
        else:
            state[RUN] += np.float64(task.factors[i])
    if rule.shrinks or rule.pulls:
        share = 1.0 - rule.l1_ratio
        loss += rule.alpha * (share * 0.5 * state[SQUARES] + rule.l1_ratio * state[SIZES])
    if rule.shrinks:
        by = np.float64(cast(max(0.0, 1.0 - (1.0 - rule.l1_ratio) * rule.eta * rule.alpha), w))
        shrink(w, state, by)
    if update != 0.0:
        add_row(rows, w, state, i, update, rule.bias_rate)
        if rule.averages:
            remember(rows, memory.sums, state, i, update, rule.bias_rate)
    if rule.pulls:
        state[PULL] += rule.l1_ratio * rule.eta * rule.alpha
        pull_row(rows, w, memory.pulls, state, i)
    if mistake and not rule.delta and state[KEPT] < memory.kept_updates.size:
        kept = np.int64(state[KEPT])
        memory.kept_rows[2 * kept] = np.int64(state[EPOCHS]) + 1
        memory.kept_rows[2 * kept + 1] = i
        memory.kept_updates[kept] = update
        state[KEPT] += 1.0
    return loss


@inlined
def learn_epoch(rows, task, memory, rule):
    """Learn from all rows once; return the sum of their losses and the number of mistakes."""
    w, state, order = memory.weights, memory.state, memory.order
    loss, mistakes = 0.0, np.int64(0)
    every_row = rule.delta or rule.pockets or rule.shrinks or rule.pulls
    for k in range(order.size):
        i = order[k]
        if rows.held[i]:
            continue
        p = sum_of(rows, w, state, i, rule.guard)
        y = np.float64(task.targets[i])
        mistake = y * p <= 0
        mistakes += np.int64(mistake)
        if mistake or every_row:
            loss += learn_row(rows, task, memory, rule, i, p, y)
        state[STEPS] += 1.0
    return loss, mistakes


@slow_entry
def learn(rows, task, memory, rule, trained, epochs):
    """Learn for up to `epochs` epochs from the rows that are not put aside.

    `trained` is their number; for the delta rule their weight, as each loss has its row's. The
    Perceptron's losses are not weighted, as scikit-learn's are not.
    """
    state = memory.state
    for epoch in range(epochs):
        loss, mistakes = 0.0, np.int64(0)
        if state[STATUS] == IDLE:
            state[STEPS] += trained
        else:
            if rule.shuffles:
                shuffle(memory.order, rule.seed)
            loss, mistakes = learn_epoch(rows, task, memory, rule)
            if not (np.isfinite(state[BIAS]) and all_finite(memory.weights)):
                state[STATUS] = DIVERGED
            elif mistakes == 0 and not (rule.delta or rule.shrinks or rule.pulls):
                state[STATUS] = IDLE
            if rule.pockets:
                fill_pocket(rows, task, memory)
        state[EPOCHS] += 1.0
        memory.losses[epoch] = loss / trained
        memory.mistakes[epoch] = mistakes
        if state[STATUS] == DIVERGED:
            return
        if rule.watches_loss:
            flat = loss / trained > state[BEST_LOSS] - rule.tol
            state[FLAT_EPOCHS] = state[FLAT_EPOCHS] + 1.0 if flat else 0.0
            state[BEST_LOSS] = min(state[BEST_LOSS], loss / trained)
            if state[FLAT_EPOCHS] >= rule.patience:
                state[STATUS] = FLAT
                return
