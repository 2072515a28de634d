"""Small sets that show one thing each: two-spirals, moons, circles, discs, xor, sinc.

Classes alternate from row to row. `noise` is the standard deviation added to every coordinate (to
the target, for sinc).
"""

from __future__ import annotations

import numpy as np

from neurona.datasets.catalog import generated
from neurona.datasets.dataset import Array, Dataset


def _two_classes(
    name: str, points: Array, classes: Array, jitter: Array, description: str, source: str
) -> Dataset:
    return Dataset(
        name=name,
        X=np.ascontiguousarray(points + jitter),
        y=classes.astype(np.int64),
        input_names=("x", "y"),
        target_names=("class",),
        task="classification",
        description=description,
        source=source,
    )


def _alternating(rows: int) -> tuple[Array, Array]:
    """Return the class of each row and where along its class it lies, from 0 to 1."""
    classes = np.arange(rows) % 2
    along = np.empty(rows)
    for one in range(2):
        along[one::2] = np.linspace(0, 1, len(along[one::2]))
    return classes, along


@generated("two-spirals", rows=194, noise=0.0, least_rows=2)
def two_spirals(rows: int, noise: float, random: np.random.Generator) -> Dataset:
    """Two spirals of three turns each, one the other's mirror image through the origin."""
    classes, along = _alternating(rows)
    turn, radius = 6 * np.pi * along, 6.5 * (104 - 96 * along) / 104
    sign = np.where(classes == 0, 1.0, -1.0)
    points = np.column_stack([sign * radius * np.sin(turn), sign * radius * np.cos(turn)])
    return _two_classes(
        "two-spirals",
        points,
        classes,
        noise * random.standard_normal((rows, 2)),
        "Two spirals that wind three times around each other; with 194 rows and no noise this is "
        "the classic benchmark. No straight line does better than chance by much, and a small "
        "network needs a good optimizer to tell the spirals apart.",
        "K. Lang, M. Witbrock, Learning to tell two spirals apart, 1988",
    )


@generated("moons", rows=400, noise=0.1, least_rows=2)
def moons(rows: int, noise: float, random: np.random.Generator) -> Dataset:
    """Two half circles, each with one end inside the other."""
    classes, along = _alternating(rows)
    angle = np.pi * along
    upper = np.column_stack([np.cos(angle), np.sin(angle)])
    lower = np.column_stack([1 - np.cos(angle), 0.5 - np.sin(angle)])
    return _two_classes(
        "moons",
        np.where(classes[:, None] == 0, upper, lower),
        classes,
        noise * random.standard_normal((rows, 2)),
        "Two half circles of radius 1 that reach into each other: the line between the classes "
        "must bend twice.",
        "Half circles around (0, 0) and (1, 0.5)",
    )


@generated("circles", rows=400, noise=0.05, least_rows=2)
def circles(rows: int, noise: float, random: np.random.Generator) -> Dataset:
    """A circle of radius 1 around one of radius 0.5."""
    classes, along = _alternating(rows)
    counts = np.where(classes == 0, (rows + 1) // 2, rows // 2)
    angle = 2 * np.pi * along * (counts - 1) / counts
    radius = np.where(classes == 0, 1.0, 0.5)
    return _two_classes(
        "circles",
        np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]),
        classes,
        noise * random.standard_normal((rows, 2)),
        "A circle of radius 1 (class 0) around a circle of radius 0.5 (class 1): a network needs "
        "three hidden units to enclose the inner one.",
        "Two circles around the origin",
    )


@generated("discs", rows=400, noise=0.0, least_rows=2)
def discs(rows: int, noise: float, random: np.random.Generator) -> Dataset:
    """Two discs that overlap: a point may lie in one, in both, or in neither."""
    points = random.uniform([-2.0, -1.5], [2.0, 1.5], (rows, 2))
    centers = np.array([[-0.5, 0.0], [0.5, 0.0]])
    inside = ((points[:, None] - centers) ** 2).sum(axis=2) < 1.0
    return Dataset(
        name="discs",
        X=points + noise * random.standard_normal((rows, 2)),
        y=inside.astype(np.int64),
        input_names=("x", "y"),
        target_names=("left", "right"),
        task="classification",
        description=(
            "Points at random places, with two labels each: whether the point lies in the left "
            "disc, and whether in the right one. Both have radius 1 and overlap, so that a point "
            "may have both labels, or none."
        ),
        source="Discs of radius 1 around (-0.5, 0) and (0.5, 0)",
    )


@generated("xor", rows=4, noise=0.0)
def xor(rows: int, noise: float, random: np.random.Generator) -> Dataset:
    """The four corners of the unit square, again and again; the class is 1 where x and y differ."""
    corners = np.array([[0, 0], [0, 1], [1, 1], [1, 0]])[np.arange(rows) % 4]
    return _two_classes(
        "xor",
        corners.astype(np.float64),
        corners[:, 0] != corners[:, 1],
        noise * random.standard_normal((rows, 2)),
        "Exclusive or, the smallest problem that no single neuron can solve: class 1 where "
        "exactly one of x and y is 1.",
        "M. Minsky, S. Papert, Perceptrons, 1969",
    )


@generated("sinc", rows=400, noise=0.05)
def sinc(rows: int, noise: float, random: np.random.Generator) -> Dataset:
    """sin(x) / x at random places in [-10, 10]."""
    x = random.uniform(-10, 10, rows)
    return Dataset(
        name="sinc",
        X=x[:, None],
        y=np.sinc(x / np.pi) + noise * random.standard_normal(rows),
        input_names=("x",),
        target_names=("y",),
        task="regression",
        description=(
            "A curve to fit: sin(x) / x for x in [-10, 10], with Gaussian noise on y of the "
            "standard deviation `noise`."
        ),
        source="y = sin(x) / x",
    )
