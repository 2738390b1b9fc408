"""Approved articles get slots and become posts: publishing settings, publications and their steps."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

JSONB = postgresql.JSONB(astext_type=sa.Text())
TIMESTAMP = sa.DateTime(timezone=True)


def choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def column(
    name: str,
    kind: sa.types.TypeEngine[Any] | type[sa.types.TypeEngine[Any]],
    default: str | None = None,
    *,
    nullable: bool = False,
) -> sa.Column[Any]:
    server_default = None if default is None else sa.text(default)
    return sa.Column(name, kind, server_default=server_default, nullable=nullable)


def upgrade() -> None:
    create_publishing_settings()
    move_automatic_approval()
    create_publications()
    create_publication_steps()
    give_content_slots()


def create_publishing_settings() -> None:
    op.create_table(
        "publishing_settings",
        column("site_id", sa.BigInteger()),
        column("version", sa.BigInteger(), "1"),
        column("auto_approval_enabled", sa.Boolean(), "false"),
        column("auto_publish_enabled", sa.Boolean(), "true"),
        column("scheduling_mode", choice("schedulingmode", "time_slots", "stagger", "immediate"), "'time_slots'"),
        column("publish_days", JSONB, "'[0, 1, 2, 3, 4]'"),
        column("publish_time_slots", JSONB, """'["09:00", "14:00", "18:00"]'"""),
        column("stagger_start_time", sa.Time(), "'09:00'"),
        column("stagger_end_time", sa.Time(), "'18:00'"),
        column("stagger_interval_minutes", sa.BigInteger(), "15"),
        column("daily_publish_target", sa.BigInteger(), "3"),
        column("weekly_publish_target", sa.BigInteger(), "15"),
        column("monthly_publish_target", sa.BigInteger(), "50"),
        column("queue_limit", sa.BigInteger(), "100"),
        column("image_format", choice("imageformat", "webp", "original"), "'webp'"),
        column("markup", choice("markup", "classic", "blocks"), "'classic'"),
        column("post_status", choice("poststatus", "publish", "draft"), "'publish'"),
        column("post_author", sa.String(), "''"),
        column("comments_open", sa.Boolean(), nullable=True),
        column("feed_key", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("site_id"),
        sa.UniqueConstraint("feed_key"),
    )


def move_automatic_approval() -> None:
    """Whether runs approve is a matter of publishing: the settings of runs lose it."""
    op.execute(
        "INSERT INTO publishing_settings (site_id, auto_approval_enabled)"
        " SELECT sites.id, coalesce(auto_approval_enabled, false)"
        " FROM sites LEFT JOIN automation_configs ON automation_configs.site_id = sites.id"
    )
    op.drop_column("automation_configs", "auto_approval_enabled")


def create_publications() -> None:
    op.create_table(
        "publications",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        column("site_id", sa.BigInteger()),
        column("content_id", sa.BigInteger()),
        column("target", choice("publicationtarget", "wordpress", "igny8")),
        column("mark", sa.String()),
        column("wish", choice("publicationwish", "live", "draft", "gone")),
        column("status", choice("publicationstatus", "waiting", "under_way", "done", "failed")),
        column("requested_by", sa.String()),
        column("due_at", TIMESTAMP),
        column("attempts", sa.BigInteger(), "0"),
        column("next_attempt_at", TIMESTAMP),
        column("error", sa.String(), nullable=True),
        column("cause", sa.String(), nullable=True),
        column("content_version", sa.BigInteger(), nullable=True),
        column("external_id", sa.String(), nullable=True),
        column("external_url", sa.String(), nullable=True),
        column("report", JSONB, "'{}'"),
        column(
            "found",
            choice("postfound", "as_published", "changed", "unpublished", "trashed", "deleted", "unreachable"),
            nullable=True,
        ),
        column("checked_at", TIMESTAMP, nullable=True),
        column("published_at", TIMESTAMP, nullable=True),
        column("created_at", TIMESTAMP, "now()"),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["content_id"], ["content.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("mark"),
        sa.UniqueConstraint("content_id", "target"),
    )
    op.create_index(
        "ix_publications_open",
        "publications",
        ["site_id", "next_attempt_at"],
        postgresql_where=sa.text("status IN ('waiting', 'under_way')"),
    )
    op.create_index(
        "ix_publications_failed", "publications", ["site_id"], postgresql_where=sa.text("status = 'failed'")
    )
    op.create_index("ix_publications_site_id", "publications", ["site_id", "id"])


def create_publication_steps() -> None:
    op.create_table(
        "publication_steps",
        column("publication_id", sa.BigInteger()),
        column("name", choice("stepname", "media", "terms", "post", "seo", "live")),
        column("site_id", sa.BigInteger()),
        column("status", choice("stepstatus", "pending", "done", "skipped", "failed")),
        column("attempts", sa.BigInteger(), "0"),
        column("trace", JSONB, "'{}'"),
        column("error", sa.String(), nullable=True),
        column("started_at", TIMESTAMP, nullable=True),
        column("finished_at", TIMESTAMP, nullable=True),
        sa.ForeignKeyConstraint(["publication_id"], ["publications.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("publication_id", "name"),
    )
    op.create_index("ix_publication_steps_site_id", "publication_steps", ["site_id"])


def give_content_slots() -> None:
    """The database forbids two articles of a site in one slot."""
    op.add_column("content", column("no_slot_reason", sa.String(), nullable=True))
    op.create_index(
        "uq_content_slot",
        "content",
        ["site_id", "scheduled_publish_at"],
        unique=True,
        postgresql_where=sa.text("scheduled_publish_at IS NOT NULL"),
    )
    op.create_index(
        "ix_content_due", "content", ["scheduled_publish_at"], postgresql_where=sa.text("site_status = 'scheduled'")
    )


def downgrade() -> None:
    op.drop_index("ix_content_due", "content")
    op.drop_index("uq_content_slot", "content")
    op.drop_column("content", "no_slot_reason")
    op.drop_table("publication_steps")
    op.drop_table("publications")
    op.add_column("automation_configs", column("auto_approval_enabled", sa.Boolean(), "false"))
    op.execute(
        "UPDATE automation_configs SET auto_approval_enabled = publishing_settings.auto_approval_enabled"
        " FROM publishing_settings WHERE publishing_settings.site_id = automation_configs.site_id"
    )
    op.drop_table("publishing_settings")
