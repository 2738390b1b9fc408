"""Articles are analysed, linked and optimized: settings for it, batches of such work, what was tried and placed."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

JSONB = postgresql.JSONB(astext_type=sa.Text())
TIMESTAMP = sa.DateTime(timezone=True)
KINDS = "written imported edited regenerated restored"


def choice(name: str, values: str) -> sa.Enum:
    return sa.Enum(*values.split(), name=name, native_enum=False, create_constraint=True, length=32)


def column(
    name: str,
    kind: sa.types.TypeEngine[Any] | type[sa.types.TypeEngine[Any]],
    default: str | None = None,
    *,
    nullable: bool = False,
) -> sa.Column[Any]:
    server_default = None if default is None else sa.text(default)
    return sa.Column(name, kind, server_default=server_default, nullable=nullable)


def identity() -> sa.Column[Any]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False)


def to(table: str, name: str, ondelete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [f"{table}.id"], ondelete=ondelete)


def upgrade() -> None:
    create_improvement_settings()
    create_content_batches()
    create_content_batch_items()
    create_optimization_tasks()
    create_placed_links()
    allow_kinds(f"{KINDS} linked optimized")


def create_improvement_settings() -> None:
    op.create_table(
        "improvement_settings",
        column("site_id", sa.BigInteger()),
        column("version", sa.BigInteger(), "1"),
        column("link_in_runs", sa.Boolean(), "false"),
        column("optimize_in_runs", sa.Boolean(), "false"),
        column("links_per_1000_words", sa.BigInteger(), "3"),
        column("links_to_one_target", sa.BigInteger(), "20"),
        column("link_threshold", sa.BigInteger(), "50"),
        column("seo_weight", sa.BigInteger(), "40"),
        column("readability_weight", sa.BigInteger(), "35"),
        column("engagement_weight", sa.BigInteger(), "25"),
        to("sites", "site_id"),
        sa.PrimaryKeyConstraint("site_id"),
    )
    op.execute("INSERT INTO improvement_settings (site_id) SELECT id FROM sites")


def create_content_batches() -> None:
    op.create_table(
        "content_batches",
        identity(),
        column("site_id", sa.BigInteger()),
        column("kind", choice("batchkind", "analyze link optimize")),
        column("status", choice("batchstatus", "pending running completed cancelled failed")),
        column("requested_by", sa.String()),
        column("created_at", TIMESTAMP, "now()"),
        column("started_at", TIMESTAMP, nullable=True),
        column("finished_at", TIMESTAMP, nullable=True),
        column("worked_at", TIMESTAMP, nullable=True),
        column("error", sa.String(), nullable=True),
        to("sites", "site_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_content_batches_site_id", "content_batches", ["site_id", "id"])
    still_open = sa.text("status IN ('pending', 'running')")
    op.create_index("ix_content_batches_open", "content_batches", ["id"], postgresql_where=still_open)


def create_content_batch_items() -> None:
    op.create_table(
        "content_batch_items",
        column("batch_id", sa.BigInteger()),
        column("content_id", sa.BigInteger()),
        column("site_id", sa.BigInteger()),
        column("status", choice("batchitemstatus", "pending done skipped failed"), "'pending'"),
        column("outcome", sa.String(), "''"),
        column("credits", sa.BigInteger(), "0"),
        column("attempts", sa.BigInteger(), "0"),
        column("finished_at", TIMESTAMP, nullable=True),
        to("content_batches", "batch_id"),
        to("content", "content_id"),
        to("sites", "site_id"),
        sa.PrimaryKeyConstraint("batch_id", "content_id"),
    )
    op.create_index("ix_content_batch_items_content_id", "content_batch_items", ["content_id"])
    op.create_index("ix_content_batch_items_site_id", "content_batch_items", ["site_id"])


def create_optimization_tasks() -> None:
    op.create_table(
        "optimization_tasks",
        identity(),
        column("site_id", sa.BigInteger()),
        column("content_id", sa.BigInteger()),
        column("batch_id", sa.BigInteger(), nullable=True),
        column("run_id", sa.BigInteger(), nullable=True),
        column("source", choice("optimizationsource", "writer wordpress_sync other_sync manual")),
        column("status", choice("optimizationstatus", "pending running completed failed not_better")),
        column("requested_by", sa.String()),
        column("created_at", TIMESTAMP, "now()"),
        column("started_at", TIMESTAMP, nullable=True),
        column("finished_at", TIMESTAMP, nullable=True),
        column("version_before", sa.BigInteger()),
        column("version_after", sa.BigInteger(), nullable=True),
        column("before", JSONB),
        column("after", JSONB, nullable=True),
        column("scores_before", JSONB),
        column("scores_after", JSONB, nullable=True),
        column("reason", sa.String(), nullable=True),
        column("credits", sa.BigInteger(), "0"),
        column("taken_back_at", TIMESTAMP, nullable=True),
        column("taken_back_by", sa.String(), nullable=True),
        to("sites", "site_id"),
        to("content", "content_id"),
        to("content_batches", "batch_id", "SET NULL"),
        to("automation_runs", "run_id", "SET NULL"),
        sa.PrimaryKeyConstraint("id"),
    )
    for columns in (["site_id", "id"], ["content_id", "id"], ["batch_id"], ["run_id"]):
        op.create_index(f"ix_optimization_tasks_{columns[0]}", "optimization_tasks", columns)
    still_open = sa.text("status IN ('pending', 'running')")
    op.create_index(
        "uq_optimization_tasks_open", "optimization_tasks", ["content_id"], unique=True, postgresql_where=still_open
    )


def create_placed_links() -> None:
    op.create_table(
        "placed_links",
        identity(),
        column("site_id", sa.BigInteger()),
        column("content_id", sa.BigInteger()),
        column("target_id", sa.BigInteger(), nullable=True),
        column("batch_id", sa.BigInteger(), nullable=True),
        column("placing", sa.String()),
        column("anchor", sa.String()),
        column("href", sa.String()),
        column("offset", sa.BigInteger()),
        column("score", sa.BigInteger()),
        column("why", JSONB),
        column("placed_by", sa.String()),
        column("placed_at", TIMESTAMP, "now()"),
        column("removed_at", TIMESTAMP, nullable=True),
        column("removed_by", sa.String(), nullable=True),
        column("removed_why", sa.String(), nullable=True),
        to("sites", "site_id"),
        to("content", "content_id"),
        to("content", "target_id", "SET NULL"),
        to("content_batches", "batch_id", "SET NULL"),
        sa.PrimaryKeyConstraint("id"),
    )
    for columns in (["site_id", "id"], ["content_id", "id"], ["target_id"], ["batch_id"]):
        op.create_index(f"ix_placed_links_{columns[0]}", "placed_links", columns)


def allow_kinds(kinds: str) -> None:
    """Let versions be of these kinds, and no others."""
    op.drop_constraint("ck_content_versions_versionkind", "content_versions")
    listed = ", ".join(f"'{kind}'" for kind in kinds.split())
    op.create_check_constraint("versionkind", "content_versions", f"kind IN ({listed})")


def downgrade() -> None:
    op.execute("UPDATE content_versions SET kind = 'edited' WHERE kind IN ('linked', 'optimized')")
    allow_kinds(KINDS)
    for table in (
        *("placed_links", "optimization_tasks", "content_batch_items", "content_batches", "improvement_settings"),
    ):
        op.drop_table(table)
