"""Versions of articles, the number by which two people cannot overwrite each other, and what is decided about them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

KIND = sa.Enum(
    "written",
    "imported",
    "edited",
    "regenerated",
    "restored",
    name="versionkind",
    native_enum=False,
    create_constraint=True,
    length=32,
)
EVENT = sa.Enum(
    "approved",
    "rejected",
    "returned",
    "rewrite_asked",
    "rewrite_withdrawn",
    "rewrite_failed",
    "alt_text_changed",
    "redraw_asked",
    "picture_replaced",
    name="contenteventkind",
    native_enum=False,
    create_constraint=True,
    length=32,
)
TEXTS = ("title", "slug", "html", "meta_title", "meta_description", "primary_keyword")
LISTS = ("secondary_keywords", "tags", "categories")


def upgrade() -> None:
    op.add_column("content", sa.Column("version", sa.BigInteger(), nullable=False, server_default="1"))
    op.add_column("tasks", sa.Column("remark", sa.String(), nullable=True))
    op.add_column("tasks", sa.Column("rewrite_asked_by", sa.String(), nullable=True))
    op.create_table(
        "content_versions",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("content_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("kind", KIND, nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("note", sa.String(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in TEXTS),
        *(sa.Column(name, JSONB(), nullable=False) for name in LISTS),
        sa.Column("word_count", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["content_id"], ["content.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("content_id", "number", name=op.f("uq_content_versions_content_id_number")),
    )
    op.create_index("ix_content_versions_site_id", "content_versions", ["site_id"])
    op.create_table(
        "content_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("content_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", EVENT, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("reasons", JSONB(), nullable=False),
        sa.Column("remark", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["content_id"], ["content.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_content_events_site_id", "content_events", ["site_id"])
    op.create_index("ix_content_events_content_id", "content_events", ["content_id", "id"])


def downgrade() -> None:
    op.drop_table("content_events")
    op.drop_table("content_versions")
    op.drop_column("tasks", "rewrite_asked_by")
    op.drop_column("tasks", "remark")
    op.drop_column("content", "version")
