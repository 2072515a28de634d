"""A search: reproducible, taken up after it was killed, and never worse than the default."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

import neurona
from neurona.choosing.journal import Journal
from neurona.cli.main import main
from neurona.runs import Code, Failure, Settings
from neurona.runs.searching.judge import Judge
from neurona.runs.searching.search import Search
from neurona.runs.training_data import gather
from tests.cli.tables import write_classes, write_regression
from tests.runs.test_run import Heard

QUICK = {"training.solver": "adam", "training.steps": 60, "training.starts": 1}


@pytest.fixture(autouse=True)
def table(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return str(write_regression(tmp_path / "pump.csv", 120))


def lines_of(folder):
    with Journal(Path(folder, "search.jsonl")) as journal:
        return journal.lines


def trained(folder):
    """What a search came to, without what the clock says, in an order of its own."""
    lines = [line for line in lines_of(folder) if line["event"] == "trained"]
    return sorted(
        (one["number"], one["key"], one["fold"], one["effort"], one["loss"]) for one in lines
    )


def test_a_run_like_any_other(table):
    heard = Heard()
    found = neurona.search(table, trials=12, out="one", settings=QUICK, listeners=[heard])
    again = neurona.search(table, trials=12, out="two", settings=QUICK)
    assert trained("one") == trained("two") and found.best == again.best
    rows = neurona.read_table(table)
    said = found.model.predict(rows)
    assert (said == again.model.predict(rows)).all()
    # it is trained again from its settings
    assert main(["train", "--config", "one/config.toml", "--out", "three", "-q"]) == 0
    assert Path("one/history.csv").read_bytes() == Path("three/history.csv").read_bytes()
    assert (neurona.load("three/model.neurona").predict(rows) == said).all()
    kinds = heard.kinds()
    assert kinds[0] == "search" and kinds[-1] == "done" and kinds.count("rung") == 5
    # the default and the line are among the candidates, and the best is no worse
    origins = {one["origin"]: one["loss"] for one in found.candidates}
    assert found.candidates[0]["loss"] <= min(origins["default"], origins["linear"])
    assert found.tried == 14
    summary = Path("one/summary.md").read_text(encoding="utf-8")
    assert "## Search" in summary and "| baseline |" in summary
    assert str(found).startswith("one: 14 candidates") and len(found.to_frame()) > 3
    assert "<script" not in found._repr_html_()


@pytest.mark.filterwarnings("ignore::neurona.CollapsedWarning")
def test_a_loss_by_independent_means(table):
    neurona.search(table, trials=1, out="one", settings=QUICK)
    settings = Settings.of({**QUICK, "data.source": table})
    data = gather(settings)
    judge = Judge(settings, data, None)
    assert len(judge.folds) == 5 and judge.metric == "rmse"
    held = np.concatenate([one.held for one in judge.folds])
    assert sorted(held.tolist()) == list(range(data.train.rows))
    squares = []
    for split in judge.folds:
        model = neurona.TableRegressor(
            (), solver="adam", steps=60, n_starts=1, random_state=0, validation_fraction=0.15 / 0.85
        )
        model.fit(data.train.take(split.train), "flow")
        errors = model.predict(data.train.take(split.held).without(["flow"]))
        squares.append(np.mean((errors - data.train_values[split.held]) ** 2))
    linear = [one for one in trained("one") if one[1] == '{"model.hidden":[]}']
    spread = data.train_values.std()
    expected = np.array(squares) / spread**2
    assert [one[4] for one in linear] == pytest.approx(expected.tolist())
    # the baseline says the mean of the rows trained on
    means = [np.mean((data.train_values[s.held] - data.train_values[s.train].mean()) ** 2)
             for s in judge.folds]  # fmt: skip
    assert judge.baseline() * judge.unit == pytest.approx(math.sqrt(np.mean(means)))


def test_taken_up_after_it_was_killed(table):
    neurona.search(table, trials=12, out="whole", settings=QUICK)
    heard = Heard(lambda event: event["event"] == "rung" and searches[0].stop())
    settings = Settings.of({**QUICK, "data.source": table, "run.out": "cut"})
    searches = [Search(settings, [heard], None, 12)]
    assert searches[0].run() is Code.INTERRUPTED
    assert not Path("cut/model.neurona").exists()
    assert 0 < len(trained("cut")) < len(trained("whole"))
    # as if killed while a line was written
    with Path("cut/search.jsonl").open("ab") as file:
        file.write(b'{"event": "trained", "number": 3, "key"')
    found = neurona.search(resume="cut")
    assert found.tried == 14 and Path("cut/model.neurona").exists()
    assert trained("cut") == trained("whole")
    with pytest.raises(Failure, match="is done"):
        neurona.search(resume="cut")


def test_another_table_is_not_gone_on_with(table, tmp_path):
    settings = Settings.of({**QUICK, "data.source": table, "run.out": "cut"})
    heard = Heard(lambda event: event["event"] == "rung" and search.stop())
    search = Search(settings, [heard], None, 3)
    search.run()
    write_regression(tmp_path / "pump.csv", 121)
    with pytest.raises(Failure, match="another table"):
        neurona.search(resume="cut")


def test_time_ends_it_between_batches_and_is_remembered(table):
    settings = Settings.of({**QUICK, "data.source": table, "run.out": "one"})
    search = Search(settings, [], 1e-3)
    assert search.run() is Code.OK
    decided = [(one["batch"], one["go"]) for one in lines_of("one") if one["event"] == "batch"]
    assert decided == [(0, True), (1, False)]
    assert search.found.tried == 2 and len(search.found.candidates) == 2


def test_the_command(tmp_path, capsys):
    source = str(write_classes(tmp_path / "state.csv", 90))
    words = ["--solver", "adam", "--steps", "40", "--starts", "1", "--trials", "4", "--seed", "3"]
    assert main(["search", source, *words, "--out", "run", "--json", "--groups", "pump"]) == 0
    captured = capsys.readouterr()
    events = [json.loads(line) for line in captured.out.splitlines()]
    assert events[0]["event"] == "search" and events[0]["metric"] == "log_loss"
    assert events[-1]["event"] == "done" and "candidates tried" in captured.err
    assert main(["inspect", "run"]) == 0 and main(["compare", "run", "run"]) == 0
    capsys.readouterr()
    for wrong, said in (
        (["search", source], "Say how long to search: --budget 10m, or --trials 50"),
        (["search", source, "--budget", "soon"], "--budget must be a length of time"),
        (["search"], "Name a table"),
        (["search", "--resume", "run", "--trials", "3"], "takes all from the search"),
    ):
        assert main(wrong) == 2 and said in capsys.readouterr().err
    assert main(["search", "--resume", "run"]) == 3
    assert "is done" in capsys.readouterr().err
    assert main(["search", "pump.csv", "--loss", "quantile(0.9)", "--trials", "1"]) == 3
    assert "judges by RMSE" in capsys.readouterr().err
