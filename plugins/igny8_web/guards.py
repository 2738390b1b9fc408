"""What is looked at before a route, and what every answer carries.

OriginCheck     a write that rests on the browser's cookie has to come from a page of this server
BodyLimit       no body without bound
ETags           a list that has not changed is not sent again
SafeHeaders     content security policy, no sniffing, no storing
"""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from igny8_web.problems import problem

READING = frozenset({"GET", "HEAD", "OPTIONS"})
MEGABYTE = 1024 * 1024
LARGEST_BODY = MEGABYTE
LARGEST_FILE = 100 * MEGABYTE
FILE_ROUTES = ("/import", "/import/", "/replace", "/replace/")
"""Ends of the paths that take files."""
ETAG_CHARACTERS = 32

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
    """Whether a write rests on a cookie and does not say that a page of this server made it."""
    if "authorization" in headers or "cookie" not in headers:
        return False
    if headers.get("sec-fetch-site") == "same-origin":
        return False
    origin = headers.get("origin") or headers.get("referer", "")
    return not origin or urlsplit(origin).netloc != headers.get("host", "")


class BodyTooLarge(HTTPException):
    """More came than is taken; of a kind that the frameworks between let through."""

    def __init__(self, most: int) -> None:
        super().__init__(413, f"A request here has at most {most // MEGABYTE} MB: send less at once.")


class BodyLimit:
    """Refuses bodies over a megabyte; a hundred where files are taken."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look, and hand over."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most = LARGEST_FILE if scope["path"].endswith(FILE_ROUTES) else LARGEST_BODY
        said = Headers(scope=scope).get("content-length", "0")
        left = most

        async def counted() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise BodyTooLarge(most)
            return message

        if said.isdecimal() and int(said) <= most:
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
            await send(message)

        await self.app(scope, receive, with_headers)


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
            if start and message["type"] == "http.response.body":
                first, start = start, {}
                if first["status"] == 200 and not message.get("more_body"):
                    tag = etag(message.get("body", b""))
                    MutableHeaders(scope=first)["ETag"] = tag
                    if tag in known:
                        first, message = unchanged(first), {"type": "http.response.body", "body": b""}
                await send(first)
            await send(message)

        await self.app(scope, receive, tagged)


def etag(body: bytes) -> str:
    """A weak tag: the same bytes say the same, whatever encoding they travel in."""
    return f'W/"{hashlib.sha256(body).hexdigest()[:ETAG_CHARACTERS]}"'


def unchanged(start: Message) -> Message:
    """The beginning of a 304 in place of a 200."""
    kept = [
        (name, value) for name, value in start["headers"] if name.lower() not in {b"content-length", b"content-type"}
    ]
    return start | {"status": 304, "headers": kept}
