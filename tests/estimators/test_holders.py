"""The same rows and targets are learned alike, whatever holds them; what can be none is named."""

from __future__ import annotations

import datetime
import warnings
from fractions import Fraction

import numpy as np
import pytest
from scipy import sparse

from neurona import (
    Adaline,
    Autoencoder,
    MLPClassifier,
    MLPRegressor,
    Perceptron,
    TableClassifier,
    TableRegressor,
)

pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")
pa = pytest.importorskip("pyarrow")
ROWS = 40
X = np.round(np.random.default_rng(0).normal(size=(ROWS, 3)) * 4) / 4  # float16 holds them
ONES = (X[:, 0] + X[:, 1] > 0).astype(np.int64)
WORDS = np.where(ONES, "a", "b")
QUANTITIES = X.sum(axis=1)
NAMES = ["p", "q", "r"]
GAP = np.arange(ROWS) == 3

CLASSIFIERS = {
    "perceptron": lambda: Perceptron(max_iter=3, tol=None),
    "adaline": lambda: Adaline(max_iter=3, tol=None),
    "mlp": lambda: MLPClassifier(hidden_layer_sizes=(3,), max_iter=2, random_state=0),
    "table": lambda: TableClassifier(solver="lbfgs", steps=3, random_state=0),
}
REGRESSORS = {
    "mlp": lambda: MLPRegressor(hidden_layer_sizes=(3,), max_iter=2, random_state=0),
    "table": lambda: TableRegressor(solver="lbfgs", steps=3, random_state=0),
}
NETWORKS = {
    **{name: make for name, make in CLASSIFIERS.items() if name != "table"},
    "autoencoder": lambda: Autoencoder(2, (3,), max_iter=2, random_state=0),
}
all_models = pytest.mark.parametrize(
    "make", [*CLASSIFIERS.values(), NETWORKS["autoencoder"]], ids=[*CLASSIFIERS, "autoencoder"]
)
all_classifiers = pytest.mark.parametrize("make", CLASSIFIERS.values(), ids=CLASSIFIERS)
all_regressors = pytest.mark.parametrize("make", REGRESSORS.values(), ids=REGRESSORS)
all_networks = pytest.mark.parametrize("make", NETWORKS.values(), ids=NETWORKS)


def cases(named):
    return pytest.mark.parametrize("given", named.values(), ids=named)


def fitted(model, inputs, targets):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(inputs, targets)


def answers(model, inputs):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return np.asarray((getattr(model, "predict", None) or model.transform)(inputs))


def read_only(array):
    array = array.copy()
    array.flags.writeable = False
    return array


HOLDERS = {
    "by columns": np.asfortranarray(X),
    "read-only": read_only(X),
    "every other": np.repeat(X, 2, axis=0)[::2],
    "float16": X.astype(np.float16),
    "other bytes": X.astype(">f8"),
    "masked": np.ma.masked_array(X),
    "objects": X.astype(object),
    "fractions": np.vectorize(Fraction, otypes=[object])(X),
    "tuples": tuple(map(tuple, X.tolist())),
    "pandas": pd.DataFrame(X),
    "two levels of names": pd.DataFrame(
        X, columns=pd.MultiIndex.from_tuples([("a", "p"), ("a", "q"), ("b", "p")])
    ),
    "nullable": pd.DataFrame(X, columns=NAMES).astype("Float64"),
    "arrow in pandas": pd.DataFrame(X, columns=NAMES).astype("double[pyarrow]"),
    "polars": pl.DataFrame(X, schema=NAMES),
    "arrow": pa.table(dict(zip(NAMES, X.T, strict=True))),
    "batch": pa.record_batch(dict(zip(NAMES, X.T, strict=True))),
    "decimals": pa.table(
        {n: pa.array(c).cast(pa.decimal128(9, 2)) for n, c in zip(NAMES, X.T, strict=True)}
    ),
}


@all_models
@cases(HOLDERS)
def test_rows(make, given):
    plain = fitted(make(), X, WORDS)
    np.testing.assert_array_equal(answers(plain, given), answers(plain, X))
    model = fitted(make(), given, WORDS)
    np.testing.assert_array_equal(answers(model, given), answers(plain, X))


