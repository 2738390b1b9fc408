"""Addresses of object stores and folders that sites are deployed to, and which of them a site may use.

A site's owner names a target; whether it may be written is said by whoever runs the platform, in the site's connection
`website_<slug>`. Without one, the target could be any folder of the server, or a bucket that its own keys open.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from igny8_lib.errors import InvalidInput
from igny8_lib.sites.naming import website_connection

URL = re.compile(r"(?P<protocol>[a-z][a-z0-9]{1,15})://(?P<rest>[^\s\\?#@%*\[\]:]+)")
"""Without query, user, port and the "::" by which fsspec chains filesystems."""
BELOW = "below"
"""The field of the connection that says what it opens."""


@dataclass(frozen=True)
class Access:
    """What a site's connection opens: the URL that targets may be, or lie below, and the filesystem's options."""

    below: str
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def from_extra(cls, name: str, extra: Mapping[str, Any]) -> Access:
        """Of a connection's extra fields: `below`, and all others as fsspec's filesystem takes them (key, secret,
        endpoint_url …). Raises InvalidInput."""
        options = dict(extra)
        below = str(options.pop(BELOW, ""))
        try:
            opened = storage_url(below)
        except ValueError as error:
            opened, why = "", f": {error}"
        else:
            why = ""
        if not opened:
            raise InvalidInput(
                f'The connection {name} does not say what it opens{why}: its extra needs "{BELOW}", an fsspec URL '
                "such as s3://bucket/sites."
            )
        return cls(opened, options)

    def opens(self, url: str) -> bool:
        """Whether the target is what the connection is for, or lies in it."""
        return url == self.below or url.startswith(f"{self.below}/")


FindAccess = Callable[[str], Access | None]
"""The access that a site has, by its slug; None where it has no connection."""


def storage_url(value: str) -> str:
    """A target's address without a slash at its end, or "". Raises ValueError for what is none.

    Names that lead up or to nothing are refused: what lies below another address has to be seen in the address.
    """
    text = value.strip().rstrip("/")
    if not text:
        return ""
    found = URL.fullmatch(text)
    names = found["rest"].removeprefix("/").split("/") if found else []
    if found is None or any(name in {"", ".", ".."} for name in names):
        raise ValueError(
            'give the URL of a folder such as s3://bucket/site, without user, query and names such as "..": keys '
            "belong into the site's connection"
        )
    return text


def require_access(slug: str, url: str, find: FindAccess) -> Access:
    """The access by which the site's target is written. Raises InvalidInput where it may not be."""
    access = find(slug)
    if access is None:
        raise InvalidInput(
            f"The website of {slug} goes to {url}, but Airflow has no connection {website_connection(slug)} that opens "
            "it: ask whoever runs the platform for one, or leave target_url empty for the platform's own folder."
        )
    if not access.opens(url):
        raise InvalidInput(
            f"The website of {slug} goes to {url}, but its connection {website_connection(slug)} opens {access.below} "
            "alone: choose a target there."
        )
    return access
