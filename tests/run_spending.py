"""What is kept as rows (of runs, of days) against the same added up from the ledger, the reservations and the journal.

Each is one statement, so that both sides are of one instant: the number of rows, and how many of them are wrong.
"""

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

DAYS_AGAINST_SUMS = """
WITH sums AS (
    SELECT account_id, (created_at AT TIME ZONE 'UTC')::date AS day, coalesce(site_id, 0) AS site_id,
        coalesce(run_id, 0) AS run_id, coalesce(stage, 0) AS stage, operation, count(*) AS entries,
        -sum(amount) AS credits
    FROM credit_ledger WHERE operation IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6
)
SELECT (SELECT count(*) FROM credit_usage_days) AS rows, count(*) AS wrong
FROM sums FULL JOIN credit_usage_days kept USING (account_id, day, site_id, run_id, stage, operation)
WHERE (sums.entries, sums.credits) IS DISTINCT FROM (kept.entries, kept.credits)
"""

AI_DAYS_AGAINST_SUMS = """
WITH sums AS (
    SELECT site_id, (created_at AT TIME ZONE 'UTC')::date AS day, coalesce(run_id, 0) AS run_id,
        coalesce(stage, 0) AS stage, operation, count(*) AS calls, count(tokens_in) AS told_in,
        coalesce(sum(tokens_in), 0) AS tokens_in, count(tokens_cached) AS told_cached,
        coalesce(sum(tokens_cached), 0) AS tokens_cached, count(tokens_out) AS told_out,
        coalesce(sum(tokens_out), 0) AS tokens_out, count(provider_cost) AS told_cost,
        coalesce(sum(provider_cost), 0) AS provider_cost
    FROM ai_calls GROUP BY 1, 2, 3, 4, 5
), kept AS (
    SELECT site_id, day, run_id, stage, operation, sum(calls) AS calls, sum(told_in) AS told_in,
        sum(tokens_in) AS tokens_in, sum(told_cached) AS told_cached, sum(tokens_cached) AS tokens_cached,
        sum(told_out) AS told_out, sum(tokens_out) AS tokens_out, sum(told_cost) AS told_cost,
        sum(provider_cost) AS provider_cost
    FROM ai_usage_days GROUP BY 1, 2, 3, 4, 5
    HAVING (sum(calls), sum(told_in), sum(tokens_in), sum(told_cached), sum(tokens_cached), sum(told_out),
            sum(tokens_out), sum(told_cost), sum(provider_cost)) <> (0, 0, 0, 0, 0, 0, 0, 0, 0)
)
SELECT (SELECT count(*) FROM ai_usage_days) AS rows, count(*) AS wrong
FROM sums FULL JOIN kept USING (site_id, day, run_id, stage, operation)
WHERE (sums.calls, sums.told_in, sums.tokens_in, sums.told_cached, sums.tokens_cached, sums.told_out, sums.tokens_out,
       sums.told_cost, sums.provider_cost)
    IS DISTINCT FROM (kept.calls, kept.told_in, kept.tokens_in, kept.told_cached, kept.tokens_cached, kept.told_out,
       kept.tokens_out, kept.told_cost, kept.provider_cost)
"""
