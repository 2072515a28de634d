"""A training that goes on from a model or a run, and one that is kept as a run."""

import base64
import io
import os
import types
import warnings
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import neurona
from neurona.cli.commands.lab import plan_of_source
from neurona.cli.group import LazyGroup
from neurona.laboratory import commands as c
from neurona.laboratory.commands.looking import FILES
from neurona.laboratory.fields import Refused
from neurona.laboratory.session import exporting, keeping
from neurona.laboratory.session.course import Course
from neurona.laboratory.session.exporting import fitted
from neurona.laboratory.session.spec import DataSpec, NetSpec, State
from neurona.laboratory.session.starting import first_course
from neurona.runs import Run, Settings
from neurona.runs.failures import Failure

ROWS = 120


def table(path: Path, classes: bool = False) -> Path:
    random = np.random.RandomState(0)
    speed, load = random.uniform(500, 3000, ROWS), random.uniform(0, 1, ROWS)
    flow = 0.02 * speed * (1 - 0.4 * load) + random.normal(0, 1, ROWS)
    target = np.where(flow > 25, "high", np.where(flow > 15, "middle", "low")) if classes else flow
    sites = random.choice(["north", "south"], ROWS)
    holes = ["" if k % 20 == 3 else f"{load[k]:.4f}" for k in range(ROWS)]
    lines = [f"{speed[k]:.1f},{holes[k]},{sites[k]},{target[k]}" for k in range(ROWS)]
    path.write_text("\n".join(["speed,load,site,flow", *lines]))
    return path


def trained(folder: Path, source: Path, **more: Any) -> Path:
    said = {
        "data.source": str(source), "model.hidden": [4], "training.epochs": 8,
        "training.starts": 1, "run.out": str(folder),
    }  # fmt: skip
    with Run(Settings.of({**said, **more})) as run:
        run.train()
    return folder


@pytest.mark.parametrize("classes", [False, True])
def test_a_run_is_gone_on_with_from_what_it_knows(tmp_path: Path, classes: bool) -> None:
    source = table(tmp_path / "pump.csv", classes)
    run = trained(tmp_path / "run", source)
    course = first_course({"run": str(run)})
    model, rows = neurona.load(run / "model.neurona"), neurona.read_table(source)
    before, now = model.predict(rows.without(["flow"])), fitted(course)
    if classes:
        theirs = model.predict_proba(rows.without(["flow"]))
        assert np.allclose(now.predict_proba(rows.without(["flow"])), theirs, atol=1e-5)
    else:
        assert np.allclose(now.predict(rows.without(["flow"])), before, atol=1e-4)
    found = course.world.material
    assert len(found.train) + len(found.held) == ROWS and 0 < len(found.held) < ROWS / 2
    seen = model.provenance_.seen
    assert len(found.train) == seen.rows
    assert any("not made of" in note for note in found.notes)
    again = first_course({"model": str(run / "model.neurona")})
    assert again.training.weights.tobytes() == course.training.weights.tobytes()


def test_a_model_goes_on_with_rows_that_are_named(tmp_path: Path) -> None:
    source = table(tmp_path / "pump.csv")
    run = trained(tmp_path / "run", source, **{"run.fingerprints": False})
    alone = tmp_path / "alone.neurona"
    alone.write_bytes((run / "model.neurona").read_bytes())
    with pytest.raises(Failure, match="--data"):
        plan_of_source(str(alone))
    plan = plan_of_source(str(alone), rows=str(source))
    course = first_course(plan)
    assert course.world.material.targets == ("flow",)
    assert any("flatter" in note for note in course.world.material.notes)
    course.go_to(2)
    course.edit(c.WeightsDraw(3))
    assert course.state.net.model == ()
    course.edit(c.TableRole("site", "out"))
    assert "site" not in course.world.material.table.names
    other = tmp_path / "other.csv"
    other.write_text("a,b\n" + "\n".join(f"{k * k % 31},{k}" for k in range(40)))
    with pytest.raises(Refused, match="no column 'flow'"):
        first_course({**plan, "source": str(other)})


