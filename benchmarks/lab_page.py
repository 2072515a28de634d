"""A page that draws nothing, and what the Lab's engine does for it."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from websockets.sync.client import connect
from websockets.typing import Origin

from benchmarks.lab_report import Report
from neurona.laboratory.frames import PAST, Frame, unpack
from neurona.laboratory.protocol import PROTOCOL

TIMES = 60
FRAME = 1 / 60
VIEWS = {name: {"grid": 100} for name in ("curve", "field", "weights", "units", "layers", "points")}
MIB = 2**20


class Served:
    """A Lab that was started by its command, and when."""

    def __init__(self, process: subprocess.Popen[bytes], began: float) -> None:
        assert process.stdout is not None
        self.process, self.began = process, began
        self.began_at = time.time() - (time.perf_counter() - began)
        told = json.loads(process.stdout.readline())
        self.told = time.perf_counter()
        self.address: str = told["address"]
        self.place = f"127.0.0.1:{told['port']}"
        self.ticket = self.address.rpartition("=")[2]

    def megabytes(self) -> tuple[float, float]:
        """Return the resident MiB of server and engine; nan where they cannot be read."""
        one = self.process.pid
        path = Path(f"/proc/{one}/task/{one}/children")
        engines = path.read_text().split() if path.is_file() else []
        return _resident(one), _resident(int(engines[0])) if engines else float("nan")


def _resident(process: int) -> float:
    path = Path(f"/proc/{process}/statm")
    return int(path.read_text().split()[1]) * 4096 / MIB if path.is_file() else float("nan")


@contextlib.contextmanager
def served(*words: str) -> Iterator[Served]:
    """`neurona lab`, as a person starts it."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "neurona", "lab", *words, "--no-browser", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        try:
            yield Served(process, began)
        finally:
            process.terminate()


class Page:
    """A page that draws nothing."""

    def __init__(self, socket: Any) -> None:
        self.socket = socket
        self.frames = self._number = 0
        self.last: Frame | None = None

    def ask(self, do: str, **fields: Any) -> Any:
        """Send a command and wait for its answer."""
        self._number += 1
        self.socket.send(json.dumps({"id": self._number, "do": do, **fields}))
        while True:
            told = self.hear()
            if told.get("answer") == self._number:
                assert told["ok"], told
                return told["value"]

    def hear(self) -> dict[str, Any]:
        """Take a message; a frame is acknowledged."""
        message = self.socket.recv(timeout=120)
        if isinstance(message, str):
            told: dict[str, Any] = json.loads(message)
            return told
        self.last = unpack(message)
        self.frames += 1
        self.socket.send(json.dumps({"id": 0, "do": "ack", "sequence": self.last.sequence}))
        return {}

    def frame(self) -> Frame:
        """Return the next frame."""
        count = self.frames
        while self.frames == count:
            self.hear()
        assert self.last is not None
        return self.last

    def frames_for(self, seconds: float) -> tuple[float, float]:
        """Take frames for a while; returns frames and epochs a second."""
        first, began, count = self.frame().live, time.perf_counter(), self.frames
        while time.perf_counter() < began + seconds:
            self.frame()
        spent = time.perf_counter() - began
        assert self.last is not None
        return (self.frames - count) / spent, (self.last.live - first) / spent


@contextlib.contextmanager
def paged(lab: Served) -> Iterator[Page]:
    """A page of a Lab that looks at everything while training runs."""
    origin = Origin(f"http://{lab.place}")
    with connect(f"ws://{lab.place}/ws", origin=origin, max_size=None, compression=None) as socket:
        page = Page(socket)
        page.ask("hello", protocol=PROTOCOL, ticket=lab.ticket)
        page.ask("look", views=VIEWS)
        page.ask("train.run")
        page.frame()
        yield page
        page.ask("bye")


def page_part(report: Report, seconds: float) -> None:
    """Measure without a browser."""
    report.title("Without a browser: two moons, 2-8-8-1, six views, grid 100")
    with served() as lab, paged(lab) as page:
        report.line("first frame after the command", time.perf_counter() - lab.began, "s", 2.5)
        page.frames_for(1.0)
        frames, epochs = page.frames_for(seconds)
        report.line("frames", frames, "a second", least=28)
        report.line("epochs", epochs, "a second", least=5000)
        _times(
            report, "command to answer", lambda k: page.ask("method.set", rate=0.01 + 1e-4 * k), 50
        )
        page.ask("train.pause")
        _times(report, "seek to frame, paused", lambda k: _seek(page, 50 + 37 * k), 50)
        page.ask("time.live")
        page.ask("train.run")
        _times(report, "seek to frame, running", lambda k: _seek(page, 50 + 37 * k), 50)
        page.ask("time.live")
        fork = lambda k: page.ask("time.fork", branch=0, epoch=100 + k)  # noqa: E731
        _times(report, "continue from here", fork, 150, 10)
        server, engine = lab.megabytes()
        report.line("memory of the server", server, "MiB", 60)
        report.line("memory of the engine", engine, "MiB", 400)
        page.ask("table.use", set="digits")
        page.ask("network.set", hidden=[100, 100])
        page.ask("train.run")
        page.frames_for(1.0)
        set_rate = lambda k: page.ask("method.set", rate=0.001 + 1e-5 * k)  # noqa: E731
        _times(report, "command to answer, digits 64-100-100-10", set_rate, 150, 20)


def memory_part(report: Report, minutes: float) -> None:
    """Watch the memory of a training at full speed."""
    report.title(f"{minutes:g} minutes at full speed")
    with served() as lab, paged(lab) as page:
        page.frames_for(20.0)
        _, first = lab.megabytes()
        page.frames_for(max(1.0, 60 * minutes - 20))
        server, last = lab.megabytes()
        assert page.last is not None
        report.line("epochs", float(page.last.live), "")
        report.line("memory of the engine after 20 s", first, "MiB", 400)
        report.line("memory of the engine at the end", last, "MiB", 1.05 * first)
        report.line("memory of the server at the end", server, "MiB", 60)


def _seek(page: Page, epoch: int) -> None:
    shown = page.ask("time.seek", branch=0, epoch=epoch)["epoch"]
    while True:
        frame = page.last
        if frame is not None and frame.flags & PAST and frame.epoch == shown:
            return
        page.frame()


def _times(
    report: Report, what: str, do: Callable[[int], object], most: float, times: int = TIMES
) -> None:
    spent = []
    for k in range(times):
        began = time.perf_counter()
        do(k)
        spent.append(1000 * (time.perf_counter() - began))
        time.sleep(FRAME)
    report.times(what, spent, most)
