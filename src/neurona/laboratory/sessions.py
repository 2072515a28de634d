"""Sessions: an engine each, the page that looks at it, and what becomes of both."""

from __future__ import annotations

import asyncio
import contextlib
import json
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from neurona.laboratory import pipe
from neurona.laboratory.engine_process import EngineProcess
from neurona.laboratory.pipe import LARGEST_TEXT, PIECE

MOST_SESSIONS = 2
COMMANDS_A_SECOND = 100.0
BURST = 256.0
IDLE_SECONDS = 600.0
BEAT_SECONDS = 2.0
SILENCE_SECONDS = 60.0
"""An engine that has said nothing for so long, though it is asked every few seconds, is ended."""


class Page(Protocol):
    """The page at the other end of a WebSocket."""

    async def send_text(self, data: str) -> None:
        """Send a text."""

    async def send_bytes(self, data: bytes) -> None:
        """Send bytes."""


class Bucket:
    """Lets so many through a second, and some more at once."""

    def __init__(self, rate: float, most: float) -> None:
        self.rate, self.most = rate, most
        self._left, self._then = most, time.monotonic()

    def take(self) -> bool:
        """Whether there is room for one more."""
        now = time.monotonic()
        self._left = min(self.most, self._left + (now - self._then) * self.rate)
        self._then = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Session:
    """One engine and the page that looks at it; a page that comes later takes the place of an
    earlier one. What the engine says while no page is there is not kept: it tells a page that comes
    everything anew.
    """

    def __init__(self, plan: Mapping[str, Any], say: Callable[[str], None]) -> None:
        self.plan = dict(plan)
        self._say = say
        self.engine = EngineProcess()
        self.page: Page | None = None
        self.last_used = time.monotonic()
        self.over = False
        self._ending = False
        self._shelf: tempfile.TemporaryDirectory[str] | None = None
        self._last_state: dict[str, Any] | None = None
        self._relay: asyncio.Task[None] | None = None
        self._pulse: asyncio.Task[None] | None = None
        self._heard_at, self._silent, self._passing = time.monotonic(), False, False
        self._commands = Bucket(COMMANDS_A_SECOND, BURST)
        self._acks = Bucket(2 * COMMANDS_A_SECOND, BURST)

    @property
    def plan_from_here(self) -> dict[str, Any]:
        """What another engine begins with to be where this one is."""
        return {**self.plan, **(self._last_state or {})}

    async def start(self) -> None:
        """Start the engine."""
        self.over = self._silent = False
        self._heard_at = time.monotonic()
        if self._shelf is None:
            self._shelf = tempfile.TemporaryDirectory(prefix="neurona-lab-")
            self.plan["shelf"] = self._shelf.name
        await self.engine.start(self.plan)
        self._relay = asyncio.create_task(self._pass_on(self.engine))
        self._pulse = asyncio.create_task(self._feel_pulse(self.engine))

    async def attach(self, page: Page) -> None:
        """Let a page look, and tell it everything."""
        if self.over:  # start again from the last state
            self.plan = self.plan_from_here
            self.engine = EngineProcess()
            await self.start()
        self.page = page
        self.last_used = time.monotonic()
        await self.engine.send(pipe.CONTROL, json.dumps({"attach": True}).encode())

    async def leave(self, page: Page) -> None:
        """Look no more."""
        if self.page is page:
            self.page = None
            self.last_used = time.monotonic()
            await self.engine.send(pipe.CONTROL, json.dumps({"attach": False}).encode())

    async def text(self, text: str) -> None:
        """Hand a command on, unless there are too many."""
        self.last_used = time.monotonic()
        if len(text) > LARGEST_TEXT:
            why = f"A command has at most {LARGEST_TEXT} bytes. Got {len(text)}."
        elif not (self._acks if '"ack"' in text[:80] else self._commands).take():
            why = f"More than {COMMANDS_A_SECOND:.0f} commands a second; wait a little."
        else:
            await self.engine.send(pipe.TEXT, text.encode())
            return
        await self._to_page(lambda page: page.send_text(_refusal(text, why)))

    async def data(self, data: bytes) -> None:
        """Hand a piece of an upload on."""
        self.last_used = time.monotonic()
        if len(data) <= PIECE:
            await self.engine.send(pipe.BYTES, data)

    async def end(self) -> None:
        """End the engine."""
        self._ending = True
        if self._pulse is not None:
            self._pulse.cancel()
        await self.engine.end()
        if self._relay is not None:
            await asyncio.gather(self._relay, return_exceptions=True)
        if self._shelf is not None:
            self._shelf.cleanup()

    def idle(self) -> bool:
        """Whether nobody has looked for a while."""
        return self.page is None and time.monotonic() - self.last_used > IDLE_SECONDS

    async def _feel_pulse(self, engine: EngineProcess) -> None:
        """Ask the engine for a sign of life again and again; end it if none comes.

        Beats without an answer are counted: by the clock, one who wakes after an hour of standing
        still, with all of the machine, would have been silent for an hour.
        """
        beat = json.dumps({"beat": True}).encode()
        heard, silence = self._heard_at, 0.0
        while not self.over:
            await asyncio.sleep(BEAT_SECONDS)
            silent = self._heard_at == heard and not self._passing
            heard, silence = self._heard_at, silence + BEAT_SECONDS if silent else 0.0
            if silence > SILENCE_SECONDS:
                self._silent = True
                engine.kill()
                return
            with contextlib.suppress(TimeoutError):  # it does not even read
                await asyncio.wait_for(engine.send(pipe.CONTROL, beat), BEAT_SECONDS)

    async def _pass_on(self, engine: EngineProcess) -> None:
        """Hand on what the engine says, to its end."""
        fault = None
        try:
            async for kind, payload in engine.messages():
                await self._hear(kind, payload)
                self._heard_at = time.monotonic()  # the time that a slow page took is not its
        except pipe.PipeError as error:
            fault = str(error)
            await engine.end()
        status, lines = await engine.last_words()
        self.over = True
        if self._ending:
            return
        why = SILENT if self._silent else fault or _why(status)
        self._say(f"{why}{'' if not lines else ' Its last lines:'}")
        for line in lines:
            self._say(f"  {line}")
        await self._to_page(lambda page: page.send_text(_gone(why, lines)))

    async def _hear(self, kind: int, payload: bytes) -> None:
        if kind == pipe.TEXT:
            text = payload.decode()
            await self._to_page(lambda page: page.send_text(text))
        elif kind == pipe.BYTES:
            await self._to_page(lambda page: page.send_bytes(payload))
        else:
            told = json.loads(payload)
            if "state" in told:
                self._last_state = told
            if "edit" in told and self._last_state is not None:
                kept = self._last_state["state"]
                kept["edits"].append(told["edit"])
                kept["epoch"] = told["epoch"]
            if "say" in told:
                self._say(str(told["say"]))

    async def _to_page(self, send: Callable[[Page], Awaitable[None]]) -> None:
        page = self.page
        if page is None:
            return
        self._passing = True
        with contextlib.suppress(Exception):  # a page that is gone is found out by its own reading
            await send(page)
        self._passing = False


SILENT = (
    "The engine gave no sign of life for a minute, so it was ended. Reload the page to start again "
    "from the last state."
)


def _why(status: int) -> str:
    """Return a sentence for an engine that has ended."""
    again = "Reload the page to start again from the last state."
    if status == -9:
        return (
            "The engine was killed, maybe because the machine ran out of memory; the training "
            f"since the last change is lost. {again}"
        )
    if status < 0:
        return f"The engine was ended by signal {-status}. {again}"
    return f"The engine ended with status {status}. {again}"


def _refusal(text: str, why: str) -> str:
    from neurona.laboratory.fields import Refused
    from neurona.laboratory.protocol import number_of, refusal

    return refusal(number_of(text), Refused(why))


def _gone(why: str, lines: list[str]) -> str:
    from neurona.laboratory.events import Gone
    from neurona.laboratory.protocol import event_text

    return event_text(Gone(why, lines))
