"""Runs docs/tour.md, and draws its pictures again: `python -m tests.tour`."""

from __future__ import annotations

import contextlib
import doctest
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from matplotlib.colors import to_rgb
from PIL import Image

from neurona.reports.plots.palette import STROKES

PAGE = Path(__file__).parents[1] / "docs" / "tour.md"
PICTURES = PAGE.parent / "pictures"
SHADES = 16


@contextlib.contextmanager
def inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def run(folder: Path) -> str:
    """Run every block, with a folder for what they save; returns what went wrong."""
    text = PAGE.read_text(encoding="utf-8")
    test = doctest.DocTestParser().get_doctest(text, {}, "tour", str(PAGE), 0)
    said: list[str] = []
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    with inside(folder):
        doctest.DocTestRunner(optionflags=flags).run(test, out=said.append)
    return "".join(said)


def shown() -> list[str]:
    """Return the names of the pictures that the page shows."""
    return re.findall(r"!\[[^\]]+\]\(pictures/([^)]+)\)", PAGE.read_text(encoding="utf-8"))


def palette() -> np.ndarray:
    """Return the colors of the drawings, each from white to full, and greys: (at most 256, 3)."""
    pale = ["#e3ebf1", "#f3e3b3", *(one.tint for one in STROKES)]
    whole = np.array([to_rgb(color) for color in [*(one.color for one in STROKES), *pale]])
    share = np.linspace(0, 1, SHADES)[:, None, None]
    return np.unique(np.round(255 * (1 - share * (1 - whole))).reshape(-1, 3), axis=0)


def in_few_colors(image: Image.Image) -> Image.Image:
    """Return a picture in the colors of the palette, so that the repository stays small."""
    colors = palette()
    pixels = np.asarray(image.convert("RGB")).reshape(-1, 3)
    found, back = np.unique(pixels, axis=0, return_inverse=True)
    far = ((found[:, None].astype(float) - colors) ** 2).sum(axis=2)
    nearest = far.argmin(axis=1).astype(np.uint8)[back.reshape(-1)]
    small = Image.fromarray(nearest.reshape(image.height, image.width))
    small.putpalette(colors.astype(np.uint8).tobytes())
    return small


def draw() -> None:
    """Draw all pictures and store them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wrong = run(folder)
        if wrong:
            raise SystemExit(wrong)
        for old in PICTURES.iterdir():
            old.unlink()
        for picture in shown():
            if picture.endswith(".svg"):
                shutil.copyfile(folder / picture, PICTURES / picture)
                continue
            with Image.open(folder / picture) as image:
                in_few_colors(image).save(PICTURES / picture, optimize=True)


if __name__ == "__main__":
    draw()
