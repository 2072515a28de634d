"""A search: reproducible, taken up after it was killed, and never worse than the default."""

from __future__ import annotations

import json
import math
from contextlib import nullcontext
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
    assert found.tried == 14 == 12 + heard.events[0]["named"]
    summary = Path("one/summary.md").read_text(encoding="utf-8")
    assert "## Search" in summary and "| baseline |" in summary
    assert str(found).startswith("one: 14 candidates") and len(found.to_frame()) > 3
    assert "<script" not in found._repr_html_()


def test_candidates_that_take_turns_in_one_thread_come_to_the_same(table, monkeypatch):
    class Turns:
        alone, batches = nullcontext(), []

        def take_turns(self, works):
            self.batches.append(len(works))
            for work in works:
                work()

    neurona.search(table, trials=6, out="threads", settings=QUICK)
    monkeypatch.setattr(Judge, "engine_for", lambda self, fits: Turns())
    neurona.search(table, trials=6, out="turns", settings=QUICK)
    assert trained("turns") == trained("threads") and len(Turns.batches) > 2


@pytest.mark.filterwarnings("ignore::neurona.CollapsedWarning")
def test_a_loss_by_independent_means(table):
    neurona.search(table, trials=1, out="one", settings=QUICK)
    settings = Settings.of({**QUICK, "data.source": table})
    data = gather(settings)
    judge = Judge(settings, data)
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


def test_a_journal_that_was_damaged_comes_to_the_same(table):
    neurona.search(table, trials=12, out="whole", settings=QUICK)
    expected = trained("whole"), Path("whole/history.csv").read_bytes()
    lines = Path("whole/search.jsonl").read_bytes().splitlines(keepends=True)
    decisions = [k for k, line in enumerate(lines) if line.startswith(b'{"event": "batch"')]
    for name in ("model.neurona", "history.csv"):
        Path("whole", name).unlink()
    for lost in (20, decisions[2], len(lines) - 1):
        damaged = [line.replace(b"e", b"f", 1) if k == lost else line
                   for k, line in enumerate(lines)]  # fmt: skip
        Path("whole/search.jsonl").write_bytes(b"".join(damaged))
        heard = Heard()
        neurona.search(resume="whole", listeners=[heard])
        assert (trained("whole"), Path("whole/history.csv").read_bytes()) == expected
        assert any("1 line damaged" in one.get("text", "") for one in heard.events)
        Path("whole/model.neurona").unlink()
    # what is told of a search that was taken up is told once
    events = Path("whole/events.jsonl").read_bytes()
    assert events.count(b'"event": "search"') == events.count(b'"event": "done"') == 1


def test_what_cannot_be_searched_is_refused_before_a_folder_is_made(table, tmp_path):
    Path("three.csv").write_text("a,y\n1,2\n2,3\n3,5\n")
    state = str(write_classes(tmp_path / "state.csv", 90))
    for words, said in (
        (["three.csv"], "3 rows to learn from are too few"),
        ([state, "--loss", "absolute_error"], "is for a regression"),
        ([table, "--target", "nothing"], "has no column 'nothing'"),
    ):
        with pytest.raises((Failure, neurona.TableError), match=said):
            settings = Settings.of({
                "data.source": words[0], "run.out": "none",
                **({"data.target": [words[2]]} if "--target" in words else {}),
                **({"model.loss": words[2]} if "--loss" in words else {}),
            })  # fmt: skip
            Search(settings, [], None, 3).run()
        assert not Path("none").exists()
    for wrong in ({"trials": 0}, {"trials": 2.5}, {"budget": "ten"}, {"budget": -1}):
        with pytest.raises(Failure, match="must be") as caught:
            neurona.search(table, **wrong)
        assert caught.value.code is Code.USAGE
    with pytest.raises(Failure, match="takes all from the search"):
        neurona.search(table, resume="none")
    assert main(["search", "--resume", "none", "--solver", "adam"]) == 2


def test_a_python_interrupt_ends_the_trainings(table):
    class Interrupted:
        def take(self, event):
            if event["event"] == "trying" and event["done"]:
                raise KeyboardInterrupt

        def close(self):
            pass

    with pytest.raises(KeyboardInterrupt) as caught:
        neurona.search(table, trials=900, out="cut", settings=QUICK, listeners=[Interrupted()])
    assert "--resume cut" in caught.value.__notes__[0]
    assert len(trained("cut")) <= 9  # of the first batch


def test_nothing_is_left_to_choose(table):
    heard = Heard()
    fixed = {
        "training.solver": "bayesian-lm", "training.starts": 1, "model.hidden": [2],
        "model.activation": "tanh",
    }  # fmt: skip
    found = neurona.search(table, trials=3, out="one", settings=fixed, listeners=[heard])
    assert found.tried == 1
    assert any("nothing else to try" in one.get("text", "") for one in heard.events)


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
    assert [one["folds"] for one in lines_of("one") if one["event"] == "pace"] == [1]
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
