"""What each run spent, read from its rows, against the same added up from the ledger and the reservations."""

SPENDING_AGAINST_SUMS = """
WITH moves AS (
    SELECT account_id, run_id, coalesce(stage, 0) AS stage, operation, -amount AS settled, 0 AS reserved
    FROM credit_ledger WHERE run_id IS NOT NULL AND operation IS NOT NULL
    UNION ALL
    SELECT account_id, run_id, coalesce(stage, 0), operation, 0, amount
    FROM credit_reservations WHERE run_id IS NOT NULL AND status = 'pending'
), sums AS (
    SELECT account_id, run_id, stage, operation, sum(settled) AS settled, sum(reserved) AS reserved
    FROM moves GROUP BY 1, 2, 3, 4
)
SELECT (SELECT count(*) FROM credit_run_spending) AS rows, count(*) AS wrong
FROM sums FULL JOIN credit_run_spending kept USING (account_id, run_id, stage, operation)
WHERE (coalesce(sums.settled, 0), coalesce(sums.reserved, 0)) <> (coalesce(kept.settled, 0), coalesce(kept.reserved, 0))
"""
"""One statement, so that both sides are of one instant: the number of rows, and how many of them are wrong."""
