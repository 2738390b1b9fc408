"""Which articles wait for a date is looked up every minute, and few of all do."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_content_without_slot", "content", ["site_id"], postgresql_where=sa.text("no_slot_reason IS NOT NULL")
    )


def downgrade() -> None:
    op.drop_index("ix_content_without_slot", "content")
