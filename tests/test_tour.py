"""The guided tour runs as it stands, and its pictures are those that its code draws."""

from __future__ import annotations

import numpy as np
from PIL import Image

from tests import tour


def pixels(path):
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"), np.float64)


def look_alike(fresh, stored):
    """The stored picture has fewer colors; text is drawn a little differently elsewhere, by
    matplotlib 3.10 up to 4.8, while two pictures of the tour are 6 apart at least.
    """
    if stored.suffix == ".svg":
        return fresh.read_text() == stored.read_text()
    one, other = pixels(fresh), pixels(stored)
    return one.shape == other.shape and np.abs(one - other).mean() < 5


def test_every_block_runs_and_draws_the_picture_below_it(tmp_path):
    assert tour.run(tmp_path) == ""
    names = tour.shown()
    assert len(names) == len(set(names)) > 10
    assert {path.name for path in tmp_path.iterdir()} == set(names)
    stored = {path.name for path in tour.PICTURES.iterdir() if path.is_file()}
    assert stored == set(names)
    for name in names:
        stored = tour.PICTURES / name
        assert stored.stat().st_size < 60_000, name
        assert look_alike(tmp_path / name, stored), name
