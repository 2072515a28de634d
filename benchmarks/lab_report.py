"""Figures beside their goals, as they come."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


class Report:
    """Prints figures, and counts those that miss their goals."""

    def __init__(self) -> None:
        self.missed: list[str] = []

    def title(self, text: str) -> None:
        """Begin a part."""
        print(f"\n{text}", flush=True)

    def line(
        self, what: str, value: float, unit: str, most: float | None = None,
        least: float | None = None,
    ) -> None:  # fmt: skip
        """Print a figure, its goal, and whether it is met."""
        met = (most is None or value <= most) and (least is None or value >= least)
        goal = f"<= {most:g}" if most is not None else f">= {least:g}" if least is not None else ""
        mark = "" if not goal else "  met" if met else "  MISSED"
        if not met:
            self.missed.append(what)
        print(f"  {what:<58}{value:>10.4g} {unit:<9}{goal:>9}{mark}", flush=True)

    def times(self, what: str, milliseconds: Sequence[float], most: float | None = None) -> None:
        """Print the middle of some times, and what 95 of 100 are below."""
        half, high = np.percentile(milliseconds, [50, 95])
        self.line(f"{what}, half below", float(half), "ms")
        self.line(f"{what}, 95 of 100 below", float(high), "ms", most)

    def note(self, text: str) -> None:
        """Print a sentence."""
        print(f"  {text}", flush=True)

    def end(self) -> None:
        """Print how many goals were missed."""
        if self.missed:
            print(f"\n{len(self.missed)} missed: {'; '.join(self.missed)}")
        else:
            print("\nall goals met")
