"""How a scope gets into every statement of a connection: by the compiler that writes it.

Wherever a statement mentions a tenant's table, the compiler of a narrow scope writes that tenant's rows in its place:

    SELECT …          FROM keywords               →  FROM (SELECT * FROM keywords WHERE site_id = ANY(…)) AS keywords
    UPDATE, DELETE    … keywords WHERE x          →  … keywords WHERE x AND site_id = ANY(…)
    ON CONFLICT       DO UPDATE SET …             →  … WHERE site_id = ANY(…)
    INSERT … SELECT   SELECT … FROM x             →  SELECT * FROM (SELECT … FROM x) WHERE site_id = ANY(…)
    INSERT … VALUES, and SET site_id = …          →  refused as it leaves, unless the value is the tenant's

That is where joins, subqueries, unions, aliases, EXISTS, lazy loads and the unit of work all meet. (SQLAlchemy's own
with_loader_criteria leaves out a table that is named only in a WHERE or in count(Keyword.id).) PostgreSQL pulls such a
subquery up, so the plans stay as they are. The values are bound as a statement leaves: all tenants share one compiled
statement, and none of them is kept in it.

A compiler is chosen by an engine's dialect: engines of make_engine have one that refuses tenants' tables altogether.
"""

# mypy: allow-untyped-calls
# ruff: noqa: ANN401 - SQLAlchemy's compilers and their statements are hardly typed
from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, ClassVar, cast

from sqlalchemy import BindParameter, Connection, Engine, Table, TextClause, and_, event, select
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql.psycopg import PGCompiler_psycopg, PGDialect_psycopg

from igny8_lib.db.base import Base
from igny8_lib.db.scope import Kind, OutOfScope, Scope, Unscoped
from igny8_lib.db.tenant_tables import ACCOUNT_BIND, LEARNT, PLATFORM_TABLES, SITES_BIND, Owner, condition, owner_of

SCOPE = "tenant_scope"
"""The execution option of a connection that holds its scope."""
SCOPED_BY = "scoped_by"
"""The execution option by which a text() over tenants' tables names its parameters that say whose rows it touches."""


class RefusingCompiler(PGCompiler_psycopg):
    """Writes nothing that mentions a tenant's table."""

    def visit_table(self, table: Table, *args: Any, **kw: Any) -> str:
        """Raises Unscoped for a tenant's table."""
        refuse(table)
        return str(super().visit_table(table, *args, **kw))

    def visit_insert(self, insert_stmt: Any, visited_bindparam: Any = None, visiting_cte: Any = None, **kw: Any) -> str:
        """Raises Unscoped for a tenant's table."""
        refuse(insert_stmt.table)
        return str(super().visit_insert(insert_stmt, visited_bindparam, visiting_cte, **kw))


def refuse(table: Table) -> None:
    """Raises Unscoped for a tenant's table."""
    if owner_of(table) is not None:
        raise Unscoped(f"{table.name} holds tenants' rows: make the session with a scope (db/session.py).")


