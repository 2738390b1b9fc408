"""One HTTP exchange with a website: guarded, bounded in time and size, redirected within the host only."""

from __future__ import annotations

import ssl
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urljoin

import httpx

from igny8_lib.wordpress.addresses import Resolver, origin_of, resolve, split_url
from igny8_lib.wordpress.errors import (
    AnswerTooLarge,
    BadCertificate,
    NotWordPress,
    Redirected,
    Slow,
    Unreachable,
    WordPressFailure,
)
from igny8_lib.wordpress.guard import Deadline, GuardedTransport

REDIRECTS = {301, 302, 303, 307, 308}
MOST_REDIRECTS = 3
KEEP_THE_METHOD = {307, 308}
"""After any other redirect browsers ask with GET, and what was to be written is lost."""
AGENT = "IGNY8"


@dataclass(frozen=True)
class Bounds:
    """How long a website may take, and how much it may answer."""

    connect_seconds: float = 10
    read_seconds: float = 30
    """Between two pieces of an answer."""
    total_seconds: float = 90
    """Of one request, its redirects not counted; an upload on a slow line needs most of it."""
    json_bytes: int = 5_000_000
    page_bytes: int = 2_000_000
    """Of a page; what follows is not read."""


@dataclass(frozen=True)
class Response:
    """An answer as it came. `url` is where it came from in the end."""

    status: int
    headers: httpx.Headers = field(repr=False)
    body: bytes = field(repr=False)
    url: str

    @property
    def text(self) -> str:
        """The body as text, by the charset that the answer names."""
        charset = httpx.Response(
            self.status, headers={"content-type": self.headers.get("content-type", "")}
        ).charset_encoding
        try:
            return self.body.decode(charset or "utf-8", errors="replace")
        except (LookupError, ValueError):  # unknown, or one that cannot leave out what it does not know, as idna
            return self.body.decode("utf-8", errors="replace")


class Exchange:
    """Sends requests. Raises WordPressFailure's children; whatever status came is an answer."""

    def __init__(self, *, allow_private: bool, verify: bool, bounds: Bounds, resolver: Resolver = resolve) -> None:
        self.bounds = bounds
        self._deadline = Deadline()
        self._http = httpx.Client(
            transport=GuardedTransport(resolver, self._deadline, allow_private=allow_private, verify=verify),
            timeout=httpx.Timeout(bounds.read_seconds, connect=bounds.connect_seconds),
            follow_redirects=False,
            trust_env=False,
            headers={"User-Agent": AGENT, "Accept-Encoding": "gzip"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def send(self, method: str, url: str, *, most: int, cut: bool = False, **request: Any) -> Response:  # noqa: ANN401
        """The answer, after at most three redirects within the host; `request` is what httpx takes.

        More than `most` bytes raise AnswerTooLarge, or are cut off with `cut`. A redirect to another host raises
        Redirected: neither the request nor the password goes there.
        """
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._send_once(method, url, most=most, cut=cut, **request)
            if answer.status not in REDIRECTS or "location" not in answer.headers:
                return answer
            url = follow(method, answer)
        raise Redirected(
            f"{split_url(url).hostname} sends its visitors from one address to the next without an end: look at the "
            "addresses in WordPress under Settings → General.",
            status=answer.status,
        )

    def _send_once(self, method: str, url: str, *, most: int, cut: bool, **request: Any) -> Response:  # noqa: ANN401
        split_url(url)
        self._deadline.set(self.bounds.total_seconds)
        try:
            with self._http.stream(method, url, **request) as answer:
                body = b"".join(bounded(answer, most, cut=cut))
                return Response(answer.status_code, answer.headers, body, str(answer.url))
        except httpx.HTTPError as error:
            raise failure_of(error, url) from None  # the request, which the error holds, holds the password
        except httpx.InvalidURL:
            raise Redirected("The website's address has a form that no request can be sent to.", sent=False) from None


def follow(method: str, answer: Response) -> str:
    """Where the redirect leads. Raises Redirected where a request must not follow it."""
    goal = urljoin(answer.url, answer.headers["location"])
    here, there = origin_of(split_url(answer.url)), origin_of(split_url(goal))
    upgrade = here[0] == "http" and there[0] == "https" and here[1] == there[1]
    if here != there and not upgrade:
        shown = f"{there[0]}://{split_url(goal).netloc}"
        raise Redirected(
            f"{here[1]} sends its visitors to {shown}: if that is the website, connect it with this address.",
            status=answer.status,
        )
    if method not in {"GET", "HEAD"} and answer.status not in KEEP_THE_METHOD:
        raise Redirected(
            f"{here[1]} answers what is to be written with a redirect to {goal[:200]}, where it would be lost: look at "
            "the addresses in WordPress under Settings → General, and at plug-ins that redirect.",
            status=answer.status,
        )
    return goal


def bounded(answer: httpx.Response, most: int, *, cut: bool) -> Iterator[bytes]:
    """The body's pieces, unpacked; never more than `most` bytes in memory, whatever a few packed bytes unpack to.

    Raises AnswerTooLarge for more, or stops with `cut`; NotWordPress for a packing that was not asked for.
    """
    packing = answer.headers.get("content-encoding", "identity").strip().lower()
    if packing not in {"identity", "", "gzip"}:
        raise NotWordPress(f"The website answered packed as {packing[:40]}, which was not asked for.")
    unpacking = zlib.decompressobj(wbits=31) if packing == "gzip" else None
    left = most
    for raw in answer.iter_raw():
        piece = unpack(unpacking, raw, left + 1) if unpacking else raw
        if len(piece) > left:
            if cut:
                yield piece[:left]
                return
            raise AnswerTooLarge(
                f"The website answered more than {most // 1_000_000} MB to one question.", status=answer.status_code
            )
        left -= len(piece)
        yield piece


def unpack(unpacking: zlib._Decompress, raw: bytes, most: int) -> bytes:
    """The next unpacked bytes, at most so many. Raises NotWordPress for what is no gzip."""
    try:
        return unpacking.decompress(raw, most)
    except zlib.error:
        raise NotWordPress("The website says that its answer is packed with gzip, and it is not.") from None


def failure_of(error: httpx.HTTPError, url: str) -> WordPressFailure:
    """The error in our words; httpx's own sentence may hold the URL and no more."""
    host = split_url(url).hostname
    if isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout):
        return Slow(f"{host} does not answer: no connection came about in time.", sent=False)
    if isinstance(error, httpx.TimeoutException):
        return Slow(f"{host} takes too long to answer; the website, or the line to it, is slow.")
    if isinstance(error, httpx.ConnectError):
        if isinstance(error.__cause__ and error.__cause__.__context__, ssl.SSLError) or "CERTIFICATE" in str(error):
            return BadCertificate(
                f"The certificate of {host} is not good for this name, or has run out: renew it at the hosting "
                "company (a browser shows what is wrong with it).",
                sent=False,
            )
        return Unreachable(f"No connection to {host}: the server is down, or refuses.", sent=False)
    return Unreachable(f"The connection to {host} broke before the answer was there.")
