"""What can go wrong with a website, each with one word for programs and a sentence for people.

WordPressFailure
├── Passing              trying again can help: Unreachable, Slow, RateLimited, ServerError
└── Lasting              somebody has to change something first, or it is as it is
    ├── NotConnected                                      the connection is missing
    ├── AddressRefused, Redirected, BadCertificate        the address
    ├── NotWordPress, NoRoute, AnswerTooLarge             what answers there
    ├── Unauthorized, Forbidden                           the user
    └── RejectedType, TooLarge, Rejected, Gone            what was asked
"""

from __future__ import annotations

from typing import ClassVar

from igny8_lib.errors import Igny8Error, PermanentError, TemporaryError


class WordPressFailure(Igny8Error):
    """The website did not do what was asked. `str()` is a sentence that says what to change, and where."""

    cause: ClassVar[str] = "failed"
    """One word that stays the same."""

    def __init__(
        self,
        sentence: str,
        *,
        status: int | None = None,
        code: str = "",
        retry_after: float | None = None,
        sent: bool = True,
        term_id: int = 0,
    ) -> None:
        super().__init__(sentence)
        self.status = status
        """Of the HTTP answer; None where none came."""
        self.code = code
        """WordPress' own word for the error, where it gave one (rest_cannot_create, …)."""
        self.retry_after = retry_after
        """Seconds that the website asked to wait; None where it said nothing."""
        self.sent = sent
        """Whether the request may have arrived: what it asked for may have happened."""
        self.term_id = term_id
        """Of the category or tag that is there already (term_exists); else 0."""

    @property
    def sentence(self) -> str:
        """What happened and what to do about it."""
        return str(self)

    @property
    def temporary(self) -> bool:
        """Whether trying again can help without anybody changing anything."""
        return self.retryable


class Passing(WordPressFailure, TemporaryError):
    """Trying again can help."""


class Lasting(WordPressFailure, PermanentError):
    """Trying again cannot help before somebody has changed something."""


class NotConnected(Lasting):
    """The site has no connection with a website."""

    cause = "not_connected"

    def __init__(self, site: str) -> None:
        super().__init__(
            f"Site {site} is not connected with WordPress: connect it with `igny8 wordpress connect {site} "
            "--url https://www.example.com --user NAME`, or make the connection "
            f"wordpress_{site} in Airflow under Admin → Connections (type http).",
            sent=False,
        )
        self.site = site


class Unreachable(Passing):
    """No connection, or it broke before the whole answer had come (then `sent` is true)."""

    cause = "unreachable"


class Slow(Passing):
    """No whole answer within the time that is allowed."""

    cause = "slow"


class RateLimited(Passing):
    """The website asks to be left alone for a while (429)."""

    cause = "rate_limited"


class ServerError(Passing):
    """The website failed (5xx)."""

    cause = "server_error"


class AddressRefused(Lasting):
    """An address that requests must not go to: no http(s), with a password in it, or not on the public internet."""

    cause = "address"


class Redirected(Lasting):
    """The website sends its visitors somewhere else."""

    cause = "redirected"


class BadCertificate(Lasting):
    """The website's certificate does not prove that it is the website."""

    cause = "certificate"


class NotWordPress(Lasting):
    """An answer that no REST API of WordPress gives: a page, something that is no JSON, or JSON of another shape."""

    cause = "not_wordpress"


class NoRoute(Lasting):
    """The REST API does not know the route: a security plug-in took it away, or WordPress is too old."""

    cause = "no_route"


class AnswerTooLarge(Lasting):
    """More was answered than is read."""

    cause = "answer_too_large"


class Unauthorized(Lasting):
    """WordPress does not take the user's name and application password (401)."""

    cause = "unauthorized"


class Forbidden(Lasting):
    """The user is known and may not do this (403)."""

    cause = "forbidden"


class RejectedType(Lasting):
    """WordPress does not take files of this type."""

    cause = "file_type"


class TooLarge(Lasting):
    """The file is larger than the website takes."""

    cause = "file_size"


class Rejected(Lasting):
    """WordPress does not take the request as it is (400 and what is like it)."""

    cause = "rejected"


class Gone(Lasting):
    """There is no such object, or no longer (404, 410)."""

    cause = "gone"
