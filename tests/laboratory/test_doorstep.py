"""The page before there is a server: what is answered at once, and what waits, unread."""

import asyncio
import socket
import struct
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from neurona.laboratory.address import Place, bind
from neurona.laboratory.doorstep import LAST, Doorstep
from neurona.laboratory.guard import Guard, headers_of
from neurona.laboratory.page import FILES, STATIC
from neurona.laboratory.server import Server
from tests.laboratory.running import WAIT

UPGRADE = (
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)
ODD = {
    "another host": "GET / HTTP/1.1\r\nHost: example.com:{port}\r\n\r\n",
    "no host": "GET / HTTP/1.1\r\nAccept: */*\r\n\r\n",
    "two hosts": "GET / HTTP/1.1\r\nHost: {here}\r\nHost: {here}\r\n\r\n",
    "another origin": "GET / HTTP/1.1\r\nHost: {here}\r\nOrigin: http://example.com\r\n\r\n",
    "another site": "GET /lab.js HTTP/1.1\r\nHost: {here}\r\nSec-Fetch-Site: cross-site\r\n\r\n",
    "another method": "POST / HTTP/1.1\r\nHost: {here}\r\n\r\n",
    "a body": "GET / HTTP/1.1\r\nHost: {here}\r\nContent-Length: 2\r\n\r\nab",
    "a query": "GET /?a HTTP/1.1\r\nHost: {here}\r\n\r\n",
    "another path": "GET /etc/passwd HTTP/1.1\r\nHost: {here}\r\n\r\n",
    "a path upwards": "GET /../server.py HTTP/1.1\r\nHost: {here}\r\n\r\n",
    "an older HTTP": "GET / HTTP/1.0\r\nHost: {here}\r\n\r\n",
    "an end after it": "GET / HTTP/1.1\r\nHost: {here}\r\nConnection: close\r\n\r\n",
    "a WebSocket": "GET / HTTP/1.1\r\nHost: {here}\r\n" + UPGRADE + "\r\n",
    "half a request": "GET / HTTP/1.1\r\nHost: {here}\r\n",
    "two requests": 2 * "GET / HTTP/1.1\r\nHost: {here}\r\n\r\n",
    "a folded header": "GET / HTTP/1.1\r\nHost: {here}\r\nA: b\r\n c: d\r\n\r\n",
    "a bare line feed": "GET / HTTP/1.1\nHost: {here}\n\n",
    "no HTTP": "\x16\x03\x01\x02\x00",
}


@pytest.fixture
def place() -> Iterator[Place]:
    made = bind()
    yield made
    for one in made.sockets:
        one.close()


def said(place: Place, text: str) -> socket.socket:
    """Say something over a connection of its own."""
    one = socket.create_connection(("127.0.0.1", place.port), WAIT)
    say(one, place, text)
    return one


def say(one: socket.socket, place: Place, text: str) -> None:
    here = f"127.0.0.1:{place.port}"
    one.sendall(text.format(port=place.port, here=here).encode("latin-1"))


def heard(one: socket.socket) -> tuple[bytes, dict[bytes, bytes], bytes]:
    """Return status line, headers and body of an answer."""
    got = b""
    while b"\r\n\r\n" not in got:
        got += one.recv(65_536)
    head, body = got.split(b"\r\n\r\n", 1)
    status, *lines = head.split(b"\r\n")
    headers = {name.lower(): value for name, value in (line.split(b": ", 1) for line in lines)}
    while len(body) < int(headers[b"content-length"]):
        body += one.recv(65_536)
    return status, headers, body


@pytest.mark.parametrize("path", FILES)
def test_the_page_is_handed_out_at_once_with_the_headers_of_every_answer(
    place: Place, path: str
) -> None:
    doorstep = Doorstep(place)
    with said(place, f"GET {path} HTTP/1.1\r\nHost: {{here}}\r\n\r\n") as one:
        for _ in range(2):  # the line stays open
            status, headers, body = heard(one)
            assert status == b"HTTP/1.1 200 OK"
            assert body == (STATIC / FILES[path][0]).read_bytes()
            assert dict(headers_of(place)).items() <= headers.items()
            say(one, place, f"GET {path} HTTP/1.1\r\nHost: {{here}}\r\n\r\n")
        heard(one)
    assert doorstep.wait(WAIT if path == LAST else 0.0) is (path == LAST)
    for left in doorstep.leave():
        left.close()


def test_what_is_odd_waits_unread(place: Place) -> None:
    doorstep = Doorstep(place)
    odd = [said(place, text) for text in ODD.values()]
    with said(place, "GET / HTTP/1.1\r\nHost: {here}\r\n\r\n") as last:
        heard(last)  # all before it were seen
        left = {one.getpeername(): one for one in doorstep.leave()}
        for text, one in zip(ODD.values(), odd, strict=True):
            same = left[one.getsockname()]
            whole = text.format(port=place.port, here=f"127.0.0.1:{place.port}")
            assert same.recv(65_536) == whole.encode("latin-1"), text
            one.close()
    for one in left.values():
        one.close()


def test_a_line_that_breaks_is_no_line_to_take_over(place: Place) -> None:
    doorstep = Doorstep(place)
    gone = said(place, "")
    gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    gone.close()  # with a reset
    with said(place, "GET / HTTP/1.1\r\nHost: {here}\r\n\r\n") as last:
        heard(last)
        (left,) = doorstep.leave()
        assert left.getpeername() == last.getsockname()
        left.close()


async def _page(_: Request) -> Response:
    return PlainTextResponse("inside")


async def _socket(one: WebSocket) -> None:
    await one.accept()


def test_the_server_takes_over_what_waits_and_what_is_open(place: Place) -> None:
    doorstep = Doorstep(place)
    kept = said(place, "GET / HTTP/1.1\r\nHost: {here}\r\n\r\n")
    assert heard(kept)[2] == (STATIC / "index.html").read_bytes()
    here = "Host: {here}\r\nOrigin: http://{here}\r\n"
    waiting = said(place, f"GET /ws HTTP/1.1\r\n{here}{UPGRADE}\r\n")
    foreign = said(place, ODD["another origin"])
    silent = said(place, "")
    said(place, "").close()
    app = Starlette(routes=[Route("/", _page), WebSocketRoute("/ws", _socket)])
    config = uvicorn.Config(
        Guard(app, place), log_level="critical", lifespan="off", ws="websockets-sansio", http="h11"
    )
    server = Server(config, doorstep)
    thread = threading.Thread(
        target=lambda: asyncio.run(server.serve(sockets=list(place.sockets))), daemon=True
    )
    thread.start()
    try:
        assert waiting.recv(65_536).startswith(b"HTTP/1.1 101")
        assert heard(foreign)[0].startswith(b"HTTP/1.1 403")
        for one in (kept, silent, said(place, "")):
            say(one, place, "GET / HTTP/1.1\r\nHost: {here}\r\n\r\n")
            assert heard(one)[2] == b"inside"
            one.close()
    finally:
        for one in (waiting, foreign):
            one.close()
        server.should_exit = True
        thread.join(WAIT)
