"""Error bars on the device are those of `predict_uncertainty`, in every language."""

from __future__ import annotations

import shutil
from functools import cache

import numpy as np
import pytest

import neurona
from neurona.errors import IncompatibleError
from neurona.export.code.program import program_of
from neurona.export.code.vectors import difference, vectors_of
from neurona.export.code.writing import write_code
from tests.export.code import zoo

m = zoo.m


@cache
def model(name):
    words = {"solver": "bayesian-lm", "random_state": 0}
    if name == "targets":
        words |= {"hidden_layer_sizes": (3, 2), "activation": "silu", "max_iter": 30}
        made = lambda: neurona.MLPRegressor(**words).fit(m.X, np.c_[m.Y, m.X[:, 2] - m.Y])  # noqa: E731
    else:
        words |= {"n_starts": 3, "combine": "average", "max_levels": 4}
        made = lambda: neurona.TableRegressor((3,), **words, dtype="float64").fit(  # noqa: E731
            m.TABLE, m.AMOUNT
        )
    return neurona.export.exportable(m.quiet(made))


@pytest.mark.parametrize("name", ["targets", "averaged"])
def test_deviations_are_those_of_the_model(name):
    found = model(name)
    program = program_of(found, "pump", std=True)
    assert [one.kind for one in program.outputs][-1] == "deviation"
    far = difference(found, program, vectors_of(program))
    assert far.largest <= 1e-12
    assert far.rows >= 30


@pytest.mark.parametrize("language", ["c", "python", "javascript", "matlab"])
def test_deviations_have_the_same_bits(language, tmp_path):
    tool = {"c": "gcc", "python": "python3", "javascript": "node", "matlab": "octave"}[language]
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")
    found = write_code(
        model("targets"), tmp_path, language=language, name="pump", std=True, check=True
    )
    assert "same bits" in found.checked
    assert not found.left_out


def test_what_has_none_is_said(tmp_path):
    with pytest.raises(IncompatibleError, match="knows nothing of its uncertainty"):
        neurona.export.c(zoo.case("table"), tmp_path, std=True)
    found = neurona.export.c(model("targets"), tmp_path)
    assert "error bars are left out" in str(found)
