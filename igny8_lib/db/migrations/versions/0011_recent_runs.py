"""What the reconciler reads every half minute, the runs that ended lately, by an index instead of by all runs ever."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_automation_runs_completed", "automation_runs", ["completed_at"])


def downgrade() -> None:
    op.drop_index("ix_automation_runs_completed", "automation_runs")
