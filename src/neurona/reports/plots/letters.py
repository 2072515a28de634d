"""Letters that a drawing's font has not: they are taken from another font of the machine."""

from __future__ import annotations

from functools import cache
from typing import Any

from neurona.reports.plots.canvas import need

BOXES = "Last Resort High-Efficiency"
"""A font that has a box for every letter."""


def with_letters(figure: Any) -> None:
    """Give every text of a figure the fonts that its letters need, if the machine has them."""
    for text in figure.findobj(need("matplotlib.text").Text):
        strange = frozenset(one for one in text.get_text() if not one.isascii())
        if not strange:
            continue
        families = text.get_fontfamily()
        found = _font_with(strange - _letters(_path(text.get_fontproperties())))
        if found is not None and found not in families:
            text.set_fontfamily([*families, found])


@cache
def _font_with(letters: frozenset[str]) -> str | None:
    """Return the family that has most of some letters; None if none has any."""
    if not letters:
        return None
    fonts = need("matplotlib.font_manager").fontManager.ttflist
    upright = sorted(
        {(one.name, one.fname) for one in fonts if one.style == "normal" and one.name != BOXES}
    )
    counts = [(len(letters & _letters(path)), name) for name, path in upright]
    most = max((count for count, _ in counts), default=0)
    return next((name for count, name in counts if count == most), None) if most else None


@cache
def _letters(path: str) -> frozenset[str]:
    """Return the letters that a font's file has; none if it cannot be read."""
    try:
        return frozenset(map(chr, need("matplotlib.font_manager").get_font(path).get_charmap()))
    except (OSError, RuntimeError):
        return frozenset()


def _path(properties: Any) -> str:
    return str(need("matplotlib.font_manager").findfont(properties))
