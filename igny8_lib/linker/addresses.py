"""Addresses as they are compared: two that lead to one page are the same, however they are written."""

from __future__ import annotations

from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urljoin, urlsplit

WEB = frozenset({"http", "https"})
NOT_THE_PAGE = ("utm_", "fbclid", "gclid")
"""What tells where a reader came from."""
LONGEST = 1_000
"""Bytes: longer ones are no links to articles, and no index keeps them."""


def absolute(href: str, base: str) -> str:
    """A link's address as a browser reads it on the page `base`; empty for what leads to no page of the web."""
    try:
        found = urlsplit(urljoin(base, href.strip()))
    except ValueError:
        return ""
    return found.geturl() if found.scheme in WEB and found.hostname else ""


def address(url: str) -> str:
    """An absolute address as addresses are compared: without scheme, `www.`, fragment, last slash and what only counts
    readers; percent-encoding in one form. Empty for what is none, or is too long to be one of an article."""
    try:
        found = comparable(urlsplit(url.strip()))
        return found if len(found.encode()) <= LONGEST else ""
    except ValueError:  # also of what is no Unicode
        return ""


def comparable(parts: SplitResult) -> str:
    """The parts of an address as one that is compared. Raises ValueError for what is none."""
    place = host_and_port(parts)
    if parts.scheme not in WEB or not place:
        return ""
    path = quote(unquote(parts.path), safe="/~:@!$&'()*+,;=-._").rstrip("/")
    asked = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if not counts(name)]
    return place + path + (f"?{urlencode(asked)}" if asked else "")


def counts(name: str) -> bool:
    """Whether a parameter says where the reader came from, and not which page is wanted."""
    return name.lower().startswith(NOT_THE_PAGE)


def host_and_port(parts: SplitResult) -> str:
    """The host without `www.`, with a port that is not the scheme's own. Raises ValueError for an impossible port."""
    host = (parts.hostname or "").removeprefix("www.").rstrip(".")
    port = parts.port
    return f"{host}:{port}" if host and port and (parts.scheme, port) not in {("http", 80), ("https", 443)} else host


def host_of(url: str) -> str:
    """The host and port of an address, as they are compared."""
    return address(url).partition("/")[0].partition("?")[0]
