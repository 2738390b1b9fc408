"""What an answer of the REST API means: its JSON, or the error that stands for it.

Neither a status of 200 nor JSON alone says that WordPress did what was asked: plug-ins answer pages with 200, and a
POST to an address that plain permalinks do not know answers with the home page.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from igny8_lib import clock
from igny8_lib.wordpress.errors import (
    Forbidden,
    Gone,
    Lasting,
    NoRoute,
    NotWordPress,
    RateLimited,
    Rejected,
    ServerError,
    TooLarge,
    Unauthorized,
    WordPressFailure,
)
from igny8_lib.wordpress.exchange import Response

LONGEST_WAIT = 86_400.0
"""Seconds: a website that asks for more is asked again then."""
SHOWN = 200
"""Characters of WordPress' own sentence that are passed on."""
WHERE = "in WordPress under Users → Profile → Application Passwords"
PASSWORD_ARRIVED = {
    "incorrect_password",
    "invalid_username",
    "invalid_email",
    "invalid_application_password",
    "rest_invalid_application_password",
}
"""WordPress' words for a sign-in that arrived and is wrong."""


@dataclass(frozen=True)
class Answer:
    """A successful answer: its status, its JSON, its headers."""

    status: int
    json: Any = field(repr=False)
    headers: httpx.Headers = field(repr=False)

    def number(self, header: str) -> int:
        """A header that counts something (X-WP-Total); 0 where it is missing or no number."""
        value = self.headers.get(header, "")
        return int(value) if value.isascii() and value.isdigit() else 0


def read(response: Response, *, expected: int | None = None) -> Answer:
    """The answer, where it is JSON with a good status (the `expected` one, where one is named).

    Raises the error that stands for anything else.
    """
    document = read_json(response)
    if response.status >= 400:
        raise error_of(response, document)
    if document is None or response.status >= 300 or response.status != (expected or response.status):
        raise NotWordPress(
            f"The website answered {response.status} with something that is not what its REST API says: a security or "
            "cache plug-in, or the hosting company, answers in its place. Let requests to /wp-json/ and ?rest_route= "
            "pass there.",
            status=response.status,
        )
    return Answer(response.status, document, response.headers)


def read_json(response: Response) -> Any:  # noqa: ANN401 - a document of any shape
    """The document, where it is an object or a list; None for anything else. A byte order mark may lead."""
    with suppress(ValueError, RecursionError):
        document = json.loads(response.body.decode("utf-8-sig"))
        if isinstance(document, dict | list):
            return document
    return None


def error_of(response: Response, document: object) -> WordPressFailure:
    """The error for a status of 400 and more."""
    facts = document if isinstance(document, dict) else {}
    code, status = str(facts.get("code") or "")[:100], response.status
    said = f' WordPress says: "{" ".join(str(facts["message"]).split())[:SHOWN]}"' if facts.get("message") else ""
    if status >= 500:
        return ServerError(
            f"The website failed ({status}); its own error log says why.{said}",
            status=status,
            code=code,
            retry_after=retry_after(response.headers),
        )
    if status == 429:
        return RateLimited(
            "The website asks for fewer requests (429); it is left alone for a while.",
            status=status,
            code=code,
            retry_after=retry_after(response.headers),
        )
    kind, sentence = SENTENCES.get(status, refused)(code, facts)
    return kind(sentence + said, status=status, code=code, term_id=known_term(facts))


def known_term(facts: dict[str, Any]) -> int:
    """The number that WordPress names where a category or tag is there already; else 0."""
    data = facts.get("data")
    number = data.get("term_id") if isinstance(data, dict) and facts.get("code") == "term_exists" else None
    return number if isinstance(number, int) else 0


Sentence = tuple[type[Lasting], str]


def unauthorized(code: str, _: dict[str, Any]) -> Sentence:
    """401: whether the password arrived, WordPress tells only sometimes."""
    if code in PASSWORD_ARRIVED:
        return (
            Unauthorized,
            f"WordPress does not know this user with this application password: make a new one {WHERE}.",
        )
    return Unauthorized, (
        "WordPress takes the request for a stranger's. Either the user's name or the application password is wrong "
        f"(make a new one {WHERE}), or the server takes the Authorization header away before WordPress sees it (ask "
        "the hosting company to pass it on to PHP)."
    )


def forbidden(code: str, facts: dict[str, Any]) -> Sentence:
    """403: of WordPress itself, which says so in JSON, or of what stands before it."""
    if not code and not facts:
        return Forbidden, (
            "The website refuses the request before WordPress sees it (403): let this server's requests to the REST "
            "API pass in the security plug-in or at the hosting company."
        )
    return Forbidden, (
        "The WordPress user may not do this: give it the role Editor (or Author, for posts of its own) under Users, or "
        "connect with another user."
    )


def not_found(code: str, _: dict[str, Any]) -> Sentence:
    """404: no such object, no such route, or no REST API."""
    if code == "rest_no_route":
        return NoRoute, (
            "WordPress' REST API does not know this route: a security plug-in has switched it off. Allow /wp/v2/ there."
        )
    if not code.startswith("rest_"):  # not WordPress: what stands before it tells nothing of posts
        return NoRoute, (
            "There is no REST API at this address (404): a security plug-in has switched it off, or the permalinks "
            "need to be saved anew under Settings → Permalinks."
        )
    return Gone, "There is no such object in WordPress, or no longer."


def gone(_: str, __: dict[str, Any]) -> Sentence:
    """410."""
    return Gone, "The object is no longer there in WordPress."


def too_large(_: str, __: dict[str, Any]) -> Sentence:
    """413: from the web server, before WordPress sees it."""
    return TooLarge, (
        "The website's server does not take so large a file (413): have the hosting company raise its limit."
    )


def refused(_: str, facts: dict[str, Any]) -> Sentence:
    """400 and whatever else: WordPress' own words, and the fields it names."""
    data = facts.get("data")
    named = data.get("params") if isinstance(data, dict) else None
    fields = f" ({', '.join(sorted(map(str, named)))[:SHOWN]})" if isinstance(named, dict) and named else ""
    return Rejected, f"WordPress does not take the request as it is{fields}."


SENTENCES: dict[int, Callable[[str, dict[str, Any]], Sentence]] = {
    401: unauthorized,
    403: forbidden,
    404: not_found,
    410: gone,
    413: too_large,
}


def retry_after(headers: httpx.Headers) -> float | None:
    """Seconds to wait, where the answer says so, in seconds or as a date (RFC 9110, section 10.2.3); a day at most,
    whatever a broken server says."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value), LONGEST_WAIT)
    date = read_date(value)
    return min(max(0.0, (date - clock.now()).total_seconds()), LONGEST_WAIT) if date else None


def read_date(value: str) -> datetime | None:
    """An HTTP date, aware; None for what is none."""
    with suppress(ValueError, TypeError, OverflowError):
        date = parsedate_to_datetime(value)
        return date if date.tzinfo else date.replace(tzinfo=UTC)
    return None
