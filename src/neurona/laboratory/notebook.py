"""An engine's session in a thread of its own, for a page that talks over somebody else's line.

A notebook's kernel hands messages on and must not be held up: `take` puts them aside and returns.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from neurona import __version__
from neurona.laboratory.commands import Hello
from neurona.laboratory.events import Welcome
from neurona.laboratory.fields import Refused
from neurona.laboratory.pipe import LARGEST_TEXT, PIECE
from neurona.laboratory.protocol import (
    LARGEST_ID,
    PROTOCOL,
    answer,
    event_text,
    number_of,
    read_command,
    refusal,
)  # fmt: skip
from neurona.laboratory.sessions import IDLE_SECONDS, Session

Send = Callable[[dict[str, Any], list[bytes]], None]
Message = tuple[Mapping[str, Any], Sequence[Any]]
OURS = LARGEST_ID - 1
"""The number of what the kernel asks itself; a page counts from 1."""
PICTURE_SECONDS = 3.0


class Line:
    """The page at the other end: texts and frames go out as messages with buffers."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.ours: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.used = False

    async def send_text(self, data: str) -> None:
        """Send a text; an answer to what the kernel asked stays here."""
        if data.startswith(f'{{"answer":{OURS},'):
            self.ours.put(data)
            return
        self.used = True
        self._send({"text": data}, [])

    async def send_bytes(self, data: bytes) -> None:
        """Send a frame."""
        self._send({"frame": True}, [data])


class Bridge:
    """A session, its thread, and what has come for it.

    Parameters
    ----------
    plan : mapping
        What the engine begins with.
    send : function of a message and its buffers
        Called from the bridge's own thread.
    say : function of a sentence
        Tells the person.
    """

    def __init__(
        self, plan: Mapping[str, Any], send: Send, say: Callable[[str], None] = print
    ) -> None:
        self._plan, self._say = dict(plan), say
        self._line = Line(send)
        self._loop = asyncio.new_event_loop()
        self._came: asyncio.Queue[Message | None] = asyncio.Queue()
        self._thread = threading.Thread(target=self._run, name="lab", daemon=True)
        self._thread.start()

    @property
    def open(self) -> bool:
        """Whether it still takes messages."""
        return self._thread.is_alive()

    def take(self, content: Mapping[str, Any], buffers: Sequence[Any] = ()) -> None:
        """Put a message from the page aside for the session."""
        self._put((content, buffers))

    def picture(self) -> str | None:
        """Return where the training stands as SVG; None if nobody has looked at it, or the engine
        does not answer soon.
        """
        if not (self.open and self._line.used):
            return None
        self.take({"text": json.dumps({"id": OURS, "do": "export", "what": "picture"})})
        try:
            told = json.loads(self._line.ours.get(timeout=PICTURE_SECONDS))
        except queue.Empty:
            return None
        return str(told["value"]["text"]) if told["ok"] else None

    def close(self) -> None:
        """End the engine, and wait for it."""
        self._put(None)
        self._thread.join(10.0)

    def _put(self, message: Message | None) -> None:
        with contextlib.suppress(RuntimeError):  # it is over already
            self._loop.call_soon_threadsafe(self._came.put_nowait, message)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        session: Session | None = None
        try:
            while True:
                session, over = await self._turn(session)
                if over:
                    return
        finally:
            if session is not None:
                await session.end()

    async def _turn(self, session: Session | None) -> tuple[Session | None, bool]:
        """Take one message; the session that there is then, and whether that was the last."""
        if session is None:  # the engine starts while the page is drawn
            session = Session(self._plan, self._say)
            await session.start()
        try:
            message = await asyncio.wait_for(self._came.get(), IDLE_SECONDS)
        except TimeoutError:
            self._plan = session.plan_from_here
            await session.end()
            message = await self._came.get()
            if message is None:
                return None, True
            session = Session(self._plan, self._say)
            await session.start()
            await session.attach(self._line)
        if message is None:
            return session, True
        await self._hear(session, *message)
        return session, False

    async def _hear(
        self, session: Session, content: Mapping[str, Any], buffers: Sequence[Any]
    ) -> None:
        if content.get("piece") and buffers:
            await session.data(bytes(buffers[0]))
            return
        text = content.get("text")
        if not isinstance(text, str):
            return
        if '"hello"' not in text[:200]:
            await session.text(text)
            return
        await self._greet(session, text)

    async def _greet(self, session: Session, text: str) -> None:
        """Let a page look: it was opened by the notebook that the kernel belongs to."""
        try:
            number, hello = read_command(text)
            if not isinstance(hello, Hello):
                await session.text(text)
                return
            if hello.protocol != PROTOCOL:
                raise Refused(f"This is {PROTOCOL}; the page speaks {hello.protocol}.")
        except Refused as refused:
            await self._line.send_text(refusal(number_of(text), refused))
            return
        welcome = Welcome(__version__, PROTOCOL, "", LARGEST_TEXT, PIECE)
        await self._line.send_text(event_text(welcome))
        await self._line.send_text(answer(number))
        await session.attach(self._line)