def test_a_model_of_an_array_is_gone_on_with(tmp_path: Path) -> None:
    source = table(tmp_path / "pump.csv")
    rows = neurona.read_table(source)
    X = np.column_stack([rows["speed"] / 1000, np.nan_to_num(rows["load"])])
    model = neurona.MLPRegressor(hidden_layer_sizes=(3,), max_iter=5, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(X, rows["flow"])
    neurona.save(model, tmp_path / "mlp.neurona")
    matrix = tmp_path / "matrix.csv"
    lines = [
        f"{a!r},{b!r},{y!r}" for (a, b), y in zip(X.tolist(), rows["flow"].tolist(), strict=True)
    ]
    matrix.write_text("\n".join(["speed,load,flow", *lines]))
    course = first_course(plan_of_source(str(tmp_path / "mlp.neurona"), rows=str(matrix)))
    got = fitted(course).predict({"speed": X[:, 0], "load": X[:, 1]})
    assert np.allclose(got, model.predict(X), atol=1e-4)


def test_of_a_mean_of_networks_the_strongest_is_gone_on_with(tmp_path: Path) -> None:
    source = table(tmp_path / "pump.csv")
    model = neurona.TableRegressor(
        hidden_layer_sizes=(3,), solver="adam", epochs=5, n_starts=3, combine="average", bins=4,
        random_state=0, dtype="float64",
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(neurona.read_table(source), "flow")
    neurona.save(model, tmp_path / "mean.neurona")
    course = first_course(plan_of_source(str(tmp_path / "mean.neurona"), rows=str(source)))
    rows = neurona.read_table(source).without(["flow"])
    alone = model.member(model.network_.best_start_).predict(rows)
    assert np.allclose(fitted(course).predict(rows), alone, rtol=1e-9)
    assert any("strongest of its 3 networks" in one for one in course.world.material.notes)
    course.edit(c.NetworkGrow(0))
    assert np.allclose(fitted(course).predict(rows), alone, rtol=1e-9)
    course.edit(c.TableRole("site", "out"))
    assert len(course.world.model.preparation_.features) == 3


def test_what_is_no_network_is_refused(tmp_path: Path) -> None:
    neurona.save(neurona.MLPRegressor(hidden_layer_sizes=(3,)), tmp_path / "m.neurona")
    source = table(tmp_path / "pump.csv")
    with pytest.raises(Refused, match="was trained"):
        first_course(plan_of_source(str(tmp_path / "m.neurona"), rows=str(source)))
    with pytest.raises(Failure, match="--data goes with"):
        plan_of_source(str(source), rows=str(source))


def trainer_of(course: Course) -> Any:
    return types.SimpleNamespace(course=course)


def test_the_present_is_kept_as_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    source = table(tmp_path / "pump.csv")
    course = first_course({"source": str(source), "file": True, "targets": ["flow"]})
    trainer = trainer_of(course)
    with pytest.raises(Refused, match="epoch"):
        keeping.save_run(trainer, c.RunSave("mine"))
    course.go_to(3)
    for name in ("", "../x", "a/b", "-x", "ä", "x" * 70):
        with pytest.raises(Refused, match="letters"):
            keeping.save_run(trainer, c.RunSave(name))
    kept = keeping.save_run(trainer, c.RunSave("mine"))
    assert kept["run"] == "mine-0001" and keeping.list_runs(trainer, c.RunList()) == ["mine-0001"]
    folder = Path(kept["folder"])
    assert {"model.neurona", "config.toml", "history.csv", "events.jsonl", "edits.json"} <= {
        one.name for one in folder.iterdir()
    }
    told = CliRunner().invoke(LazyGroup(), ["evaluate", str(folder), str(source)])
    assert told.exit_code == 0 and "flow" in told.output, told.output
    opened = first_course({"run": str(folder)})
    assert opened.state.net.hidden == course.state.net.hidden
    rows = neurona.read_table(source).without(["flow"])
    assert np.allclose(fitted(opened).predict(rows), fitted(course).predict(rows), atol=1e-9)


def test_a_file_that_was_handed_over_stays_with_its_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from neurona.laboratory.session.shelf import Shelf
    from tests.laboratory.test_own_rows import handed

    monkeypatch.chdir(tmp_path)
    shelf = Shelf(tmp_path / "shelf")
    (tmp_path / "shelf").mkdir()
    got = handed(shelf, table(tmp_path / "x.csv").read_bytes(), "pump.csv")
    course = Course(State(DataSpec(rows=30), NetSpec((3,), ("tanh",))), shelf=shelf)
    course.edit(c.TableFile(got["name"], got["sha256"]))
    course.go_to(2)
    kept = keeping.save_run(trainer_of(course), c.RunSave("own"))
    assert (Path(kept["folder"]) / "pump.csv").is_file()
    assert first_course({"run": kept["folder"]}).world.material.targets == ("flow",)


@pytest.mark.parametrize("what", [one for one in FILES if one != "report"])
def test_a_model_is_taken_out_in_every_form(what: str) -> None:
    course = Course(State(DataSpec(rows=30), NetSpec((3,), ("tanh",))))
    course.go_to(1)
    made = exporting.export(trainer_of(course), c.Export(what)).work()
    data = base64.b64decode(made["base64"])
    assert made["name"] and len(data) > 200
    if made["name"].endswith(".zip"):
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
        assert names and not any(os.path.isabs(name) or ".." in name for name in names)
    again = exporting.export(trainer_of(course), c.Export(what)).work()["base64"]
    assert what in ("workbook", "fmu") or again == made["base64"]
