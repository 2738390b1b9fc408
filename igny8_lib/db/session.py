"""Engines and session factories."""

from __future__ import annotations

from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session, sessionmaker

from igny8_lib.errors import InvalidInput

Sessions = sessionmaker[Session]
"""A factory of sessions: what a function takes that needs more than one transaction."""


def make_engine(url: str, *, pool_size: int = 5, connect_seconds: int = 10) -> Engine:
    """An engine for the product database.

    Raises InvalidInput for a URL that is not PostgreSQL: the product has no other dialect.
    """
    url = url.replace("postgres://", "postgresql://", 1)
    url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    if not url.startswith("postgresql+psycopg://"):
        raise InvalidInput("The product database must be PostgreSQL: set IGNY8_DATABASE_URL to postgresql+psycopg://…")
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=5,
        pool_pre_ping=True,
        connect_args={"connect_timeout": connect_seconds, "options": "-c timezone=UTC"},
    )


def session_factory(engine: Engine) -> Sessions:
    """Sessions on the engine. Objects stay readable after commit."""
    return sessionmaker(engine, expire_on_commit=False)
