"""What a fit from Python shows with verbose=1: in a log, on a terminal, in a notebook."""

from __future__ import annotations

import contextlib
import html
import io
import itertools
import pickle
import re
import sys
import types

import numpy as np
import pytest

import neurona
from neurona.progress.numbers import short

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(200, 3))
Y = X[:, 0] * X[:, 1] + X[:, 2]
TABLE = {"a": X[:, 0], "<b>": X[:, 1], "c": X[:, 2], "flow": 100 * Y}
pytestmark = [
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    pytest.mark.filterwarnings("ignore::neurona.CollapsedWarning"),
]


def regressor(**words):
    usual = {"hidden_layer_sizes": (4,), "random_state": 0, "max_iter": 30, "verbose": 1}
    return neurona.MLPRegressor(**{**usual, **words})


def table_regressor(**words):
    usual = {"hidden_layer_sizes": (4,), "random_state": 0, "epochs": 5, "verbose": True}
    return neurona.TableRegressor(**{**usual, **words})


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    return Terminal()


@pytest.fixture
def notebook(monkeypatch):
    """A notebook as it looks from inside; returns its standard output, and the outputs of a cell,
    each with its states.
    """
    outputs: list[list[dict[str, str]]] = []

    class Handle:
        def __init__(self, states):
            self.states = states

        def update(self, data, raw):
            assert raw
            self.states.append(data)

    def display(data, raw, display_id):
        assert raw and display_id is True
        outputs.append([data])
        return Handle(outputs[-1])

    shell = type("Shell", (type("ZMQInteractiveShell", (), {}),), {})()
    ipython, module = types.ModuleType("IPython"), types.ModuleType("IPython.display")
    ipython.get_ipython = lambda: shell  # type: ignore[attr-defined]
    module.display = display  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", module)
    kernels = type("OutStream", (io.StringIO,), {"__module__": "ipykernel.iostream"})
    return kernels(), outputs


def shown_on(terminal):
    """The lines that a person sees in the end."""
    pyte = pytest.importorskip("pyte", reason="pyte, which plays a terminal, is not installed")
    screen = pyte.Screen(80, 40)
    pyte.Stream(screen).feed(terminal.getvalue().replace("\n", "\r\n"))
    assert not screen.cursor.hidden
    return [line.rstrip() for line in screen.display if line.strip()]


def labels(text):
    return [line.split()[0] for line in text.splitlines()]


def test_a_log_has_a_few_plain_lines(capsys):
    model = regressor(max_iter=2000, n_iter_no_change=2000, early_stopping=True).fit(X, Y)
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert "\x1b" not in out and "\r" not in out and err == ""
    said = "200 rows x 3 columns   -> 1 output (regression)   split 180/20"
    assert lines[0] == "data    " + said
    assert "3-4-1 relu" in lines[1] and "21 parameters" in lines[1] and "adam" in lines[1]
    epochs = [line for line in lines if line.startswith("epoch")]
    assert epochs[0].startswith("epoch   1/2000") and 2 <= len(epochs) < 40
    best = min(model.history_, key=lambda record: record.val_loss)
    assert f"best {best.epoch}" in lines[-1] and f"val loss {short(best.val_loss)}" in lines[-1]
    assert f"R2 {short(best.score)}" in lines[-1]


def test_a_table_is_shown_in_its_own_words(capsys):
    callbacks = []
    model = table_regressor(callbacks=callbacks).fit(TABLE, "flow")
    out = capsys.readouterr().out
    lines = out.splitlines()
    assert "-> flow (regression)" in lines[0] and "scaled: inputs by median" in lines[0]
    ours, trivial = model.comparison_.model[0], model.comparison_.baseline[0]
    assert f"val RMSE {short(ours)}" in lines[-2]
    assert f"baseline RMSE {short(trivial)}" in lines[-2]
    assert lines[-1].startswith("result  ") and f"the mean {short(trivial)}" in lines[-1]
    assert {*labels(out)} == {"data", "model", "note", "epoch", "done", "result"}
    # nothing of the screen stays with the model
    assert model.network_.callbacks is callbacks
    pickle.loads(pickle.dumps(model)).predict(TABLE)


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_a_classifier_has_its_accuracy(solver, capsys):
    model = neurona.MLPClassifier(verbose=1, solver=solver, max_iter=3, random_state=0)
    model.fit(X, Y > 0, X_val=X, y_val=Y > 0)
    last = capsys.readouterr().out.splitlines()[-1]
    best = min(model.history_, key=lambda record: record.val_loss)
    assert f"accuracy {short(best.score)}" in last


