"""A website's REST API, signed in: what posts.py, media.py, terms.py and users.py ask through.

with WordPress.of(connection, settings) as wordpress:
    wordpress.users.me()
    wordpress.posts.find(slug="tea")
    wordpress.get("/wp/v2/types", context="edit").json
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import httpx

from igny8_lib.settings import Settings
from igny8_lib.text.html import plain_text
from igny8_lib.wordpress.addresses import Resolver, resolve
from igny8_lib.wordpress.answers import Answer, read
from igny8_lib.wordpress.connection import WordPressConnection
from igny8_lib.wordpress.discovery import Api, discover
from igny8_lib.wordpress.exchange import Bounds, Exchange
from igny8_lib.wordpress.media import MediaLibrary
from igny8_lib.wordpress.page_title import page_title
from igny8_lib.wordpress.posts import Posts
from igny8_lib.wordpress.terms import Terms
from igny8_lib.wordpress.users import Users


@dataclass(frozen=True)
class Seen:
    """What a visitor sees at an address."""

    status: int
    title: str
    text: str
    """What a reader sees of the page, on one line."""
    html: str
    url: str
    """Where the page was in the end."""


class WordPress:
    """One website as one user; a context manager. Every call raises children of WordPressFailure.

    Not for several threads at once.
    """

    def __init__(
        self,
        connection: WordPressConnection,
        *,
        allow_private: bool = False,
        bounds: Bounds | None = None,
        resolver: Resolver = resolve,
    ) -> None:
        self.connection = connection
        self._exchange = Exchange(
            allow_private=allow_private, verify=connection.verify, bounds=bounds or Bounds(), resolver=resolver
        )
        self._auth = httpx.BasicAuth(connection.username, connection.password.get_secret_value())
        self.posts = Posts(self, "posts")
        self.static_pages = Posts(self, "pages")
        self.media = MediaLibrary(self)
        self.terms = Terms(self)
        self.users = Users(self)

    @classmethod
    def of(cls, connection: WordPressConnection, settings: Settings) -> Self:
        """As the settings allow."""
        return cls(connection, allow_private=settings.wordpress_allow_private)

    def __repr__(self) -> str:
        return f"WordPress({self.connection.url!r}, {self.connection.username!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._exchange.__exit__()

    @cached_property
    def api(self) -> Api:
        """The website's API, looked for once."""
        return discover(self._exchange, self.connection.url, self._auth)

    def discover(self) -> Api:
        """The website's API; two requests the first time."""
        return self.api

    def get(self, path: str, **params: Any) -> Answer:  # noqa: ANN401 - as WordPress takes them
        """Read a route such as /wp/v2/posts. Lists become words with commas, None is left out."""
        return self.call("GET", path, params)

    def post(self, path: str, fields: dict[str, Any], *, expected: int | None = None, **params: Any) -> Answer:  # noqa: ANN401
        """Write to a route; `expected` is the status that says that it was done (201 where something is made)."""
        return self.call("POST", path, params, expected=expected, json=fields)

    def delete(self, path: str, **params: Any) -> Answer:  # noqa: ANN401
        """Delete what the route names."""
        return self.call("DELETE", path, params)

    def call(
        self,
        method: str,
        path: str,
        params: dict[str, Any],
        *,
        expected: int | None = None,
        **request: Any,  # noqa: ANN401 - as httpx takes it
    ) -> Answer:
        """One signed request to the API."""
        url = self.api.url(path, params)
        most = self._exchange.bounds.json_bytes
        return read(self._exchange.send(method, url, most=most, auth=self._auth, **request), expected=expected)

    def fetch_public(self, url: str) -> Seen:
        """What a visitor sees at the address: not signed in, and guarded as every request."""
        answer = self._exchange.send("GET", url, most=self._exchange.bounds.page_bytes, cut=True)
        html = answer.text
        return Seen(answer.status, page_title(html), plain_text(html), html, answer.url)
