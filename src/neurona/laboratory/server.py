"""The server: a fixed table of files, and one WebSocket."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import socket
import time
from collections.abc import Callable, Mapping
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from neurona.laboratory.address import Place, Tickets
from neurona.laboratory.doorstep import Doorstep
from neurona.laboratory.guard import Guard
from neurona.laboratory.page import FILES, page_file
from neurona.laboratory.sessions import MOST_SESSIONS, Session

LARGEST_MESSAGE = 300_000
WATCH_SECONDS = 5.0
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
    tickets : Tickets
        Those that were issued before there was a server.
    ticket : str
        The one that opens it, of these.
    doorstep : Doorstep
        Who has handed out the page until now.
    """

    def __init__(
        self, place: Place, plan: Mapping[str, Any], say: Say = lambda _: None, stays: bool = False,
        tickets: Tickets | None = None, ticket: str = "", doorstep: Doorstep | None = None,
    ) -> None:  # fmt: skip
        self.place, self.plan, self.say, self.stays = place, plan, say, stays
        self.tickets = tickets or Tickets(MOST_SESSIONS)
        self.ticket = ticket or self.tickets.issue()
        self._doorstep = doorstep
        self.sessions: dict[str, Session] = {}
        self.waiting: Session | None = None
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
        self._server = Server(config, self._doorstep)
        self.waiting = await self.new_session()
        watch = asyncio.create_task(self._watch_idle())
        started()
        try:
            await self._server.serve(sockets=list(self.place.sockets))
        finally:
            watch.cancel()
            # uvicorn leaves them open if it was stopped while it began
            for one in (*getattr(self._server, "servers", ()), *self.place.sockets):
                one.close()
            sessions = [*self.sessions.values(), *([self.waiting] if self.waiting else [])]
            await asyncio.gather(*(one.end() for one in sessions))

    def stop(self, why: str = "") -> None:
        """Let `serve` return."""
        self.ended_because = self.ended_because or why
        if self._server is not None:
            self._server.should_exit = True

    async def new_session(self) -> Session:
        """Return a session whose engine begins now."""
        session = Session(self.plan, self.say)
        await session.start()
        return session

    async def _watch_idle(self) -> None:
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            for key, session in list(self.sessions.items()):
                if session.idle():
                    del self.sessions[key]
                    await session.end()
            if self.waiting is not None and self.waiting.idle():
                await self.waiting.end()
                self.waiting = None
            if not self.sessions and self.waiting is None:
                self.stop("Nobody has looked for ten minutes, so the Lab has ended.")

    async def _static(self, request: Request) -> Response:
        file = page_file(request.url.path)
        if file is None:
            return Response(b"This file is not there; build the page first.", 404)
        return Response(file[0], media_type=file[1])

    async def _socket(self, socket: WebSocket) -> None:
        # what is said over it is read when somebody comes to say it: the page is shown before
        from neurona.laboratory.door import receive

        await receive(self, socket)


class Server(uvicorn.Server):
    """A server that leaves signals to whoever runs it, and takes over from a doorstep."""

    def __init__(self, config: uvicorn.Config, doorstep: Doorstep | None) -> None:
        super().__init__(config)
        self._doorstep = doorstep

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and go on with the connections that are there."""
        waiting = self._doorstep.leave() if self._doorstep is not None else []
        await super().startup(sockets)
        for one in waiting:
            await asyncio.get_running_loop().connect_accepted_socket(self._protocol, one)

    def _protocol(self) -> asyncio.Protocol:
        made: Any = self.config.http_protocol_class
        protocol: asyncio.Protocol = made(
            config=self.config, server_state=self.server_state, app_state={}
        )
        return protocol

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
