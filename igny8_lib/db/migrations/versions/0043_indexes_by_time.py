"""Small indexes by which what is new is found: built while everybody writes, one by one, each outside a transaction.

BRIN indexes are built in one reading of a table and cost its writers next to nothing. A build that was cut off leaves
an index that is kept up and never read: it is dropped and built anew. One that stands is left alone, so the migration
may be run again.
"""

from alembic import op
from sqlalchemy import text

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

BY_TIME = (
    ("ai_calls", "answered_at"),
    ("credit_ledger", "created_at"),
    ("stage_results", "finished_at"),
    ("rule_executions", "finished_at"),
    ("publications", "published_at"),
    ("credit_replenishments", "decided_at"),
)
# A build waits until the transactions that are open have ended. Nobody who reads or writes stands behind it, so it may
# wait for longer than what locks a table, and begins anew less often.
PATIENCE = "10s"
CUT_OFF = text("SELECT FROM pg_index WHERE indexrelid = to_regclass(:name) AND NOT indisvalid")


def upgrade() -> None:
    with op.get_context().autocommit_block():
        connection = op.get_bind()
        usual = connection.scalar(text("SELECT current_setting('lock_timeout')"))
        op.execute(f"SET lock_timeout = '{PATIENCE}'")
        try:
            for table, column in BY_TIME:
                name = f"ix_{table}_{column}"
                if connection.execute(CUT_OFF, {"name": name}).rowcount:
                    op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
                op.execute(f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {table} USING brin ({column})")
        finally:
            op.execute(f"SET lock_timeout = '{usual}'")


def downgrade() -> None:
    for table, column in BY_TIME:
        op.execute(f"DROP INDEX IF EXISTS ix_{table}_{column}")
