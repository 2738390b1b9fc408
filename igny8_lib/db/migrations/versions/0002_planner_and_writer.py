"""Planner and writer: from keywords to images."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def choice(name: str, values: str) -> sa.Enum:
    """Text that is one of these words."""
    return sa.Enum(*values.split(), name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    create_clusters()
    create_content_ideas()
    create_keywords()
    create_tasks()
    create_content()
    create_images()


def create_clusters() -> None:
    op.create_table(
        "clusters",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("normalized", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("status", choice("clusterstatus", "new mapped"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_clusters_site_id_sites"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clusters")),
        sa.UniqueConstraint("site_id", "normalized", name=op.f("uq_clusters_site_id_normalized")),
    )
    op.create_index(
        "ix_clusters_pending", "clusters", ["site_id", "id"], unique=False, postgresql_where=sa.text("status = 'new'")
    )


def create_content_ideas() -> None:
    op.create_table(
        "content_ideas",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("cluster_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("normalized", sa.String(), nullable=False),
        sa.Column("outline", postgresql.JSONB(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column(
            "intent", choice("searchintent", "informational commercial transactional navigational"), nullable=True
        ),
        sa.Column("target_keywords", postgresql.JSONB(), nullable=False),
        sa.Column("estimated_word_count", sa.BigInteger(), nullable=False),
        sa.Column("status", choice("ideastatus", "new queued skipped completed"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["cluster_id"], ["clusters.id"], name=op.f("fk_content_ideas_cluster_id_clusters"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_content_ideas_site_id_sites"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_ideas")),
        sa.UniqueConstraint("site_id", "normalized", name=op.f("uq_content_ideas_site_id_normalized")),
    )
    op.create_index(op.f("ix_content_ideas_cluster_id"), "content_ideas", ["cluster_id"], unique=False)
    op.create_index(
        "ix_content_ideas_pending",
        "content_ideas",
        ["site_id", "id"],
        unique=False,
        postgresql_where=sa.text("status = 'new'"),
    )


def create_keywords() -> None:
    op.create_table(
        "keywords",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("normalized", sa.String(), nullable=False),
        sa.Column("volume", sa.BigInteger(), nullable=True),
        sa.Column("impressions", sa.BigInteger(), nullable=True),
        sa.Column("difficulty", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("cpc", sa.Numeric(precision=10, scale=2), nullable=True),
        sa.Column(
            "intent", choice("searchintent", "informational commercial transactional navigational"), nullable=True
        ),
        sa.Column("sector_id", sa.BigInteger(), nullable=True),
        sa.Column("status", choice("keywordstatus", "new mapped"), nullable=False),
        sa.Column("cluster_id", sa.BigInteger(), nullable=True),
        sa.Column("disabled", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_file", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["cluster_id"], ["clusters.id"], name=op.f("fk_keywords_cluster_id_clusters"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["sector_id"], ["sectors.id"], name=op.f("fk_keywords_sector_id_sectors"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_keywords_site_id_sites"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keywords")),
        sa.UniqueConstraint("site_id", "normalized", name=op.f("uq_keywords_site_id_normalized")),
    )
    op.create_index(op.f("ix_keywords_cluster_id"), "keywords", ["cluster_id"], unique=False)
    op.create_index(
        "ix_keywords_pending",
        "keywords",
        ["site_id", "id"],
        unique=False,
        postgresql_where=sa.text("status = 'new' AND cluster_id IS NULL AND NOT disabled"),
    )


def create_tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("idea_id", sa.BigInteger(), nullable=False),
        sa.Column("cluster_id", sa.BigInteger(), nullable=False),
        sa.Column("brief", postgresql.JSONB(), nullable=False),
        sa.Column("word_count_target", sa.BigInteger(), nullable=False),
        sa.Column("status", choice("taskstatus", "queued in_progress completed failed"), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["cluster_id"], ["clusters.id"], name=op.f("fk_tasks_cluster_id_clusters"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["content_ideas.id"], name=op.f("fk_tasks_idea_id_content_ideas"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_tasks_site_id_sites"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sa.UniqueConstraint("idea_id", name=op.f("uq_tasks_idea_id")),
    )
    op.create_index(op.f("ix_tasks_cluster_id"), "tasks", ["cluster_id"], unique=False)
    op.create_index(
        "ix_tasks_pending", "tasks", ["site_id", "id"], unique=False, postgresql_where=sa.text("status = 'queued'")
    )


def create_content() -> None:
    op.create_table(
        "content",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("task_id", sa.BigInteger(), nullable=True),
        sa.Column("cluster_id", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("html", sa.String(), nullable=False),
        sa.Column("meta_title", sa.String(), nullable=False),
        sa.Column("meta_description", sa.String(), nullable=False),
        sa.Column("primary_keyword", sa.String(), nullable=False),
        sa.Column("secondary_keywords", postgresql.JSONB(), nullable=False),
        sa.Column("tags", postgresql.JSONB(), nullable=False),
        sa.Column("categories", postgresql.JSONB(), nullable=False),
        sa.Column("word_count", sa.BigInteger(), nullable=False),
        sa.Column("status", choice("contentstatus", "draft review approved rejected published failed"), nullable=False),
        sa.Column(
            "site_status",
            choice("sitecontentstatus", "not_scheduled scheduled publishing published failed"),
            nullable=False,
        ),
        sa.Column("scheduled_publish_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", choice("contentsource", "igny8 wordpress shopify custom"), nullable=False),
        sa.Column("sync_status", choice("syncstatus", "native imported synced"), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("external_url", sa.String(), nullable=True),
        sa.Column("sync_metadata", postgresql.JSONB(), nullable=False),
        sa.Column("internal_links", postgresql.JSONB(), nullable=False),
        sa.Column("linker_version", sa.BigInteger(), nullable=False),
        sa.Column("optimizer_version", sa.BigInteger(), nullable=False),
        sa.Column("optimization_scores", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["cluster_id"], ["clusters.id"], name=op.f("fk_content_cluster_id_clusters"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_content_site_id_sites"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_content_task_id_tasks"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content")),
        sa.UniqueConstraint("site_id", "slug", name=op.f("uq_content_site_id_slug")),
        sa.UniqueConstraint("task_id", name=op.f("uq_content_task_id")),
    )
    op.create_index(op.f("ix_content_cluster_id"), "content", ["cluster_id"], unique=False)
    op.create_index("ix_content_site_status", "content", ["site_id", "status", "id"], unique=False)


def create_images() -> None:
    op.create_table(
        "images",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("content_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", choice("imagekind", "featured in_article"), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("prompt", sa.String(), nullable=False),
        sa.Column("alt_text", sa.String(), nullable=False),
        sa.Column("status", choice("imagestatus", "pending generated failed"), nullable=False),
        sa.Column("file", sa.String(), nullable=True),
        sa.Column("width", sa.BigInteger(), nullable=True),
        sa.Column("height", sa.BigInteger(), nullable=True),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["content_id"], ["content.id"], name=op.f("fk_images_content_id_content"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_images_site_id_sites"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_images")),
        sa.UniqueConstraint("content_id", "position", name=op.f("uq_images_content_id_position")),
    )
    op.create_index(
        "ix_images_pending", "images", ["site_id", "id"], unique=False, postgresql_where=sa.text("status = 'pending'")
    )


def downgrade() -> None:
    for table in ("images", "content", "tasks", "keywords", "content_ideas", "clusters"):
        op.drop_table(table)
