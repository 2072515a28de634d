"""Hands out the page while the server is still being imported: a browser is there sooner."""

from __future__ import annotations

import contextlib
import re
import selectors
import socket
import threading

from neurona.laboratory.address import Place
from neurona.laboratory.guard import headers_of, refused
from neurona.laboratory.page import FILES, page_file

LARGEST_HEAD = 16_384
SEND_SECONDS = 2.0
PATIENCE = 0.3
LAST = "/lab.js"
"""The file of the page that a browser asks for last."""
REQUEST = re.compile(rb"(GET|HEAD) (/[a-z.]*) HTTP/1\.1\r\n((?:[!-9;-~]+:[\t -~]*\r\n)+)\r\n")


class Doorstep:
    """Answers from its first moment to `leave`, when the server takes its connections over.

    It answers only what is plainly right: one whole request for a file of the page, that the guard
    lets through and that keeps its line open. Every other one waits unread for the server, which
    decides on whatever is odd, or is no request at all.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._headers = b"".join(b"%s: %s\r\n" % pair for pair in headers_of(place))
        self._connections: list[socket.socket] = []
        self._handed_out = threading.Event()
        self._selector = selectors.DefaultSelector()
        self._ear, self._bell = socket.socketpair()
        for one in (*place.sockets, self._ear):
            one.setblocking(False)
            self._selector.register(one, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._answer, name="doorstep", daemon=True)
        self._thread.start()

    def wait(self, seconds: float = PATIENCE) -> bool:
        """Wait until the whole page was handed out, so long at most; returns whether it was.

        What is imported meanwhile takes a core of two from the browser.
        """
        return self._handed_out.wait(seconds)

    def leave(self) -> list[socket.socket]:
        """Answer no more; returns the connections that are open, what came over them unread."""
        self._bell.close()
        self._thread.join()
        self._ear.close()
        self._selector.close()
        return self._connections

    def _answer(self) -> None:
        while True:
            for key, _ in self._selector.select():
                one = key.fileobj
                assert isinstance(one, socket.socket)
                if one is self._ear:
                    return
                if one in self._place.sockets:
                    self._accept(one)
                elif not self._answered(one):
                    self._selector.unregister(one)

    def _accept(self, listening: socket.socket) -> None:
        with contextlib.suppress(OSError):
            one, _ = listening.accept()
            one.settimeout(SEND_SECONDS)
            self._connections.append(one)
            self._selector.register(one, selectors.EVENT_READ)

    def _answered(self, one: socket.socket) -> bool:
        """Answer what has come over a connection; False leaves it for the server."""
        try:
            head = one.recv(LARGEST_HEAD, socket.MSG_PEEK)
            answer = self._answer_to(head)
            if answer is None:
                return False
            one.recv(len(head))
            one.sendall(answer)
        except OSError:  # it is gone, or takes nothing: half an answer is no way to go on
            self._connections.remove(one)
            one.close()
            return False
        if head.startswith(f"GET {LAST} ".encode()):
            self._handed_out.set()
        return True

    def _answer_to(self, head: bytes) -> bytes | None:
        found = REQUEST.fullmatch(head)
        if found is None or (path := found[2].decode()) not in FILES:
            return None
        pairs = [line.split(b":", 1) for line in found[3].splitlines()]
        headers = [(name.lower(), value.strip()) for name, value in pairs]
        scope = {"method": found[1].decode(), "headers": headers, "query_string": b""}
        line = [value.lower() for name, value in headers if name in (b"connection", b"upgrade")]
        if refused("http", scope, self._place) is not None or line not in ([], [b"keep-alive"]):
            return None
        file = page_file(path)
        if file is None:
            return None
        told = f"HTTP/1.1 200 OK\r\ncontent-type: {file[1]}\r\ncontent-length: {len(file[0])}\r\n"
        whole = told.encode() + self._headers + b"\r\n"
        return whole if found[1] == b"HEAD" else whole + file[0]
