"""Who is still there to hear the answer: an answer counts as given only when its client was connected to the end.

uvicorn swallows what is written to a connection that is gone, and ASGI has no way to close one without an answer.
Both need the connection itself, so the protocol puts it into the request's scope.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from igny8_lib.sandbox.journal import Entry, Journal

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

TRANSPORT = "igny8.transport"
COUNTED_PREFIX = "/v1/"
TURNS_TO_NOTICE = 4
"""Turns of the event loop in which a connection that the client has closed becomes known as closed."""
LONGEST_KEY = 255


class ConnectionProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, with the connection in the scope's extensions."""

    def on_message_begin(self) -> None:
        """Add the connection to the scope of the request that begins."""
        super().on_message_begin()
        self.scope["extensions"] = {TRANSPORT: self.transport}  # type: ignore[dict-item] # ours, not one of ASGI's


def transport_of(scope: Scope) -> asyncio.Transport | None:
    """The connection of a request; None under another server."""
    transport: asyncio.Transport | None = (scope.get("extensions") or {}).get(TRANSPORT)
    return transport


class Counted:
    """Counts the POST requests under /v1 in the journal, around the whole application."""

    def __init__(self, app: App, journal: Journal) -> None:
        self.app = app
        self.journal = journal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, and count what became of it."""
        if scope["type"] != "http" or scope["method"] != "POST" or not scope["path"].startswith(COUNTED_PREFIX):
            await self.app(scope, receive, send)
            return
        entry = self.journal.begin(scope["path"], idempotency_key(scope))
        scope.setdefault("state", {})["entry"] = entry
        delivery = Delivery(entry, transport_of(scope), send)
        try:
            await self.app(scope, receive, delivery.send)
        finally:
            self.journal.end(entry, delivered=delivery.complete)


class Delivery:
    """Watches a response on its way out."""

    def __init__(self, entry: Entry, transport: asyncio.Transport | None, send: Send) -> None:
        self.entry = entry
        self.complete = False
        self._transport = transport
        self._send = send

    async def send(self, message: Message) -> None:
        """Pass a message on; the response is complete when its last byte went to an open connection."""
        if message["type"] == "http.response.start":
            self.entry.status = message["status"]
            await notice_closed()
        connected = self._transport is None or not self._transport.is_closing()
        await self._send(message)
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            self.complete = connected


async def notice_closed() -> None:
    """Let the event loop find out about connections that were closed a moment ago."""
    for _ in range(TURNS_TO_NOTICE):
        await asyncio.sleep(0)


def idempotency_key(scope: Scope) -> str | None:
    """The request's Idempotency-Key, cut to what a provider would accept."""
    for name, value in scope["headers"]:
        if name == b"idempotency-key":
            return str(value.decode("latin-1"))[:LONGEST_KEY]
    return None
