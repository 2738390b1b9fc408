"""What an overview counts (ideas, tasks and images that stand aside, articles written since a day), by small indexes.

Without them it would read all ideas, tasks and images of the platform to count the few of a site.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, status in (("content_ideas", "skipped"), ("tasks", "failed"), ("images", "failed")):
        where = sa.text(f"status = '{status}'")
        op.create_index(f"ix_{table}_{status}", table, ["site_id"], postgresql_where=where)
    op.create_index(
        "ix_content_written", "content", ["site_id", "created_at"], postgresql_where=sa.text("source = 'igny8'")
    )


def downgrade() -> None:
    op.drop_index("ix_content_written", "content")
    for index, table in (("skipped", "content_ideas"), ("failed", "tasks"), ("failed", "images")):
        op.drop_index(f"ix_{table}_{index}", table)
