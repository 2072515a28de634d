"""How engines and the Lab come to their end: nobody looks, nothing answers, the server is gone."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from neurona.laboratory import server, sessions
from neurona.laboratory.session import limits
from neurona.laboratory.session.course import Course
from neurona.laboratory.session.curve import KEPT
from neurona.laboratory.session.spec import DataSpec, MethodSpec, NetSpec, State
from neurona.laboratory.session.world import MOST_HISTORY
from tests.laboratory.running import WAIT, TestPage, running

SMALL = {"document": {"data": {"rows": 20}}}
linux = pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="there is no /proc here")


def ended(process: int) -> bool:
    """Whether a process is no more, waiting for it."""
    until = time.monotonic() + WAIT
    while time.monotonic() < until:
        try:
            if Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.02)
    return False


def test_when_nobody_looks_the_engine_ends_and_then_the_lab(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(server, "WATCH_SECONDS", 0.05)
    with running(SMALL) as (lab, _):
        page = TestPage(lab.place)
        page.hello(ticket=lab.ticket)
        page.until("status")
        process = next(iter(lab.sessions.values())).engine.pid
        page.close()
        session = next(iter(lab.sessions.values()))
        while session.page is not None:
            time.sleep(0.01)
        assert not session.idle(), "it waits for a page that comes back"
        monkeypatch.setattr(sessions, "IDLE_SECONDS", 0.0)
        assert ended(process)
        until = time.monotonic() + WAIT
        while not lab.ended_because and time.monotonic() < until:
            time.sleep(0.02)
        assert "Nobody has looked" in lab.ended_because


@linux
def test_an_engine_without_a_sign_of_life_is_ended_and_said_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sessions, "BEAT_SECONDS", 0.05)
    with running(SMALL) as (lab, said):
        page = TestPage(lab.place)
        page.hello(ticket=lab.ticket)
        page.until("status")
        session = next(iter(lab.sessions.values()))
        heard = session._heard_at
        while session._heard_at == heard:  # it is asked, and answers, though nothing is done
            time.sleep(0.02)
        os.kill(session.engine.pid, signal.SIGSTOP)
        monkeypatch.setattr(sessions, "SILENCE_SECONDS", 0.5)
        assert "no sign of life" in page.until("gone")["why"]
        assert any("no sign of life" in line for line in said)
        monkeypatch.setattr(sessions, "SILENCE_SECONDS", 60.0)
        again = TestPage(lab.place)
        assert again.hello(key=page.key)["ok"]
        again.until("status")
        page.close()
        again.close()


def test_a_machine_that_stood_still_ends_no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock went on meanwhile, and nobody could have said anything."""
    monkeypatch.setattr(sessions, "BEAT_SECONDS", 0.05)
    clock = SimpleNamespace(monotonic=lambda: time.monotonic() + stood)
    stood = 0.0
    with running(SMALL) as (lab, said):
        page = TestPage(lab.place)
        page.hello(ticket=lab.ticket)
        page.until("status")
        session = next(iter(lab.sessions.values()))
        monkeypatch.setattr(sessions, "time", clock)
        before = session._heard_at
        stood = 3600.0
        while session._heard_at < before + stood and not session.over:
            time.sleep(0.02)
        assert not session.over and not said
        assert page.ask("state.get")["ok"]
        page.close()


def test_what_was_changed_is_kept_one_by_one_for_the_next_engine() -> None:
    with running(SMALL) as (lab, _):
        page = TestPage(lab.place)
        page.hello(ticket=lab.ticket)
        page.until("status")
        for k in range(5):
            page.ask("method.set", rate=0.01 * (k + 2))
        page.ask("train.step", count=3)
        page.ask("weight.set", layer=0, to=0, source=0, value=0.5)
        told = page.ask("state.get")["value"]
        kept = next(iter(lab.sessions.values()))._last_state
        assert kept is not None
        assert kept["state"]["edits"] == told["edits"] and len(told["edits"]) == 6
        assert kept["state"]["first"] == told["first"]
        page.close()


@linux
def test_an_engine_does_not_outlive_its_server() -> None:
    command = [sys.executable, "-m", "neurona", "lab", "--no-browser", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as one:
        assert one.stdout is not None and json.loads(one.stdout.readline())["port"]
        until, children = time.monotonic() + WAIT, []
        while not children and time.monotonic() < until:  # the address comes before the engine
            time.sleep(0.02)
            children = Path(f"/proc/{one.pid}/task/{one.pid}/children").read_text().split()
        assert len(children) == 1
        one.kill()
        assert ended(int(children[0]))


@linux
def test_an_engine_is_refused_what_the_machine_has_not() -> None:
    code = (
        "import numpy as np\n"
        "from neurona.laboratory.session.limits import limit_memory\n"
        "assert limit_memory(1_500_000_000) == 1_500_000_000\n"
        "assert limit_memory(2_000_000_000) == 1_500_000_000, 'a lower one stays'\n"
        "np.ones(1_000)\n"
        "try:\n    np.ones(400_000_000)\nexcept MemoryError:\n    print('refused')\n"
    )
    assert subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, check=True).stdout
    memory = limits.machine_memory()
    assert memory is not None and memory > 2**28
    assert resource.getrlimit(resource.RLIMIT_DATA)[0] != 1_500_000_000, "the tests have no limit"


def test_memory_is_bounded_however_long_it_trains() -> None:
    """One epoch is a step of four rows, so that there are many of them."""
    budget = 400_000
    state = State(
        DataSpec("xor", share=0.0), NetSpec((2,), ("tanh",)), MethodSpec("sgd", batch=4, rate=0.1)
    )
    course = Course(state, budget)
    course.go_to(MOST_HISTORY + 1_000)
    branch = course.branch
    assert course.timeline.bytes <= budget
    assert len(course.training.history) <= MOST_HISTORY and len(branch.curve) <= KEPT
    assert branch.weights.epochs[-1] == course.epoch
    assert 50 < len(branch.weights.epochs) < 4_000
    # what is kept still reaches over all there was, evenly but for the newest
    kept = np.array(branch.weights.epochs)
    assert branch.keyframes.epochs[0] == kept[0] == 0
    assert np.diff(kept).max() < course.epoch / 10
    course.fork(0, 50)
    course.go_to(60)
    assert course.timeline.bytes <= budget
