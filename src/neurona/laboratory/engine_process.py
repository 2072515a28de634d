"""The engine's process, seen from the server: started, talked to, ended, and what it left."""

from __future__ import annotations

import asyncio
import collections
import contextlib
import json
import sys
from collections.abc import AsyncIterator, Mapping
from typing import Any

from neurona.laboratory import pipe

START = "from neurona.laboratory.session.main import main; main()"
LINES = 12
PATIENCE = 3.0
"""Seconds in which an engine may end by itself."""


class EngineProcess:
    """A spawned process that trains; `messages` yields what it says until it ends."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._lines: collections.deque[str] = collections.deque(maxlen=LINES)
        self._errors: asyncio.Task[None] | None = None

    async def start(self, plan: Mapping[str, Any]) -> None:
        """Start it; `plan` says what to begin with."""
        # -P: no module of the folder that one happens to be in takes another's place
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-c", START),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        self._errors = asyncio.create_task(self._read_errors())
        await self.send(pipe.CONTROL, json.dumps({"start": dict(plan)}).encode())

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._running.pid

    @property
    def _running(self) -> asyncio.subprocess.Process:
        if self._process is None:
            raise RuntimeError("The engine was not started.")
        return self._process

    async def send(self, kind: int, payload: bytes) -> None:
        """Send a message; nothing happens if the engine is no more."""
        stdin = self._running.stdin
        if stdin is None or stdin.is_closing():
            return
        with contextlib.suppress(ConnectionError, RuntimeError):
            stdin.write(pipe.packed(kind, payload))
            await stdin.drain()

    async def messages(self) -> AsyncIterator[tuple[int, bytes]]:
        """Yield what the engine says, until it ends."""
        stdout = self._running.stdout
        assert stdout is not None
        while True:
            got = await pipe.receive(stdout)
            if got is None:
                return
            yield got

    async def last_words(self) -> tuple[int, list[str]]:
        """Return the exit status of an engine that has ended, and the last lines it wrote."""
        status = await self._running.wait()
        if self._errors is not None:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(asyncio.shield(self._errors), 1.0)
        return status, list(self._lines)

    async def end(self) -> None:
        """Let it end, or end it."""
        process = self._running
        if process.stdin is not None:
            process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), PATIENCE)
        except TimeoutError:
            self.kill()
            await process.wait()
        if self._errors is not None:
            self._errors.cancel()

    def kill(self) -> None:
        """End it at once."""
        with contextlib.suppress(ProcessLookupError):
            self._running.kill()

    async def _read_errors(self) -> None:
        stderr = self._running.stderr
        assert stderr is not None
        while True:
            try:
                line = await stderr.readline()
            except ValueError:  # a line without an end
                continue
            if not line:
                return
            self._lines.append(line.decode("utf-8", "replace").rstrip()[:300])