def test_a_batch_keeps_its_names():
    batch = pa.record_batch(dict(zip(NAMES, X.T, strict=True)))
    model = TableRegressor(solver="lbfgs", steps=3, random_state=0)
    fitted(model, batch, QUANTITIES)
    assert model.feature_names_in_.tolist() == NAMES
    turned = pa.record_batch(dict(zip(NAMES[::-1], X.T[::-1], strict=True)))
    np.testing.assert_array_equal(model.predict(turned), model.predict(batch))


CLASSES = {
    "nullable": (pd.Series(ONES, dtype="Int64"), ONES),
    "nullable array": (pd.array(ONES, dtype="Int64"), ONES),
    "arrow in pandas": (pd.Series(ONES, dtype="int64[pyarrow]"), ONES),
    "flags": (pd.Series(ONES > 0, dtype="boolean"), ONES > 0),
    "flags, arrow": (pa.array(ONES > 0), ONES > 0),
    "objects": (ONES.astype(object), ONES),
    "flags that are objects": ((ONES > 0).astype(object), ONES > 0),
    "masked": (np.ma.masked_array(ONES), ONES),
    "other bytes": (ONES.astype(">i8"), ONES),
    "categories": (pd.Categorical(WORDS, categories=["z", "b", "a"]), WORDS),
    "texts": (pd.Series(WORDS, dtype="string"), WORDS),
    "texts, arrow": (pd.Series(WORDS, dtype=pd.ArrowDtype(pa.string())), WORDS),
    "texts of NumPy": (WORDS.astype(np.dtypes.StringDType()), WORDS),
    "texts of NumPy that are objects": (np.array([*WORDS, None], object)[:-1], WORDS),
    "tuple": (tuple(WORDS.tolist()), WORDS),
    "polars": (pl.Series(WORDS.tolist(), dtype=pl.Enum(["a", "b"])), WORDS),
    "sparse column": (sparse.csr_array(ONES[:, None]), ONES),
    "labels": (np.column_stack([ONES, 1 - ONES]).astype(object), np.column_stack([ONES, 1 - ONES])),
}


@all_classifiers
@pytest.mark.parametrize(("given", "plain"), CLASSES.values(), ids=CLASSES)
def test_classes(make, given, plain):
    model, other = fitted(make(), X, given), fitted(make(), X, plain)
    np.testing.assert_array_equal(answers(model, X), answers(other, X))
    kinds = {model.classes_.dtype.kind, other.classes_.dtype.kind}
    assert len(kinds) == 1 or kinds == {"O", "U"}
    assert model.score(X, given) == other.score(X, plain)


@pytest.mark.parametrize("name", [name for name in CLASSIFIERS if name != "table"])
@pytest.mark.parametrize(("given", "plain"), CLASSES.values(), ids=CLASSES)
def test_classes_in_chunks(name, given, plain):
    model, other = CLASSIFIERS[name](), CLASSIFIERS[name]()
    classes = [0, 1] if plain.ndim == 2 else np.unique(plain)
    for _ in range(2):
        model.partial_fit(X, given, classes=classes)
        other.partial_fit(X, plain, classes=classes)
    np.testing.assert_array_equal(model.predict(X), other.predict(X))


@all_regressors
@cases({
    "nullable": pd.Series(QUANTITIES, dtype="Float64"),
    "objects": QUANTITIES.astype(object),
    "fractions": [Fraction(one) for one in QUANTITIES],
    "masked": np.ma.masked_array(QUANTITIES),
    "other bytes": QUANTITIES.astype(">f8"),
    "polars": pl.Series(QUANTITIES),
    "durations": (QUANTITIES * 1e6).astype("timedelta64[us]"),
    "durations, pandas": pd.Series((QUANTITIES * 1e6).astype("timedelta64[us]")),
    "sparse column": sparse.csr_array(QUANTITIES[:, None]),
})  # fmt: skip
def test_quantities(make, given):
    model, plain = fitted(make(), X, given), fitted(make(), X, QUANTITIES)
    np.testing.assert_array_equal(model.predict(X), plain.predict(X))


@pytest.mark.parametrize(
    ("make", "targets"), [(CLASSIFIERS["table"], WORDS), (REGRESSORS["table"], QUANTITIES)]
)
@pytest.mark.parametrize("hold", [dict, pd.DataFrame, pl.DataFrame, pa.table])
def test_targets_of_a_table_are_scored_as_they_are_learned(make, targets, hold):
    given = hold({"t": targets.tolist()})
    model = fitted(make(), X, given)
    assert model.target_names_ == ["t"]
    assert model.score(X, given) == model.score(X, targets)


