"""How many statements a piece of code sends."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Engine, event


def statements_of(engine: Engine, work: Callable[[], object]) -> int:
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    work()
    event.remove(engine, "before_cursor_execute", note)
    return len(sent)
