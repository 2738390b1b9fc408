"""The AI connection as Airflow's own environment variable gives it, AIRFLOW_CONN_IGNY8_AI: as JSON or as a URI."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from igny8_lib.ai.endpoint import Endpoint
from igny8_lib.errors import InvalidInput
from igny8_lib.settings import AI_CONNECTION, Settings

FIELDS = ("host", "password", "extra", "schema", "port")
MOST_SCHEMES = 2
"""In a URI: the connection's type, and the protocol of its host."""


def endpoint_of(settings: Settings) -> Endpoint:
    """The endpoint that a run would use, as far as the environment knows: the connection's, else the settings'.

    Raises InvalidInput where the variable can be read neither as JSON nor as a URI; its text, which holds the key, is
    not repeated.
    """
    text = settings.ai_connection.get_secret_value().strip()
    return Endpoint.from_connection(settings, **read_fields(text)) if text else Endpoint.from_settings(settings)


def read_fields(text: str) -> dict[str, Any]:
    """host, password, extra, schema and port, by Airflow's rules; None for what is not given."""
    try:
        found = json.loads(text) if text.startswith("{") else read_uri(text)
        port = found.get("port")
        return {name: found.get(name) for name in FIELDS} | {"port": int(port) if port else None}
    except (ValueError, TypeError):
        raise InvalidInput(
            f"{AI_CONNECTION} is neither a connection as JSON nor a URI such as generic://:KEY@host; correct it."
        ) from None


def read_uri(text: str) -> Mapping[str, Any]:
    """The parts of conn-type://login:password@host:port/schema?extra, each percent-encoded.

    Airflow also takes conn-type://https://login:password@host, where the host is https://host.
    """
    scheme, _, rest = text.partition("://")
    double = "://" in rest
    parts = urlsplit(rest if double else text)
    inner = rest.partition("://")[0] if double else ""
    if not scheme or not parts.scheme or text.count("://") > MOST_SCHEMES or "@" in inner or ":" in inner:
        raise ValueError("no URI")
    host = unquote(parts.hostname or "")
    query = dict(parse_qsl(parts.query))
    return {
        "host": f"{parts.scheme}://{host}" if double and host else host or None,
        "password": unquote(parts.password or "") or None,
        "schema": unquote(parts.path.lstrip("/")) or None,
        "port": parts.port,
        "extra": query.get("__extra__") or query or None,
    }
