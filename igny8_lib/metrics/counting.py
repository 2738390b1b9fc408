"""Moving the counters: what happened since the last time is added to their sums.

The reconciler does it every minute. Scrapes only read, so that two API servers say the same, and what retention
removes later stays counted. A bound in the database says how far counting has come; whoever moves it holds its row.

What happened is found by its time, and becomes visible with its transaction. So counting stays behind the oldest
transaction that is open, and a little more for clocks that differ; but never more than ten minutes, so that a forgotten
session stops no counter. What commits later than that is not counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, column, func, literal, select, table, union_all, update
from sqlalchemy.dialects.postgresql import insert

from igny8_lib.db.session import Sessions
from igny8_lib.metrics.counters import COUNTERS, REPAIRS
from igny8_lib.metrics.metric import Span
from igny8_lib.models import MetricBound, MetricValue

BEHIND = timedelta(seconds=10)
"""How far clocks of the machines may differ, and how long before its commit a row may take its time."""
AT_MOST = timedelta(minutes=10)

ACTIVITY = table("pg_stat_activity", column("xact_start"), column("datname"), column("pid"), column("backend_type"))


def count(sessions: Sessions) -> datetime | None:
    """Add what happened since the last time; up to when, or None where another process is at it. Four statements."""
    with sessions.begin() as session:
        bound = session.scalars(select(MetricBound).with_for_update(skip_locked=True)).one_or_none()
        if bound is None:
            return None
        settled: datetime = session.scalars(settled_until()).one()
        until = max(bound.counted_until, settled)
        span = Span(bound.counted_until, until)
        session.execute(add_found(union_all(*[each for counter in COUNTERS for each in counter.found(span)])))
        session.execute(update(MetricBound).values(counted_until=until))
    return until


def settled_until() -> Select[Any]:
    """Before which nothing more will become visible."""
    others = (
        ACTIVITY.c.datname == func.current_database(),
        ACTIVITY.c.pid != func.pg_backend_pid(),
        ACTIVITY.c.backend_type == "client backend",
    )
    oldest = select(func.min(ACTIVITY.c.xact_start)).where(*others).scalar_subquery()
    now = func.clock_timestamp()
    return select(func.greatest(func.least(now, oldest) - literal(BEHIND), now - literal(AT_MOST)))


def add_found(found: Any) -> Any:  # noqa: ANN401 - SQLAlchemy's statements
    """The statement that adds what a query found (name, labels, value) to the stored sums."""
    put = insert(MetricValue).from_select(["name", "labels", "value"], found)
    return put.on_conflict_do_update(
        index_elements=["name", "labels"], set_={"value": MetricValue.value + put.excluded.value}
    )


def add(sessions: Sessions, name: str, amounts: Iterable[tuple[Mapping[str, str], int]]) -> None:
    """Add to a counter that is counted where things happen; one statement, none where nothing happened."""
    rows = [{"name": name, "labels": dict(labels), "value": amount} for labels, amount in amounts if amount]
    if not rows:
        return
    put = insert(MetricValue).values(rows)
    with sessions.begin() as session:
        session.execute(
            put.on_conflict_do_update(
                index_elements=["name", "labels"], set_={"value": MetricValue.value + put.excluded.value}
            )
        )


def add_repairs(sessions: Sessions, repairs: Mapping[str, Any]) -> None:
    """Count what a round of the reconciler did, as its document tells it."""
    done = [({"kind": kind}, number_of(repairs[kind])) for kind in REPAIRS]
    add(sessions, "igny8_reconciler_repairs_total", done)


def number_of(told: int | list[str]) -> int:
    """How many: some kinds are told as sentences, some as a number."""
    return told if isinstance(told, int) else len(told)
