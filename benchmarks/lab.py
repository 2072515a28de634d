"""The Lab without a browser: frames and epochs a second, and how soon it does what it is told.

`python -m benchmarks.lab [SECONDS]`: a page that draws nothing looks at all six views of the two
moons at grid 100, and acknowledges each frame at once.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from websockets.sync.client import connect
from websockets.typing import Origin

from neurona.laboratory.frames import PAST, Frame, unpack
from neurona.laboratory.protocol import PROTOCOL

TIMES = 60
FRAME = 1 / 60
VIEWS = {name: {"grid": 100} for name in ("curve", "field", "weights", "units", "layers", "points")}


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


def main() -> None:
    """Measure and print."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 20.0
    began = time.perf_counter()
    command = [sys.executable, "-m", "neurona", "lab", "--no-browser", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        assert server.stdout is not None
        told = json.loads(server.stdout.readline())
        print(f"address after {time.perf_counter() - began:.2f} s")
        place = f"127.0.0.1:{told['port']}"
        ticket = told["address"].rpartition("=")[2]
        with connect(f"ws://{place}/ws", origin=Origin(f"http://{place}"), max_size=None) as socket:
            page = Page(socket)
            page.ask("hello", protocol=PROTOCOL, ticket=ticket)
            page.ask("look", views=VIEWS)
            page.ask("train.run")
            page.frame()
            print(f"first frame after {time.perf_counter() - began:.2f} s")
            _measure(page, server.pid, seconds)
            page.ask("bye")


def _measure(page: Page, server: int, seconds: float) -> None:
    _for(2.0, page)
    _speed(page, server, seconds)
    _percentiles("command to answer", lambda k: page.ask("method.set", rate=0.01 + 1e-4 * k))
    page.ask("train.pause")
    _percentiles("seek to frame, paused", lambda k: _seek(page, 50 + 37 * k))
    page.ask("time.live")
    page.ask("train.run")
    _percentiles("seek to frame, running", lambda k: _seek(page, 50 + 37 * k))
    page.ask("time.live")
    _percentiles("continue from here", lambda k: page.ask("time.fork", branch=0, epoch=100 + k), 10)


def _speed(page: Page, server: int, seconds: float) -> None:
    first, began, frames = page.frame().live, time.perf_counter(), page.frames
    _for(seconds, page)
    spent = time.perf_counter() - began
    assert page.last is not None
    print(f"{(page.frames - frames) / spent:.1f} frames/s, {(page.last.live - first) / spent:.0f} "
          f"epochs/s; server {_megabytes(server):.0f} MiB")  # fmt: skip


def _seek(page: Page, epoch: int) -> None:
    shown = page.ask("time.seek", branch=0, epoch=epoch)["epoch"]
    while True:
        frame = page.last
        if frame is not None and frame.flags & PAST and frame.epoch == shown:
            return
        page.frame()


def _for(seconds: float, page: Page) -> None:
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        page.frame()


def _percentiles(what: str, do: Callable[[int], object], times: int = TIMES) -> None:
    spent = []
    for k in range(times):
        began = time.perf_counter()
        do(k)
        spent.append(1000 * (time.perf_counter() - began))
        time.sleep(FRAME)
    half, most = np.percentile(spent, [50, 95])
    print(f"{what}: {half:.1f} ms, 95 of 100 below {most:.1f} ms")


def _megabytes(process: int) -> float:
    """Return the resident memory of a process; nan where it cannot be read."""
    path = Path(f"/proc/{process}/statm")
    return int(path.read_text().split()[1]) * 4096 / 2**20 if path.is_file() else float("nan")


if __name__ == "__main__":
    main()
