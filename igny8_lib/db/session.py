"""Engines and session factories."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import Session, sessionmaker

from igny8_lib.db.base import Base
from igny8_lib.db.pooling import UNPREPARED
from igny8_lib.db.resting import ask_after_rest
from igny8_lib.db.scope import Kind, OutOfScope, Scope, Unscoped
from igny8_lib.db.scoped_sql import SCOPE, bind, guard
from igny8_lib.errors import InvalidInput

Sessions = sessionmaker[Session]
"""A factory of sessions: what a function takes that needs more than one transaction."""


def make_engine(url: str, *, pool_size: int = 5, connect_seconds: int = 10) -> Engine:
    """An engine for the product database. By itself it refuses tenants' tables: sessions say whose rows they mean.

    It prepares no statements on the server: behind PgBouncer's transaction mode each transaction may have another
    connection of the server, which knows none of them.

    Raises InvalidInput for a URL that is not PostgreSQL: the product has no other dialect.
    """
    url = url.replace("postgres://", "postgresql://", 1)
    url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    if not url.startswith("postgresql+psycopg://"):
        raise InvalidInput("The product database must be PostgreSQL: set IGNY8_DATABASE_URL to postgresql+psycopg://…")
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=5,
        connect_args={"connect_timeout": connect_seconds, "options": "-c timezone=UTC"} | UNPREPARED,
    )
    ask_after_rest(engine)
    return guard(engine)


def session_factory(engine: Engine, scope: Scope) -> Sessions:
    """Sessions on the engine that see and change the scope's rows only. Objects stay readable after commit."""
    return sessionmaker(bind(engine, scope), expire_on_commit=False, info={SCOPE: scope})


def scoped(sessions: Sessions, scope: Scope) -> Sessions:
    """The same sessions for less: over the same pool, they see and change the scope's rows only.

    Raises Widened where the scope reaches further than the sessions do, OutOfScope where it names sites that an
    account's sessions do not see.
    """
    held = scope_of_sessions(sessions)
    narrowed = session_factory(sessions.kw["bind"], held.narrow(scope))
    if held.kind is Kind.ACCOUNT and scope.kind is Kind.SITES:
        sites = Base.metadata.tables["sites"]
        with sessions() as session:
            missing = set(scope.site_ids) - set(
                session.scalars(select(sites.c.id).where(sites.c.id.in_(scope.site_ids)))
            )
        if missing:
            raise OutOfScope(f"There is no site number {', '.join(map(str, sorted(missing)))} in {held}.")
    return narrowed


def scope_of_sessions(sessions: Sessions | Session) -> Scope:
    """The scope that a session, or a factory of them, was made with. Raises Unscoped where it has none."""
    info = sessions.info if isinstance(sessions, Session) else sessions.kw.get("info", {})
    if SCOPE not in info:
        raise Unscoped("The session has no scope: make it with session_factory.")
    return cast("Scope", info[SCOPE])
