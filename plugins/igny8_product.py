"""The product database as Airflow's API server reaches it: one pool of connections per process."""

from __future__ import annotations

from functools import lru_cache

from airflow.models.connection import Connection
from sqlalchemy import Engine

from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import make_engine, session_factory
from igny8_lib.settings import load
from igny8_lib.sites.members import Members

DATABASE = "igny8_postgres"
CONNECTIONS = 15
"""Kept open; five more for a moment. Forty threads of the API server share them, each for some milliseconds."""
PATIENCE_SECONDS = 3
"""To connect: a page that cannot be shown says so soon."""


def database_url() -> str:
    """By IGNY8_DATABASE_URL where it is set, else by the connection."""
    return load().database_url or Connection.get_connection_from_secrets(DATABASE).get_uri()


@lru_cache(maxsize=1)
def product_engine() -> Engine:
    """The engine of this process."""
    return make_engine(database_url(), pool_size=CONNECTIONS, connect_seconds=PATIENCE_SECONDS)


@lru_cache(maxsize=1)
def members() -> Members:
    """Who belongs to which account, read at most every few seconds."""
    return Members(session_factory(product_engine(), PLATFORM))
