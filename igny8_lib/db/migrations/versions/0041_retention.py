"""Retention: which runs have lost their details to age, and how far each site's stored AI answers were removed."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

WITH_DETAILS = sa.text("details_removed_at IS NULL AND completed_at IS NOT NULL")


def upgrade() -> None:
    op.add_column("automation_runs", sa.Column("details_removed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_automation_runs_with_details",
        "automation_runs",
        ["site_id", "completed_at"],
        postgresql_where=WITH_DETAILS,
    )
    op.create_table(
        "retention_marks",
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("answers_until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("site_id"),
    )


def downgrade() -> None:
    op.drop_table("retention_marks")
    op.drop_index("ix_automation_runs_with_details", "automation_runs")
    op.drop_column("automation_runs", "details_removed_at")
