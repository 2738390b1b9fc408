"""An article knows how often its place on the calendar changed, and when last: calendar programs ask both.

The database counts, for many write these columns: the calendar one by one and all at once, the publisher, later checks.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

COUNT = """
CREATE FUNCTION content_count_date() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.date_changes := OLD.date_changes + 1;
    NEW.date_changed_at := clock_timestamp();
    RETURN NEW;
END $$;
"""
WATCH = """
CREATE TRIGGER count_date BEFORE UPDATE OF scheduled_publish_at, published_at, site_status ON content
FOR EACH ROW WHEN (
    (OLD.scheduled_publish_at, OLD.published_at, OLD.site_status)
    IS DISTINCT FROM (NEW.scheduled_publish_at, NEW.published_at, NEW.site_status)
) EXECUTE FUNCTION content_count_date()
"""


def upgrade() -> None:
    op.add_column("content", sa.Column("date_changes", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("content", sa.Column("date_changed_at", sa.DateTime(timezone=True)))
    op.execute(COUNT)
    op.execute(WATCH)


def downgrade() -> None:
    op.execute("DROP TRIGGER count_date ON content")
    op.execute("DROP FUNCTION content_count_date()")
    op.drop_column("content", "date_changed_at")
    op.drop_column("content", "date_changes")
