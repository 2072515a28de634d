"""The guard before everything: which requests are answered at all, and what every answer says."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from neurona.laboratory.address import Place

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

METHODS = ("GET", "HEAD")


def headers_of(place: Place) -> list[tuple[bytes, bytes]]:
    """Return the headers of every answer.

    A source of the policy may not be an IPv6 address in brackets (CSP3, host-source), so that a
    page from there is let to its own origin by 'self', which covers WebSockets, and no other.
    """
    sockets = " ".join(
        ["'self'", *sorted(f"ws{one[4:]}" for one in place.origins if "[" not in one)]
    )
    policy = "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            f"connect-src {sockets}",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
        ]
    )
    told = {
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "no-store",
        "permissions-policy": "camera=(), microphone=(), geolocation=()",
    }
    return [(name.encode(), value.encode()) for name, value in told.items()]


class Guard:
    """Lets through what comes from our own page, by GET and HEAD, without a query or a body.

    A request must name one of our hosts, once; a WebSocket must have one of our origins, and
    another request that has an origin, too. What a browser says of where a request comes from
    (Sec-Fetch-Site) must not be another site, but for a person who follows a link.
    """

    def __init__(self, app: App, place: Place) -> None:
        self.app, self.place = app, place
        self._headers = headers_of(place)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse."""
        kind = scope["type"]
        if kind == "lifespan":
            await self.app(scope, receive, send)
            return
        if kind not in ("http", "websocket"):
            return
        status = refused(kind, scope, self.place)
        if status is None:
            await self.app(scope, receive, self._telling(send))
        elif kind == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            headers = [*self._headers, (b"content-length", b"0")]
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": b""})

    def _telling(self, send: Send) -> Send:
        async def tell(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                given = [pair for pair in message.get("headers", []) if pair[0] != b"server"]
                message = {**message, "headers": [*given, *self._headers]}
            await send(message)

        return tell


def refused(kind: str, scope: Scope, place: Place) -> int | None:
    """Return the status to refuse with, None to let pass."""
    headers: Iterable[tuple[bytes, bytes]] = scope["headers"]
    hosts, origins = _all(headers, b"host"), _all(headers, b"origin")
    if len(hosts) != 1 or hosts[0] not in place.hosts:
        return 421
    if len(origins) > 1 or (origins and origins[0] not in place.origins):
        return 403
    if kind == "websocket" and not origins:
        return 403
    site, mode = _all(headers, b"sec-fetch-site"), _all(headers, b"sec-fetch-mode")
    if any(one not in ("same-origin", "none") for one in site) and mode != ["navigate"]:
        return 403
    if kind == "http" and scope["method"] not in METHODS:
        return 405
    length = _all(headers, b"content-length")
    if _all(headers, b"transfer-encoding") or any(one != "0" for one in length):
        return 413
    return 400 if scope["query_string"] else None


def _all(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in headers if key == name]