class ScopedCompiler(PGCompiler_psycopg):
    """Writes a tenant's rows wherever a statement mentions a tenant's table."""

    kind: ClassVar[Kind]

    def visit_table(self, table: Table, asfrom: bool = False, iscrud: bool = False, *args: Any, **kw: Any) -> str:  # noqa: FBT001, FBT002
        """A table that is read: its tenant's rows, under the table's name or the alias around it."""
        written = super().visit_table(table, asfrom, iscrud, *args, **kw)
        if not asfrom or iscrud or owner_of(table) is None:
            return str(written)
        plain = self.preparer.format_table(table)
        theirs = self.process(condition(self.kind, table))
        rows = f"(SELECT * FROM {plain} WHERE {theirs})"  # noqa: S608 - names of ours, values bound
        alias = kw.get("enclosing_alias")  # also of a subquery around the SELECT that reads the table
        return rows if alias is not None and alias.element is table else f"{rows} AS {plain}"

    def visit_update(self, update_stmt: Any, visiting_cte: Any = None, **kw: Any) -> str:
        """Only the tenant's rows; what says whose they are may only be set to a value that can be checked."""
        self.check_known(update_stmt, nested=visiting_cte is not None)
        return str(super().visit_update(self.restrict(update_stmt), visiting_cte, **kw))

    def visit_delete(self, delete_stmt: Any, visiting_cte: Any = None, **kw: Any) -> str:
        """Only the tenant's rows."""
        self.check_known(delete_stmt, nested=visiting_cte is not None)
        return str(super().visit_delete(self.restrict(delete_stmt), visiting_cte, **kw))

    def visit_insert(self, insert_stmt: Any, visited_bindparam: Any = None, visiting_cte: Any = None, **kw: Any) -> str:
        """Rows of a SELECT are the tenant's; values have to be some that can be checked."""
        self.check_known(insert_stmt, nested=visiting_cte is not None)
        if insert_stmt.select is not None and owner_of(insert_stmt.table) is not None:
            insert_stmt = self.filter_select(insert_stmt)
        return str(super().visit_insert(insert_stmt, visited_bindparam, visiting_cte, **kw))

    def visit_on_conflict_do_update(self, on_conflict: Any, **kw: Any) -> str:
        """The row that is already there is changed only where it is the tenant's."""
        inserted: Any = self.stack[-1]["selectable"]
        table = inserted.table
        owner = owner_of(table)
        if owner is not None:
            if set(names_of(dict(on_conflict.update_values_to_set))) & {owner.account, owner.site}:
                raise Unscoped(f"An upsert must not change whose a row of {table.name} is.")
            on_conflict, theirs = copy.copy(on_conflict), condition(self.kind, table)
            where = on_conflict.update_whereclause
            on_conflict.update_whereclause = theirs if where is None else and_(where, theirs)
        return str(super().visit_on_conflict_do_update(on_conflict, **kw))

    def restrict(self, statement: Any) -> Any:
        """The statement for the tenant's rows of its target."""
        target = getattr(statement.table, "element", statement.table)
        if owner_of(target) is None:
            return statement
        return statement.where(condition(self.kind, target, statement.table.c))

    def filter_select(self, statement: Any) -> Any:
        """The statement for those rows of its SELECT that are the tenant's."""
        rows = statement.select.subquery("tenant_rows")
        found = dict(zip(names_of(statement._select_names), rows.c, strict=True))  # noqa: SLF001 - no public way
        statement = statement._generate()  # noqa: SLF001 - a copy
        statement.select = select(rows).where(condition(self.kind, statement.table, found))
        return statement

    def check_known(self, statement: Any, *, nested: bool) -> None:
        """Raises Unscoped where a statement sets whose a row is by something that cannot be checked as it leaves."""
        table = getattr(statement.table, "element", statement.table)
        owner = owner_of(table)
        if owner is None:
            if table.name in PLATFORM_TABLES and table.name not in LEARNT:
                raise Unscoped(f"Only the platform's own work writes {table.name}, not a session of one {self.kind}.")
            return
        for values in values_of(statement):
            for name, value in zip(names_of(values), values.values(), strict=True):
                if name in {owner.account, owner.site} and not is_value(value):
                    raise Unscoped(f"{table.name}.{name} is set by an expression, which no scope can check.")
        if nested or self.stack:
            raise Unscoped(f"Write to {statement.table.name} in a statement of its own, not inside another.")


def values_of(statement: Any) -> list[dict[Any, Any]]:
    """What an INSERT, an UPDATE or a DELETE itself sets, row by row; there is no public way to it."""
    one = getattr(statement, "_values", None) or {}
    several = [values for rows in getattr(statement, "_multi_values", ()) for values in rows]
    return [dict(one), *(values for values in several if isinstance(values, dict))]


def names_of(columns: Any) -> list[str]:
    """The columns' names, in order."""
    return [str(getattr(column, "key", column)) for column in columns]


def is_value(value: object) -> bool:
    """Whether it is bound, so that its value is known as the statement leaves."""
    return isinstance(value, BindParameter) or not hasattr(value, "_compiler_dispatch")


class AccountCompiler(ScopedCompiler):
    """Writes an account's rows."""

    kind = Kind.ACCOUNT


class SitesCompiler(ScopedCompiler):
    """Writes some sites' rows."""

    kind = Kind.SITES


class RefusingDialect(PGDialect_psycopg):
    """What an engine speaks before anybody said whose rows are meant."""

    supports_statement_cache = True
    statement_compiler = RefusingCompiler


class PlatformDialect(PGDialect_psycopg):
    """Every statement as it is."""

    supports_statement_cache = True


class AccountDialect(PGDialect_psycopg):
    """Every statement for one account."""

    supports_statement_cache = True
    statement_compiler = AccountCompiler


class SitesDialect(PGDialect_psycopg):
    """Every statement for some sites."""

    supports_statement_cache = True
    statement_compiler = SitesCompiler


DIALECTS = {Kind.PLATFORM: PlatformDialect, Kind.ACCOUNT: AccountDialect, Kind.SITES: SitesDialect}


def guard(engine: Engine) -> Engine:
    """The engine, refusing tenants' tables until a scope is chosen by `bind`."""
    known = engine.dialect
    known.__dict__["tenant_engines"] = {kind: engine_of(engine, kind) for kind in DIALECTS}
    engine.dialect = speak(known, RefusingDialect)
    return engine


def engine_of(engine: Engine, kind: Kind) -> Engine:
    """The engine for one kind of scope, over the same pool. The platform's has no listener: it costs nothing."""
    chosen = engine.execution_options()
    chosen.dialect = speak(engine.dialect, DIALECTS[kind])
    if kind is not Kind.PLATFORM:
        event.listen(chosen, "before_cursor_execute", fill_in)
    return chosen


