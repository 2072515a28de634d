"""The point of a convex hull that is nearest to the origin, without rounding.

P. Wolfe, Finding the nearest point in a polytope, Mathematical Programming 11 (1976). For the
points z_i of two classes this settles, however near they are to each other, whether a plane
separates them: if the nearest point is the origin, its multipliers prove that none does; else it is
the normal of the plane of the largest margin.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from neurona.neuron import exact

Row = list[Fraction]
MOST_STEPS = 1000


def nearest_point(points: Sequence[Row]) -> tuple[Row, dict[int, Fraction]]:
    """Return the nearest point, and the positive multipliers (sum 1) that make it of the points."""
    first = min(range(len(points)), key=lambda i: exact.product(points[i], points[i]))
    shares = {first: Fraction(1)}
    for _ in range(MOST_STEPS):
        x = _combination(points, shares)
        size = exact.product(x, x)
        heights = [exact.product(x, point) for point in points]
        lowest = min(range(len(points)), key=heights.__getitem__)
        if heights[lowest] >= size:
            return x, shares
        shares[lowest] = Fraction(0)
        shares = _into_the_hull(points, shares)
    raise ValueError("The nearest point was not found; the points are too many or too similar.")


def _combination(points: Sequence[Row], shares: dict[int, Fraction]) -> Row:
    width = len(points[0])
    return [
        sum((share * points[i][k] for i, share in shares.items()), Fraction(0))
        for k in range(width)
    ]


def _into_the_hull(points: Sequence[Row], shares: dict[int, Fraction]) -> dict[int, Fraction]:
    """Go to the nearest point of the plane through the points, leaving points out on the way until
    it lies inside their hull.
    """
    while True:
        chosen = list(shares)
        target = dict(zip(chosen, _in_the_plane([points[i] for i in chosen]), strict=True))
        if all(share > 0 for share in target.values()):
            return target
        way = min(shares[i] / (shares[i] - target[i]) for i in chosen if target[i] <= 0)
        moved = {i: shares[i] + way * (target[i] - shares[i]) for i in chosen}
        shares = {i: share for i, share in moved.items() if share > 0}


def _in_the_plane(points: Sequence[Row]) -> Row:
    """Return the shares of the point nearest to the origin in the plane through the points."""
    size = len(points)
    columns = [[*(exact.product(one, other) for other in points), Fraction(1)] for one in points]
    columns.append([*[Fraction(1)] * size, Fraction(0)])
    found = exact.solve(columns, [*[Fraction(0)] * size, Fraction(1)])
    assert found is not None  # the points of a corral are independent
    return found[:size]
