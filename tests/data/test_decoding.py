"""What preparation made of a table comes back from its numbers."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from neurona import Preparation
from neurona.data.encoders import Category
from neurona.data.frames import as_table

MIXED = {
    "speed": [1.0, 2.0, None, 4.0, 5.0],
    "valve": ["open", "shut", "open", None, "half"],
    "on": ["yes", "no", None, "yes", "no"],
    "flag": [True, False, False, True, True],
    "bit": [0.0, 1.0, 1.0, 0.0, None],
    "day": ["2024-01-01", "2024-01-02 12:30", "2024-01-03", None, "2024-01-05"],
    "unit": ["bar"] * 5,
}


def there_and_back(table):
    preparation = Preparation.fit(table)
    return preparation.restore(preparation.transform(table))


def test_a_mixed_table_comes_back():
    table = as_table(MIXED)
    back = there_and_back(table)
    assert back.names == ["speed", "valve", "on", "flag", "bit", "day"]
    np.testing.assert_allclose(back["speed"], [1, 2, np.nan, 4, 5], rtol=1e-12)
    assert back["valve"].tolist() == MIXED["valve"]
    assert back["on"].tolist() == MIXED["on"]
    assert back["flag"].tolist() == MIXED["flag"] and back["flag"].dtype == bool
    np.testing.assert_array_equal(back["bit"], [0, 1, 1, 0, np.nan])
    assert back["day"].astype(str).tolist()[:2] == [
        "2024-01-01T00:00:00.000000",
        "2024-01-02T12:30:00.000000",
    ]
    assert np.isnat(back["day"][3])


cells = st.lists(
    st.tuples(
        st.one_of(st.none(), st.floats(-1e6, 1e6)), st.one_of(st.none(), st.sampled_from("abcd"))
    ),
    min_size=3,
    max_size=30,
)


@settings(max_examples=60, deadline=None)
@given(cells)
def test_tables_come_back_within_the_limit_of_numbers(rows):
    numbers, texts = zip(*rows, strict=True)
    table = as_table({"number": list(numbers), "text": list(texts), "row": range(len(rows))})
    preparation = Preparation.fit(table, kinds={"row": "numeric"})
    back = preparation.restore(preparation.transform(table))
    if "text" in back.names and isinstance(preparation.encoders[-2], Category):
        assert back["text"].tolist() == list(texts)
    for encoder in preparation.encoders:
        if encoder.kind == "numeric":
            given, reach = table[encoder.name], encoder.scale * encoder.limit
            expected = np.clip(given, encoder.center - reach, encoder.center + reach)
            # digits are lost where the middle is much larger than the spread
            error = 1e-12 * (abs(encoder.center) + reach)
            np.testing.assert_allclose(back[encoder.name], expected, rtol=0, atol=error)


def test_numbers_between_the_codes_take_the_nearest():
    category = Category("valve", ("half", "open", None), True)
    numbers = np.array([[0.2, 0.6, 0.1, 0.3], [0.1, 0.0, 0.4, 0.3], [0.1, 0.2, 0.1, 0.3]])
    assert category.decode(numbers).tolist() == ["open", None, "(other)"]
