"""Error bars in the target's own units, where a function of it was learned."""

from __future__ import annotations

from collections.abc import Callable

from neurona.data.targets import NumericTargets
from neurona.data.transforms import Transform
from neurona.inference.uncertainty import Uncertainty
from neurona.network import Vector


class TransformedUncertainty(Uncertainty):
    """Predictions and deviations of which a `Transform` was learned.

    The mean of what was learned becomes a median. An interval's ends are those of what was learned,
    turned back: it holds as much, and is wider on one side. A deviation is half of what one to each
    side becomes.
    """

    learned: Uncertainty
    transform: Transform
    change: Callable[[Vector], Vector]

    @classmethod
    def of(
        cls, learned: Uncertainty, transform: Transform, change: Callable[[Vector], Vector]
    ) -> TransformedUncertainty:
        """Return predictions (rows x targets) turned back, then in the shape that `change` makes
        of them.
        """
        parts = (half_between(transform, learned.mean, one) for one in learned[1:])
        found = cls(change(transform.back(learned.mean)), *map(change, parts))
        found.learned, found.transform, found.change = learned, transform, change
        return found

    @property
    def std(self) -> Vector:
        """Noise and weights together: half of what one deviation to each side becomes."""
        known = self.learned
        return self.change(half_between(self.transform, known.mean, known.std))

    def interval(self, coverage: float) -> tuple[Vector, Vector]:
        """Return the lower and upper ends that should hold a share `coverage` of observations."""
        low, high = map(self.transform.back, self.learned.interval(coverage))
        return self.change(low), self.change(high)

    def half_width(self, coverage: float) -> Vector:
        """Return half of such an interval, whose middle need not be the prediction."""
        low, high = self.interval(coverage)
        half: Vector = (high - low) / 2
        return half

    def mapped(self, change: Callable[[Vector], Vector]) -> Uncertainty:
        """Return the same in another shape."""
        before = self.change
        return self.of(self.learned, self.transform, lambda values: change(before(values)))


def half_between(transform: Transform, middle: Vector, size: Vector) -> Vector:
    """Return half of what lies between the two values that are `size` from the middle."""
    half: Vector = (transform.back(middle + size) - transform.back(middle - size)) / 2
    return half


def in_units(found: Uncertainty, targets: NumericTargets) -> Uncertainty:
    """Return deviations of a network's outputs, rows x targets, in the targets' units."""
    scaled = found.scaled(targets.scale, targets.center)
    if not targets.transform:
        return scaled
    return TransformedUncertainty.of(scaled, targets.transform, lambda values: values)
