"""A page and an engine, with the server between them."""

import json
import os
import signal
from collections.abc import Iterator
from dataclasses import replace

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from neurona.laboratory.commands import VIEWS
from neurona.laboratory.frames import PAST, PAUSED
from neurona.laboratory.replay import replay_log
from neurona.laboratory.server import Lab
from neurona.laboratory.sessions import Bucket
from tests.laboratory.running import WAIT, TestPage, running


@pytest.fixture(scope="module")
def lab() -> Iterator[tuple[Lab, list[str]]]:
    with running({"document": {"data": {"rows": 60}}}) as made:
        yield made


@pytest.fixture(scope="module")
def page(lab: tuple[Lab, list[str]]) -> Iterator[TestPage]:
    made = TestPage(lab[0].place)
    assert made.hello(ticket=lab[0].ticket)["ok"]
    made.until("status")
    yield made
    made.close()


def test_a_page_is_told_everything(page: TestPage) -> None:
    told = {event["event"]: event for event in page.events}
    assert {"hello", "ready", "table", "network", "method", "branches", "status"} <= set(told)
    assert told["table"]["rows"] == 60 and len(told["table"]["points"]) == 60
    assert told["network"]["sizes"] == [2, 8, 8, 1]
    names = [one["name"] for one in told["ready"]["solvers"]]
    assert {"adam", "lm", "lbfgs"} <= set(names) and len(names) == len(set(names))


def test_the_views_come_and_training_runs(page: TestPage) -> None:
    assert page.ask("look", views={name: {"grid": 20} for name in VIEWS})["ok"]
    assert page.ask("train.run")["ok"]
    while page.frame().live < 50:
        pass
    assert page.ask("train.pause")["ok"]
    while not page.frames[-1].flags & PAUSED:
        page.frame()
    last = page.frames[-1]
    assert {one.view for one in last.sections} == set(VIEWS)
    field = next(one for one in last.sections if one.view == "field")
    assert field.data.shape == (20, 20)


def test_a_weight_is_set_and_shown(page: TestPage) -> None:
    answer = page.ask("weight.set", layer=1, to=2, source=3, value=0.75)
    assert answer["value"] == 0.75
    edit = [one for one in page.events if one["event"] == "edit"][-1]
    assert edit["command"]["do"] == "weight.set"
    network = [one for one in page.events if one["event"] == "network"][-1]
    weights = next(one.data for one in page.frame().sections if one.view == "weights")
    assert weights[network["matrices"][1] + 3 * 8 + 2] == pytest.approx(0.75)


def test_the_past_is_shown_as_it_was(page: TestPage) -> None:
    branch, live = page.frames[-1].branch, page.frames[-1].live
    assert page.ask("time.seek", branch=branch, epoch=40)["value"]["epoch"] == 40
    frame = page.frame()
    assert frame.flags & PAST and (frame.epoch, frame.live) == (40, live)
    past = next(one.data for one in frame.sections if one.view == "weights")
    assert not page.ask("method.set", rate=0.5)["ok"]
    assert page.ask("time.fork", branch=branch, epoch=40)["ok"]
    frame = page.frame()
    assert not frame.flags & PAST and (frame.epoch, frame.live) == (40, 40)
    now = next(one.data for one in frame.sections if one.view == "weights")
    assert now.tobytes() == past.tobytes()
    curve = next(one for one in frame.sections if one.view == "curve")
    assert curve.slot == 1 and curve.data[-1, 0] == 40


def test_steps_are_counted(page: TestPage) -> None:
    assert page.ask("train.step", unit="batch", count=1)["ok"]
    state = page.until("status", state="paused")
    assert (state["epoch"], state["step"]) == (40, 1)
    assert page.ask("train.step", unit="epoch", count=3)["ok"]
    state = page.until("status", state="paused")
    assert (state["epoch"], state["step"]) == (43, 0)
    for _ in range(3):  # none is lost, however fast they come
        page.send("train.step", unit="epoch", count=1)
    while state["epoch"] < 46:
        state = page.until("status", state="paused")
    assert state["epoch"] == 46


