"""How PostgreSQL would carry out what a piece of code asks: plans instead of times."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import session_factory


def plans_of(
    engine: Engine, work: Callable[[Session], object], kinds: tuple[str, ...] = ("SELECT", "UPDATE")
) -> list[dict[str, Any]]:
    """Every node of the plans of the statements of these kinds that the work sends."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        sent.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    with session_factory(engine, PLATFORM)() as session:
        work(session)
        event.remove(engine, "before_cursor_execute", note)
        connection = session.connection()
        explained = [
            connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
            for statement, parameters in sent
            if statement.startswith(kinds)
        ]
    return [node for plan in explained for node in nodes(plan[0]["Plan"])]


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", []):
        yield from nodes(child)
