"""Alembic's entry: migrates over the connection that igny8_lib.db.migrate hands in."""

from typing import Any, Literal

from alembic import context

from igny8_lib.db.types import CreditsColumn
from igny8_lib.models import Base


def render_type(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:  # noqa: ANN401 - Alembic's signature
    """Write amounts into migrations as what the database sees, so that old migrations need no code of ours."""
    return "sa.BigInteger()" if kind == "type" and isinstance(item, CreditsColumn) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_item=render_type,
    transaction_per_migration=True,  # a lock is held for one migration, not for all of them
)
with context.begin_transaction():
    context.run_migrations()
