"""What WordPress has comes here: originals, conflicts, and how far each site's import is."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

JSONB = postgresql.JSONB(astext_type=sa.Text())
TIMESTAMP = sa.DateTime(timezone=True)


def column(
    name: str,
    kind: sa.types.TypeEngine[Any] | type[sa.types.TypeEngine[Any]],
    default: str | None = None,
    *,
    nullable: bool = False,
) -> sa.Column[Any]:
    server_default = None if default is None else sa.text(default)
    return sa.Column(name, kind, server_default=server_default, nullable=nullable)


def choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "wordpress_originals",
        column("content_id", sa.BigInteger()),
        column("site_id", sa.BigInteger()),
        column("external_id", sa.String()),
        column("kind", choice("postkind", "posts", "pages")),
        column("raw", sa.String()),
        column("digest", sa.String()),
        column("version", sa.BigInteger()),
        column("status", sa.String()),
        column("modified_at", TIMESTAMP, nullable=True),
        column("seen_at", TIMESTAMP),
        column("facts", JSONB, "'{}'"),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["content_id"], ["content.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("content_id"),
        sa.UniqueConstraint("site_id", "external_id"),
    )
    op.create_index("ix_wordpress_originals_seen", "wordpress_originals", ["site_id", "seen_at", "content_id"])
    op.create_table(
        "sync_conflicts",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        column("site_id", sa.BigInteger()),
        column("content_id", sa.BigInteger()),
        column("theirs", JSONB),
        column("seen_at", TIMESTAMP),
        column("resolved_at", TIMESTAMP, nullable=True),
        column("resolved_by", sa.String(), nullable=True),
        column("resolution", choice("conflictresolution", "ours", "theirs", "merged"), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["content_id"], ["content.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "uq_sync_conflicts_open",
        "sync_conflicts",
        ["content_id"],
        unique=True,
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.create_index("ix_sync_conflicts_site_id", "sync_conflicts", ["site_id", "id"])
    op.create_table(
        "wordpress_syncs",
        column("site_id", sa.BigInteger()),
        column("next_at", TIMESTAMP, "now()"),
        column("wanted_full", sa.Boolean(), "false"),
        column("is_full", sa.Boolean(), "true"),
        column("started_at", TIMESTAMP, nullable=True),
        column("finished_at", TIMESTAMP, nullable=True),
        column("full_finished_at", TIMESTAMP, nullable=True),
        column("cursor", JSONB, nullable=True),
        column("revision", sa.BigInteger(), "0"),
        column("high_water", TIMESTAMP, nullable=True),
        column("mark", TIMESTAMP, nullable=True),
        column("counts", JSONB, "'{}'"),
        column("error", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("site_id"),
    )


def downgrade() -> None:
    op.drop_table("wordpress_syncs")
    op.drop_table("sync_conflicts")
    op.drop_table("wordpress_originals")
