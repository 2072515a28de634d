"""Tables larger than memory from the command line: learned in blocks, tested on rows kept back."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

import neurona
from neurona.cli.main import main
from neurona.runs import Code, Run, Settings
from tests.runs.test_run import Heard

ROWS = 3000
SMALL = {
    "model.hidden": [6],
    "training.epochs": 30,
    "training.rate": 0.02,
    "data.in_memory": 5000,
    "run.out": "run",
}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def wave(rows=ROWS, seed=0):
    x = np.random.default_rng(seed).uniform(-1, 1, (rows, 2))
    return {"row": np.arange(rows) % 7.0, "x": x[:, 0], "z": x[:, 1], "y": np.sin(3 * x[:, 0])}


def write_folder(columns, parts=3):
    Path("parts").mkdir()
    cut = np.array_split(np.arange(len(columns["y"])), parts)
    for k, rows in enumerate(cut):
        table = pa.table({name: pa.array(column[rows]) for name, column in columns.items()})
        parquet.write_table(table, f"parts/{k}.parquet", row_group_size=400)
    return "parts"


def write_csv(columns, name="wave.csv"):
    matrix = np.column_stack(list(columns.values()))
    np.savetxt(name, matrix, delimiter=",", header=",".join(columns), comments="", fmt="%.17g")
    return name


def train(source, *listeners, **others):
    with Run(Settings.of({**SMALL, "data.source": source, **others}), listeners) as run:
        return run, run.train()


def test_folders_and_text_are_learned_in_blocks_to_the_same_bits():
    columns, heard = wave(), Heard()
    run, code = train(write_folder(columns), heard)
    other, _ = train(write_csv(columns), **{"run.out": "other"})
    assert code is Code.OK
    begun = next(event for event in heard.events if event["event"] == "start")
    assert begun["rows"] == ROWS and begun["columns"] == 4
    split = begun["split"]
    assert split["train"] + split["validation"] + split["test"] == ROWS
    assert 0.1 * ROWS < split["test"] < 0.2 * ROWS
    ended = heard.events[-1]
    assert ended["test"]["r2"] > 0.8 and any("in blocks" in e.get("text", "") for e in heard.events)
    table = {name: column[:50] for name, column in columns.items() if name != "y"}
    assert run.model.predict(table).tobytes() == other.model.predict(table).tobytes()
    assert (
        neurona.load("run/model.neurona").predict(table).tobytes()
        == run.model.predict(table).tobytes()
    )


def test_rows_kept_back_are_not_trained_on():
    """Rows of the test have another target: nothing but its scores changes."""
    from neurona.runs.larger import gather_for_training

    columns = wave(2000)
    settings = Settings.of({**SMALL, "data.source": write_csv(columns)})
    data = gather_for_training(settings)
    held = data.test["x"]
    trained = np.concatenate([block["x"] for block in data.large.scanned.blocks()])
    assert len(held) + len(trained) == 2000 and not set(held) & set(trained)
    assert not set(held) & set(data.train["x"])
    assert set(held) | set(trained) == set(columns["x"])


def test_stopped_and_taken_up_it_has_the_same_bits():
    source = write_folder(wave())
    whole, _ = train(source, **{"run.out": "whole", "run.checkpoint_every": 1})
    heard = Heard(
        lambda event: event["event"] == "epoch" and event["epoch"] == 4 and runs[0].stop()
    )
    settings = Settings.of({**SMALL, "data.source": source, "run.checkpoint_every": 1})
    runs = [Run(settings, [heard])]
    with runs[0] as run:
        assert run.train() is Code.INTERRUPTED
    assert main(["train", "--resume", "run", "-q"]) == 0
    model = neurona.load("run/model.neurona")
    table = {"row": [1.0], "x": [0.3], "z": [0.1]}
    assert model.predict(table).tobytes() == whole.model.predict(table).tobytes()


def test_classes_are_all_known():
    columns = wave()
    labels = np.where(columns["x"] > 0, "up", "down").astype(object)
    labels[ROWS - 3] = "rare"
    run, code = train(write_folder({**columns, "y": labels}))
    assert code is Code.OK and run.model.classes_.tolist() == ["down", "rare", "up"]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"data.folds": 3, "data.max_cells": 6000}, "cross-validation takes all rows at once"),
        ({"training.solver": "lm", "data.max_cells": 6000}, "takes all rows at each step"),
        ({"data.split": "stratified", "data.max_cells": 6000}, "looks at all rows at once"),
    ],
)
def test_what_takes_all_rows_is_refused_where_they_do_not_fit(settings, said):
    with pytest.raises(Exception, match=said):
        train(write_csv(wave(2000)), **settings)
    assert not Path("run").exists()


def test_what_takes_all_rows_is_done_in_memory_where_they_fit():
    run, code = train(write_csv(wave(2000)), **{"training.solver": "lm"})
    assert code is Code.OK and not any("blocks" in note for note in run.model.notes_)


def test_a_small_folder_is_a_table():
    run, code = train(write_folder(wave(200)))
    assert code is Code.OK and not any("blocks" in note for note in run.model.notes_)


def bad_middle():
    columns = wave()
    Path("parts").mkdir()
    for k, y in enumerate((columns["y"], columns["y"].astype(str))):
        parquet.write_table(pa.table({**columns, "y": pa.array(y)}), f"parts/{k}.parquet")
    return "parts", "has one type"


def bad_text():
    source = write_csv(wave())
    lines = Path(source).read_text().splitlines()
    lines[2000] = "1,abc,0.2,0.3"
    Path(source).write_text("\n".join(lines))
    return source, "abc"


def no_targets():
    columns = wave()
    return write_csv({**columns, "y": np.full(ROWS, np.nan)}), "target"


def bad_after_missing():
    columns = wave()
    Path("parts").mkdir()
    kinds = (columns["z"], pa.nulls(ROWS), columns["z"].astype(str))
    for k, z in enumerate(kinds):
        parquet.write_table(pa.table({**columns, "z": pa.array(z)}), f"parts/{k}.parquet")
    return "parts", "'z' is double in 0.parquet and string in 2.parquet"


def too_many_digits():
    columns = wave()
    write_folder(columns, 1)
    other = pa.table({**columns, "z": np.full(ROWS, 2**60 + 1)})
    parquet.write_table(other, "parts/1.parquet")
    return "parts", "1.parquet has cells that its columns cannot hold"


def empty_file():
    folder = write_folder(wave())
    Path("parts/1.parquet").write_bytes(b"")
    return folder, "1.parquet is a damaged"


def other_columns():
    columns = wave()
    write_folder(columns, 1)
    parquet.write_table(pa.table({**columns, "w": columns["z"]}), "parts/1.parquet")
    return "parts", "1.parquet has a column 'w' and 0.parquet has none"


BAD_FOLDERS = [bad_middle, bad_after_missing, too_many_digits, empty_file, other_columns]


@pytest.mark.parametrize("bad", [*BAD_FOLDERS, bad_text, no_targets])
def test_bad_tables_are_a_sentence_and_leave_nothing(bad, capsys):
    source, said = bad()
    assert main(["train", source, "--in-memory", "5000", "--out", "run", "-q"]) != 0
    text = capsys.readouterr().err
    assert said in text and "Traceback" not in text
    assert not Path("run").exists()


@pytest.mark.parametrize("bad", BAD_FOLDERS)
def test_bad_folders_are_a_sentence_to_predict_and_score(bad, capsys):
    parquet.write_table(pa.table(wave(200)), "good.parquet")
    assert main(["train", "good.parquet", "--epochs", "2", "--solver", "adam", "-q"]) == 0
    source, said = bad()
    for words in (["predict", "-o", "out.csv"], ["predict", "-o", "out.parquet"], ["evaluate"]):
        assert main([words[0], str(next(Path("runs").iterdir())), source, *words[1:]]) != 0
        text = capsys.readouterr().err
        assert said in text and "Traceback" not in text
        assert not Path("out.csv").exists() and not Path("out.parquet").exists()


def test_no_rows_are_a_sentence():
    parquet.write_table(pa.table(wave(3)).slice(0, 0), "none.parquet")
    with pytest.raises(neurona.errors.TableError, match="has no rows; give at least one"):
        neurona.TableRegressor().fit("none.parquet", "y")


def test_a_block_of_only_missing_cells_is_learned_around():
    columns = wave()
    columns["z"][400:1200] = np.nan
    _, code = train(write_folder(columns))
    assert code is Code.OK


def test_a_dry_run_tells_and_writes_nothing(capsys):
    assert main(["train", write_csv(wave()), "--in-memory", "5000", "--dry-run", "--json"]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert events[0]["rows"] == ROWS and not Path("runs").exists()


def answers(path):
    return Path(path).read_text().splitlines()


@pytest.mark.parametrize("classes", [False, True])
def test_evaluate_and_predict_in_blocks_say_what_they_say_of_a_table_in_memory(
    classes, capsys, monkeypatch
):
    columns = wave(2000)
    columns["y"][1500:1700] = np.nan
    if classes:
        labels = np.where(columns["y"] > 0, "up", "down").astype(object)
        labels[[3, 1990]] = "other", "another"
        labels[1500:1700] = None
        columns["y"] = labels
    source = write_folder(columns)
    parquet.write_table(pa.table(columns), "all.parquet", row_group_size=300)
    known = {name: column[100:400] for name, column in columns.items()}
    parquet.write_table(pa.table(known), "known.parquet")
    settings = {"data.in_memory": 10_000_000, "training.epochs": 3, "training.solver": "adam"}
    train("known.parquet", **settings)

    def said(table):
        assert main(["evaluate", "run", table, "--json"]) == 0
        out, err = capsys.readouterr()
        # sums of blocks are rounded otherwise
        scores = json.loads(out, parse_float=lambda text: float(f"{float(text):.11g}"))
        name = Path(table).name
        return {k: v for k, v in scores.items() if k != "table"}, err.replace(name, "T")

    def predicted(table):
        assert main(["predict", "run", table, "-o", "out.csv"]) == 0
        capsys.readouterr()
        return answers("out.csv")

    whole, cells = said("all.parquet"), predicted("all.parquet")
    monkeypatch.setattr("neurona.runs.blocks.CELLS", 1000)
    monkeypatch.setattr("neurona.runs.blocks.block_rows", lambda columns: 333)
    for table in ("all.parquet", source):
        scores, notes = said(table)
        assert scores == whole[0] and sorted(notes.splitlines()) == sorted(whole[1].splitlines())
        assert predicted(table) == cells


def in_blocks(out, *more):
    words = ["--in-memory", "5000", "--epochs", "4", "--hidden", "6", "--solver", "adam", "-q"]
    assert main(["train", "wave.csv", *words, "--out", out, *more]) == 0


def test_what_looks_at_rows_looks_at_a_sample_and_says_so(capsys):
    write_csv(wave(8000))
    in_blocks("run")
    in_blocks("other", "--rate", "0.1")
    capsys.readouterr()
    assert main(["diagnose", "run"]) == 0
    told = capsys.readouterr().out
    # 1,000 rows by lot, and witnesses
    assert re.search(r"wave.csv is read in blocks: a sample of 1,0\d\d of 6,\d{3} rows", told)
    assert "more rows than these" in told
    assert main(["plot", "run", "parity"]) == 0
    assert re.search(r"training .* validation .* test", " ".join(capsys.readouterr().out.split()))
    assert main(["compare", "run", "other", "--json"]) == 0
    (paired,) = json.loads(capsys.readouterr().out)["paired"]
    assert paired["difference"]["over"] > 1000


def test_rows_of_the_sample_that_were_held_out_are_known(capsys):
    from neurona.runs.run_again import read_run

    columns = wave(8000)
    columns["z"] = np.arange(8000) + 0.5  # says which row it is
    write_csv(columns)
    in_blocks("run")
    run = read_run("run")
    data, model = run.data, run.model
    held = set(data.train["z"][model.split_.held])
    streamed = np.concatenate([one["z"] for one in data.large.scanned.blocks()])
    words = {"epochs": 1, "validation_fraction": model.validation_fraction}
    fresh = neurona.TableRegressor(hidden_layer_sizes=(6,), solver="adam", random_state=0, **words)
    fresh.fit(data.large, "y")
    assert held == set(streamed[fresh.split_.held]) & set(data.train["z"]) and len(held) > 50
    assert len(model.split_.held) + len(model.split_.train) == data.train.rows


def test_a_search_tries_on_a_sample_and_learns_all_rows(capsys):
    write_csv(wave())
    words = ["--in-memory", "5000", "--trials", "1", "--epochs", "3", "--out", "run", "--json"]
    assert main(["search", "wave.csv", "--target", "y", *words]) == 0
    told = capsys.readouterr()
    assert "is searched on; the answer learns all of them" in told.out + told.err
    model = neurona.load("run/model.neurona")
    assert str(model.solver) == "adam" and any("in blocks" in note for note in model.notes_)
