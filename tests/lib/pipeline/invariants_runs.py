"""What must hold of runs, their stages and their work lists, as queries for what breaks it."""

# ruff: noqa: S608 - the queries are put together from constants of these modules

from __future__ import annotations

from tests.lib.pipeline.invariants_money import ENDED

OPEN_END = "(r.stopping IS NOT NULL OR r.status IN ('failed', 'cancelled'))"
"""A run that did not come to all its items."""

RUNS = {
    "an ended run has its reason, sentence and times": f"""
        SELECT r.site_id, r.id, r.status, r.stopped_reason, r.stopped_detail FROM automation_runs r WHERE {ENDED}
        AND (r.stopped_reason IS NULL OR btrim(r.stopped_detail) = '' OR r.completed_at IS NULL
            OR r.completed_at < r.started_at OR r.current_stage IS NOT NULL)""",
    "status, reason and error of a run fit each other": f"""
        SELECT r.site_id, r.id, r.status, r.stopped_reason, r.error FROM automation_runs r WHERE {ENDED}
        AND r.completed_at > r.started_at AND (r.status, r.error IS NOT NULL) <> (CASE r.stopped_reason
            WHEN 'cancelled' THEN 'cancelled' WHEN 'provider_unavailable' THEN 'failed'
            WHEN 'stage_failed' THEN 'failed' WHEN 'site_busy' THEN 'skipped' ELSE 'completed' END,
            r.stopped_reason IN ('provider_unavailable', 'stage_failed'))""",
    "a run that was stopped early ended for that reason": f"""
        SELECT r.site_id, r.id, r.stopping, r.stopped_reason FROM automation_runs r
        WHERE {ENDED} AND r.stopping <> r.stopped_reason AND r.status <> 'cancelled'""",
    "a completed run has booked every stage": """
        SELECT r.site_id, r.id, count(s.stage) AS booked FROM automation_runs r
        LEFT JOIN stage_results s ON s.run_id = r.id AND s.status IN ('completed', 'skipped')
        WHERE r.status = 'completed' GROUP BY r.id HAVING count(s.stage) <> (
            SELECT count(*) FROM jsonb_object_keys(r.initial_snapshot -> 'stages'))""",
    "no stage of an ended run is running": f"""
        SELECT s.site_id, s.run_id, s.stage FROM stage_results s JOIN automation_runs r ON r.id = s.run_id
        WHERE s.status = 'running' AND {ENDED}""",
    "a stage's totals are its items": """
        SELECT s.site_id, s.run_id, s.stage, s.items_total, s.items_processed, s.items_failed, s.items_created,
            count(i.state), count(*) FILTER (WHERE i.state = 'done'), count(*) FILTER (WHERE i.state = 'failed')
        FROM stage_results s LEFT JOIN stage_items i ON i.run_id = s.run_id AND i.stage = s.stage
        WHERE s.status <> 'running' GROUP BY s.run_id, s.stage
        HAVING s.items_total <> count(i.state)
            OR s.items_processed <> count(*) FILTER (WHERE i.state = 'done')
            OR s.items_failed <> count(*) FILTER (WHERE i.state = 'failed')
            OR s.items_created <> coalesce(sum(i.created), 0)""",
    "a stage's own counters are the sums of its items' ones": """
        SELECT s.site_id, s.run_id, s.stage, sums.name, sums.total, s.details ->> sums.name AS told
        FROM stage_results s JOIN (SELECT run_id, stage, key AS name, sum(value::bigint) AS total
            FROM stage_items, jsonb_each_text(counts) GROUP BY 1, 2, 3) AS sums USING (run_id, stage)
        WHERE s.status <> 'running' AND (s.details ->> sums.name)::bigint IS DISTINCT FROM sums.total""",
    "no item of an ended run is pending": f"""
        SELECT i.site_id, i.run_id, i.stage, i.item_id FROM stage_items i JOIN automation_runs r ON r.id = i.run_id
        WHERE i.state = 'pending' AND {ENDED}""",
    "a stage says how many items it left": """
        SELECT s.site_id, s.run_id, s.stage, s.details ->> 'left' AS told, count(*) FROM stage_results s
        JOIN stage_items i ON i.run_id = s.run_id AND i.stage = s.stage AND i.state = 'left'
        WHERE s.status <> 'running' GROUP BY s.run_id, s.stage
        HAVING (s.details ->> 'left')::bigint IS DISTINCT FROM count(*)""",
    "items are left only where the run was stopped or credits were short": f"""
        SELECT i.site_id, i.run_id, i.stage, i.item_id, i.error FROM stage_items i
        JOIN automation_runs r ON r.id = i.run_id
        LEFT JOIN stage_results s ON s.run_id = i.run_id AND s.stage = i.stage
        WHERE i.state = 'left' AND NOT {OPEN_END} AND coalesce(s.details ->> 'short', '') = ''""",
    "a failed item says why and when": """
        SELECT i.site_id, i.run_id, i.stage, i.item_id, i.error FROM stage_items i WHERE i.state = 'failed'
        AND (btrim(coalesce(i.error, '')) = '' OR length(i.error) > 2000 OR i.finished_at IS NULL OR i.created <> 0)""",
    "a done item has its time and no error": """
        SELECT i.site_id, i.run_id, i.stage, i.item_id, i.error FROM stage_items i WHERE i.state = 'done'
        AND (i.finished_at IS NULL OR i.error IS NOT NULL OR i.temporary OR i.created < 0)""",
    "an item is done by one run only, and by another one each time that people asked again": """
        SELECT i.site_id, i.stage, i.item_id, array_agg(i.run_id) AS runs FROM stage_items i
        WHERE i.state = 'done' AND i.stage < 7 AND NOT i.counts ? 'ideas_skipped'
        GROUP BY 1, 2, 3 HAVING count(*) > 1 + (
            SELECT count(*) FROM content_events e JOIN content c ON c.id = e.content_id
            LEFT JOIN images m ON m.content_id = c.id AND m.position = e.position
            WHERE e.kind = 'rewrite_asked' AND i.stage = 4 AND c.task_id = i.item_id
            OR e.kind = 'rewrite_asked' AND i.stage = 5 AND c.id = i.item_id
            OR e.kind = 'redraw_asked' AND i.stage = 6 AND m.id = i.item_id)""",
    "a work list has each item once, in whole places": """
        SELECT i.site_id, i.run_id, i.stage, count(*), count(DISTINCT i.item_id), max(i.position) FROM stage_items i
        GROUP BY 1, 2, 3 HAVING count(*) <> count(DISTINCT i.item_id) OR count(*) <> max(i.position) + 1""",
    "a request's items are in one batch": """
        SELECT i.site_id, i.run_id, i.stage, i.request FROM stage_items i
        GROUP BY 1, 2, 3, 4 HAVING count(DISTINCT i.batch) > 1""",
    "stages follow each other": """
        SELECT s.site_id, s.run_id, s.stage, s.started_at, s.before FROM (SELECT *,
            lag(finished_at) OVER (PARTITION BY run_id
                ORDER BY CASE WHEN stage > 7 THEN 6 ELSE stage END, stage) AS before FROM stage_results) AS s
        WHERE s.started_at < s.before OR s.finished_at < s.started_at""",
    "a failed stage says why, and fails its run": """
        SELECT s.site_id, s.run_id, s.stage, s.error, r.status FROM stage_results s
        JOIN automation_runs r ON r.id = s.run_id WHERE s.status = 'failed'
        AND (btrim(coalesce(s.error, '')) = '' OR r.status NOT IN ('failed', 'cancelled'))""",
    "a run's lines are in order": """
        SELECT e.site_id, e.run_id, e.id, e.message FROM (SELECT *,
            lag(at) OVER (PARTITION BY run_id ORDER BY id) AS before FROM run_events) AS e WHERE e.at < e.before""",
    "an ended run tells its start and its end once": f"""
        SELECT r.site_id, r.id, array_agg(e.message) AS told FROM automation_runs r
        LEFT JOIN run_events e ON e.run_id = r.id WHERE {ENDED} AND r.status <> 'skipped'
        AND r.completed_at > r.started_at GROUP BY r.id
        HAVING count(*) FILTER (WHERE e.message ~ ' started (on [^(]*)?[(]') <> 1
            OR count(*) FILTER (WHERE e.message LIKE 'Ended %') <> 1""",
    "no ended run holds its site": f"""
        SELECT l.site_id, l.run_id, l.holder FROM site_leases l JOIN automation_runs r ON r.id = l.run_id
        WHERE {ENDED}""",
    "a site's runs are numbered without gaps": """
        SELECT r.site_id, count(*), max(r.run_number) FROM automation_runs r
        GROUP BY r.site_id HAVING count(*) <> max(r.run_number) OR min(r.run_number) <> 1""",
    "a run's rows are its site's": """
        SELECT r.site_id, r.id, 'item' AS what FROM automation_runs r JOIN stage_items o ON o.run_id = r.id
        WHERE o.site_id <> r.site_id UNION ALL
        SELECT r.site_id, r.id, 'request' FROM automation_runs r JOIN ai_calls o ON o.run_id = r.id
        WHERE o.site_id <> r.site_id UNION ALL
        SELECT r.site_id, r.id, 'line' FROM automation_runs r JOIN run_events o ON o.run_id = r.id
        WHERE o.site_id <> r.site_id UNION ALL
        SELECT r.site_id, r.id, 'entry' FROM automation_runs r JOIN credit_ledger o ON o.run_id = r.id
        WHERE o.site_id <> r.site_id OR o.account_id <> r.account_id""",
}
"""Name and query of each; a query returns the rows that break it, with their site first."""
