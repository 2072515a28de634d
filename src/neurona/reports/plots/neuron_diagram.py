"""One neuron: inputs, weights, the live sum, the activation, the output."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from neurona.numerics.activations import Activation
from neurona.numerics.evaluate import evaluate
from neurona.reports.plots.canvas import INK, axes_for, bare, need
from neurona.reports.plots.named import activation_named
from neurona.reports.plots.signed import draw_edges, number, sign_legend
from neurona.reports.subject import is_model, unit_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FIRST, BODY, LAST = 0.0, 3.2, 5.2
RADIUS, BODY_RADIUS = 0.34, 0.62


def neuron(
    weights: Any,
    bias: float | None = None,
    *,
    threshold: float | None = None,
    activation: str | Activation | None = None,
    inputs: Any = None,
    input_names: Sequence[str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a neuron, y = g(w'x + b), or in its older form y = g(w'x - theta).

    Parameters
    ----------
    weights : fitted model of one unit, or array-like of shape (inputs,)
    bias : float, default=None
        Drawn as the weight of an input that is always 1.
    threshold : float, default=None
        The other form; give one of the two.
    activation : str or Activation, default=None
        None is the model's own, else "step"; words of other tools, such as "sigmoid", are taken.
    inputs : array-like of shape (inputs,), default=None
        With them the sum and the output are computed and written into the drawing.
    input_names : sequence of str, default=None
        None is the model's own, else x1, x2, ...
    ax : Axes, default=None

    Returns
    -------
    Axes

    Examples
    --------
    >>> from neurona.reports import plots
    >>> ax = plots.neuron([1.0, 1.0], threshold=1.5, inputs=[1, 1])
    >>> "sum = 2" in [text.get_text() for text in ax.texts]
    True
    """
    if is_model(weights):
        unit = unit_of(weights)
        activation = unit.activation if activation is None else activation
        input_names = unit.input_names if input_names is None else input_names
        weights, bias = unit.matrices[0][:, 0], float(unit.biases[0][0])
    weights = np.atleast_1d(np.asarray(weights, np.float64))
    found = activation_named("step" if activation is None else activation)
    names = list(input_names or (f"$x_{{{k + 1}}}$" for k in range(weights.size)))
    given = None if inputs is None else np.atleast_1d(np.asarray(inputs, np.float64))
    _check(weights, bias, threshold, names, given)
    strengths = weights if bias is None else np.append(weights, bias)
    heights = _heights(strengths.size)
    ax = axes_for(ax, (6.4, 1.4 + 0.62 * strengths.size))
    ends = [_between_circles(y) for y in heights]
    draw_edges(ax, ends, strengths)
    for (left, right), weight in zip(ends, strengths, strict=True):
        x, y = np.array(left) * 0.62 + np.array(right) * 0.38
        _label(ax, x, y, number(weight), 10)
    for k, y in enumerate(heights):
        always = k >= weights.size
        _circle(ax, FIRST, y, RADIUS, "#eeeeee" if always else "white")
        ax.text(FIRST, y, "1" if always else names[k], ha="center", va="center", fontsize=10)
        note = "bias" if always else "" if given is None else f"= {number(given[k])}"
        if note:
            ax.text(FIRST - RADIUS - 0.12, y, note, ha="right", va="center", color=INK, fontsize=10)
    _body(ax, _rule(found, threshold))
    result = "$y$"
    if given is not None:
        total = float(weights @ given) + (bias or 0.0)
        output = float(evaluate(found, [total - (threshold or 0.0)])[0][0])
        ax.text(BODY, -BODY_RADIUS - 0.14, f"sum = {number(total)}", ha="center", va="top",
                color=INK, fontsize=10)  # fmt: skip
        result = f"$y$ = {number(output)}"
    ax.text(LAST + 0.1, 0, result, ha="left", va="center", fontsize=11)
    sign_legend(ax, loc="upper center", bbox_to_anchor=(0.5, 0.02), ncols=2)
    top = max(float(heights[0]), BODY_RADIUS + 0.4) + RADIUS + 0.1
    ax.set_xlim(FIRST - 1.5, LAST + 1.3)
    ax.set_ylim(-top, top)
    bare(ax)
    return ax


def _body(ax: Axes, rule: str) -> None:
    """Draw the sum, the activation, and the way out."""
    _circle(ax, BODY, 0.0, BODY_RADIUS, "white")
    ax.plot([BODY, BODY], [-BODY_RADIUS, BODY_RADIUS], color=INK, linewidth=1, zorder=3)
    ax.text(BODY - 0.3, 0, r"$\Sigma$", ha="center", va="center", fontsize=15, zorder=4)
    ax.text(BODY + 0.3, 0, "$g$", ha="center", va="center", fontsize=14, zorder=4)
    ax.text(BODY, BODY_RADIUS + 0.14, rule, ha="center", va="bottom",
            color=INK, fontsize=10)  # fmt: skip
    ax.annotate("", (LAST, 0), (BODY + BODY_RADIUS, 0),
                arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 1.5})  # fmt: skip


def _check(
    weights: Any, bias: float | None, threshold: float | None, names: list[str], given: Any
) -> None:
    if weights.ndim != 1 or not weights.size:
        raise ValueError(f"A neuron has one weight per input. Got shape {weights.shape}.")
    if bias is not None and threshold is not None:
        raise ValueError("Give either a bias or a threshold: a bias is minus the threshold.")
    for word, values in (("inputs", given), ("input_names", names)):
        if values is not None and len(values) != weights.size:
            raise ValueError(f"{weights.size} weights need as many {word}. Got {len(values)}.")


def _between_circles(height: float) -> Any:
    """Return where the line from an input's center to the body's leaves one circle and meets the
    other.
    """
    left, right = np.array([FIRST, height]), np.array([BODY, 0.0])
    along = (right - left) / np.hypot(*(right - left))
    return left + RADIUS * along, right - BODY_RADIUS * along


def _heights(count: int) -> Any:
    return 0.95 * (np.arange(count)[::-1] - (count - 1) / 2)


def _rule(activation: Activation, threshold: float | None) -> str:
    return activation.name if threshold is None else (
        f"{activation.name}, " + r"$\theta$ = " + number(threshold)
    )  # fmt: skip


def _circle(ax: Axes, x: float, y: float, radius: float, face: str) -> None:
    patches = need("matplotlib.patches")
    ax.add_patch(
        patches.Circle((x, y), radius, facecolor=face, edgecolor=INK, linewidth=1.2, zorder=2)
    )


def _label(ax: Axes, x: float, y: float, text: str, size: float) -> None:
    box = {"boxstyle": "round,pad=0.25", "facecolor": "white", "edgecolor": "none"}
    ax.text(x, y, text, ha="center", va="center", fontsize=size, bbox=box, zorder=2)
