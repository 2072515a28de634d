"""The live screen as a person sees it, at several widths, and what it is made of."""

from __future__ import annotations

import itertools
import os
import re

import pytest

import neurona
from neurona.progress.curve import Curve
from neurona.progress.surface import broken, fitted
from tests.cli.tables import write_regression
from tests.progress.pseudo import seen_by_a_person

terminal_only = pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal and signals")
ENDLESS = [
    "train", "t.csv", "--hidden", "8", "--epochs", "10000000",
    "--set", "training.patience=9000000000", "--out", "run",
]  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    write_regression(tmp_path / "t.csv")
    return tmp_path


@terminal_only
@pytest.mark.parametrize("columns", [40, 200])
def test_one_line_changes_and_control_c_leaves_a_clean_terminal(folder, columns):
    seen = seen_by_a_person(ENDLESS, folder, columns)
    assert seen.code == 130 and not seen.cursor_hidden
    rows = seen.rows("epoch")
    assert 10 <= len(rows) <= 10 * seen.took + 5
    assert all(len(row) < columns and "/10000000" in row and "%" in row for row in rows)
    assert all("━" in row and "ETA" in row for row in rows[2:]) or columns < 100
    # nothing of it is left, and what ended is said below what began
    assert not any(line.startswith("epoch") for line in seen.last)
    assert "interrupted, the best model is kept" in " ".join(" ".join(seen.last).split())
    assert neurona.load(folder / "run/model.neurona").n_iter_ > 1
    assert (folder / "run/checkpoint.neurona").exists()


@terminal_only
def test_of_several_starts_each_has_a_line(folder):
    words = [*ENDLESS[:-1], "many", "--starts", "4"]
    several = min(2, len(os.sched_getaffinity(0)))

    def starts_of(seen):
        return {row.split()[1] for row in seen.rows("start ") if "/10000000" in row}

    seen = seen_by_a_person(words, folder, 100, until=lambda seen: len(starts_of(seen)) >= several)
    assert seen.code == 130 and len(starts_of(seen)) >= several
    assert any("of 4 done" in row and "ETA" in row for row in seen.rows("starts"))
    assert not any("/10000000" in line for line in seen.last)


@terminal_only
def test_the_curve_grows_and_stays_when_the_terminal_is_small_and_resized(folder):
    seen = seen_by_a_person([*ENDLESS, "--plot"], folder, 90, lines=14, resize=50)
    drawn = re.compile("[\u2800-\u28ff]")
    assert seen.code == 130
    assert any(drawn.search(line) for screen in seen.screens[:-1] for line in screen)
    assert max(sum(bool(drawn.search(line)) for line in screen) for screen in seen.screens) <= 6
    assert any(re.search(r"loss [0-9.e-]+  val [0-9.e-]+$", line.rstrip()) for line in seen.last)
    assert any(line.startswith("done") for line in seen.last)


@terminal_only
def test_without_colors_there_are_none_and_a_dumb_terminal_has_lines(folder):
    words = ["train", "t.csv", "--hidden", "8", "--epochs", "30"]
    seen = seen_by_a_person(words, folder, 80, stop_after=0, environment={"NO_COLOR": "1"})
    assert seen.code == 0 and not re.search(rb"\x1b\[[0-9;]*m", seen.raw)
    dumb = seen_by_a_person(words, folder, 80, stop_after=0, environment={"TERM": "dumb"})
    assert b"\x1b" not in dumb.raw and b"epoch   30/30" in dumb.raw


@terminal_only
def test_wide_letters_take_two_columns(folder):
    target = "流量计算结果的目标值" * 4
    rows = "\n".join(f"{k},{k % 7},{k * 3 % 11}" for k in range(100))
    (folder / "wide.csv").write_text(f"温度,压力,{target}\n{rows}\n", encoding="utf-8")
    words = ["train", "wide.csv", "--hidden", "4", "--epochs", "20", "--out", "wide"]
    seen = seen_by_a_person(words, folder, 40, lines=60, stop_after=0)
    said = "".join(seen.last).replace(" ", "")
    assert seen.code == 0 and target in said


def test_what_matters_least_is_left_out_first():
    parts = [(0, "1/9"), (4, "=" * 10), (1, "11%"), (2, "val 0.1"), (8, "grad 1e-3")]
    whole = [text for _, text in parts]
    assert fitted(parts, 100) == whole
    assert fitted(parts, 35) == whole[:-1]
    assert fitted(parts, 20) == ["1/9", "11%", "val 0.1"]
    assert fitted(parts, 1) == ["1/9"]


def test_lines_are_broken_between_parts():
    assert broken(["one", "two", "three"], 30) == ["one   two   three"]
    assert broken(["one two", "three four"], 22) == ["one two", "three four"]
    assert broken(["a" * 30], 20) == ["a" * 12, "a" * 12, "a" * 6]


def epoch(number, loss, val_loss=None, **more):
    return {"epoch": number, "loss": loss, "val_loss": val_loss, **more}


def drawn(curve, width=30, height=4):
    curve.look()
    return [
        line.axis + "".join(text for text, _ in line.letters) for line in curve.lines(width, height)
    ]


def test_a_curve_of_two_points_is_a_line_from_corner_to_corner():
    curve = Curve()
    assert drawn(curve) == []
    curve.add(epoch(1, 1.0))
    assert drawn(curve) == []
    curve.add(epoch(9, 0.5))
    lines = drawn(curve, width=7 + 8, height=2)
    # sixteen dots across, eight down
    assert lines == [" 1.000 ⠉⠒⠤⣀    ", "0.5000     ⠉⠒⠤⣀", "       1epoch 9"]


def test_a_loss_that_falls_far_is_drawn_by_its_logarithm():
    curve = Curve()
    for k in range(9):
        curve.add(epoch(k + 1, 10.0**-k))
    rows = drawn(curve, width=30, height=8)
    # it goes down in even steps
    places = [re.search("[\u2800-\u28ff]", row).start() for row in rows[:8]]  # type: ignore[union-attr]
    steps = [after - before for before, after in itertools.pairwise(places)]
    assert set(steps) == {2, 3}


def test_a_long_training_keeps_few_points_and_its_ends():
    curve = Curve()
    for k in range(1, 5000):
        curve.add(epoch(k, 1 / k, 2 / k))
    curve.add(epoch(5000, float("nan"), 3.0))
    rows = drawn(curve)
    assert rows[0].split()[0] == "3.000"
    assert rows[-1].rstrip().endswith("5000") and curve.names == ["loss", "val"]


def test_nothing_is_drawn_of_one_epoch_and_the_key_says_where_each_is():
    curve = Curve()
    curve.add(epoch(1, 0.5, 0.75))
    assert drawn(curve) == []
    curve.add(epoch(2, 0.25, 0.5))
    assert drawn(curve) and curve.key == ["loss 0.2500", "val 0.5000"]


def test_several_starts_are_a_series_each():
    curve = Curve()
    for start in (2, 1):
        for k in (1, 2, 3):
            curve.add(epoch(k, 1.0, start / k, start=start, starts=2))
    drawn(curve)
    assert curve.names == ["start 1", "start 2"]
    series = {number for line in curve.lines(30, 4) for _, number in line.letters}
    assert series == {-1, 0, 1}
