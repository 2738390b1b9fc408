"""What is looked at before a route, and what every answer carries.

PlainAddress    no address with characters that no text has
OriginCheck     a write that rests on the browser's cookie has to come from a page of this server
BodyLimit       no body without bound
ETags           a list that has not changed is not sent again
SafeHeaders     content security policy, no sniffing, no storing
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit, urlunsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from igny8_web.problems import problem

READING = frozenset({"GET", "HEAD", "OPTIONS"})
MEGABYTE = 1024 * 1024
LARGEST_BODY = MEGABYTE
LARGEST_FILE = 100 * MEGABYTE
LENGTH_DIGITS = 15
"""More has no length that anybody means."""
ETAG_CHARACTERS = 32
TAG = re.compile(r'(?:W/)?"([^"]*)"')
"""One tag of an If-None-Match; weak and strong ones are compared alike (RFC 9110, 13.1.2)."""

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    ]
)


class PlainAddress:
    """Refuses addresses with U+0000: PostgreSQL keeps no such text, so nothing here can have that name."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look, and hand over."""
        if scope["type"] == "http" and ("\0" in scope["path"] or b"%00" in scope["query_string"]):
            refusal = problem(400, "The address holds the character U+0000: take it out.", kind="InvalidInput")
            await refusal(scope, receive, send)
            return
        await self.app(scope, receive, send)


class OriginCheck:
    """Refuses writes of pages of other servers (cross-site request forgery): Airflow itself relies on SameSite alone.

    Browsers send Origin with each write. A request with a token in its header rests on no cookie, so no page can have
    made it unasked.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look, and hand over."""
        if scope["type"] == "http" and scope["method"] not in READING and is_foreign(Headers(scope=scope)):
            refusal = problem(
                403, "This came from a page of another server, so nothing was done.", kind="ForeignOrigin"
            )
            await refusal(scope, receive, send)
            return
        await self.app(scope, receive, send)


def is_foreign(headers: Headers) -> bool:
    """Whether a write rests on a cookie and does not say that a page of this server made it.

    Only a bearer token stands for the cookie: browsers send a password of a proxy (Basic) along unasked.
    """
    if headers.get("authorization", "").lower().startswith("bearer ") or "cookie" not in headers:
        return False
    if headers.get("sec-fetch-site") == "same-origin":
        return False
    origin = headers.get("origin") or headers.get("referer", "")
    return not server_of(origin) or server_of(origin) != headers.get("host", "")


def server_of(address: str) -> str:
    """The server that an address names, with its port; empty where it is no address."""
    try:
        return urlsplit(address).netloc
    except ValueError:
        return ""


class BodyTooLarge(HTTPException):
    """More came than is taken; of a kind that the frameworks between let through."""

    def __init__(self, most: int) -> None:
        super().__init__(413, f"A request here has at most {most // MEGABYTE} MB: send less at once.")


async def nobody_sends_files(_scope: Scope) -> bool:
    """Where no route takes files."""
    return False


class BodyLimit:
    """Refuses bodies over a megabyte; over a hundred where `may_send_files` says so of the request."""

    def __init__(self, app: ASGIApp, may_send_files: Callable[[Scope], Awaitable[bool]] = nobody_sends_files) -> None:
        self.app = app
        self.may_send_files = may_send_files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look, and hand over."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most = LARGEST_FILE if await self.may_send_files(scope) else LARGEST_BODY
        said = Headers(scope=scope).get("content-length", "0")
        left = most

        async def counted() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise BodyTooLarge(most)
            return message

        if said.isdecimal() and len(said) <= LENGTH_DIGITS and int(said) <= most:
            await self.app(scope, counted, send)
        else:
            await problem(413, BodyTooLarge(most).detail, kind="BodyTooLarge")(scope, receive, send)


class SafeHeaders:
    """Gives every answer what keeps it harmless in a browser; a route that says otherwise is left alone."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look, and hand over."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Referrer-Policy", "same-origin")
                headers.setdefault("Cache-Control", "private, no-cache")
                if "location" in headers:
                    headers["Location"] = here(headers["location"], Headers(scope=scope).get("host", ""))
            await send(message)

        await self.app(scope, receive, with_headers)


def here(location: str, host: str) -> str:
    """A redirect within this server without the server's name: what the request called it (Host) is the sender's word,
    and a proxy in front may be reached by another one, over TLS."""
    return urlunsplit(("", "", *urlsplit(location)[2:])) if host and server_of(location) == host else location


class ETags:
    """Answers 304 where the caller has what would be sent: a digest of the body, which is made all the same."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look, and hand over."""
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            await self.app(scope, receive, send)
            return
        known = Headers(scope=scope).get("if-none-match", "")
        start: Message = {}

        async def tagged(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            if start:
                first, start = start, {}
                whole = message["type"] == "http.response.body" and not message.get("more_body")
                if first["status"] == 200 and whole:
                    tag = etag(message.get("body", b""))
                    MutableHeaders(scope=first)["ETag"] = tag
                    if is_known(tag, known):
                        first, message = unchanged(first), {"type": "http.response.body", "body": b""}
                await send(first)
            await send(message)

        await self.app(scope, receive, tagged)


def etag(body: bytes) -> str:
    """A weak tag: the same bytes say the same, whatever encoding they travel in."""
    return f'W/"{hashlib.sha256(body).hexdigest()[:ETAG_CHARACTERS]}"'


def is_known(tag: str, known: str) -> bool:
    """Whether an If-None-Match names the tag, or whatever there is."""
    return known.strip() == "*" or tag.removeprefix("W/").strip('"') in TAG.findall(known)


def unchanged(start: Message) -> Message:
    """The beginning of a 304 in place of a 200."""
    kept = [
        (name, value) for name, value in start["headers"] if name.lower() not in {b"content-length", b"content-type"}
    ]
    return start | {"status": 304, "headers": kept}
