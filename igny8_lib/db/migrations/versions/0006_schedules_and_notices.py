"""Since when a site's schedule is in force, and whether a run's end was told.

The trigger, not the code that saves a configuration, keeps schedule_since: whoever changes a schedule, a start that
lies before the change is never made up for.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SCHEDULE_CHANGED = """
CREATE FUNCTION automation_configs_schedule_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.schedule_since = clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER schedule_changed BEFORE UPDATE ON automation_configs FOR EACH ROW
    WHEN ((OLD.is_enabled, OLD.frequency, OLD.scheduled_time, OLD.weekday, OLD.day_of_month)
          IS DISTINCT FROM (NEW.is_enabled, NEW.frequency, NEW.scheduled_time, NEW.weekday, NEW.day_of_month))
    EXECUTE FUNCTION automation_configs_schedule_changed();
"""

ZONE_CHANGED = """
CREATE FUNCTION sites_timezone_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE automation_configs SET schedule_since = clock_timestamp() WHERE site_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER timezone_changed AFTER UPDATE ON sites FOR EACH ROW
    WHEN (OLD.timezone IS DISTINCT FROM NEW.timezone)
    EXECUTE FUNCTION sites_timezone_changed();
"""


def upgrade() -> None:
    op.add_column(
        "automation_configs",
        sa.Column("schedule_since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    )
    op.add_column("automation_runs", sa.Column("notified_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE automation_runs SET notified_at = completed_at WHERE completed_at IS NOT NULL")
    op.create_index(
        "ix_automation_runs_not_notified",
        "automation_runs",
        ["completed_at"],
        postgresql_where=sa.text("notified_at IS NULL"),
    )
    op.execute(SCHEDULE_CHANGED)
    op.execute(ZONE_CHANGED)


def downgrade() -> None:
    op.execute("DROP TRIGGER timezone_changed ON sites; DROP FUNCTION sites_timezone_changed()")
    op.execute(
        "DROP TRIGGER schedule_changed ON automation_configs; DROP FUNCTION automation_configs_schedule_changed()"
    )
    op.drop_index("ix_automation_runs_not_notified", "automation_runs")
    op.drop_column("automation_runs", "notified_at")
    op.drop_column("automation_configs", "schedule_since")
