"""Where the Lab listens, which addresses are its own, and the tickets that open it."""

from __future__ import annotations

import contextlib
import errno
import hmac
import secrets
import socket
from collections.abc import Sequence
from dataclasses import dataclass

TRIES = 20


@dataclass(frozen=True)
class Place:
    """Where a server listens. `hosts` are what a request's Host may be, `origins` what its Origin
    may be: made of the sockets when they are bound, of nothing that comes with a request.
    """

    sockets: tuple[socket.socket, ...]
    port: int
    hosts: frozenset[str]
    origins: frozenset[str]
    shown: str

    def address(self, ticket: str, lesson: str | None = None, view: str = "") -> str:
        """Return what a person opens: the ticket lies behind the #, which browsers keep.

        `view` says how what is opened is looked at, as a link has it.
        """
        more = view if lesson is None else f"&lesson={lesson}{view}"
        return f"http://{self.shown}/#ticket={ticket}{more}"


def bind(port: int = 0, host: str | None = None, origins: Sequence[str] = ()) -> Place:
    """Listen on 127.0.0.1 and, where there is one, ::1, on one port; 0 takes a free one.

    With `host` it listens there alone, and `origins` are allowed besides its own.
    """
    if host is not None:
        return _bind_elsewhere(port, host, origins)
    for _ in range(TRIES):
        four = _listening(socket.AF_INET, "127.0.0.1", port)
        number = int(four.getsockname()[1])
        try:
            six = _listening(socket.AF_INET6, "::1", number)
        except OSError as error:
            if error.errno == errno.EADDRINUSE and port == 0:
                four.close()
                continue
            six = None
        sockets = (four,) if six is None else (four, six)
        names = ["127.0.0.1", "localhost", *(["[::1]"] if six else [])]
        hosts = [f"{name}:{number}" for name in names]
        if number == 80:
            hosts += names
        return Place(
            sockets,
            number,
            frozenset(hosts),
            frozenset([*(f"http://{name}" for name in hosts), *origins]),
            hosts[0],
        )
    raise OSError(errno.EADDRINUSE, "no port is free on both 127.0.0.1 and ::1")


def _bind_elsewhere(port: int, host: str, origins: Sequence[str]) -> Place:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    one = _listening(family, host, port)
    number = int(one.getsockname()[1])
    allowed = frozenset(origins)
    hosts = frozenset(origin.split("://", 1)[-1] for origin in allowed)
    shown = min(hosts) if hosts else f"{host}:{number}"
    return Place((one,), number, hosts, allowed, shown)


def _listening(family: int, host: str, port: int) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # so that it has no delay
    try:
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if port:
            with contextlib.suppress(OSError):
                made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(64)
    except OSError:
        made.close()
        raise
    return made


class Tickets:
    """Tickets that are good once, and the session keys they were exchanged for."""

    def __init__(self, most: int = 2) -> None:
        self.most = most
        self._tickets: set[str] = set()
        self._used: set[str] = set()
        self._keys: list[str] = []

    def issue(self) -> str:
        """Return a new ticket of 256 bits."""
        ticket = secrets.token_urlsafe(32)
        self._tickets.add(ticket)
        return ticket

    def redeem(self, ticket: str) -> str | None:
        """Return a session key for a ticket, which is used up; None for any other text."""
        found = _among(ticket, self._tickets)
        if found is None:
            return None
        self._tickets.remove(found)
        self._used.add(found)
        key = secrets.token_urlsafe(32)
        self._keys.append(key)
        return key

    def was_used(self, ticket: str) -> bool:
        """Whether this was a ticket, and has been used."""
        return _among(ticket, self._used) is not None

    def knows(self, key: str) -> bool:
        """Whether this is the key of a session."""
        return _among(key, self._keys) is not None


def _among(text: str, known: Sequence[str] | set[str]) -> str | None:
    found = None
    for one in known:  # all of them, so that time tells nothing
        if hmac.compare_digest(one.encode(), text.encode("utf-8", "replace")):
            found = one
    return found
