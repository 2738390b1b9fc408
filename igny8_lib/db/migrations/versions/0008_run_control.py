"""What run control remembers: since when a run is paused, which tick of the schedule it answers, which AI calls left.

A site has one run, or one recorded refusal, for each instant of its schedule: the index makes recording it again safe.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ai_calls", sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("automation_runs", sa.Column("scheduled_for", sa.DateTime(timezone=True), nullable=True))
    op.add_column("automation_runs", sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "uq_automation_runs_scheduled_for",
        "automation_runs",
        ["site_id", "scheduled_for"],
        unique=True,
        postgresql_where=sa.text("scheduled_for IS NOT NULL"),
    )
    op.create_index(
        "ix_automation_runs_paused",
        "automation_runs",
        ["paused_at"],
        postgresql_where=sa.text("paused_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_automation_runs_paused", "automation_runs")
    op.drop_index("uq_automation_runs_scheduled_for", "automation_runs")
    op.drop_column("automation_runs", "paused_at")
    op.drop_column("automation_runs", "scheduled_for")
    op.drop_column("ai_calls", "sent_at")
