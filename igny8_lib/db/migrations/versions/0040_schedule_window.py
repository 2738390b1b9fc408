"""The minutes within which a site's starts are spread. An upgrade moves nobody's start: sites that are there have 0."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

COLUMNS = "is_enabled frequency scheduled_time weekday day_of_month"
TRIGGER = """
CREATE OR REPLACE TRIGGER schedule_changed BEFORE UPDATE ON automation_configs FOR EACH ROW
    WHEN (({old}) IS DISTINCT FROM ({new})) EXECUTE FUNCTION automation_configs_schedule_changed();
"""


def watch(columns: str) -> None:
    """Have the trigger say since when the schedule holds whenever one of the columns changes."""
    names = columns.split()
    old, new = (", ".join(f"{row}.{name}" for name in names) for row in ("OLD", "NEW"))
    op.execute(TRIGGER.format(old=old, new=new))


def upgrade() -> None:
    op.add_column(
        "automation_configs",
        sa.Column("schedule_window_minutes", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
    )
    op.alter_column("automation_configs", "schedule_window_minutes", server_default=sa.text("30"))
    op.create_check_constraint(
        op.f("ck_automation_configs_schedule_window_minutes"),
        "automation_configs",
        "schedule_window_minutes BETWEEN 0 AND 720",
    )
    watch(f"{COLUMNS} schedule_window_minutes")


def downgrade() -> None:
    watch(COLUMNS)
    op.drop_column("automation_configs", "schedule_window_minutes")
