"""Who comes over the WebSocket: let in by a ticket, heard, and seen off."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from neurona import __version__
from neurona.laboratory.commands import Hello
from neurona.laboratory.events import Gone, Welcome
from neurona.laboratory.fields import Refused
from neurona.laboratory.pipe import LARGEST_TEXT, PIECE
from neurona.laboratory.protocol import (
    PROTOCOL,
    answer,
    event_text,
    number_of,
    read_command,
    refusal,
)  # fmt: skip
from neurona.laboratory.sessions import MOST_SESSIONS, Session

if TYPE_CHECKING:
    from neurona.laboratory.server import Lab

HELLO_SECONDS = 10.0


async def receive(lab: Lab, socket: WebSocket) -> None:
    """Let a page in that has a ticket, and hand on what it says until it leaves."""
    await socket.accept()
    session = await _greet(lab, socket)
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
                if await _is_goodbye(lab, message["text"], socket):
                    break
                await session.text(message["text"])
            else:
                await session.data(message["bytes"])
    except (WebSocketDisconnect, RuntimeError):
        pass
    finally:
        await session.leave(socket)


async def _greet(lab: Lab, socket: WebSocket) -> Session | None:
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
        key, session = await _opened(lab, hello)
    except Refused as refused:
        await socket.send_text(refusal(number_of(text), refused))
        return None
    welcome = Welcome(__version__, PROTOCOL, key, LARGEST_TEXT, PIECE)
    await socket.send_text(event_text(welcome))
    await socket.send_text(answer(number))
    return session


async def _opened(lab: Lab, hello: Hello) -> tuple[str, Session]:
    if hello.key is not None and lab.tickets.knows(hello.key):
        if hello.key not in lab.sessions:
            raise Refused("This session has ended; start neurona lab again.", "key")
        return hello.key, lab.sessions[hello.key]
    ticket = hello.ticket or ""
    if lab.tickets.was_used(ticket):
        _tell_of_second_use(lab)
        raise Refused(
            "This address was used already, and opens one page only. The terminal shows a new one.",
            "ticket",
        )
    if len(lab.sessions) >= MOST_SESSIONS:
        raise Refused(f"{MOST_SESSIONS} pages are open already; close one.", "ticket")
    key = lab.tickets.redeem(ticket)
    if key is None:
        raise Refused("This is not the address that the terminal shows.", "ticket")
    session = lab.waiting or await lab.new_session()
    lab.waiting = None
    lab.sessions[key] = session
    return key, session


def _tell_of_second_use(lab: Lab) -> None:
    lab.ticket = lab.tickets.issue()
    lab.say(
        "The address was opened a second time, which was refused. If that was not you, end the "
        f"Lab with Ctrl-C. A new one: {lab.address}"
    )


async def _is_goodbye(lab: Lab, text: str, socket: WebSocket) -> bool:
    if '"bye"' not in text[:100]:
        return False
    try:
        number, command = read_command(text)
    except Refused:
        return False
    if command.do != "bye":
        return False
    if not lab.stays:
        lab.stop("The page said goodbye.")
    await socket.send_text(answer(number))
    return True


async def _close(socket: WebSocket, why: str) -> None:
    if socket.application_state is WebSocketState.CONNECTED:
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):
            await socket.send_text(event_text(Gone(why, [])))
            await socket.close(1000)
