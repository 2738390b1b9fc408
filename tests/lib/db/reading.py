"""Every way to ask for a table's rows, and what the answer has to be."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Table, and_, exists, func, inspect, literal, select, true, union_all
from sqlalchemy.orm import Session, aliased

from igny8_lib.db.scope import Kind, Scope
from igny8_lib.db.tenant_tables import SHARED_WITH_SITES
from igny8_lib.models import Base

Read = Callable[[Session, Any], Iterable[tuple[Any, ...]]]
"""From a session and a mapped class to the primary keys seen."""

MODELS = {mapper.local_table.name: mapper.class_ for mapper in Base.registry.mappers}


def key(model: Any) -> tuple[Any, ...]:
    """The primary key's columns, of a class or of an alias of one."""
    return tuple(getattr(model, column.key) for column in inspect(MODELS[table_of(model).name]).primary_key)


def table_of(model: Any) -> Table:
    """The table behind a class or an alias of one."""
    return inspect(model).mapper.local_table


def same(one: Any, other: Any) -> Any:
    """That two rows are one."""
    return and_(*(left == right for left, right in zip(key(one), key(other), strict=True)))


def by_subquery(session: Session, model: Any) -> Any:
    inner = select(*key(model)).subquery()
    return session.execute(select(inner))


def by_alias_joined(session: Session, model: Any) -> Any:
    other = aliased(model)
    return session.execute(select(*key(other)).join(model, same(model, other)))


def by_where(session: Session, model: Any) -> Any:
    other = aliased(model)
    return session.execute(select(*key(other)).where(same(model, other)))


def by_outer_join(session: Session, model: Any) -> Any:
    other = aliased(model)
    joined = select(*key(other)).select_from(select(literal(1)).subquery()).join(other, true(), isouter=True)
    return [row for row in session.execute(joined) if row[0] is not None]


def by_full_join(session: Session, model: Any) -> Any:
    other = aliased(model)
    seen = session.execute(select(*key(model), *key(other)).join(other, same(model, other), full=True)).all()
    width = len(key(model))
    return {tuple(row[:width]) for row in seen} | {tuple(row[width:]) for row in seen}


def by_exists(session: Session, model: Any) -> Any:
    other = aliased(model)
    return session.execute(select(*key(other)).where(exists().where(same(model, other))))


def by_union(session: Session, model: Any) -> Any:
    return session.execute(union_all(select(*key(model)), select(*key(aliased(model)))))


def by_cte(session: Session, model: Any) -> Any:
    found = select(*key(model)).cte("found")
    return session.execute(select(found))


def by_lateral(session: Session, model: Any) -> Any:
    other = aliased(model)
    return session.execute(select(select(*key(model)).where(same(model, other)).lateral()).select_from(other))


def by_core(session: Session, model: Any) -> Any:
    return session.connection().execute(select(*table_of(model).primary_key).select_from(table_of(model)))


READS: dict[str, Read] = {
    "entities": lambda session, model: [inspect(row).identity for row in session.scalars(select(model))],
    "columns": lambda session, model: session.execute(select(*key(model))),
    "for update": lambda session, model: session.execute(select(*key(model)).with_for_update()),
    "only in where": by_where,
    "legacy query": lambda session, model: session.query(*key(model)).all(),
    "subquery": by_subquery,
    "alias joined": by_alias_joined,
    "outer join": by_outer_join,
    "full join": by_full_join,
    "exists": by_exists,
    "union": by_union,
    "cte": by_cte,
    "lateral": by_lateral,
    "core": by_core,
}

COUNTS: dict[str, Callable[[Any], Any]] = {
    "count of a column": lambda model: select(func.count(key(model)[0])),
    "count from": lambda model: select(func.count()).select_from(model),
    "scalar subquery": lambda model: select(select(func.count(key(model)[0])).scalar_subquery()),
    "count of a subquery": lambda model: select(func.count()).select_from(select(model).subquery()),
}


def seen_by(session: Session, model: Any, scope: Scope) -> set[tuple[Any, ...]]:
    """Keys of the rows that a scope is to see, found out in a session of the platform."""
    table = table_of(model)
    rows = session.execute(select(table)).mappings().all()
    names = [column.name for column in table.primary_key]
    return {tuple(row[name] for name in names) for row in rows if is_seen(table.name, dict(row), scope)}


def is_seen(table: str, row: dict[str, Any], scope: Scope) -> bool:
    """The rule, said once more and otherwise than in the code."""
    if table == "accounts":
        return bool(row["id"] == scope.account_id)
    site = row["id"] if table == "sites" else row.get("site_id")
    if row.get("account_id", scope.account_id) != scope.account_id:
        return False
    if "site_id" not in row and table != "sites":
        return scope.kind is Kind.ACCOUNT or table in SHARED_WITH_SITES
    return site in scope.site_ids or (scope.kind is Kind.ACCOUNT and "account_id" in row)
