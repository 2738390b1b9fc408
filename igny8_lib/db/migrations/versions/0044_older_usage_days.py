"""The entries and AI requests from before 0039 are added to the days, some thousands at a time.

To move a mark of summary_backfills is to add the rows that it passes: its trigger does both, in one statement that is
a transaction of its own. So a kill leaves the mark where the sums are, and the next run goes on from there.

- Entries never change. Their accounts' balances are locked meanwhile, as by everybody who moves their days.
- AI requests change. They are locked before they are added: who changed one before is waited for, and who waits for
  this sees the mark moved (ai_calls_sum_newer in 0039). They get rows of their own, so nobody's days are waited for.

Whoever waits for a lock here gives up (lock_timeout) before the server looks for those who wait in a circle, so it is
the migration that is tried again, and never a writer who fails.
"""

from alembic import op
from sqlalchemy import text

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

CHUNK = 5000
"""Ids: a tenth of a second's work."""

ADD = """
CREATE OR REPLACE FUNCTION summary_backfills_add() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.table_name = 'credit_ledger' THEN
        PERFORM FROM credit_balances WHERE account_id IN (
            SELECT account_id FROM credit_ledger WHERE id > OLD.done AND id <= NEW.done AND operation IS NOT NULL
        ) ORDER BY account_id FOR UPDATE;
        INSERT INTO credit_usage_days AS kept (account_id, day, site_id, run_id, stage, operation, entries, credits)
            SELECT account_id, (created_at AT TIME ZONE 'UTC')::date, coalesce(site_id, 0), coalesce(run_id, 0),
                   coalesce(stage, 0), operation, count(*), -sum(amount)
            FROM credit_ledger WHERE id > OLD.done AND id <= NEW.done AND operation IS NOT NULL
            GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
            ON CONFLICT (account_id, day, site_id, run_id, stage, operation) DO UPDATE
                SET entries = kept.entries + excluded.entries, credits = kept.credits + excluded.credits;
    ELSE
        WITH held AS (
            SELECT * FROM ai_calls WHERE id > OLD.done AND id <= NEW.done ORDER BY id FOR NO KEY UPDATE
        )
        INSERT INTO ai_usage_days (site_id, day, run_id, stage, operation, calls, told_in, tokens_in, told_cached,
                                   tokens_cached, told_out, tokens_out, told_cost, provider_cost)
            SELECT site_id, (created_at AT TIME ZONE 'UTC')::date, coalesce(run_id, 0), coalesce(stage, 0), operation,
                   count(*), count(tokens_in), coalesce(sum(tokens_in), 0), count(tokens_cached),
                   coalesce(sum(tokens_cached), 0), count(tokens_out), coalesce(sum(tokens_out), 0),
                   count(provider_cost), coalesce(sum(provider_cost), 0)
            FROM held GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5;
    END IF;
    RETURN NULL;
END $$;
"""
ADD_BY_MOVING = """
CREATE OR REPLACE TRIGGER summary_backfills_add AFTER UPDATE ON summary_backfills
    FOR EACH ROW EXECUTE FUNCTION summary_backfills_add()
"""
IS_THERE = text("SELECT to_regclass('summary_backfills') IS NOT NULL")
MOVE = text(
    "UPDATE summary_backfills SET done = least(done + :ids, boundary) WHERE table_name = :name AND done < boundary"
)

TOLD = ["tokens_in", "tokens_cached", "tokens_out", "provider_cost"]
OLD, NEW = (
    ", ".join(f"{row}.{name}" for name in ["site_id", "created_at", "run_id", "stage", "operation", *TOLD])
    for row in ("OLD", "NEW")
)
TRIGGERS = (
    ("sum", "AFTER INSERT OR DELETE", ""),
    ("sum_changed", "AFTER UPDATE", f"WHEN (({OLD}) IS DISTINCT FROM ({NEW}))"),
)


def upgrade() -> None:
    # Nothing is left where a downgrade ended between here and 0039.
    if op.get_bind().scalar(IS_THERE):
        op.execute(ADD)
        op.execute(ADD_BY_MOVING)
        with op.get_context().autocommit_block():
            for table in ("ai_calls", "credit_ledger"):
                add_older(table)
        go_by_no_mark()


def add_older(table: str) -> None:
    """Move the table's mark to its boundary, step by step."""
    connection = op.get_bind()
    while connection.execute(MOVE, {"ids": CHUNK, "name": table}).rowcount:
        pass


def go_by_no_mark() -> None:
    """The journal's triggers add everything from now on.

    To replace a trigger waits for all who write and keeps the next out until the commit, so nobody reads the mark when
    it goes.
    """
    for name, when, condition in TRIGGERS:
        op.execute(
            f"CREATE OR REPLACE TRIGGER ai_calls_{name} {when} ON ai_calls FOR EACH ROW {condition} "
            "EXECUTE FUNCTION ai_calls_sum()"
        )
        # ALWAYS: also where a session has set session_replication_role to replica.
        op.execute(f"ALTER TABLE ai_calls ENABLE ALWAYS TRIGGER ai_calls_{name}")
    op.drop_table("summary_backfills")
    op.execute("DROP FUNCTION summary_backfills_add()")
    op.execute("DROP FUNCTION ai_calls_sum_newer()")


def downgrade() -> None:
    """Nothing to undo: the days hold everything, and there is no mark to go by."""
