from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurona import Preparation, Table, TableError
from neurona.data.frames import as_table
from neurona.data.targets import NumericTargets, class_labels, find_task, label_matrix
from neurona.data.task import Task


def again(preparation):
    return Preparation.from_state(json.loads(json.dumps(preparation.to_state())))


MIXED = {
    "speed": [1.0, 2.0, None, 4.0, 5.0],
    "valve": ["open", "shut", "open", None, "half"],
    "on": ["yes", "no", "no", "yes", "no"],
    "day": ["2024-01-01", "2024-01-02", "2024-01-03", None, "2024-01-05"],
    "unit": ["bar"] * 5,
}


def test_mixed_table():
    table = as_table(MIXED)
    preparation = Preparation.fit(table)
    matrix = preparation.transform(table)
    assert preparation.features == [
        "speed",
        "speed is missing",
        "valve = half",
        "valve = open",
        "valve = shut",
        "valve is missing",
        "on",
        "day",
        "day is missing",
    ]
    assert [name for name, _ in preparation.dropped] == ["unit"]
    np.testing.assert_array_equal(matrix[:, 1], [0, 0, 1, 0, 0])
    np.testing.assert_array_equal(matrix[:, 3], [0 + 1, 0, 1, 0, 0])
    np.testing.assert_array_equal(matrix[:, 6], [1, 0, 0, 1, 0])
    assert matrix[2, 0] == 0
    assert np.isfinite(matrix).all()
    assert any("'unit' is left out" in note for note in preparation.notes)
    assert any("'speed': 1 of 5 cells is missing" in note for note in preparation.notes)


def test_state_is_json_and_comes_back_exactly():
    table = as_table(MIXED)
    preparation = Preparation.fit(table)
    assert again(preparation) == preparation
    np.testing.assert_array_equal(again(preparation).transform(table), preparation.transform(table))


@pytest.mark.parametrize(
    "damage",
    [
        {"version": 99},
        {"encoders": []},
        {"encoders": [{"kind": "os.system"}]},
        {"encoders": [{"kind": "numeric", "name": "speed"}]},
        {"names": [1]},
        {"dropped": 3},
    ],
    ids=str,
)
def test_damaged_state_is_refused(damage):
    state = Preparation.fit(as_table(MIXED)).to_state() | damage
    with pytest.raises(TableError, match="not valid"):
        Preparation.from_state(state)


def test_a_block_is_transformed_as_in_the_whole():
    table = as_table(MIXED)
    preparation = Preparation.fit(table)
    blocks = [preparation.transform(block) for block in table.blocks(2)]
    np.testing.assert_array_equal(np.concatenate(blocks), preparation.transform(table))


def test_columns_are_found_by_name():
    table = as_table(MIXED)
    preparation = Preparation.fit(table)
    turned = table.select(table.names[::-1])
    np.testing.assert_array_equal(preparation.transform(turned), preparation.transform(table))
    without_constant = table.without(["unit"])
    assert preparation.transform(without_constant).shape[0] == 5
    with pytest.raises(TableError, match="no column 'valve'"):
        preparation.transform(table.without(["valve"]))


def test_rare_levels_share_a_column_and_unseen_ones_use_it():
    words = [w for i in range(50) for w in [f"w{i:02}"] * (60 - i)]
    preparation = Preparation.fit(as_table({"w": words}), max_levels=32)
    assert len(preparation.features) == 32
    matrix = preparation.transform(as_table({"w": ["w00", "w40", "never", None]}))
    assert matrix.sum(axis=1).tolist() == [1, 1, 1, 1]
    assert matrix[1:, -1].tolist() == [1, 1, 1]


def test_unseen_level_without_rare_ones_is_none_of_the_known():
    preparation = Preparation.fit(as_table({"w": ["a", "b", "c", "a"]}))
    table = as_table({"w": ["z"]})
    assert preparation.transform(table).tolist() == [[0, 0, 0]]
    assert "'z'" in preparation.remarks(table)[0]


def test_100_000_texts_do_not_explode():
    words = [f"user{i // 2}" for i in range(200_000)]
    preparation = Preparation.fit(as_table({"w": words}))
    assert len(preparation.features) == 32
    assert preparation.transform(as_table({"w": words}), np.float32).shape == (200_000, 32)


def test_scaling_is_robust():
    values = np.concatenate([np.random.default_rng(0).normal(50, 2, 999), [1e9]])
    preparation = Preparation.fit(as_table({"x": values}))
    scaled = preparation.transform(as_table({"x": values}))[:, 0]
    assert abs(np.median(scaled)) < 1e-12
    assert 0.9 < scaled[:-1].std() < 1.1
    assert scaled[-1] == 10


@given(
    st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=2, max_size=20),
    st.floats(allow_nan=False, allow_infinity=False),
)
def test_scaled_numbers_are_finite_whatever_comes(values, later):
    table = as_table({"x": np.array(values), "y": np.arange(len(values)) ** 2.0})
    preparation = Preparation.fit(table)
    assert np.isfinite(preparation.transform(table)).all()
    other = as_table({"x": [later], "y": [-later]})
    assert np.isfinite(preparation.transform(other)).all()
    assert again(preparation) == preparation


