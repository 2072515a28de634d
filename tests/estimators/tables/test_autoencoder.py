"""TableAutoencoder: tables as they are, to codes and back, and which rows are odd."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from sklearn.utils.estimator_checks import check_estimator

from neurona import Table, TableAutoencoder, TableError, TableWarning
from neurona.data.frames import as_table
from neurona.numerics.noise import Gaussian

EXPECTED_TO_FAIL = {
    "check_sample_weight_equivalence_on_dense_data": "held-out rows are drawn by lot",
}
QUICK = {"steps": 200, "random_state": 0}


def motors(rows=500, seed=0):
    """The size of a motor and its speed say its power; the unit is the same for all."""
    r = np.random.default_rng(seed)
    motor = r.choice(["small", "large"], rows).astype(object)
    speed = r.uniform(100, 200, rows)
    power = np.where(motor == "large", 10.0, 1.0) * speed
    built = np.datetime64("2024-01-01") + r.integers(0, 300, rows)
    speed[::50] = np.nan
    return {"motor": motor, "speed": speed, "power": power, "built": built, "unit": ["W"] * rows}


@pytest.fixture(scope="module")
def model():
    return TableAutoencoder(3, steps=4000, random_state=0).fit(motors())


def test_rows_go_through_the_code_and_back_to_their_columns(model):
    table = motors(200, seed=1)
    codes = model.transform(table)
    assert codes.shape == (200, 3)
    back = model.inverse_transform(codes)
    assert isinstance(back, Table)
    assert back.names == ["motor", "speed", "power", "built"]
    assert (back["motor"] == table["motor"]).mean() > 0.98
    known = ~np.isnan(table["speed"])
    assert np.corrcoef(back["power"], table["power"])[0, 1] > 0.98
    assert np.corrcoef(back["speed"][known], table["speed"][known])[0, 1] > 0.9
    days = np.abs((back["built"] - table["built"]) / np.timedelta64(1, "D"))
    assert np.median(days) < 40
    for name, column in model.reconstruct(table).columns.items():
        np.testing.assert_array_equal(column, back[name])
    assert model.score(table) > 0.9
    assert any("'unit' is left out" in note for note in model.notes_)
    assert any("of the variance of 50 held-out rows" in note for note in model.notes_)


def test_a_row_that_contradicts_itself_is_an_anomaly(model):
    day = np.array(["2024-05-01", "2024-05-01"], "datetime64[us]")
    rows = {"speed": [150.0, 150.0], "motor": ["large", "small"], "power": [1500.0, 1500.0],
            "built": day, "unit": ["W", "W"]}  # fmt: skip
    good, bad = model.anomaly_score(rows)
    assert bad > 1 and bad > 5 * good
    errors = model.column_errors(rows)
    assert errors.names == ["motor", "speed", "power", "built"]
    mean = np.mean([column for column in errors.columns.values()], axis=0)
    np.testing.assert_allclose(mean / model.reference_.limit, [good, bad])
    assert max(errors.names, key=lambda name: errors[name][1]) in ("motor", "power")
    np.testing.assert_allclose(
        model.reconstruction_error(rows),
        model.network_.reconstruction_error(model.preparation_.transform(as_table(rows))),
    )


def test_about_the_share_of_contamination_is_above_1():
    model = TableAutoencoder(2, contamination=0.2, **QUICK).fit(motors())
    held = as_table(motors()).take(model.split_.held)
    assert (model.anomaly_score(held) > 1).sum() == 10
    assert len(model.split_.held) == 50


@pytest.mark.parametrize("kind", ["pandas", "polars", "dict"])
def test_frames_of_any_kind_and_columns_in_any_order(kind, model):
    table = motors(30, seed=2)
    expected = model.transform(table)
    turned = dict(reversed(table.items()))
    frame = turned if kind == "dict" else pytest.importorskip(kind).DataFrame(turned)
    np.testing.assert_array_equal(model.transform(frame), expected)


def test_new_levels_and_columns_are_said_and_missing_ones_refused(model):
    table = motors(30, seed=2)
    with pytest.warns(TableWarning, match="'huge'"):
        model.transform({**table, "motor": ["huge"] * 30})
    with pytest.raises(TableError, match="no column 'speed'"):
        model.transform({name: column for name, column in table.items() if name != "speed"})
    with pytest.raises(TableError, match="0 rows"):
        model.transform({name: column[:0] for name, column in table.items()})


@pytest.mark.parametrize(
    "parameters",
    [
        {"tied": True},
        {"noise": Gaussian(0.2)},
        {"solver": "lbfgs", "steps": 30},
        {"solver": "lm", "steps": 5, "hidden_layer_sizes": (4,)},
        {"loss": "huber"},
        {"epochs": 3, "batch_size": 50, "patience": np.inf},
    ],
    ids=str,
)
def test_the_networks_choices(parameters):
    model = TableAutoencoder(2, **{**QUICK, **parameters}).fit(motors())
    assert model.network_.loss_ < model.network_.loss_curve_[0]
    double = parameters.get("solver") is not None
    assert model.network_.coefs_[0].dtype == (np.float64 if double else np.float32)


def test_given_validation_rows_weights_and_few_rows():
    table = motors(60)
    model = TableAutoencoder(2, **QUICK).fit(table, X_val=motors(40, seed=3))
    assert len(model.split_.train) == 60 and "of 40 held-out rows" not in model.notes_
    assert any("40 held-out rows" in note for note in model.notes_)
    weights = np.where(table["motor"] == "large", 1.0, 0.0)
    weighted = TableAutoencoder(1, **QUICK).fit(table, sample_weight=weights)
    large = as_table(table).take(np.flatnonzero(weights))
    small = as_table(table).take(np.flatnonzero(weights == 0))
    assert weighted.score(large) > weighted.score(small)
    few = TableAutoencoder(1, **QUICK).fit(motors(8))
    assert any("With 8 rows none is held out" in note for note in few.notes_)
    assert np.isfinite(few.anomaly_score(motors(8))).all()


def test_the_seed_is_all_that_matters():
    one, two = (TableAutoencoder(2, **QUICK).fit(motors()) for _ in range(2))
    np.testing.assert_array_equal(one.transform(motors()), two.transform(motors()))


def test_scikit_learn_checks():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = check_estimator(
            TableAutoencoder(steps=50, random_state=0),
            expected_failed_checks=EXPECTED_TO_FAIL,
            on_skip=None,
        )
    assert {one["status"] for one in results} <= {"passed", "skipped", "xfail"}
