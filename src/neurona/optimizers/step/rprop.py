"""Rprop: only the signs of the gradient count; a step size per weight grows while the sign stays.

iRprop+ of C. Igel and M. Huesken, Proc. NC 2000: where a sign changes, the step shrinks, the weight
goes back if the loss grew, and the gradient counts as 0 next time. Without a known loss (nan)
nothing goes back: iRprop-. The learning rate is the first step size. The sign of a mini-batch's
gradient is noise, so Rprop wants the full batch.
"""

from __future__ import annotations

from dataclasses import dataclass

from neurona.compiled.scalars import cast, view
from neurona.optimizers.base import OPTIMIZERS, StepOptimizer
from neurona.values import option


@OPTIMIZERS.register("rprop")
@dataclass(frozen=True)
class Rprop(StepOptimizer):
    """Resilient backpropagation, improved, with weight backtracking (iRprop+)."""

    full_batch, uses_loss = True, True
    eta_plus: float = option(1.2, 1, closed="neither")
    eta_minus: float = option(0.5, 0, 1, "neither")
    step_min: float = option(1e-6, 0)
    step_max: float = option(50.0, 0, closed="neither")

    def state_names(self) -> tuple[str, ...]:
        """Return the names of last gradient, step size and last move."""
        return ("last_gradient", "step_size", "last_move")

    @staticmethod
    def update(weights, gradient, state, memory, size, options, rate, step, loss):
        """Move the weights."""
        w, g, given, last_loss = (
            view(weights, size),
            view(gradient, size),
            view(options, 4),
            view(memory, 1),
        )
        all_state = view(state, 3 * size)
        last, sizes, moves = all_state[:size], all_state[size : 2 * size], all_state[2 * size :]
        grow, shrink = cast(given[0], w), cast(given[1], w)
        smallest, largest, zero = cast(given[2], w), cast(given[3], w), cast(0.0, w)
        if step == 1:
            sizes[:] = cast(rate, w)
        worse = step > 1 and loss > last_loss[0]
        for i in range(size):
            # read first, and chosen, not branched to: only so does the loop vectorise everywhere
            slope, taken, moved = g[i], sizes[i], moves[i]
            same = last[i] * slope
            longer, shorter = min(taken * grow, largest), max(taken * shrink, smallest)
            length = longer if same > zero else (shorter if same < zero else taken)
            onward = -length if slope > zero else (length if slope < zero else zero)
            turned = same < zero
            back = -moved if worse else zero
            w[i] += back if turned else onward
            sizes[i] = length
            moves[i] = zero if turned else onward
            last[i] = zero if turned else slope
        last_loss[0] = loss
