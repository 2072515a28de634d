"""A network: its units in layers, its weights as lines of their size and sign."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from neurona.reports.plots.canvas import INK, axes_for, bare, need, told_apart
from neurona.reports.plots.signed import draw_edges, number, sign_legend
from neurona.reports.subject import is_model, layers_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RADIUS = 0.3
FEW = 12
"""So many weights are written on their lines without being asked."""


class _Layer(NamedTuple):
    """Which units of a layer are drawn, and how high; the bias unit is the last, None if left out.

    At `gap` stands that some are left out.
    """

    shown: list[int]
    heights: list[float]
    gap: float | None
    bias: float | None


def network(
    coefs: Any,
    intercepts: Sequence[Any] | None = None,
    *,
    input_names: Sequence[str] | None = None,
    output_names: Sequence[str] | None = None,
    numbers: bool | None = None,
    most_units: int = 12,
    ax: Axes | None = None,
) -> Axes:
    """Draw a network: a fitted model's, such as `network(model)`, or one of matrices.

    Parameters
    ----------
    coefs : fitted model, or sequence of array-like (inputs, outputs)
        A model with layers, of tables too, where the inputs are what the columns were encoded to;
        of several networks that are averaged one is drawn. Or every layer's weight matrix.
    intercepts : sequence of array-like (outputs,), default=None
        Biases, drawn as the weights of a unit that is always 1; None leaves them out.
    input_names, output_names : sequence of str, default=None
        None are the model's own, if it has any.
    numbers : bool, default=None
        Whether to write the weights on the lines; None does so for up to 12.
    most_units : int, default=12
        A larger layer shows only those with the largest weights before and behind, in their order;
        the line widths go by all weights shown.
    ax : Axes, default=None

    Returns
    -------
    Axes

    Examples
    --------
    >>> from neurona import MLPRegressor
    >>> from neurona.reports import plots
    >>> model = MLPRegressor(hidden_layer_sizes=(2,), solver="lbfgs", random_state=0)
    >>> ax = plots.network(model.fit([[0.0], [1.0]], [0.0, 1.0]), input_names=["load"])
    >>> "load" in [text.get_text() for text in ax.texts]
    True
    """
    note = ""
    if is_model(coefs):
        layers_drawn = layers_of(coefs)
        note, coefs = layers_drawn.note, layers_drawn.matrices
        intercepts = layers_drawn.biases if intercepts is None else intercepts
        input_names = layers_drawn.input_names if input_names is None else input_names
        output_names = layers_drawn.output_names if output_names is None else output_names
    matrices = [np.asarray(matrix, np.float64) for matrix in coefs]
    biases = None if intercepts is None else [np.ravel(b).astype(np.float64) for b in intercepts]
    sizes = _sizes(matrices, biases)
    _check_names(sizes, input_names, output_names)
    layers = [
        _place(heard, most_units, biases is not None and k < len(matrices))
        for k, heard in enumerate(_loudness(matrices))
    ]
    tallest = max(len(layer.heights) + (layer.gap is not None) + (layer.bias is not None)
                  for layer in layers)  # fmt: skip
    lines = sum((n + (biases is not None)) * m for n, m in pairwise(sizes))
    numbered = lines <= FEW if numbers is None else numbers
    apart = max(3.6 if numbered else 2.6, 0.4 * tallest)
    ax = axes_for(ax, (1.4 + (0.6 * apart) * (len(sizes) - 1), 1.1 + 0.52 * tallest))
    ends, weights = _edges(matrices, biases, layers, apart)
    draw_edges(ax, ends, weights)
    if numbered:
        _write_numbers(ax, ends, weights)
    _draw_units(ax, layers, apart)
    _write_names(ax, layers, apart, (input_names, output_names))
    sign_legend(ax, loc="upper center", bbox_to_anchor=(0.5, 0.0), ncols=2)
    reach = max(max(layer.heights) for layer in layers) + 0.5
    low = min(min([*layer.heights, *([] if layer.bias is None else [layer.bias])])
              for layer in layers) - 0.5  # fmt: skip
    ax.set_ylim(low, reach)
    longest = [
        min(max(map(len, names)), 28) if names else 0 for names in (input_names, output_names)
    ]
    ax.set_xlim(-0.6 - 0.17 * longest[0], (len(sizes) - 1) * apart + 0.6 + 0.17 * longest[1])
    bare(ax, note)
    return ax


def _sizes(matrices: list[Any], biases: list[Any] | None) -> list[int]:
    if not matrices or any(matrix.ndim != 2 for matrix in matrices):
        raise ValueError("coefs must be a list of matrices (inputs, outputs), one per layer.")
    sizes = [matrices[0].shape[0], *(matrix.shape[1] for matrix in matrices)]
    if [matrix.shape[0] for matrix in matrices] != sizes[:-1]:
        shapes = [matrix.shape for matrix in matrices]
        raise ValueError(f"Every layer must take as many numbers as the last gives. Got {shapes}.")
    if biases is not None and [b.size for b in biases] != sizes[1:]:
        raise ValueError(
            f"intercepts must have {sizes[1:]} numbers. Got {[b.size for b in biases]}."
        )
    return sizes


def _check_names(sizes: list[int], inputs: Any, outputs: Any) -> None:
    for word, names, size in (
        ("input_names", inputs, sizes[0]),
        ("output_names", outputs, sizes[-1]),
    ):
        if names is not None and len(names) != size:
            raise ValueError(f"{word} must be {size} names. Got {len(names)}.")


def _loudness(matrices: list[Any]) -> list[Any]:
    """Return for every layer how large each unit's weights are: those before it times those
    behind.
    """
    before = [np.linalg.norm(one, axis=0) for one in matrices]
    behind = [np.linalg.norm(one, axis=1) for one in matrices]
    inner = [there * back for there, back in zip(before[:-1], behind[1:], strict=True)]
    return [behind[0], *inner, before[-1]]


def _place(heard: Any, most: int, with_bias: bool) -> _Layer:
    size = len(heard)
    shown, cut = list(range(size)), None
    if size > most:
        shown = sorted(np.argsort(-heard, kind="stable")[:most].tolist())
        cut = most
    rows = len(shown) + (cut is not None) + with_bias
    slots = [(rows - 1) / 2 - k for k in range(rows)]
    bias = slots.pop() if with_bias else None
    gap = slots.pop(cut) if cut is not None else None
    return _Layer(shown, slots, gap, bias)


def _edges(
    matrices: list[Any], biases: list[Any] | None, layers: list[_Layer], apart: float
) -> tuple[list[Any], list[float]]:
    ends, weights = [], []
    for k, matrix in enumerate(matrices):
        here, there = layers[k], layers[k + 1]
        left, right = k * apart, (k + 1) * apart
        for unit, y in zip(there.shown, there.heights, strict=True):
            for source, start in zip(here.shown, here.heights, strict=True):
                ends.append([(left, start), (right, y)])
                weights.append(float(matrix[source, unit]))
            if biases is not None and here.bias is not None:
                ends.append([(left, here.bias), (right, y)])
                weights.append(float(biases[k][unit]))
    return ends, weights


def _draw_units(ax: Axes, layers: list[_Layer], apart: float) -> None:
    patches = need("matplotlib.patches")
    for k, layer in enumerate(layers):
        for y in layer.heights:
            ax.add_patch(patches.Circle((k * apart, y), RADIUS, facecolor="white", edgecolor=INK,
                                        linewidth=1.2, zorder=3))  # fmt: skip
        if layer.bias is not None:
            ax.add_patch(patches.Circle((k * apart, layer.bias), RADIUS * 0.8, edgecolor=INK,
                                        facecolor="#eeeeee", linewidth=1.0, zorder=3))  # fmt: skip
            ax.text(k * apart, layer.bias, "1", ha="center", va="center", fontsize=9, zorder=4)
        if layer.gap is not None:
            ax.text(k * apart, layer.gap, "\N{VERTICAL ELLIPSIS}", ha="center", va="center",
                    fontsize=16, color=INK, zorder=4)  # fmt: skip


def _write_names(ax: Axes, layers: list[_Layer], apart: float, ends: tuple[Any, Any]) -> None:
    """Write the names of inputs and outputs beside their units."""
    for k, names, side in ((0, ends[0], -1), (len(layers) - 1, ends[1], 1)):
        if names is None:
            continue
        shown = told_apart([names[unit] for unit in layers[k].shown])
        for name, y in zip(shown, layers[k].heights, strict=True):
            ax.text(k * apart + side * (RADIUS + 0.12), y, name, va="center",
                    ha="right" if side < 0 else "left", fontsize=10, color=INK)  # fmt: skip


def _write_numbers(ax: Axes, ends: list[Any], weights: list[float]) -> None:
    """Write every weight on its line, near the start of the line, where they lie furthest apart."""
    box = {"boxstyle": "round,pad=0.2", "facecolor": "white", "edgecolor": "none"}
    for ((x0, y0), (x1, y1)), weight in zip(ends, weights, strict=True):
        angle = float(np.degrees(np.arctan2(y1 - y0, x1 - x0)))
        at = 0.36 if round(2 * y1) % 4 in (0, 1) else 0.27
        ax.text(x0 + at * (x1 - x0), y0 + at * (y1 - y0), number(weight), rotation=angle,
                rotation_mode="anchor", ha="center", va="center", fontsize=8, bbox=box,
                zorder=2)  # fmt: skip
