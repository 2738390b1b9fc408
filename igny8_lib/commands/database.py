"""The database a command works on."""

from __future__ import annotations

from functools import lru_cache

from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import Sessions, make_engine, session_factory
from igny8_lib.errors import InvalidInput
from igny8_lib.settings import load


def open_sessions() -> Sessions:
    """Sessions on the product database of the settings.

    Raises InvalidInput where no database is set.
    """
    url = load().database_url
    if not url:
        raise InvalidInput("No product database: set IGNY8_DATABASE_URL, or start the local stack with `make run`.")
    return sessions_on(url)


@lru_cache(maxsize=4)
def sessions_on(url: str) -> Sessions:
    """Sessions on the database, over one pool of connections per process."""
    return session_factory(make_engine(url), PLATFORM)
