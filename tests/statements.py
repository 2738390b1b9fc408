"""What a piece of code sends to the database: a test for speed counts statements."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
"""How many sessions of this database wait for another's lock."""


@contextmanager
def statements_on(engine: Engine) -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def count_statements(of: Engine | Session, work: Callable[[], object]) -> int:
    """How many statements the work sends, on the engine or on the session's."""
    engine = of.get_bind().engine if isinstance(of, Session) else of
    with statements_on(engine) as sent:
        work()
    return len(sent)


def wait_until_one_waits_for_a_lock(engine: Engine) -> None:
    """Return once some session of this database waits for another's lock. Fails after a minute without one."""
    patience = time.monotonic() + 60
    with engine.connect() as connection:
        while not connection.scalar(WAITING):
            connection.rollback()
            assert time.monotonic() < patience, "nobody waited for a lock"
