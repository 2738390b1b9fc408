"""Very many ledger entries and AI requests at once, as a customer base leaves them behind after months."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Engine, text

LEDGER = """
INSERT INTO credit_ledger (account_id, entry_type, amount, balance_after, idempotency_key, operation, related_type,
                           related_id, site_id, run_id, stage, created_by, metadata, created_at)
SELECT s.account_id, 'usage', -200, 1000000000 - 200 * row_number() OVER (PARTITION BY s.account_id ORDER BY n),
       CAST(:name AS text) || '/' || n, o.operation, 'content', n / 5, s.site_id,
       n / CAST(:per_run AS bigint), o.stage, '', '{}',
       '2026-01-01'::timestamptz + n * interval '1 minute' * 100000 / :entries
FROM generate_series(1, :entries) n
JOIN unnest(CAST(:accounts AS bigint[]), CAST(:sites AS bigint[])) WITH ORDINALITY s(account_id, site_id, number)
    ON s.number = 1 + n % :count
JOIN (VALUES (0, 'clustering', 1), (1, 'idea_generation', 2), (2, 'content_generation', 4),
             (3, 'image_prompt_extraction', 5), (4, 'image_generation', 6)) o(number, operation, stage)
    ON o.number = n % 5
ORDER BY n
"""
AI_CALLS = """
INSERT INTO ai_calls (site_id, stage, charge_key, idempotency_key, operation, model, prompt_version, status, attempts,
                      tokens_in, tokens_out, provider_cost, created_at)
SELECT site_id, stage, idempotency_key, idempotency_key || '/ask/1', operation, 'm', 'v1', 'answered', 1, 900, 100,
       0.001, created_at
FROM credit_ledger WHERE idempotency_key LIKE CAST(:name AS text) || '/%'
"""
BALANCES = """
INSERT INTO credit_balances (account_id, balance)
SELECT account_id, sum(amount) FROM credit_ledger GROUP BY account_id
ON CONFLICT (account_id) DO UPDATE SET balance = excluded.balance
"""
SPENDING = """
INSERT INTO credit_run_spending (account_id, run_id, stage, operation, settled)
SELECT account_id, run_id, coalesce(stage, 0), operation, -sum(amount)
FROM credit_ledger WHERE run_id IS NOT NULL AND operation IS NOT NULL GROUP BY 1, 2, 3, 4
ON CONFLICT (account_id, run_id, stage, operation) DO UPDATE SET settled = excluded.settled
"""
CREDIT_DAYS = """
INSERT INTO credit_usage_days (account_id, day, site_id, run_id, stage, operation, entries, credits)
SELECT account_id, (created_at AT TIME ZONE 'UTC')::date, coalesce(site_id, 0), coalesce(run_id, 0), coalesce(stage, 0),
       operation, count(*), -sum(amount)
FROM credit_ledger WHERE idempotency_key LIKE CAST(:name AS text) || '/%' AND operation IS NOT NULL
GROUP BY 1, 2, 3, 4, 5, 6
"""
AI_DAYS = """
INSERT INTO ai_usage_days (site_id, day, run_id, stage, operation, calls, told_in, tokens_in, told_cached,
                           tokens_cached, told_out, tokens_out, told_cost, provider_cost)
SELECT site_id, (created_at AT TIME ZONE 'UTC')::date, coalesce(run_id, 0), coalesce(stage, 0), operation, count(*),
       count(tokens_in), sum(tokens_in), 0, 0, count(tokens_out), sum(tokens_out), count(provider_cost),
       sum(provider_cost)
FROM ai_calls WHERE charge_key LIKE CAST(:name AS text) || '/%' GROUP BY 1, 2, 3, 4, 5
"""
OPENING = """
INSERT INTO credit_ledger (account_id, entry_type, amount, balance_after, idempotency_key, created_by, metadata)
SELECT account_id, 'grant', 1000000000, 1000000000, 'opening', '', '{}'
FROM unnest(CAST(:accounts AS bigint[])) account_id
"""


FILLED = "credit_ledger, ai_calls, credit_run_spending, credit_usage_days, ai_usage_days"


def fill_ledger(
    engine: Engine, sites: Sequence[tuple[int, int]], entries: int, *, per_run: int = 500, name: str = "run"
) -> None:
    """So many usage entries, spread over the (account id, site id) pairs, each with the AI request behind it.

    Runs are numbered from 0 on and have `per_run` of them each; `name` tells the keys of several fillings apart.
    """
    accounts, site_ids = [list(column) for column in zip(*sites, strict=True)]
    values = {
        "entries": entries,
        "accounts": accounts,
        "sites": site_ids,
        "count": len(sites),
        "per_run": per_run,
        "name": name,
    }
    with engine.begin() as connection:
        triggers(connection, "DISABLE")
        connection.execute(text(OPENING), {"accounts": sorted(set(accounts))})
        connection.execute(text(LEDGER), values)
        connection.execute(text(AI_CALLS), {"name": name})
        connection.execute(text(BALANCES))
        connection.execute(text(SPENDING))
        connection.execute(text(CREDIT_DAYS), {"name": name})
        connection.execute(text(AI_DAYS), {"name": name})
        triggers(connection, "ENABLE ALWAYS")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # VACUUM marks pages for index-only scans only where the commit that wrote them is flushed; a synchronous
        # commit, here ANALYZE's, flushes all before it.
        connection.execute(text("SET synchronous_commit = on"))
        connection.execute(text(f"ANALYZE credit_balances, {FILLED}"))
        connection.execute(text(f"VACUUM {FILLED}"))


def triggers(connection: Connection, state: str) -> None:
    """Switch the triggers that keep the balance off for the load, and on again."""
    for table, names in (
        ("credit_ledger", ("post", "append_only", "bound", "spend", "sum")),
        ("credit_balances", ("guard", "keep")),
        ("credit_run_spending", ("guard", "keep")),
        ("credit_usage_days", ("guard", "keep")),
        ("ai_calls", ("sum", "sum_changed")),
        ("ai_usage_days", ("guard", "keep")),
    ):
        for name in names:
            connection.execute(text(f"ALTER TABLE {table} {state} TRIGGER {table}_{name}"))