def test_one_missing_cell_in_row_10000_is_named_if_refused():
    values = np.arange(20_000) ** 0.5
    values[9999] = np.nan
    table = Table({"speed": np.arange(20_000) ** 0.3, "flow": values}, "pump.csv", line_offset=1)
    with pytest.raises(TableError) as error:
        Preparation.fit(table, refuse_missing=True)
    assert "pump.csv, row 10000 (line 10001), column 'flow'" in str(error.value)
    preparation = Preparation.fit(table.take(slice(0, 5000)), refuse_missing=True)
    with pytest.raises(TableError, match="row 10000"):
        preparation.transform(table.take(slice(8000, 12_000)))


def test_cells_of_another_kind_are_named():
    preparation = Preparation.fit(as_table(MIXED))
    row = {"speed": [1.0], "valve": ["open"], "on": ["yes"], "day": ["2024-01-01"]}
    changes: list[tuple[dict[str, Any], str]] = [
        ({"speed": ["fast"]}, "'speed': the cell 'fast'"),
        ({"speed": [float("inf")]}, "infinity"),
        ({"on": ["maybe"]}, "'maybe' is neither 'no' nor 'yes'"),
        ({"day": ["soon"]}, "'soon' is no date"),
        ({"day": [3.0]}, "was dates in training"),
        ({"speed": [np.datetime64("2024-01-01")]}, "was numbers in training"),
    ]
    for change, part in changes:
        with pytest.raises(TableError) as error:
            preparation.transform(as_table(row | change))
        assert part in str(error.value)
        assert "row 1" in str(error.value) or "was" in str(error.value)


def test_category_of_numbers_is_the_same_from_text():
    preparation = Preparation.fit(as_table({"code": [1.0, 2.0, 3.0]}), kinds={"code": "category"})
    expected = preparation.transform(as_table({"code": [2.0]}))
    for text in ("2", "2.0"):
        np.testing.assert_array_equal(preparation.transform(as_table({"code": [text]})), expected)


def test_types_for_reading():
    types = Preparation.fit(as_table(MIXED | {"bit": [0, 1, 1, 0, 1]})).types()
    assert types == {
        "speed": "number",
        "valve": "text",
        "on": "text",
        "day": "date",
        "bit": "number",
    }


@pytest.mark.parametrize(
    ("columns", "part"),
    [
        ({"a": []}, "no rows"),
        ({"a": [1.0, 1.0]}, "no column to learn from"),
        ({"a": [None, None]}, "every cell is missing"),
    ],
    ids=str,
)
def test_tables_with_nothing_in_them(columns, part):
    with pytest.raises(TableError, match=part):
        Preparation.fit(as_table(columns))


def test_one_row():
    preparation = Preparation.fit(as_table({"a": [3.0], "b": ["x"]}))
    assert preparation.transform(as_table({"a": [3.0], "b": ["x"]})).tolist() == [[0.0, 1.0]]


@given(
    st.lists(
        st.tuples(
            st.floats(-1e12, 1e12, allow_subnormal=False),
            st.floats(-1e-9, 1e-9, allow_subnormal=False),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_targets_come_back(rows):
    targets = np.array(rows)
    scaling = NumericTargets.fit(["a", "b"], targets)
    scaled = scaling.forward(targets)
    assert np.isfinite(scaled).all()
    np.testing.assert_allclose(
        scaling.back(scaled), targets, rtol=1e-9, atol=1e-12 * np.abs(targets).max()
    )
    assert NumericTargets.from_state(json.loads(json.dumps(scaling.to_state()))) == scaling


def test_constant_target_keeps_its_value():
    scaling = NumericTargets.fit(["a"], np.full((5, 1), 14.62))
    assert scaling.scale == (1.0,)
    assert scaling.back(np.zeros((2, 1))).ravel() == pytest.approx([14.62, 14.62])


TASKS = [
    ({"y": ["a", "b", "a"]}, Task.BINARY),
    ({"y": ["a", "b", "c"]}, Task.MULTICLASS),
    ({"y": [True, False]}, Task.BINARY),
    ({"y": [0, 1, 1]}, Task.BINARY),
    ({"y": [1, 2, 3] * 10}, Task.MULTICLASS),
    ({"y": [1, 2, 3]}, Task.REGRESSION),
    ({"y": [1, 3, 9] * 10}, Task.REGRESSION),
    ({"y": [0.5, 1.5]}, Task.REGRESSION),
    ({"y": [0, 1], "z": [1, 1]}, Task.MULTILABEL),
    ({"y": ["yes", "no"], "z": ["no", "no"]}, Task.MULTILABEL),
    ({"y": [0.5, 1], "z": [1, 2]}, Task.REGRESSION),
]


@pytest.mark.parametrize(("columns", "task"), TASKS, ids=str)
def test_tasks(columns, task):
    found = find_task(as_table(columns), list(columns))
    assert found.task is task
    assert found.reason


def test_targets_that_cannot_be():
    with pytest.raises(TableError, match="dates"):
        find_task(as_table({"y": [np.datetime64("2024-01-01")]}), ["y"])
    with pytest.raises(TableError, match="'z' has texts"):
        find_task(as_table({"y": [1.5, 2.0], "z": ["a", "b"]}), ["y", "z"])
    with pytest.raises(TableError, match="train a regression"):
        class_labels(as_table({"y": [1.5, 2.0]}), "y")
    with pytest.raises(TableError, match="'y' is not 0 and 1"):
        label_matrix(as_table({"y": [1.0, 2.0]}), ["y"])
