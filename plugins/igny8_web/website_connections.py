"""A site's connection to its WordPress: kept by Airflow alone, under `wordpress_<slug>`, and read only to be used.

Members have no right to connections in Airflow, so the product decides who may, and acts here within Airflow's API
server, as fab_in_process.py does with users. The password is encrypted by Airflow; nothing here answers or logs it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Annotated, Protocol

from airflow.exceptions import AirflowNotFoundException
from airflow.models.connection import Connection
from airflow.utils.session import create_session
from fastapi import Depends
from pydantic import SecretStr
from sqlalchemy import select

from igny8_lib.errors import Conflict, InvalidInput, TemporaryError
from igny8_lib.models import HostingType, Site
from igny8_lib.settings import load
from igny8_lib.sites.naming import wordpress_connection
from igny8_lib.wordpress.addresses import PORTS, choose_addresses, resolve, split_url
from igny8_lib.wordpress.check import Finding, check
from igny8_lib.wordpress.client import WordPress
from igny8_lib.wordpress.connection import WordPressConnection
from igny8_lib.wordpress.errors import AddressRefused, Unreachable

AT_ONCE = 2
"""Checks of all callers together: a website that does not answer holds a thread of the server for a minute."""
WAIT_SECONDS = 5
checking = BoundedSemaphore(AT_ONCE)


class Busy(TemporaryError):
    """So many websites are checked now that this one would wait too long."""


class Connections(Protocol):
    """Where connections are kept."""

    def find(self, slug: str) -> WordPressConnection | None:
        """The site's, None where it has none. Raises InvalidInput or AddressRefused for one that cannot be used."""
        ...

    def keep(self, slug: str, connection: WordPressConnection) -> None:
        """Keep it in the place of the one before."""
        ...


@dataclass(frozen=True)
class ConnectionsInProcess:
    """Airflow's own, from within its API server."""

    def find(self, slug: str) -> WordPressConnection | None:
        """As tasks find it: from the environment, a secrets backend, or Airflow's database."""
        try:
            known = Connection.get_connection_from_secrets(wordpress_connection(slug))
        except AirflowNotFoundException:
            return None
        return WordPressConnection.from_airflow(
            host=known.host,
            schema=known.schema,
            port=known.port,
            login=known.login,
            password=known.password,
            extra=known.extra,
        )

    def keep(self, slug: str, connection: WordPressConnection) -> None:
        """In Airflow's database; what else people wrote into the connection (its extra) stays."""
        name = wordpress_connection(slug)
        with create_session(scoped=False) as session:
            known = session.scalar(select(Connection).where(Connection.conn_id == name).with_for_update())
            if known is None:
                known = Connection(conn_id=name, description="WordPress: posts of this site are written by it")
                session.add(known)
            known.conn_type, known.host, known.login = "http", connection.url, connection.username
            known.schema, known.port = None, None
            known.set_password(connection.password.get_secret_value())


def connections() -> Connections:
    """The dependency of whatever needs them."""
    return ConnectionsInProcess()


WebsiteConnections = Annotated[Connections, Depends(connections)]


def require_wordpress(site: Site) -> None:
    """Raises Conflict for a site that is hosted otherwise."""
    if site.hosting_type is not HostingType.WORDPRESS:
        raise Conflict(f"Site {site.slug} is hosted by {site.hosting_type.value}: it has no WordPress to connect to.")


def connection_typed(
    url: str, username: str, password: SecretStr, stored: Callable[[], WordPressConnection | None]
) -> WordPressConnection:
    """What was typed as a connection; an empty password keeps the stored one, for the same website only.

    Raises InvalidInput: for what is no address, one that requests must not go to, and a missing password.
    """
    secret = password.get_secret_value().strip()
    known = None if secret else stored()
    try:
        wanted = WordPressConnection(url.strip(), username.strip(), SecretStr(secret or "kept"))
        require_public(wanted.url)
    except AddressRefused as refused:
        raise InvalidInput(str(refused)) from None
    if secret:
        return wanted
    if known is None or not same_place(known, wanted):
        raise InvalidInput(
            "The application password is missing: make one in WordPress under Users → Profile → Application "
            "Passwords. Only for the same website and user can the stored one be kept."
        )
    return WordPressConnection(wanted.url, wanted.username, known.password, known.verify)


def same_place(one: WordPressConnection, other: WordPressConnection) -> bool:
    """Whether both send the same user's password to the same server: another folder there is the same."""
    first, second = split_url(one.url), split_url(other.url)
    return (first.scheme, first.netloc, one.username) == (second.scheme, second.netloc, other.username)


def require_public(url: str) -> None:
    """Raises AddressRefused for a host that leads into a network of ours. One that is not found may come yet: each
    request asks again."""
    parts = split_url(url)
    port = parts.port or PORTS[parts.scheme]
    try:
        choose_addresses(str(parts.hostname), port, resolve, allow_private=load().wordpress_allow_private)
    except Unreachable:
        return


def findings_of(connection: WordPressConnection, zone: str) -> list[Finding]:
    """What works on the website; asks it, so no transaction may be open. Raises Busy."""
    if not checking.acquire(timeout=WAIT_SECONDS):
        raise Busy("Other websites are being checked at the moment. Nothing was changed; try again in a minute.")
    try:
        with WordPress.of(connection, load()) as wordpress:
            return check(wordpress, zone=zone)
    finally:
        checking.release()
