"""How often each user asked for what costs much, within the last minute."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "request_rates",
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("recent", postgresql.ARRAY(sa.DateTime(timezone=True)), nullable=False),
        sa.PrimaryKeyConstraint("username", "what"),
    )


def downgrade() -> None:
    op.drop_table("request_rates")