def test_the_log_replays_without_a_page(page: TestPage) -> None:
    assert page.ask("method.set", solver="lm")["ok"]
    assert page.ask("train.step", unit="epoch", count=2)["ok"]
    page.until("status", state="paused")
    log = page.ask("state.get")["value"]
    assert [one["n"] for one in log["edits"]] == list(range(1, len(log["edits"]) + 1))
    assert replay_log(log)["weights"] == replay_log(json.loads(json.dumps(log)))["weights"]
    assert page.ask("export", what="edits")["value"]["hash"] == replay_log(log)["weights"]


def test_what_is_wrong_is_refused_and_nothing_ends(page: TestPage) -> None:
    for text in ("", "{", "[1]", '{"do": "x"}', "\x00", '{"id": 5, "do": "train.run", "x": 1}'):
        page.socket.send(text)
        told = None
        while told is None or "answer" not in told:
            told = page.hear()
        assert told["ok"] is False and told["error"]
    page.socket.send(b"\x00" * 100)
    assert page.ask("state.get")["ok"]


def test_a_page_that_comes_back_is_told_anew(lab: tuple[Lab, list[str]], page: TestPage) -> None:
    page.close()
    again = TestPage(lab[0].place)
    assert again.hello(key=page.key)["ok"]
    again.until("status")
    assert {"ready", "table", "network"} <= {event["event"] for event in again.events}
    page.__dict__.update(vars(again), key=page.key)
    assert page.ask("look", views={"field": {}, "weights": {}, "curve": {}})["ok"]
    assert page.frame().sections


def test_a_ticket_opens_once(lab: tuple[Lab, list[str]], page: TestPage) -> None:
    used = lab[0].ticket
    other = TestPage(lab[0].place)
    refused = other.hello(ticket=used)
    assert refused["ok"] is False and "already" in refused["error"]
    assert any("second time" in line for line in lab[1]) and lab[0].ticket != used
    with pytest.raises(ConnectionClosed):
        other.socket.recv(timeout=WAIT)
    other.close()


@pytest.mark.parametrize(
    "first",
    [
        "train.run",
        '{"id": 1, "do": "train.run"}',
        '{"id": 1, "do": "hello", "protocol": "neurona.lab/1", "ticket": "x"}',
        '{"id": 1, "do": "hello", "protocol": "neurona.lab/1", "key": "x"}',
        '{"id": 1, "do": "hello", "protocol": "neurona.lab/1"}',
        '{"id": 1, "do": "hello", "protocol": "neurona.lab/9", "ticket": "x"}',
    ],
)
def test_without_a_ticket_nothing_is_done(lab: tuple[Lab, list[str]], first: str) -> None:
    place = lab[0].place
    page = TestPage(place)
    page.socket.send(first)
    assert json.loads(page.socket.recv(timeout=WAIT))["ok"] is False
    with pytest.raises(ConnectionClosed):
        page.socket.recv(timeout=WAIT)
    page.close()


def test_another_origin_does_not_get_a_socket(lab: tuple[Lab, list[str]]) -> None:
    place = lab[0].place
    with pytest.raises(InvalidStatus) as refused:
        TestPage(replace(place, shown=f"localhost:{place.port}"), origin="http://127.0.0.1:1")
    assert refused.value.response.status_code == 403


def test_an_engine_that_is_killed_leaves_a_sentence_and_comes_back(
    lab: tuple[Lab, list[str]], page: TestPage
) -> None:
    session = next(iter(lab[0].sessions.values()))
    log = page.ask("state.get")["value"]
    page.ask("train.run")
    os.kill(session.engine.pid, signal.SIGKILL)
    gone = page.until("gone")
    assert "killed" in gone["why"] and "last state" in gone["why"]
    page.close()
    again = TestPage(lab[0].place)
    assert again.hello(key=page.key)["ok"]
    again.until("status")
    found = again.ask("state.get")["value"]
    assert found["edits"] == log["edits"]
    edits = [one for one in again.events if one["event"] == "edit"]
    assert len(edits) == len(log["edits"])
    page.__dict__.update(vars(again))


def test_goodbye_ends_the_lab(lab: tuple[Lab, list[str]], page: TestPage) -> None:
    assert page.ask("bye")["ok"]
    assert lab[0].ended_because == "The page said goodbye."


def test_a_bucket_lets_a_burst_through_and_no_more() -> None:
    bucket = Bucket(0.0, 5.0)
    assert [bucket.take() for _ in range(7)] == [True] * 5 + [False] * 2
