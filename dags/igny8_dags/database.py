"""The product database, as Airflow knows it."""

from __future__ import annotations

from functools import lru_cache

from airflow.sdk import Connection

from igny8_lib.db.session import Sessions, make_engine, session_factory
from igny8_lib.settings import load

CONN_ID = "igny8_postgres"


@lru_cache(maxsize=1)
def sessions() -> Sessions:
    """Sessions of this process: by IGNY8_DATABASE_URL where it is set, else by the Airflow connection."""
    return session_factory(make_engine(load().database_url or Connection.get(CONN_ID).get_uri()))
