"""The server: a fixed table of files, and one WebSocket."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from neurona import __version__
from neurona.laboratory.address import Place, Tickets
from neurona.laboratory.commands import LARGEST_TEXT, PIECE, Hello
from neurona.laboratory.events import Gone, Welcome
from neurona.laboratory.fields import Refused
from neurona.laboratory.guard import Guard
from neurona.laboratory.protocol import (
    PROTOCOL,
    answer,
    event_text,
    number_of,
    read_command,
    refusal,
)  # fmt: skip
from neurona.laboratory.sessions import MOST_SESSIONS, Session

STATIC = Path(__file__).parent / "static"
FILES = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/lab.js": ("lab.js", "text/javascript; charset=utf-8"),
    "/lab.css": ("lab.css", "text/css; charset=utf-8"),
    "/licenses.txt": ("LICENSES.txt", "text/plain; charset=utf-8"),
}
LARGEST_MESSAGE = 300_000
HELLO_SECONDS, WATCH_SECONDS = 10.0, 5.0
Say = Callable[[str], None]


class Lab:
    """A server with its sessions.

    Parameters
    ----------
    place : Place
        Where it listens.
    plan : mapping
        What an engine begins with.
    say : function of a sentence
        Tells the person at the terminal.
    stays : bool
        Whether it stays when the page says goodbye.
    """

    def __init__(
        self, place: Place, plan: Mapping[str, Any], say: Say = lambda _: None, stays: bool = False
    ) -> None:
        self.place, self.plan, self.say, self.stays = place, plan, say, stays
        self.tickets = Tickets(MOST_SESSIONS)
        self.ticket = self.tickets.issue()
        self._sessions: dict[str, Session] = {}
        self._waiting: Session | None = None
        self._server: uvicorn.Server | None = None
        self.ended_because = ""

    @property
    def address(self) -> str:
        """What a person opens."""
        return self.place.address(self.ticket, self.plan.get("lesson"), self.plan.get("view") or "")

    def app(self) -> Guard:
        """Return the application, guard before all."""
        routes = [Route(path, self._static, methods=["GET", "HEAD"]) for path in FILES]
        return Guard(Starlette(routes=[*routes, WebSocketRoute("/ws", self._socket)]), self.place)

    async def serve(self, started: Callable[[], None] = lambda: None) -> None:
        """Serve until `stop`, a goodbye or a long silence."""
        config = uvicorn.Config(
            self.app(),
            log_level="critical",
            access_log=False,
            lifespan="off",
            ws="websockets-sansio",
            ws_max_size=LARGEST_MESSAGE,
            ws_per_message_deflate=False,
            http="h11",
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=2,
        )
        self._server = _Server(config)
        self._waiting = await self._new_session()
        watch = asyncio.create_task(self._watch_idle())
        started()
        try:
            await self._server.serve(sockets=list(self.place.sockets))
        finally:
            watch.cancel()
            sessions = [*self._sessions.values(), *([self._waiting] if self._waiting else [])]
            await asyncio.gather(*(one.end() for one in sessions))

    def stop(self, why: str = "") -> None:
        """Let `serve` return."""
        self.ended_because = self.ended_because or why
        if self._server is not None:
            self._server.should_exit = True

    async def _new_session(self) -> Session:
        session = Session(self.plan, self.say)
        await session.start()
        return session

    async def _watch_idle(self) -> None:
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            for key, session in list(self._sessions.items()):
                if session.idle():
                    del self._sessions[key]
                    await session.end()
            if self._waiting is not None and self._waiting.idle():
                await self._waiting.end()
                self._waiting = None
            if not self._sessions and self._waiting is None:
                self.stop("Nobody has looked for ten minutes, so the Lab has ended.")

    async def _static(self, request: Request) -> Response:
        name, kind = FILES[request.url.path]
        path = STATIC / name
        if not path.is_file():
            return Response(b"This file is not there; build the page first.", 404)
        return Response(path.read_bytes(), media_type=kind)

    # -- the socket

    async def _socket(self, socket: WebSocket) -> None:
        await socket.accept()
        session = await self._greet(socket)
        if session is None:
            await socket.close(1008)
            return
        previous = session.page
        await session.attach(socket)
        if isinstance(previous, WebSocket) and previous is not socket:
            await _close(previous, "Another page has taken this session over.")
        try:
            while True:
                message = await socket.receive()
                if message["type"] == "websocket.disconnect":
                    break
                if message.get("text") is not None:
                    if await self._is_goodbye(message["text"], socket):
                        break
                    await session.text(message["text"])
                else:
                    await session.data(message["bytes"])
        except (WebSocketDisconnect, RuntimeError):
            pass
        finally:
            await session.leave(socket)

    async def _greet(self, socket: WebSocket) -> Session | None:
        """Return the session that the first message opens; None, told why, if it does not."""
        try:
            text = await asyncio.wait_for(socket.receive_text(), HELLO_SECONDS)
        except (TimeoutError, WebSocketDisconnect, KeyError, RuntimeError):
            return None
        try:
            number, hello = read_command(text[: LARGEST_TEXT + 1])
            if not isinstance(hello, Hello):
                raise Refused("The first message must be hello.")
            if hello.protocol != PROTOCOL:
                raise Refused(f"This is {PROTOCOL}; the page speaks {hello.protocol}: reload it.")
            key, session = await self._opened(hello)
        except Refused as refused:
            await socket.send_text(refusal(number_of(text), refused))
            return None
        welcome = Welcome(__version__, PROTOCOL, key, LARGEST_TEXT, PIECE)
        await socket.send_text(event_text(welcome))
        await socket.send_text(answer(number))
        return session

    async def _opened(self, hello: Hello) -> tuple[str, Session]:
        if hello.key is not None and self.tickets.knows(hello.key):
            if hello.key not in self._sessions:
                raise Refused("This session has ended; start neurona lab again.", "key")
            return hello.key, self._sessions[hello.key]
        ticket = hello.ticket or ""
        if self.tickets.was_used(ticket):
            self._tell_of_second_use()
            raise Refused(
                "This address was used already, and opens one page only. The terminal shows a new "
                "one.",
                "ticket",
            )
        if len(self._sessions) >= MOST_SESSIONS:
            raise Refused(f"{MOST_SESSIONS} pages are open already; close one.", "ticket")
        key = self.tickets.redeem(ticket)
        if key is None:
            raise Refused("This is not the address that the terminal shows.", "ticket")
        session = self._waiting or await self._new_session()
        self._waiting = None
        self._sessions[key] = session
        return key, session

    def _tell_of_second_use(self) -> None:
        self.ticket = self.tickets.issue()
        self.say(
            "The address was opened a second time, which was refused. If that was not you, end the "
            f"Lab with Ctrl-C. A new one: {self.address}"
        )

    async def _is_goodbye(self, text: str, socket: WebSocket) -> bool:
        if '"bye"' not in text[:100]:
            return False
        try:
            number, command = read_command(text)
        except Refused:
            return False
        if command.do != "bye":
            return False
        if not self.stays:
            self.stop("The page said goodbye.")
        await socket.send_text(answer(number))
        return True


async def _close(socket: WebSocket, why: str) -> None:
    if socket.application_state is WebSocketState.CONNECTED:
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):
            await socket.send_text(event_text(Gone(why, [])))
            await socket.close(1000)


class _Server(uvicorn.Server):
    """A server that leaves signals to whoever runs it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        """Capture none."""
        yield


def run(lab: Lab, started: Callable[[], None] = lambda: None) -> str:
    """Serve in this thread until the first Ctrl-C or the end; returns why it ended."""
    return asyncio.run(_run(lab, started))


async def _run(lab: Lab, started: Callable[[], None]) -> str:
    loop = asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError, ValueError, RuntimeError):
            loop.add_signal_handler(one, _interrupted, lab, one)
    await lab.serve(started)
    return lab.ended_because


def _interrupted(lab: Lab, number: int) -> None:
    """End in good order; a second signal of the kind is out at once."""
    signal.signal(number, signal.SIG_DFL)
    lab.stop("Interrupted.")


def plan_of(**given: Any) -> dict[str, Any]:
    """Return a plan for an engine, as plain values."""
    plan: dict[str, Any] = json.loads(json.dumps(given))
    plan["started"] = time.time()
    return plan
