"""Where a website is, and as whom it is written to."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from pydantic import SecretStr

from igny8_lib.errors import InvalidInput
from igny8_lib.wordpress.addresses import split_url

INSIDE = re.compile(r"/(wp-admin|wp-json|wp-login\.php)(/.*)?$")
"""What people copy with the address who have signed in: it belongs to WordPress, not to where it is."""


@dataclass(frozen=True)
class WordPressConnection:
    """A website and a user's application password. The password is shown nowhere.

    Raises AddressRefused for an address that is none, InvalidInput for a name or a password that no request can carry.
    """

    url: str
    """The address that visitors type: scheme, host, and the folder where WordPress is not at the top. Of the address of
    a page for those who have signed in (/wp-admin/…) that part of it."""
    username: str
    password: SecretStr
    verify: bool = True
    """Whether the website's certificate must be good."""

    def __post_init__(self) -> None:
        parts = split_url(self.url)
        website = parts._replace(path=INSIDE.sub("", parts.path), query="", fragment="")
        object.__setattr__(self, "url", website.geturl().rstrip("/"))
        if not self.username.strip() or ":" in self.username:
            raise InvalidInput("The WordPress user needs a name, without a colon: the one you sign in with.")
        password = self.password.get_secret_value()
        if not password.strip() or not password.isprintable():
            raise InvalidInput(
                "The application password is empty or has characters that none has: make one in WordPress under "
                "Users → Profile → Application Passwords, and copy it as it is shown there."
            )

    @property
    def host(self) -> str:
        """The host's name, without the port."""
        return split_url(self.url).hostname or ""

    @classmethod
    def from_airflow(
        cls,
        *,
        host: str | None,
        schema: str | None,
        port: int | None,
        login: str | None,
        password: str | None,
        extra: str | Mapping[str, object] | None = None,
    ) -> Self:
        """The fields of an Airflow connection of the type http.

        `host` is the whole address, or a host's name (and a folder) with `schema` (https by default) and `port`;
        `extra` is JSON; {"verify": false} takes any certificate. Raises InvalidInput or AddressRefused as above.
        """
        if not (host or "").strip():
            raise InvalidInput("The connection has no host: give it the website's address, https://www.example.com.")
        return cls(
            url=write_address(str(host).strip(), schema, port),
            username=login or "",
            password=SecretStr(password or ""),
            verify=read_extra(extra).get("verify") is not False,
        )


def write_address(host: str, schema: str | None, port: int | None) -> str:
    """A connection's host as a URL."""
    if "://" in host:
        return host
    name, slash, folder = host.partition("/")
    return f"{schema or 'https'}://{name}" + (f":{port}" if port else "") + slash + folder


def read_extra(extra: str | Mapping[str, object] | None) -> Mapping[str, object]:
    """A connection's extra as a mapping. Raises InvalidInput where it is no JSON object."""
    try:
        read = json.loads(extra) if isinstance(extra, str) and extra.strip() else extra or {}
    except ValueError:
        read = None
    if not isinstance(read, Mapping):
        raise InvalidInput("The extra field of the WordPress connection must be a JSON object; correct or empty it.")
    return read
