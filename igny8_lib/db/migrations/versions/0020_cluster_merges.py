"""A second look at clusters of one keyword: what was offered for merging, what was merged, and the switch for it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

STATE = sa.Enum(
    "pending", "done", "failed", "left", name="itemstate", native_enum=False, create_constraint=True, length=32
)


def upgrade() -> None:
    op.add_column(
        "automation_configs",
        sa.Column("second_look_enabled", sa.Boolean(), nullable=False, server_default=sa.text("true")),
    )
    op.create_table(
        "merge_offers",
        sa.Column("run_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("request", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("alone", JSONB(), nullable=False),
        sa.Column("topics", JSONB(), nullable=False),
        sa.Column("state", STATE, nullable=False, server_default="pending"),
        sa.Column("error", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["automation_runs.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "request"),
    )
    op.create_index("ix_merge_offers_site_id", "merge_offers", ["site_id"])
    op.create_table(
        "cluster_merges",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.Column("before", JSONB(), nullable=False),
        sa.Column("keyword_ids", ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("into_id", sa.BigInteger(), nullable=True),
        sa.Column("into_name", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["run_id"], ["automation_runs.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["into_id"], ["clusters.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_cluster_merges_site_id", "cluster_merges", ["site_id", "id"])
    op.create_index("ix_cluster_merges_run_id", "cluster_merges", ["run_id"])
    op.create_index("ix_cluster_merges_into_id", "cluster_merges", ["into_id"])


def downgrade() -> None:
    op.drop_table("cluster_merges")
    op.drop_table("merge_offers")
    op.drop_column("automation_configs", "second_look_enabled")
