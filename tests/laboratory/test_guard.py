"""Who may come in: raw sockets with every Host and Origin, over IPv4 and IPv6."""

import asyncio
import itertools
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from neurona.laboratory.address import Place, Tickets, bind
from neurona.laboratory.guard import Guard
from tests.laboratory.running import WAIT


async def _page(_: Request) -> Response:
    return PlainTextResponse("inside")


async def _socket(one: WebSocket) -> None:
    await one.accept()
    await one.send_text("inside")
    await one.close()


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    """A guarded server that answers "inside" to whom it lets in."""
    made = bind()
    app = Starlette(routes=[Route("/", _page), WebSocketRoute("/ws", _socket)])
    config = uvicorn.Config(
        Guard(app, made), log_level="critical", lifespan="off", ws="websockets-sansio", http="h11"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(
        target=lambda: asyncio.run(server.serve(sockets=list(made.sockets))), daemon=True
    )
    thread.start()
    yield made
    server.should_exit = True
    thread.join(WAIT)


def answered(place: Place, family: int, lines: list[str]) -> tuple[int, bytes]:
    """Return status and whole answer of a request, line by line as given."""
    address = "127.0.0.1" if family == socket.AF_INET else "::1"
    with socket.socket(family, socket.SOCK_STREAM) as one:
        one.settimeout(WAIT)
        one.connect((address, place.port))
        one.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))
        got = b""
        while part := one.recv(65_536):
            got += part
            if b"inside" in got:
                break
    return int(got.split(b" ", 2)[1]), got


FAMILIES = [socket.AF_INET, socket.AF_INET6]
HOSTS = {
    "127.0.0.1:{port}": True,
    "localhost:{port}": True,
    "[::1]:{port}": True,
    "127.0.0.1": False,
    "127.0.0.1:1": False,
    "localhost.example.com:{port}": False,
    "example.com:{port}": False,
    "0.0.0.0:{port}": False,
}
ORIGINS: dict[str | None, bool] = {
    "http://127.0.0.1:{port}": True,
    "http://localhost:{port}": True,
    "https://127.0.0.1:{port}": False,
    "http://127.0.0.1:1": False,
    "null": False,
}


@pytest.mark.parametrize("family", FAMILIES)
def test_forty_hosts_and_origins(place: Place, family: int) -> None:
    if family == socket.AF_INET6 and len(place.sockets) == 1:
        pytest.skip("this machine has no IPv6")
    combinations = list(itertools.product(HOSTS, ORIGINS))
    assert len(combinations) == 40
    for host, origin in combinations:
        allowed = HOSTS[host] and ORIGINS[origin]
        head = [f"Host: {host.format(port=place.port)}", "Connection: close"]
        head.append(f"Origin: {str(origin).format(port=place.port)}")
        status, got = answered(place, family, ["GET / HTTP/1.1", *head])
        assert (status == 200) is allowed is (b"inside" in got), (host, origin, status)
        upgrade = [
            *("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"),
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        ]
        lines = ["GET /ws HTTP/1.1", head[0], head[2], *upgrade]
        status, got = answered(place, family, lines)
        assert (status == 101) is allowed is (b"inside" in got), (host, origin, status)
        if not allowed:
            assert status in (403, 421) and b"inside" not in got


def lines_of(place: Place, *more: str, first: str = "GET / HTTP/1.1") -> list[str]:
    return [first, f"Host: 127.0.0.1:{place.port}", "Connection: close", *more]


def test_a_page_without_an_origin_is_let_in_and_a_socket_is_not(place: Place) -> None:
    assert answered(place, socket.AF_INET, lines_of(place))[0] == 200
    upgrade = [
        *("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"),
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]
    lines = ["GET /ws HTTP/1.1", f"Host: 127.0.0.1:{place.port}", *upgrade]
    assert answered(place, socket.AF_INET, lines)[0] == 403


@pytest.mark.parametrize(
    ("first", "more", "status"),
    [
        ("POST / HTTP/1.1", (), 405),
        ("PUT / HTTP/1.1", (), 405),
        ("OPTIONS / HTTP/1.1", (), 405),
        ("DELETE / HTTP/1.1", (), 405),
        ("GET /?a=1 HTTP/1.1", (), 400),
        ("GET / HTTP/1.1", ("Content-Length: 5",), 413),
        ("GET /other HTTP/1.1", (), 404),
        ("GET /../etc/passwd HTTP/1.1", (), 404),
        ("GET / HTTP/1.1", ("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors"), 403),
        ("GET / HTTP/1.1", ("Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: cors"), 403),
        ("GET / HTTP/1.1", ("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate"), 200),
        ("HEAD / HTTP/1.1", (), 200),
    ],
)
def test_only_get_and_head_of_known_files(
    place: Place, first: str, more: tuple[str, ...], status: int
) -> None:
    got, answer = answered(place, socket.AF_INET, lines_of(place, *more, first=first))
    assert got == status, answer
    if status != 200:
        assert b"inside" not in answer


def test_two_hosts_are_refused(place: Place) -> None:
    lines = lines_of(place, f"Host: 127.0.0.1:{place.port}")
    assert answered(place, socket.AF_INET, lines)[0] in (400, 421)


def test_every_answer_says_what_a_page_may_do(place: Place) -> None:
    for lines in (lines_of(place), lines_of(place, first="POST / HTTP/1.1")):
        _, got = answered(place, socket.AF_INET, lines)
        text = got.decode().lower()
        for part in (
            "default-src 'none'",
            "script-src 'self'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            f"ws://127.0.0.1:{place.port}",
            "x-content-type-options: nosniff",
            "cross-origin-resource-policy: same-origin",
            "cache-control: no-store",
            "referrer-policy: no-referrer",
        ):
            assert part in text
        assert "access-control" not in text


def test_a_port_is_the_same_on_both_families(place: Place) -> None:
    assert {one.getsockname()[1] for one in place.sockets} == {place.port}
    assert all(one.getsockname()[0] in ("127.0.0.1", "::1") for one in place.sockets)


def test_a_ticket_is_good_once() -> None:
    tickets = Tickets()
    ticket = tickets.issue()
    assert len(ticket) >= 43 and ticket != tickets.issue()
    key = tickets.redeem(ticket)
    assert key and tickets.knows(key) and not tickets.knows(ticket)
    assert tickets.redeem(ticket) is None and tickets.was_used(ticket)
    assert tickets.redeem("") is None and tickets.redeem("é" * 40) is None
    assert not tickets.was_used("x")


def test_another_host_needs_origins_of_its_own() -> None:
    made: Any = bind(0, "127.0.0.1", ["http://lab.example:8000"])
    try:
        assert made.hosts == {"lab.example:8000"}
        assert made.origins == {"http://lab.example:8000"}
    finally:
        for one in made.sockets:
            one.close()
