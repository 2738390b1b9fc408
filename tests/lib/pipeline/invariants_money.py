"""What must hold of credits and of the journal of paid requests, as queries for what breaks it."""

# ruff: noqa: S608 - the queries are put together from constants of these modules

from __future__ import annotations

ENDED = "r.status NOT IN ('running', 'paused')"

PRICED = """
priced AS (
    SELECT run_id, site_id, stage, request, key, done, CASE WHEN units = 0 THEN 0 ELSE
        greatest(ceil(units / (line ->> 'unit_size')::numeric) * (line ->> 'cost')::numeric * times,
                 (line ->> 'minimum')::numeric) * 100 END AS price
    FROM (
        SELECT i.run_id, i.site_id, i.stage, i.request, count(*) AS done,
            format('run/%s/stage/%s/request/%s', i.run_id, i.stage, i.request) AS key,
            r.initial_snapshot -> 'costs' -> (CASE i.stage WHEN 1 THEN 'clustering' WHEN 2 THEN 'idea_generation'
                WHEN 4 THEN 'content_generation' WHEN 5 THEN 'image_prompt_extraction' ELSE 'image_generation' END)
                AS line,
            (CASE i.stage WHEN 4 THEN sum((i.counts ->> 'total_words')::bigint) WHEN 5 THEN sum(i.created)
                WHEN 2 THEN count(*) FILTER (WHERE NOT i.counts ? 'clusters_without_new_ideas')
                ELSE count(*) END)::numeric AS units,
            CASE i.stage WHEN 6 THEN array_position(ARRAY['basic', 'standard', 'high', 'premium'],
                r.initial_snapshot ->> 'image_quality') ELSE 1 END AS times
        FROM stage_items i JOIN automation_runs r ON r.id = i.run_id
        WHERE i.state = 'done' AND i.stage IN (1, 2, 4, 5, 6)
        GROUP BY i.run_id, i.site_id, i.stage, i.request, r.initial_snapshot
        UNION ALL SELECT o.run_id, o.site_id, 1, o.request, jsonb_array_length(o.alone),
            format('run/%s/stage/1/request/%s', o.run_id, o.request),
            r.initial_snapshot -> 'costs' -> 'clustering', jsonb_array_length(o.alone), 1
        FROM merge_offers o JOIN automation_runs r ON r.id = o.run_id
        WHERE o.state = 'done'
    ) AS used
)"""
"""Each request with done items, and what these cost by the run's own snapshot, in hundredths of a credit."""

MOVED = """
moved AS (
    SELECT site_id, run_id, stage, idempotency_key AS key, -amount AS amount,
        coalesce((metadata ->> 'used')::numeric * 100, -amount) AS used,
        coalesce((metadata ->> 'cancelled_in_flight')::boolean, false) AS in_flight
    FROM credit_ledger WHERE entry_type = 'usage' AND run_id IS NOT NULL AND stage <= 7
)"""
"""The charges of runs' stages: `used` is before what the balance did not cover was waived."""

REFUSED = "c.error ~ '\\(HTTP [345][0-9][0-9]' AND c.error !~ '\\(HTTP (409|504|522|524)'"
"""The sentence of a request that the provider surely did not do."""

