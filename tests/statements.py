"""What a piece of code sends to the database: a test for speed counts statements."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session


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