def speak(known: Any, way: type[PGDialect_psycopg]) -> PGDialect_psycopg:
    """The same dialect with another compiler. They share their state, which the first connection completes; compiled
    statements are cached by dialect."""
    variant = way.__new__(way)
    variant.__dict__ = known.__dict__
    return variant


def bind(engine: Engine, scope: Scope) -> Engine:
    """The engine, over the same pool, for one scope."""
    options = dict(engine.get_execution_options()) | {SCOPE: scope}
    return cast("Engine", engine.dialect.__dict__["tenant_engines"][scope.kind].execution_options(**options))


def fill_in(  # noqa: PLR0917 - SQLAlchemy's signature
    connection: Connection,
    cursor: object,  # noqa: ARG001 - SQLAlchemy's signature
    statement: str,
    parameters: Any,
    context: Any,
    executemany: bool,  # noqa: ARG001, FBT001
) -> None:
    """Say whose rows are meant, and refuse values that are another tenant's."""
    scope = connection.get_execution_options()[SCOPE]
    compiled = context.compiled
    if compiled is None or isinstance(compiled.statement, TextClause):
        check_text(connection, scope, statement, parameters, context.execution_options.get(SCOPED_BY, ()))
        return
    rows = parameters if isinstance(parameters, list) else [parameters]
    if (compiled.isinsert or compiled.isupdate) and (owner := owner_of(compiled.statement.table)) is not None:
        check_written(connection, scope, compiled, owner, context.compiled_parameters)
    for row in rows:
        if ACCOUNT_BIND.key in row:
            row[ACCOUNT_BIND.key] = scope.account_id
        if SITES_BIND.key in row:
            row[SITES_BIND.key] = list(scope.site_ids)


def check_written(
    connection: Connection,
    scope: Scope,
    compiled: Any,
    owner: Owner,
    rows: Sequence[Mapping[str, Any]],
) -> None:
    """Raises OutOfScope for a row that is written for another tenant, or in a scope that makes no such rows."""
    table = compiled.statement.table
    values = compiled.isinsert and compiled.statement.select is None
    if values and (table.name == "accounts" or (table.name == "sites" and scope.kind is Kind.SITES)):
        raise OutOfScope(f"{scope} makes no {table.name}.")
    for name in {owner.account, owner.site} - {None, "id"}:
        pattern = re.compile(rf"{name}(_m\d+)?")
        given = [value for row in rows for key, value in row.items() if pattern.fullmatch(key)]
        if values and not given and not (name == "site_id" and scope.kind is Kind.ACCOUNT and owner.account):
            raise OutOfScope(f"{table.name}.{name} has to be given in a session of {scope}.")
        check_values(connection, scope, f"{table.name}.{name}", given, of_sites=name == owner.site)


def check_values(connection: Connection, scope: Scope, where: str, given: Sequence[Any], *, of_sites: bool) -> None:
    """Raises OutOfScope unless every value is the tenant's."""
    wanted = set(given)
    if not of_sites:
        outside = wanted - {scope.account_id}
    elif scope.kind is Kind.SITES:
        outside = wanted - set(scope.site_ids)
    else:
        outside = wanted - {None}  # of an account's row: of none of its sites
        outside -= sites_among(connection, scope.account_id, sorted(outside)) if outside else set()
    if outside:
        raise OutOfScope(f"{where} {', '.join(map(str, outside))} is not of {scope}.")


def sites_among(connection: Connection, account_id: int, site_ids: list[int]) -> set[int]:
    """Those of the sites that belong to the account."""
    mine = sql("SELECT id FROM sites WHERE account_id = :account AND id = ANY(:sites)")
    mine = mine.execution_options(**{SCOPED_BY: ("account",)})
    return set(connection.execute(mine, {"account": account_id, "sites": site_ids}).scalars())


def check_text(
    connection: Connection,
    scope: Scope,
    statement: str,
    parameters: Any,
    scoped_by: Sequence[str],
) -> None:
    """Raises Unscoped for SQL by hand over tenants' tables that does not name the parameters by which it is one's."""
    if not tenant_words().search(statement):
        return
    if not scoped_by:
        raise Unscoped(f"SQL by hand over tenants' tables in a session of {scope}: {statement.strip()[:80]!r}.")
    rows = parameters if isinstance(parameters, list) else [parameters]
    for name in scoped_by:
        of_sites = name.startswith("site")
        check_values(connection, scope, f"The parameter {name}", [row[name] for row in rows], of_sites=of_sites)


@lru_cache(maxsize=1)
def tenant_words() -> re.Pattern[str]:
    """Finds the name of a tenant's table in SQL."""
    names = [table.name for table in Base.metadata.tables.values() if owner_of(table) is not None]
    return re.compile(rf"\b({'|'.join(names)})\b")
