"""Where a website's REST API is: the Link header of its home page, else the address that works without permalinks.

https://developer.wordpress.org/rest-api/using-the-rest-api/discovery/
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import httpx

from igny8_lib.wordpress.addresses import origin_of, split_url
from igny8_lib.wordpress.answers import read, read_date
from igny8_lib.wordpress.errors import Forbidden, NoRoute, NotWordPress, Redirected, WordPressFailure
from igny8_lib.wordpress.exchange import Exchange, Response

REL = "https://api.w.org/"
LINK_HEADER = re.compile(r"<([^<>]+)>\s*;[^,]*?rel=\"?https://api\.w\.org/\"?")
LINK_ELEMENT = re.compile(r"<link\b[^>]*\brel=[\"']https://api\.w\.org/[\"'][^>]*>", re.IGNORECASE)
HREF = re.compile(r"\bhref=[\"']([^\"']+)[\"']", re.IGNORECASE)
GENERATOR = re.compile(r"<meta\b[^>]*\bcontent=[\"']WordPress ([0-9][0-9.]{0,20})", re.IGNORECASE)
PLAIN = "rest_route"


@dataclass(frozen=True)
class Api:
    """A website's REST API and what its index says."""

    root: str
    """Its address; routes are appended (`url`)."""
    plain: bool
    """Whether routes are a parameter (?rest_route=), as without permalinks."""
    namespaces: tuple[str, ...]
    name: str
    """The website's name."""
    home: str
    """The address that WordPress gives itself."""
    zone: str
    """Name of the zone (America/New_York), or an offset (+02:00)."""
    application_passwords: bool
    """Whether the index offers them; it does not on plain http, nor where a plug-in switches them off."""
    version: str
    """Of WordPress, where its home page says it; else empty."""
    answered_at: datetime | None = None
    """The server's clock at the answer."""
    index: dict[str, Any] = field(default_factory=dict, repr=False)

    def url(self, path: str, parameters: dict[str, Any] | None = None) -> str:
        """The address of a route such as /wp/v2/posts."""
        given = {name: flat(value) for name, value in (parameters or {}).items() if value is not None}
        if self.plain:
            return f"{self.root}?{urlencode({PLAIN: path} | given)}"
        return self.root.rstrip("/") + path + (f"?{urlencode(given)}" if given else "")


def flat(value: object) -> str:
    """A parameter as WordPress reads it: lists with commas, yes and no as words."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(map(str, value)) if isinstance(value, list | tuple | set | frozenset) else str(value)


def discover(exchange: Exchange, url: str, auth: httpx.Auth) -> Api:
    """Find the API of the website at this address.

    Its index is asked signed in, since some plug-ins close the API to strangers; the home page is not.
    Raises NotWordPress or NoRoute where there is none, and what an exchange raises.
    """
    home = exchange.send("GET", f"{url}/", most=exchange.bounds.page_bytes, cut=True)
    root = told_root(home)
    candidates = [root] if root else []
    candidates.append(f"{home.url.partition('?')[0].rstrip('/')}/?{PLAIN}=/")
    failure: WordPressFailure | None = None
    for candidate in candidates:
        try:
            return read_index(exchange, candidate, home, auth)
        except (NotWordPress, NoRoute) as error:
            failure = failure or error
    if root or home.status >= 500 or "wp-content" in home.text:
        raise failure or NoRoute("No REST API was found.")
    raise NotWordPress(
        "No WordPress was found at this address: look whether it is the website's address, and whether a plug-in hides "
        "the REST API.",
        status=home.status,
    )


def told_root(home: Response) -> str:
    """The API's address as the home page tells it, at the host and port that were asked; empty where it tells none.

    Only path and query are taken over: behind a proxy WordPress often believes that it is on http, or on another port.
    Raises Redirected where another host is named: the password must not go there.
    """
    found = LINK_HEADER.search(",".join(home.headers.get_list("link")))
    told = found.group(1) if found else ""
    if not told and (element := LINK_ELEMENT.search(home.text)) and (href := HREF.search(element.group(0))):
        told = html.unescape(href.group(1))
    if not told:
        return ""
    here, there = split_url(home.url), split_url(urljoin(home.url, told))
    if origin_of(here)[1] != origin_of(there)[1]:
        raise Redirected(
            f"The website says that its REST API is at {there.hostname}, not at {here.hostname}: connect it with "
            f"{there.scheme}://{there.netloc}, or correct the addresses in WordPress under Settings → General."
        )
    return there._replace(scheme=here.scheme, netloc=here.netloc, fragment="").geturl()


def read_index(exchange: Exchange, root: str, home: Response, auth: httpx.Auth) -> Api:
    """The API whose index is at this address. Raises NotWordPress where it is the index of none, Forbidden where it is
    closed to its own users."""
    answer = exchange.send("GET", root, most=exchange.bounds.json_bytes, auth=auth)
    try:
        index = read(answer).json
    except Forbidden as error:
        raise Forbidden(
            "The REST API is closed, even to users of WordPress: allow it in the security plug-in, or have the hosting "
            "company let this server's requests pass.",
            status=error.status,
            code=error.code,
        ) from None
    if not isinstance(index, dict) or not isinstance(index.get("namespaces"), list):
        raise NotWordPress("What answers at the REST API's address is not WordPress' index.", status=answer.status)
    parts = urlsplit(answer.url)
    plain = PLAIN in parse_qs(parts.query)
    version = GENERATOR.search(home.text)
    authentication = index.get("authentication")
    return Api(
        root=parts._replace(query="", fragment="").geturl(),
        plain=plain,
        namespaces=tuple(str(name) for name in index["namespaces"]),
        name=html.unescape(str(index.get("name") or "")),
        home=str(index.get("home") or ""),
        zone=zone_of(index),
        application_passwords=isinstance(authentication, dict) and "application-passwords" in authentication,
        version=version.group(1) if version else "",
        answered_at=read_date(answer.headers.get("date", "")),
        index=index,
    )


def zone_of(index: dict[str, Any]) -> str:
    """The website's zone by name, else its offset from UTC as +HH:MM."""
    if name := str(index.get("timezone_string") or ""):
        return name
    try:
        minutes = round(float(index.get("gmt_offset") or 0) * 60)
    except (TypeError, ValueError):
        return ""
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
