"""What a killed process leaves in PostgreSQL: the server notices a moment later, and keeps its locks until then."""

from __future__ import annotations

import time

from sqlalchemy import make_url, text

from igny8_lib.db.session import make_engine

NAME = "about to be killed"
LEFT = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = :name"
).bindparams(name=NAME)
LONGEST_SECONDS = 60


def mortal(database_url: str) -> str:
    """The same address, by whose connections the server knows a process that will be killed."""
    marked = make_url(database_url).update_query_dict({"application_name": NAME})
    return marked.render_as_string(hide_password=False)


def wait_until_gone(database_url: str) -> None:
    """Return once no connection of such a process is left: who comes later meets none of its locks."""
    engine = make_engine(database_url, pool_size=1)
    until = time.monotonic() + LONGEST_SECONDS
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while connection.scalar(LEFT):
            assert time.monotonic() < until, "the server still holds connections of a killed process"
            time.sleep(0.005)
    engine.dispose()