def test_a_terminal_has_one_line_that_changes(terminal):
    with contextlib.redirect_stdout(terminal):
        model = regressor(max_iter=3000, n_iter_no_change=3000).fit(X, Y)
    screen = shown_on(terminal)
    redraws = terminal.getvalue().count("/3000")
    seconds = model.history_[-1].seconds
    assert 3 <= redraws <= 10 * seconds + 5
    # it is gone
    assert [line.split()[0] for line in screen if line[0] != " "] == ["data", "model", "done"]


def test_what_is_printed_goes_above_the_line(terminal):
    def tell(training, record):
        if record.epoch == 20:
            print("twenty")

    with contextlib.redirect_stdout(terminal):
        regressor(max_iter=40, callbacks=tell).fit(X, Y)
    screen = shown_on(terminal)
    assert "twenty" in screen and not any("/40" in line for line in screen)


def test_an_error_takes_the_line_away(terminal):
    def fails(training, record):
        raise RuntimeError("mine")

    with contextlib.redirect_stdout(terminal):
        with pytest.raises(RuntimeError, match="mine"):
            regressor(callbacks=fails).fit(X, Y)
        with pytest.raises(RuntimeError, match="mine"):
            table_regressor(callbacks=fails).fit(TABLE, "flow")
    assert not any(line.startswith(("epoch", "done")) for line in shown_on(terminal))


def test_a_notebook_has_one_output_that_changes(notebook):
    stdout, outputs = notebook
    with contextlib.redirect_stdout(stdout):
        table_regressor(epochs=3000).fit(TABLE, "flow")
    assert stdout.getvalue() == "" and len(outputs) == 1
    states = [state["text/plain"] for state in outputs[0]]
    assert len(states) > 4
    for before, after in itertools.pairwise(states):
        # only the last line changes
        assert after.splitlines()[: len(before.splitlines()) - 1] == before.splitlines()[:-1]
    assert [line.split()[0] for line in states[-1].splitlines() if line[0] != " "] == [
        "data", "model", "note", "done", "result",
    ]  # fmt: skip


def test_a_notebook_gets_no_markup_from_a_table(notebook):
    stdout, outputs = notebook
    with contextlib.redirect_stdout(stdout):
        table_regressor().fit({"x": X[:, 0], "<img src=x>": 5 * Y}, "<img src=x>")
    page, text = outputs[0][-1]["text/html"], outputs[0][-1]["text/plain"]
    assert "monospace" in page.partition(">")[0] and max(map(len, text.splitlines())) <= 96
    assert "<img src=x>" in text
    assert set(re.findall("<(/?[a-z]+)", page)) == {"pre", "/pre"}
    assert html.unescape(re.sub("<[^>]*>", "", page)) == text


def test_a_redirected_notebook_gets_lines_where_it_looks_for_them(notebook):
    with contextlib.redirect_stdout(io.StringIO()) as stdout:
        regressor().fit(X, Y)
    assert not notebook[1] and labels(stdout.getvalue())[-1] == "done"


def test_a_program_without_a_console_trains(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    assert regressor().fit(X, Y).n_iter_ == 30


def test_partial_fit_is_a_line(capsys):
    model = regressor()
    for _ in range(2):
        model.partial_fit(X, Y)
    lines = capsys.readouterr().out.splitlines()
    assert len([line for line in lines if line.startswith("Iteration")]) == 2
    assert not [line for line in lines if line.startswith(("data", "epoch"))]
