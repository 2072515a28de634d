"""Tables that are learned in blocks: the same as in memory, from whatever holds them."""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from neurona import (
    Blocks,
    Checkpoint,
    IncompatibleError,
    TableClassifier,
    TableError,
    TableRegressor,
    begin,
    finish,
)

ROWS = 5000
SMALL = {"cells": 7000, "block_bytes": 40_000}


def columns(rows=ROWS):
    random = np.random.default_rng(0)
    x, z = random.normal(size=rows), random.uniform(size=rows)
    motor = random.choice(["a", "b"], rows)
    state = np.where(x > 0.3, "warm", "cold").astype(object)
    state[rows // 2] = "hot"
    return {
        "row": np.arange(rows),
        "x": x,
        "z": np.where(random.uniform(size=rows) < 0.1, np.nan, z),
        "motor": motor,
        "y": 3 * x + 2 * (motor == "a"),
        "state": state,
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The same table as a file of each kind, and in two parts."""
    path = tmp_path_factory.mktemp("blocks")
    table = pa.table(columns())
    pq.write_table(table, path / "whole.parquet", row_group_size=700)
    (path / "parts").mkdir()
    pq.write_table(table.slice(0, 2100), path / "parts" / "1.parquet")
    pq.write_table(table.slice(2100), path / "parts" / "2.parquet")
    pl.from_arrow(table).write_csv(path / "whole.csv")
    return path


def fitted(what, y="y", model=None, **words):
    """Return a model fitted to a table in blocks."""
    model = TableRegressor(epochs=3, random_state=0) if model is None else model
    return model.set_params(**words).fit(Blocks(what, **SMALL), y)


def losses(model):
    """Return the loss of every epoch."""
    return model.history_.column("loss")


def test_all_sources_give_the_same_bits(folder):
    expected = losses(fitted(folder / "whole.parquet"))
    for what in (
        str(folder / "whole.csv"),
        folder / "parts",
        ds.dataset(folder / "whole.parquet"),
        pl.scan_parquet(folder / "whole.parquet"),
    ):
        assert losses(fitted(what)) == expected


def test_an_arrow_stream_that_can_be_asked_again(folder):
    class Asked:
        """As a relation of DuckDB's."""

        def __arrow_c_stream__(self, schema=None):
            return pq.read_table(folder / "whole.parquet").__arrow_c_stream__(schema)

    assert losses(fitted(Asked())) == losses(fitted(folder / "whole.parquet"))


def test_a_stream_that_comes_once_is_refused_if_it_does_not_fit(folder):
    once = pq.read_table(folder / "whole.parquet").to_reader()
    with pytest.raises(TableError, match=r"5,000 rows when first read and 0"):
        fitted(once)


def test_what_fits_is_learned_as_in_memory(folder):
    words = {"epochs": 3, "random_state": 0}
    whole = TableRegressor(**words).fit(folder / "whole.parquet", "y")
    table = pq.read_table(folder / "whole.parquet")
    assert losses(whole) == losses(TableRegressor(**words).fit(table, "y"))


def test_columns_are_those_of_all_rows(folder):
    model = fitted(folder / "whole.parquet")
    reports = {report.name: report for report in model.columns_}
    known = columns()
    assert reports["row"].kind == "id-like"
    assert reports["x"].low == known["x"].min()
    assert reports["x"].high == known["x"].max()
    assert reports["z"].missing == np.isnan(known["z"]).sum()
    assert "hot" in {
        level for one in model.preparation_.encoders if one.name == "state" for level in one.levels
    }
    assert model.comparison_.held_out
    assert model.comparison_.clear == [True]


def test_a_class_of_one_row_is_known(folder):
    model = fitted(folder / "whole.csv", "state", TableClassifier(epochs=3, random_state=0))
    assert model.classes_.tolist() == ["cold", "hot", "warm"]
    assert (
        model.predict({"x": [-2.0], "z": [0.1], "motor": ["a"], "y": [-4.0], "row": [1]}) == "cold"
    )


def test_a_matrix_that_is_mapped_from_a_disk(tmp_path):
    random = np.random.default_rng(1)
    X = random.normal(size=(3000, 3))
    y = X[:, 0] + 1
    np.save(tmp_path / "X.npy", X)
    mapped = np.load(tmp_path / "X.npy", mmap_mode="r")
    model = fitted(mapped, y)
    assert model.target_names_ == ["y"]
    assert model.predict(X[:4]).shape == (4,)
    words = {"epochs": 3, "random_state": 0}
    assert losses(TableRegressor(**words).fit(mapped, y)) == losses(
        TableRegressor(**words).fit(X, y)
    )


def test_an_interrupted_training_goes_on_to_the_same_bits(folder, tmp_path):
    whole = fitted(folder / "whole.parquet", epochs=6)
    keep = Checkpoint(tmp_path / "run.checkpoint", resume=True)
    model = TableRegressor(epochs=6, random_state=0)
    training = begin(model, Blocks(folder / "whole.parquet", **SMALL), "y")
    steps = training.advance(steps_at_once=5)
    keep.on_start(training)
    for record in steps:
        if record is not None:
            keep.on_epoch(training, record)
            if record.epoch == 2:
                break
    next(steps)  # into the third epoch
    steps.close()
    again = fitted(folder / "whole.parquet", epochs=6, callbacks=keep)
    assert losses(again) == losses(whole)
    assert np.array_equal(again.network_.coefs_[0], whole.network_.coefs_[0])


def test_other_rows_are_not_gone_on_with(folder, tmp_path):
    keep = Checkpoint(tmp_path / "run.checkpoint", resume=True)
    fitted(folder / "whole.parquet", callbacks=keep)
    with pytest.raises(IncompatibleError, match="rows"):
        fitted(folder / "parts" / "2.parquet", callbacks=keep)


def test_a_training_that_is_driven_ends_as_fit(folder):
    model = TableRegressor(epochs=3, random_state=0)
    training = begin(model, Blocks(folder / "whole.parquet", **SMALL), "y")
    assert training.rows == ROWS - len(model.split_.held)
    training.run()
    assert losses(finish(model, training)) == losses(fitted(folder / "whole.parquet"))


def test_files_of_unlike_types_are_refused(tmp_path):
    pq.write_table(pa.table({"x": [1.0, 2.0], "y": [1.0, 2.0]}), tmp_path / "1.parquet")
    pq.write_table(pa.table({"x": ["a", "b"], "y": [1.0, 2.0]}), tmp_path / "2.parquet")
    with pytest.raises(TableError, match=r"'x' is double in 1.parquet and string in 2.parquet"):
        fitted(tmp_path)
    pq.write_table(pa.table({"y": [1.0, 2.0]}), tmp_path / "2.parquet")
    with pytest.raises(TableError, match=r"1.parquet has a column 'x' and 2.parquet has none"):
        fitted(tmp_path)


def test_a_block_of_missing_cells_alone_is_no_other_type(tmp_path):
    known = columns()
    for name in ("x", "motor"):
        cells = list(known[name])
        cells[:1000] = [None] * 1000
        known[name] = cells
    table = pa.table(known)
    pq.write_table(table, tmp_path / "whole.parquet", row_group_size=500)
    (tmp_path / "parts").mkdir()
    for start in range(0, ROWS, 1000):
        pq.write_table(table.slice(start, 1000), tmp_path / "parts" / f"{start:05}.parquet")
    a, b = fitted(tmp_path / "whole.parquet"), fitted(tmp_path / "parts")
    assert losses(a) == losses(b)
    assert {one.name: one.kind for one in a.columns_}["motor"] == "category"


def test_a_cell_that_is_no_number_far_down_is_named(tmp_path):
    lines = ["x,y", *(f"{k % 7},{k % 5}" for k in range(70_000)), "wrong,1"]
    (tmp_path / "t.csv").write_text("\n".join(lines) + "\n")
    with pytest.raises(TableError, match=r"row 70001 .*column 'x'.*'wrong'"):
        fitted(tmp_path / "t.csv")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"solver": "lbfgs"}, "all rows at each step"),
        ({"split": "time", "split_column": "x"}, "looks at all rows"),
    ],
)
def test_what_needs_all_rows_is_refused(folder, words, said):
    with pytest.raises(IncompatibleError, match=said):
        fitted(folder / "whole.parquet", **words)


def test_targets_must_be_columns(folder):
    with pytest.raises(TypeError, match="pass their names"):
        fitted(folder / "whole.parquet", np.zeros(ROWS))
    with pytest.raises(IncompatibleError, match="sample_weight"):
        TableRegressor().fit(Blocks(folder / "whole.parquet", **SMALL), "y", np.ones(ROWS))
