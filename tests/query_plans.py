"""How PostgreSQL would carry out what a piece of code asks: plans instead of times."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import session_factory


def plans_of(
    engine: Engine,
    work: Callable[[Session], object],
    kinds: tuple[str, ...] = ("SELECT", "UPDATE"),
    *,
    carried_out: bool = False,
) -> list[dict[str, Any]]:
    """Every node of the plans of the statements of these kinds that the work sends; with rows and loops where they are
    carried out."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        sent.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    with session_factory(engine, PLATFORM)() as session:
        work(session)
        event.remove(engine, "before_cursor_execute", note)
        connection = session.connection()
        how = "ANALYZE, " if carried_out else ""
        explained = [
            connection.exec_driver_sql(f"EXPLAIN ({how}FORMAT JSON) {statement}", parameters).scalar_one()
            for statement, parameters in sent
            if statement.startswith(kinds)
        ]
    return [node for plan in explained for node in nodes(plan[0]["Plan"])]


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", []):
        yield from nodes(child)


def rows_read(found: list[dict[str, Any]], *tables: str) -> int:
    """Rows of the tables that plans which were carried out have looked at."""
    seen = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
    return int(sum(sum(node.get(n, 0) for n in seen) * node["Actual Loops"] for node in found if reads(node, tables)))


def reads(node: dict[str, Any], tables: tuple[str, ...]) -> bool:
    """Whether the node reads one of the tables itself."""
    return node.get("Relation Name") in tables
