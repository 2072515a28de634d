"""datasets: every set that is listed can be written and reads back as the same numbers."""

from __future__ import annotations

import json

import numpy as np
import pytest

import neurona
from neurona import datasets
from tests.cli.models import run


def test_the_list(capsys):
    code, out, _ = run(capsys, "datasets")
    assert code == 0 and all(f"\n{name} " in out for name in datasets.names())
    assert max(map(len, out.splitlines())) <= 100
    found = json.loads(run(capsys, "datasets", "--json")[1])
    arm = next(one for one in found["datasets"] if one["name"] == "robot-arm")
    assert (arm["inputs"], arm["targets"]) == (6, ["torque_1", "torque_2"])


@pytest.mark.parametrize("name", ["robot-arm", "iris", "linnerud", "breast-cancer", "xor"])
def test_a_written_set_reads_back(name, tmp_path, capsys):
    path = tmp_path / "set.csv"
    code, out, err = run(capsys, "datasets", name, "-o", path)
    assert (code, out) == (0, "") and "wrote" in err
    table, found = neurona.read_table(path), datasets.load(name)
    assert table.names == [*found.input_names, *found.target_names]
    read = np.column_stack([table[n] for n in found.input_names])
    assert read.astype(float).tobytes() == np.ascontiguousarray(found.X).tobytes()
    targets = np.column_stack([table[n] for n in found.target_names])
    assert targets.tolist() == found.y.reshape(len(found.y), -1).tolist()
    assert run(capsys, "datasets", name)[1] == path.read_text()


def test_rows_and_seed(capsys):
    one, two, again = (
        run(capsys, "datasets", "moons", "--rows", 5, "--seed", seed)[1] for seed in (1, 2, 1)
    )
    assert one == again != two and len(one.splitlines()) == 6
    code, _, err = run(capsys, "datasets", "iris", "--rows", 5)
    assert code == 3 and "fixed table" in err
    code, _, err = run(capsys, "datasets", "iris", "--seed", 5)
    assert code == 3 and "no --seed" in err


def test_what_does_not_go_together(capsys):
    code, _, err = run(capsys, "datasets", "mons")
    assert code == 3 and "did you mean 'moons'?" in err
    assert run(capsys, "datasets", "--rows", 5)[0] == 2
    assert run(capsys, "datasets", "moons", "--json")[0] == 2


def test_a_folder_that_is_not_there(tmp_path, capsys):
    code, _, err = run(capsys, "datasets", "xor", "-o", tmp_path / "no" / "x.csv")
    assert code == 3 and "No such file or directory" in err