GAPS = {
    "nullable": pd.Series(ONES, dtype="Int64").where(~GAP),
    "flags": pd.Series(ONES > 0, dtype="boolean").where(~GAP),
    "frame": pd.DataFrame({"t": pd.Series(ONES, dtype="Int64").where(~GAP)}),
    "texts": pd.Series(WORDS, dtype="string").where(~GAP),
    "categories": pd.Series(pd.Categorical(np.where(GAP, None, WORDS))),
    "polars": pl.Series(np.where(GAP, None, WORDS).tolist()),
    "masked": np.ma.masked_array(ONES, GAP),
    "masked texts": np.ma.masked_array(WORDS, GAP),
    "numbers": np.where(GAP, np.nan, ONES),
    "labels": pd.DataFrame({"t": pd.Series(ONES, dtype="Int64").where(~GAP), "u": ONES}),
}


@all_classifiers
@cases(GAPS)
def test_a_missing_class_is_named_by_its_row(make, given):
    with pytest.raises(ValueError, match="y contains NaN: the class is missing in row 3"):
        fitted(make(), X, given)


@all_regressors
@cases({
    "masked": np.ma.masked_array(QUANTITIES, GAP),
    "nullable": pd.Series(QUANTITIES, dtype="Float64").where(~GAP),
    "flags": pd.Series(ONES > 0, dtype="boolean").where(~GAP),
})  # fmt: skip
def test_a_missing_quantity_is_named_by_its_row(make, given):
    with pytest.raises(ValueError, match=r"y contains NaN\. The first is in row 3"):
        fitted(make(), X, given)


@pytest.mark.parametrize(
    ("make", "targets"), [(CLASSIFIERS["table"], WORDS), (REGRESSORS["table"], QUANTITIES)]
)
def test_rows_to_validate_on_have_targets_of_their_own(make, targets):
    for y in (targets, targets.tolist()):
        with pytest.raises(ValueError, match="X_val is provided, but y_val was not provided"):
            make().fit(X, y, X_val=X[::-1])
    with pytest.raises(ValueError, match="y_val is provided, but X_val was not provided"):
        make().fit(X, targets, y_val=targets)
    frame = pd.DataFrame(X, columns=NAMES).assign(t=targets)
    for y in ("t", ["t"]):
        assert fitted(make(), frame, y).target_names_ == ["t"]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            by_name = make().fit(frame, y, X_val=frame[:9])
            given = make().fit(frame[NAMES], targets, X_val=frame[:9][NAMES], y_val=targets[:9])
        np.testing.assert_array_equal(by_name.predict(frame), given.predict(frame[NAMES]))


def test_words_of_an_array_of_strings_are_words():
    words = np.column_stack([WORDS, np.where(X[:, 2] > 0, "u", "v")])
    model = fitted(REGRESSORS["table"](), words.astype(np.dtypes.StringDType()), QUANTITIES)
    plain = fitted(REGRESSORS["table"](), words, QUANTITIES)
    for one in (model, plain):
        np.testing.assert_array_equal(
            one.predict(words.astype(np.dtypes.StringDType())), plain.predict(words)
        )


@all_models
def test_a_masked_weight_is_named_by_its_row(make):
    weights = np.ma.masked_array(np.ones(ROWS), GAP)
    with pytest.raises(ValueError, match="sample_weight gives row 3 the weight nan"):
        make().fit(X, WORDS, sample_weight=weights)


DAYS = [datetime.date(2024, 1, 1 + k % 28) for k in range(ROWS)]


@all_regressors
@cases({
    "array": np.array(DAYS, "datetime64[D]"),
    "pandas": pd.Series(pd.to_datetime(DAYS)),
    "time zone": pd.Series(pd.to_datetime(DAYS, utc=True)),
    "objects": DAYS,
    "polars": pl.Series(DAYS),
    "first is missing": [None, *DAYS[1:]],
})  # fmt: skip
def test_dates_are_no_quantities(make, given):
    with pytest.raises(ValueError, match="The targets y are dates; predict a number"):
        fitted(make(), X, given)


