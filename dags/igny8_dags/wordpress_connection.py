"""A site's WordPress connection outside of tasks: `python -m igny8_dags.wordpress_connection SITE [ZONE]` checks it.

A connection's password never leaves Airflow over its API, so whoever checks it reads it as Airflow does, from its
secrets. The answer, one JSON document, is the last line of the standard output.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from airflow.exceptions import AirflowNotFoundException
from airflow.models import Connection

from igny8_lib.errors import Igny8Error
from igny8_lib.settings import load
from igny8_lib.sites.naming import wordpress_connection
from igny8_lib.wordpress.check import check
from igny8_lib.wordpress.client import WordPress
from igny8_lib.wordpress.connection import WordPressConnection
from igny8_lib.wordpress.errors import NotConnected


def stored(site_slug: str) -> WordPressConnection:
    """The connection as Airflow keeps it; not for tasks, which have a door of their own (connections.py).

    Raises NotConnected where there is none, InvalidInput or AddressRefused where it cannot be used.
    """
    try:
        known = Connection.get_connection_from_secrets(wordpress_connection(site_slug))
    except AirflowNotFoundException:
        raise NotConnected(site_slug) from None
    return WordPressConnection.from_airflow(
        host=known.host,
        schema=known.schema,
        port=known.port,
        login=known.login,
        password=known.password,
        extra=known.extra,
    )


def checked(site_slug: str, zone: str) -> dict[str, Any]:
    """The findings, and where they were found; or why there are none."""
    try:
        connection = stored(site_slug)
    except Igny8Error as error:
        return {"refused": str(error)}
    with WordPress.of(connection, load()) as wordpress:
        found = check(wordpress, zone=zone)
    return {"url": connection.url, "username": connection.username, "findings": [asdict(finding) for finding in found]}


def main(arguments: Sequence[str]) -> None:
    """Check, answer."""
    with contextlib.redirect_stdout(sys.stderr):  # Airflow's own words are no part of the answer
        answer = checked(arguments[0], arguments[1] if len(arguments) > 1 else "")
    print(json.dumps(answer))  # noqa: T201 - the answer


if __name__ == "__main__":
    main(sys.argv[1:])
