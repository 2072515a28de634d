"""A Lab in a thread of its own, and a page that speaks to it, for tests."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import Iterator
from typing import Any

from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from neurona.laboratory.address import Place, bind
from neurona.laboratory.frames import Frame, unpack
from neurona.laboratory.protocol import PROTOCOL
from neurona.laboratory.server import Lab, plan_of

WAIT = 600.0
"""Seconds after which what is waited for will not come: a machine may stand still for minutes."""


@contextlib.contextmanager
def running(plan: dict[str, Any] | None = None) -> Iterator[tuple[Lab, list[str]]]:
    """A Lab that serves, and what it says at the terminal."""
    said: list[str] = []
    place = bind()
    lab = Lab(place, plan_of(**(plan or {})), said.append)
    started = threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(lab.serve(started.set)), daemon=True)
    thread.start()
    assert started.wait(WAIT)
    try:
        yield lab, said
    finally:
        lab.stop()
        thread.join(WAIT)
        assert not thread.is_alive()


class TestPage:
    """A page: it sends commands, and keeps what it is told."""

    __test__ = False

    def __init__(self, place: Place, origin: str | None = None) -> None:
        self.held = contextlib.ExitStack()
        address, origin = f"ws://{place.shown}/ws", origin or f"http://{place.shown}"
        self.socket: ClientConnection = self.held.enter_context(
            connect(address, origin=Origin(origin), max_size=None, compression=None)
        )
        self.events: list[dict[str, Any]] = []
        self.frames: list[Frame] = []
        self._number = 0
        self.key = ""

    def hello(self, **how: Any) -> dict[str, Any]:
        got = self.ask("hello", protocol=PROTOCOL, **how)
        for event in self.events:
            if event["event"] == "hello":
                self.key = event["key"]
        return got

    def send(self, do: str, **fields: Any) -> int:
        self._number += 1
        self.socket.send(json.dumps({"id": self._number, "do": do, **fields}))
        return self._number

    def ask(self, do: str, **fields: Any) -> dict[str, Any]:
        """Send a command and return its answer."""
        number = self.send(do, **fields)
        while True:
            told = self.hear()
            if told is not None and told.get("answer") == number:
                return told

    def hear(self) -> dict[str, Any] | None:
        """Take the next message: a frame is acknowledged."""
        message = self.socket.recv(timeout=WAIT)
        if isinstance(message, bytes):
            frame = unpack(message)
            self.frames.append(frame)
            self.socket.send(json.dumps({"id": 0, "do": "ack", "sequence": frame.sequence}))
            return None
        told: dict[str, Any] = json.loads(message)
        if "event" in told:
            self.events.append(told)
        return told

    def until(self, event: str, **fields: Any) -> dict[str, Any]:
        """Return the next event of a kind that has these values."""
        while True:
            told = self.hear()
            if told is None or told.get("event") != event:
                continue
            if all(told[name] == value for name, value in fields.items()):
                return told

    def frame(self) -> Frame:
        """Return the next frame."""
        count = len(self.frames)
        while len(self.frames) == count:
            self.hear()
        return self.frames[-1]

    def close(self) -> None:
        self.held.close()
