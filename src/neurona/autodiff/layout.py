"""Where to put the nodes of a drawing: in layers from left to right, with few crossings.

The method of K. Sugiyama, S. Tagawa and M. Toda, IEEE Transactions on Systems, Man, and
Cybernetics 11 (1981): layers by longest path, edges over several layers led through empty places,
the order within a layer by the mean place of the neighbors, sweeping to and fro.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

SWEEPS = 12
Edge = tuple[int, int]


@dataclass
class Place:
    """A place in a layer: a node's, or an empty one that an edge passes through."""

    layer: int
    height: float
    y: float = 0.0
    before: list[int] = field(default_factory=list)
    after: list[int] = field(default_factory=list)


class Layers:
    """Places of nodes 0 ... n - 1 and of the edges between them (from lower to higher numbers).

    `layers` holds the places' numbers from top to bottom; `paths` the places an edge goes through.
    """

    def __init__(
        self, heights: Sequence[float], edges: Sequence[Edge], gap: float, thin: float
    ) -> None:
        self.gap = gap
        ranks = _ranks(len(heights), edges)
        self.places = [Place(rank, height) for rank, height in zip(ranks, heights, strict=True)]
        self.paths: Mapping[Edge, list[int]] = {edge: self._path(edge, thin) for edge in edges}
        count = max(ranks, default=-1) + 1
        self.layers: list[list[int]] = [[] for _ in range(count)]
        for k, place in enumerate(self.places):
            self.layers[place.layer].append(k)
        self._order()
        self._spread()

    def _path(self, edge: Edge, thin: float) -> list[int]:
        start, end = edge
        path = [start]
        for layer in range(self.places[start].layer + 1, self.places[end].layer):
            self.places.append(Place(layer, thin))
            path.append(len(self.places) - 1)
        path.append(end)
        for left, right in pairwise(path):
            self.places[left].after.append(right)
            self.places[right].before.append(left)
        return path

    def _order(self) -> None:
        best, fewest = [list(layer) for layer in self.layers], self._crossings()
        for sweep in range(SWEEPS):
            forth = sweep % 2 == 0
            for layer in self.layers if forth else reversed(self.layers):
                spots = {k: spot for one in self.layers for spot, k in enumerate(one)}
                means = {}
                for k in layer:
                    place = self.places[k]
                    near = place.before if forth else place.after
                    means[k] = sum(spots[j] for j in near) / len(near) if near else spots[k]
                layer.sort(key=lambda k, means=means: means[k])  # type: ignore[misc]
            crossings = self._crossings()
            if crossings < fewest:
                best, fewest = [list(layer) for layer in self.layers], crossings
        self.layers = best

    def _crossings(self) -> int:
        count = 0
        for layer, following in pairwise(self.layers):
            spots = {k: spot for spot, k in enumerate(following)}
            ends = [sorted(spots[j] for j in self.places[k].after) for k in layer]
            flat = [spot for one in ends for spot in one]
            count += sum(later < spot for k, spot in enumerate(flat) for later in flat[k + 1 :])
        return count

    def _spread(self) -> None:
        """Give heights: near the mean of the neighbors, not nearer to each other than the gap."""
        for layer in self.layers:
            y = 0.0
            for k in layer:
                place = self.places[k]
                place.y = y + place.height / 2
                y += place.height + self.gap
        for sweep in range(2 * SWEEPS):
            for layer in self.layers if sweep % 2 else reversed(self.layers):
                self._settle(layer)
        top = min((place.y - place.height / 2 for place in self.places), default=0.0)
        for place in self.places:
            place.y -= top

    def _settle(self, layer: list[int]) -> None:
        """Move a layer's places to where they want to be; those that collide move as one block."""
        blocks: list[tuple[float, int, list[tuple[int, float]]]] = []
        for k in layer:
            place = self.places[k]
            near = [self.places[j].y for j in (*place.before, *place.after)]
            wish = sum(near) / len(near) if near else place.y
            block = (wish, 1, [(k, 0.0)])
            while blocks and self._too_close(blocks[-1], block):
                block = self._joined(blocks.pop(), block)
            blocks.append(block)
        for start, _, members in blocks:
            for k, offset in members:
                self.places[k].y = start + offset

    def _distance(self, upper: int, lower: int) -> float:
        return (self.places[upper].height + self.places[lower].height) / 2 + self.gap

    def _too_close(
        self,
        upper: tuple[float, int, list[tuple[int, float]]],
        lower: tuple[float, int, list[tuple[int, float]]],
    ) -> bool:
        last, offset = upper[2][-1]
        return upper[0] + offset + self._distance(last, lower[2][0][0]) > lower[0] + 1e-9

    def _joined(
        self,
        upper: tuple[float, int, list[tuple[int, float]]],
        lower: tuple[float, int, list[tuple[int, float]]],
    ) -> tuple[float, int, list[tuple[int, float]]]:
        last, offset = upper[2][-1]
        shift = offset + self._distance(last, lower[2][0][0])
        count = upper[1] + lower[1]
        start = (upper[0] * upper[1] + (lower[0] - shift) * lower[1]) / count
        return start, count, [*upper[2], *((k, shift + own) for k, own in lower[2])]


def _ranks(count: int, edges: Sequence[Edge]) -> list[int]:
    """Longest path from the left; what nothing leads to stands right before its first use."""
    ranks = [0] * count
    for start, end in sorted(edges, key=lambda edge: edge[1]):
        ranks[end] = max(ranks[end], ranks[start] + 1)
    led_to = {end for _, end in edges}
    for k in range(count):
        uses = [ranks[end] for start, end in edges if start == k]
        if k not in led_to and uses:
            ranks[k] = min(uses) - 1
    return ranks
