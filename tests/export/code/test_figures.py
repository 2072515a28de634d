"""What is said of a program's cost is what an instrumented run counts."""

from __future__ import annotations

import types

import numpy as np
import pytest

from neurona.export.code.figures import figures
from neurona.export.code.program import program_of
from neurona.export.code.python import source
from neurona.export.code.vectors import vectors_of
from tests.export.code import zoo
from tests.export.code.test_deviations import model

COUNTED = {
    np.add: "sums",
    np.subtract: "sums",
    np.multiply: "products",
    np.divide: "quotients",
}


def counted(program):
    """Operations of one row, counted as NumPy is asked for them."""
    found = dict.fromkeys(("sums", "products", "quotients", "choices"), 0)

    class Row(np.ndarray):
        def __array_ufunc__(self, ufunc, method, *inputs, **words):
            if ufunc in COUNTED:
                found[COUNTED[ufunc]] += 1
            plain = [np.asarray(one) for one in inputs]
            return np.asarray(getattr(ufunc, method)(*plain, **words)).view(Row)

    def pick(condition, yes, no):
        found["choices"] += 1
        return np.where(np.asarray(condition), np.asarray(yes), np.asarray(no)).view(Row)

    def lookup(table, place):
        return np.asarray(table)[np.asarray(place).astype(int)].view(Row)

    vectors = vectors_of(program)
    text = source(program, vectors.rows[:1], vectors.answers[:1])
    text = text.replace("rows = np.asarray(rows, np.float64)", "pass")
    # numbers that are known are counted where they meet a row only
    text = text.replace("none = 0.0", "none = np.zeros(1).view(Row)")
    text = text.replace("return 1.0\n", "return np.ones(1).view(Row)\n")
    module = types.ModuleType("pump")
    module.Row = Row
    exec(text, vars(module))
    module._pick, module._lookup = pick, lookup
    module.predict_rows(vectors.rows[:1].view(Row))
    # what gathers the answers at the end
    found["sums"] -= len(program.outputs)
    return found


@pytest.mark.parametrize("name", ["table", "three classes", "autoencoder", "every", "deviations"])
def test_operations_are_counted_right(name):
    if name == "deviations":
        program = program_of(model("targets"), "pump", std=True)
    else:
        program = program_of(zoo.every() if name == "every" else zoo.case(name), "pump")
    stated = figures(program)
    found = counted(program)
    assert found == {key: getattr(stated, key) for key in found}
    tables = sum(map(len, program.tables.values()))
    tables += sum(len(t) for one in program.routines.values() for t in one.tables.values())
    assert stated.table_bytes == 8 * tables
