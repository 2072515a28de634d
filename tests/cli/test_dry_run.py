"""A dry run computes nothing: no loss, no gradient, no Jacobian, no step."""

import numpy as np
import pytest

from neurona.compiled import kernel, members
from neurona.engine.gauss_newton import Curvature
from neurona.engine.session import CompiledSession
from neurona.optimizers import OPTIMIZERS
from neurona.optimizers.solver import SOLVERS
from tests.cli.models import run, write_csv

RANDOM = np.random.default_rng(0)
INPUTS = RANDOM.normal(size=(60, 3))
COLUMNS = {**dict(zip("abc", INPUTS.T.tolist(), strict=True)), "y": INPUTS[:, 0].tolist()}
WORDS = {**COLUMNS, "y": ["high" if one > 0 else "low" for one in INPUTS[:, 0]]}


@pytest.mark.parametrize("columns", [COLUMNS, WORDS], ids=["numbers", "classes"])
@pytest.mark.parametrize("solver", [None, *OPTIMIZERS, *SOLVERS])
def test_nothing_is_computed(solver, columns, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = [] if solver is None else ["--solver", solver]
    words = ["train", write_csv("t.csv", columns), "--target", "y", "--dry-run", *words]
    run(capsys, *words)  # what has to be compiled is tried out
    computed = []
    places = [(CompiledSession, name) for name in ("train", "evaluate", "value_and_gradient")]
    for place, name in [*places, (Curvature, "matrix"), (Curvature, "jacobian")]:
        monkeypatch.setattr(place, name, lambda *_, name=name: computed.append(name))
    code, _, said = run(capsys, *words)
    assert (code, computed) == (0, [])
    assert "dry run: nothing was trained" in said
    assert [one.name for one in tmp_path.iterdir()] == ["t.csv"]


def test_nothing_is_compiled(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    table = write_csv("t.csv", COLUMNS)
    for place in (kernel, members):
        monkeypatch.setattr(place, "announce", lambda *_: pytest.fail("something was compiled"))
    for words in ([], ["--solver", "adam"], ["--solver", "lm"]):
        assert run(capsys, "train", table, "--target", "y", "--dry-run", *words)[0] == 0