MONEY = {
    "a stage of a run is charged the price of its done items by the run's snapshot": f"""
        WITH {PRICED}, {MOVED},
        prices AS (SELECT run_id, site_id, stage, sum(price) AS price FROM priced GROUP BY 1, 2, 3),
        charges AS (SELECT run_id, site_id, stage, sum(used) AS used FROM moved WHERE NOT in_flight GROUP BY 1, 2, 3)
        SELECT site_id, run_id, stage, price, used FROM prices FULL JOIN charges USING (run_id, site_id, stage)
        WHERE coalesce(price, 0) <> coalesce(used, 0)""",
    "a request is charged the price of its done items": f"""
        WITH {PRICED}, {MOVED}
        SELECT site_id, key, price, used FROM priced FULL JOIN (SELECT * FROM moved WHERE NOT in_flight) AS moved
        USING (site_id, key) WHERE coalesce(price, 0) <> coalesce(used, 0)""",
    "a charge in flight is only a cancelled run's, for a request without done items": f"""
        WITH {PRICED}, {MOVED}
        SELECT m.site_id, m.key, r.status FROM moved m JOIN automation_runs r ON r.id = m.run_id
        WHERE m.in_flight AND (r.status <> 'cancelled' OR EXISTS (SELECT FROM priced p WHERE p.key = m.key))""",
    "every settled reservation has one entry of its amount": """
        SELECT v.site_id, v.key, v.settled_amount, sum(l.amount) AS charged, count(l.id) AS entries
        FROM credit_reservations v LEFT JOIN credit_ledger l
            ON l.account_id = v.account_id AND l.idempotency_key = v.key AND l.entry_type = 'usage'
        WHERE v.status = 'settled' GROUP BY v.id HAVING count(l.id) <> 1 OR sum(l.amount) <> -v.settled_amount""",
    "every entry of a run has one settled reservation": """
        SELECT l.site_id, l.idempotency_key, count(v.id) AS settled
        FROM credit_ledger l LEFT JOIN credit_reservations v
            ON v.account_id = l.account_id AND v.key = l.idempotency_key AND v.status = 'settled'
        WHERE l.entry_type = 'usage' AND l.run_id IS NOT NULL AND l.operation <> 'linking'
        GROUP BY l.id HAVING count(v.id) <> 1""",
    "linking and optimizing are charged for what they made better, by the run's snapshot": """
        WITH prices AS (
            SELECT i.run_id, i.site_id, i.stage, sum(CASE i.stage WHEN 8 THEN i.created ELSE
                ceil((i.counts ->> 'words_billed')::numeric / (line.cost ->> 'unit_size')::numeric) END
                * (line.cost ->> 'cost')::numeric * 100) AS price
            FROM stage_items i JOIN automation_runs r ON r.id = i.run_id CROSS JOIN LATERAL (SELECT
                r.initial_snapshot -> 'costs' -> (CASE i.stage WHEN 8 THEN 'linking' ELSE 'optimization' END) AS cost)
                AS line
            WHERE i.state = 'done' AND i.stage IN (8, 9) AND i.created > 0 GROUP BY 1, 2, 3
        ), charges AS (
            SELECT run_id, site_id, stage, -sum(amount) AS charged FROM credit_ledger
            WHERE run_id IS NOT NULL AND stage > 7 AND metadata ->> 'cancelled_in_flight' IS NULL GROUP BY 1, 2, 3
        )
        SELECT site_id, run_id, stage, price, charged FROM prices FULL JOIN charges USING (run_id, site_id, stage)
        WHERE coalesce(price, 0) <> coalesce(charged, 0)""",
    "no ended run holds credits": f"""
        SELECT v.site_id, v.key, v.amount FROM credit_reservations v JOIN automation_runs r ON r.id = v.run_id
        WHERE v.status = 'pending' AND {ENDED}""",
    "a charge is for an answered request": """
        SELECT l.site_id, l.idempotency_key FROM credit_ledger l
        WHERE l.entry_type = 'usage' AND l.run_id IS NOT NULL AND l.metadata ->> 'cancelled_in_flight' IS NULL
        AND l.operation <> 'linking'
        AND NOT EXISTS (SELECT FROM ai_calls c WHERE c.id = l.ai_call_id AND c.site_id = l.site_id
            AND c.run_id = l.run_id AND c.charge_key = l.idempotency_key AND c.status = 'answered')""",
    "a charge in flight is for a request that was sent": """
        SELECT l.site_id, l.idempotency_key FROM credit_ledger l
        WHERE l.metadata ->> 'cancelled_in_flight' = 'true' AND NOT EXISTS (SELECT FROM ai_calls c
            WHERE c.charge_key = l.idempotency_key AND c.site_id = l.site_id AND c.sent_at IS NOT NULL)""",
    "a done item of a paid stage has a charge": f"""
        WITH {PRICED} SELECT p.site_id, p.key FROM priced p WHERE p.price > 0 AND NOT EXISTS (
            SELECT FROM credit_ledger l WHERE l.idempotency_key = p.key AND l.site_id = p.site_id)""",
    "an answer that was kept is charged, or its items say why not": f"""
        SELECT c.site_id, c.idempotency_key FROM ai_calls c JOIN automation_runs r ON r.id = c.run_id
        WHERE c.status = 'answered' AND {ENDED} AND NOT EXISTS (SELECT FROM credit_ledger l
            WHERE l.idempotency_key = c.charge_key AND l.site_id = c.site_id)
        AND NOT EXISTS (SELECT FROM stage_items i WHERE i.run_id = c.run_id AND i.stage = c.stage
            AND i.request = c.request AND (i.state = 'failed' AND i.error <> '' OR i.state = 'done' AND c.stage = 2
                AND i.counts ? 'clusters_without_new_ideas' OR i.state = 'done' AND i.counts ? 'not_better'))
        AND r.stopped_reason NOT IN ('cancelled', 'provider_unavailable')""",
    "no request of an ended run waits for its answer, but where it was cancelled": f"""
        SELECT c.site_id, c.idempotency_key FROM ai_calls c JOIN automation_runs r ON r.id = c.run_id
        WHERE c.status = 'pending' AND {ENDED} AND r.status <> 'cancelled'""",
    "a request that waits in a cancelled run was charged in flight, or never sent": """
        SELECT c.site_id, c.idempotency_key FROM ai_calls c JOIN automation_runs r ON r.id = c.run_id
        WHERE c.status = 'pending' AND r.status = 'cancelled' AND c.sent_at IS NOT NULL AND NOT EXISTS (
            SELECT FROM credit_ledger l WHERE l.idempotency_key = c.charge_key AND l.site_id = c.site_id)""",
    "a refused request is not kept as sent": f"""
        SELECT c.site_id, c.idempotency_key, c.error FROM ai_calls c
        WHERE c.status = 'failed' AND c.sent_at IS NOT NULL AND c.attempts = 1 AND {REFUSED}""",
    "an answered request was sent, and has answer, time and attempts": """
        SELECT c.site_id, c.idempotency_key FROM ai_calls c WHERE c.status = 'answered'
        AND (c.sent_at IS NULL OR c.answer IS NULL OR c.answered_at IS NULL OR c.attempts < 1 OR c.failure IS NOT NULL)
        """,
    "a failed request says why, of which kind and when": """
        SELECT c.site_id, c.idempotency_key, c.error, c.failure FROM ai_calls c WHERE c.status = 'failed'
        AND (coalesce(c.error, '') = '' OR c.failure IS NULL OR c.answered_at IS NULL OR c.answer IS NOT NULL)""",
    "the figures of requests are possible ones": """
        SELECT c.site_id, c.idempotency_key, c.tokens_in, c.tokens_cached, c.tokens_out, c.provider_cost
        FROM ai_calls c WHERE least(c.tokens_in, c.tokens_cached, c.tokens_out, c.provider_cost, c.latency_ms) < 0
        OR c.tokens_cached > c.tokens_in OR greatest(c.tokens_in, c.tokens_out) > 100000000""",
    "an ask belongs to its charge, and is one of at most four": """
        SELECT c.site_id, c.charge_key, c.idempotency_key FROM ai_calls c
        WHERE c.idempotency_key !~ ('^' || c.charge_key || '(/ask/[1-4](/half/[12])?)*/ask/[1-4]$')""",
    "nothing is asked again once a valid answer came": """
        SELECT c.site_id, c.idempotency_key, l.ai_call_id FROM credit_ledger l
        JOIN ai_calls paid ON paid.id = l.ai_call_id
        JOIN ai_calls c ON c.charge_key = paid.charge_key AND c.site_id = paid.site_id AND c.status = 'pending'
        WHERE l.entry_type = 'usage'""",
    "what a run spent is the sum of its entries and reservations": """
        WITH moves AS (
            SELECT account_id, run_id, coalesce(stage, 0) AS stage, operation, -amount AS settled, 0 AS reserved
            FROM credit_ledger WHERE run_id IS NOT NULL AND operation IS NOT NULL
            UNION ALL SELECT account_id, run_id, coalesce(stage, 0), operation, 0, amount
            FROM credit_reservations WHERE run_id IS NOT NULL AND status = 'pending'
        ), sums AS (
            SELECT account_id, run_id, stage, operation, sum(settled) AS settled, sum(reserved) AS reserved
            FROM moves GROUP BY 1, 2, 3, 4
        )
        SELECT r.site_id, wrong.* FROM (
            SELECT run_id, stage, operation, sums.settled, kept.settled AS kept_settled, sums.reserved,
                kept.reserved AS kept_reserved
            FROM sums FULL JOIN credit_run_spending kept USING (account_id, run_id, stage, operation)
        ) AS wrong LEFT JOIN automation_runs r ON r.id = wrong.run_id
        WHERE (coalesce(settled, 0), coalesce(reserved, 0)) <> (coalesce(kept_settled, 0), coalesce(kept_reserved, 0))
        """,
    "a run's total is its ledger": f"""
        SELECT r.site_id, r.id, r.total_credits_used, sum(-l.amount) AS charged FROM automation_runs r
        LEFT JOIN credit_ledger l ON l.run_id = r.id WHERE {ENDED}
        GROUP BY r.id HAVING r.total_credits_used <> coalesce(sum(-l.amount), 0)""",
    "a stage's total is its ledger": """
        SELECT s.site_id, s.run_id, s.stage, s.credits_used, sum(-l.amount) AS charged FROM stage_results s
        LEFT JOIN credit_ledger l ON l.run_id = s.run_id AND l.stage = s.stage WHERE s.status <> 'running'
        GROUP BY s.run_id, s.stage HAVING s.credits_used <> coalesce(sum(-l.amount), 0)""",
    "a run spends no more than its budget": """
        SELECT r.site_id, r.id, r.initial_snapshot -> 'budget' -> 'total' AS budget, sum(-l.amount) AS charged
        FROM automation_runs r JOIN credit_ledger l ON l.run_id = r.id WHERE l.metadata ->> 'used' IS NULL
        GROUP BY r.id HAVING sum(-l.amount) > (r.initial_snapshot -> 'budget' ->> 'total')::numeric * 100""",
    "a balance is the sum of its ledger, and reserved what is pending": """
        SELECT s.id AS site_id, b.balance, b.reserved FROM credit_balances b JOIN sites s USING (account_id)
        WHERE b.balance <> (SELECT coalesce(sum(amount), 0) FROM credit_ledger l WHERE l.account_id = b.account_id)
        OR b.reserved <> (SELECT coalesce(sum(amount), 0) FROM credit_reservations v
            WHERE v.account_id = b.account_id AND v.status = 'pending')""",
    "each entry's balance is the sum up to it": """
        SELECT s.id AS site_id, l.id, l.balance_after, l.total FROM (SELECT id, account_id, balance_after,
            sum(amount) OVER (PARTITION BY account_id ORDER BY id) AS total FROM credit_ledger) AS l
        JOIN sites s USING (account_id) WHERE l.balance_after <> l.total""",
}
"""Name and query of each; a query returns the rows that break it, with their site first."""
