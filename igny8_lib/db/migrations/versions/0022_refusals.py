"""Keywords, clusters and articles know that the AI provider refused them."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TABLES = ("keywords", "clusters", "content")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("refused_reason", sa.String(), nullable=True))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "refused_reason")