@all_networks
@cases({
    "array": np.array([DAYS] * 3, "datetime64[D]").T,
    "durations": (X * 1e3).astype("timedelta64[s]"),
    "pandas": pd.DataFrame({"p": pd.to_datetime(DAYS)}),
    "beside numbers": pd.DataFrame({"p": pd.to_datetime(DAYS), "q": X[:, 0]}),
    "polars": pl.DataFrame({"p": DAYS}),
})  # fmt: skip
def test_dates_are_no_inputs_of_a_network(make, given):
    with pytest.raises(TypeError, match="X has dates or durations, which are no numbers") as caught:
        fitted(make(), given, WORDS)
    assert "takes such a table as it is" in str(caught.value)


NO_ROWS = {
    "generator": lambda: (row for row in X),
    "map": lambda: map(list, X),
    "set": lambda: {1, 2},
    "number": lambda: 1.5,
    "nothing": lambda: None,
}


@all_models
@pytest.mark.parametrize("given", NO_ROWS.values(), ids=NO_ROWS)
def test_what_has_no_rows(make, given):
    model = fitted(make(), X, WORDS)
    for attempt in (lambda: answers(model, given()), lambda: fitted(make(), given(), WORDS)):
        with pytest.raises(TypeError, match=f"X is of type {type(given()).__name__}; give an"):
            attempt()


ODD_CLASSES = {
    "generator": (lambda: iter(WORDS), "y is of type .*iter.*; give an array"),
    "number": (lambda: 1, "y is of type int; give an array"),
    "two columns": (
        lambda: np.column_stack([WORDS, WORDS]),
        r"y of shape \(40, 2\) has to be 0 and 1, a column for each label; several columns",
    ),
    "days": (lambda: DAYS, "Unknown label type: y has cells of type date, and classes are texts"),
    "sets": (lambda: [{1}] * ROWS, "Unknown label type: y has cells of type set"),
    "texts and numbers": (
        lambda: np.array([1, "a"] * 20, object),
        "Unknown label type: y has cells of type int",
    ),
    "lists": (lambda: [["a"], ["a", "b"]] * 20, "y has 1 cells in its first row and 2 in row 2"),
    "fields": (lambda: np.zeros(ROWS, [("t", "f8")]), "y is a structured array"),
    "too few": (lambda: WORDS[1:].tolist(), "inconsistent numbers of samples"),
}


@all_classifiers
@pytest.mark.parametrize(("given", "said"), ODD_CLASSES.values(), ids=ODD_CLASSES)
def test_what_are_no_classes(make, given, said):
    with pytest.raises((ValueError, TypeError), match=said) as caught:
        fitted(make(), X, given())
    assert len(str(caught.value)) < 250


def test_a_dict_and_a_lazy_frame_are_no_targets_of_a_network():
    for given, said in (
        ({"t": WORDS}, "y is a dict; give its values"),
        (pl.LazyFrame({"t": WORDS.tolist()}), "y is a lazy frame: collect it first"),
    ):
        with pytest.raises(TypeError, match=said):
            CLASSIFIERS["mlp"]().fit(X, given)


@all_models
def test_no_columns(make):
    with pytest.raises(ValueError, match="X has no columns; give at least one"):
        fitted(make(), pd.DataFrame(index=range(ROWS)), WORDS)


@pytest.mark.parametrize("make", [CLASSIFIERS["table"], REGRESSORS["table"]])
def test_no_targets(make):
    with pytest.raises(ValueError, match="y has no columns; give at least one"):
        fitted(make(), X, pd.DataFrame(index=range(ROWS)))


@pytest.mark.parametrize("make", [CLASSIFIERS["perceptron"], CLASSIFIERS["adaline"]])
def test_layers_say_of_rows_to_predict_what_they_say_of_rows_to_learn(make):
    model = fitted(make(), X, WORDS)
    for given, said in (
        (pd.DataFrame(X, columns=list("ppq")), "X has several columns of the same name"),
        (X + 1j, "X has complex numbers"),
        (dict(zip(NAMES, X.T, strict=True)), "takes arrays and frames of numbers"),
        (pd.DataFrame(X, dtype="Float64").where(X > -2), "row 4, column 0, counted from 0"),
    ):
        for method in (model.predict, model.decision_function):
            with pytest.raises((ValueError, TypeError), match=said) as caught:
                method(given)
            assert "array=" not in str(caught.value)
