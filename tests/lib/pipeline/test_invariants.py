"""The invariants can fail: each kind of damage to a finished run's rows is found and named."""

# ruff: noqa: S608 - the statements are put together from constants of this module

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from igny8_lib.db.session import Sessions
from tests.faulty_provider import FaultyProvider
from tests.lib.pipeline.drive import drive, tools_for
from tests.lib.pipeline.invariants import CHECKS, QUERIES, assert_invariants, files_and_rows, look
from tests.lib.pipeline.ready import ready_site

CALL = "(SELECT min(id) FROM ai_calls)"
ENTRY = "(SELECT min(id) FROM credit_ledger WHERE entry_type = 'usage')"

DAMAGE = {
    "a stage of a run is charged the price of its done items by the run's snapshot": f"""
        UPDATE credit_ledger SET amount = amount - 1 WHERE id = {ENTRY}""",
    "a request is charged the price of its done items": """
        UPDATE stage_items SET state = 'failed', error = 'x', created = 0 WHERE stage = 6 AND position = 0""",
    "a charge in flight is only a cancelled run's, for a request without done items": f"""
        UPDATE credit_ledger SET metadata = '{{"cancelled_in_flight": true}}' WHERE id = {ENTRY}""",
    "every settled reservation has one entry of its amount": f"DELETE FROM credit_ledger WHERE id = {ENTRY}",
    "every entry of a run has one settled reservation": "DELETE FROM credit_reservations",
    "no ended run holds credits": """
        UPDATE credit_reservations SET status = 'pending', settled_amount = NULL, closed_at = NULL""",
    "a charge is for an answered request": f"UPDATE ai_calls SET status = 'pending' WHERE id = {CALL}",
    "a charge in flight is for a request that was sent": """
        UPDATE credit_ledger SET metadata = '{"cancelled_in_flight": true}' WHERE entry_type = 'usage';
        UPDATE ai_calls SET sent_at = NULL""",
    "a done item of a paid stage has a charge": f"DELETE FROM credit_ledger WHERE id = {ENTRY}",
    "an answer that was kept is charged, or its items say why not": f"DELETE FROM credit_ledger WHERE id = {ENTRY}",
    "no request of an ended run waits for its answer, but where it was cancelled": f"""
        UPDATE ai_calls SET status = 'pending' WHERE id = {CALL}""",
    "a request that waits in a cancelled run was charged in flight, or never sent": f"""
        UPDATE ai_calls SET status = 'pending' WHERE id = {CALL}; UPDATE automation_runs SET status = 'cancelled';
        DELETE FROM credit_ledger WHERE entry_type = 'usage'""",
    "a refused request is not kept as sent": f"""
        UPDATE ai_calls SET status = 'failed', answer = NULL, failure = 'item', error = 'No (HTTP 400: odd).'
        WHERE id = {CALL}""",
    "an answered request was sent, and has answer, time and attempts": "UPDATE ai_calls SET sent_at = NULL",
    "a failed request says why, of which kind and when": "UPDATE ai_calls SET status = 'failed', answer = NULL",
    "the figures of requests are possible ones": "UPDATE ai_calls SET tokens_out = -5",
    "an ask belongs to its charge, and is one of at most four": """
        UPDATE ai_calls SET idempotency_key = charge_key || '/ask/5'""",
    "nothing is asked again once a valid answer came": """
        INSERT INTO ai_calls (site_id, run_id, stage, request, charge_key, idempotency_key, operation, model,
            prompt_version, status, attempts)
        SELECT site_id, run_id, stage, request, charge_key, charge_key || '/ask/2', operation, '', '', 'pending', 0
        FROM ai_calls""",
    "what a run spent is the sum of its entries and reservations": "UPDATE credit_run_spending SET settled = 1",
    "a run's total is its ledger": "UPDATE automation_runs SET total_credits_used = total_credits_used + 1",
    "a stage's total is its ledger": "UPDATE stage_results SET credits_used = credits_used + 1",
    "a run spends no more than its budget": """
        UPDATE automation_runs SET initial_snapshot = jsonb_set(initial_snapshot, '{budget,total}', '1')""",
    "a balance is the sum of its ledger, and reserved what is pending": "UPDATE credit_balances SET balance = 1",
    "each entry's balance is the sum up to it": f"UPDATE credit_ledger SET balance_after = 7 WHERE id = {ENTRY}",
    "an ended run has its reason, sentence and times": "UPDATE automation_runs SET stopped_detail = ' '",
    "status, reason and error of a run fit each other": "UPDATE automation_runs SET status = 'failed'",
    "a run that was stopped early ended for that reason": "UPDATE automation_runs SET stopping = 'credit_budget'",
    "a completed run has booked every stage": "DELETE FROM stage_results WHERE stage = 3",
    "no stage of an ended run is running": "UPDATE stage_results SET status = 'running' WHERE stage = 3",
    "a stage's totals are its items": "DELETE FROM stage_items WHERE stage = 3 AND position = 0",
    "a stage's own counters are the sums of its items' ones": """
        UPDATE stage_results SET details = details - 'total_words' WHERE stage = 4""",
    "no item of an ended run is pending": "UPDATE stage_items SET state = 'pending' WHERE stage = 1",
    "a stage says how many items it left": "UPDATE stage_items SET state = 'left' WHERE stage = 1",
    "items are left only where the run was stopped or credits were short": """
        UPDATE stage_items SET state = 'left' WHERE stage = 1""",
    "a failed item says why and when": "UPDATE stage_items SET state = 'failed' WHERE stage = 3",
    "a done item has its time and no error": "UPDATE stage_items SET finished_at = NULL WHERE stage = 3",
    "an item is done by one run only, and by another one each time that people asked again": """
        INSERT INTO stage_items (run_id, stage, position, site_id, item_id, batch, request, state)
        SELECT run_id, stage, position + 900, site_id, item_id, batch, request, state FROM stage_items""",
    "a work list has each item once, in whole places": "UPDATE stage_items SET position = position + 9 WHERE stage = 7",
    "a request's items are in one batch": "UPDATE stage_items SET batch = position",
    "stages follow each other": "UPDATE stage_results SET started_at = now() - interval '1 day' WHERE stage = 4",
    "a failed stage says why, and fails its run": "UPDATE stage_results SET status = 'failed' WHERE stage = 4",
    "a run's lines are in order": "UPDATE run_events SET at = at - id * interval '1 hour'",
    "an ended run tells its start and its end once": "DELETE FROM run_events WHERE message LIKE 'Ended %'",
    "no ended run holds its site": "UPDATE site_leases SET run_id = (SELECT max(id) FROM automation_runs)",
    "a site's runs are numbered without gaps": "UPDATE automation_runs SET run_number = 2",
    "a run's rows are its site's": "UPDATE run_events SET site_id = site_id + 1",
    "a keyword is mapped exactly where it has a cluster": "UPDATE keywords SET status = 'new'",
    "a keyword that a run clustered has its cluster": "UPDATE keywords SET cluster_id = NULL, status = 'new'",
    "a cluster that a run planned has ideas, unless the site knew them all": "DELETE FROM content_ideas",
    "a cluster that no run planned has no ideas of a run": "UPDATE clusters SET status = 'new'",
    "an idea that a run queued has its task": "DELETE FROM tasks",
    "an idea that a run skipped made nothing, and competes with a page or people looked at it": """
        UPDATE stage_items SET counts = '{"ideas_skipped": 1}' WHERE stage = 3""",
    "an idea is skipped exactly where it says why": "UPDATE content_ideas SET skipped_reason = 'it competes'",
    "an idea that competes is skipped, and names the page": """
        UPDATE content_ideas SET competition_verdict = 'competing'""",
    "only an idea that a page is like has a page": "UPDATE content_ideas SET competition_verdict = 'doubtful'",
    "a queued task has its idea's priority": "UPDATE tasks SET status = 'queued', priority = 7",
    "an idea that people approved says who did": "UPDATE content_ideas SET approved_at = now()",
    "an idea with a task is queued or completed, and no other one is": "DELETE FROM tasks",
    "an idea is completed exactly where its task is": "UPDATE content_ideas SET status = 'queued'",
    "a task is completed exactly where it has an article that nobody asked to be written anew": "DELETE FROM content",
    "a task that a run wrote has an article of the words that were charged": "UPDATE content SET word_count = 1",
    "nothing is in work": "UPDATE tasks SET status = 'in_progress'",
    "a failed task and a failed image say why": "UPDATE images SET status = 'failed'",
    "after a temporary failure the item waits for the next run": """
        UPDATE stage_items SET state = 'failed', temporary = true WHERE stage = 4;
        UPDATE tasks SET status = 'failed'""",
    "an article whose pictures a run described has as many as were asked for": """
        DELETE FROM images WHERE position = 1""",
    "the pictures of an article are numbered from 0, which is the featured one": """
        UPDATE images SET kind = 'in_article'""",
    "a picture is generated exactly where it has file, size and model": "UPDATE images SET file = NULL",
    "a picture that a run drew is generated": "UPDATE images SET status = 'pending', file = NULL",
    "an article is a draft while text or pictures are pending, and no longer": "UPDATE content SET status = 'draft'",
    "no article stands between draft and review where runs of its site are to do nothing more with it": """
        UPDATE content SET status = 'linked'""",
    "what a run linked or optimized has gone on": """
        UPDATE stage_items SET stage = 9 WHERE stage = 5;
        UPDATE content SET status = 'draft', first_review_at = NULL""",
    "linking and optimizing are charged for what they made better, by the run's snapshot": """
        UPDATE stage_items SET stage = 8 WHERE stage = 4""",
    "addresses of articles are unique whatever their case": """
        ALTER TABLE content DROP CONSTRAINT uq_content_site_id_slug; UPDATE content SET slug = 'same'""",
    "names are within their bounds": "UPDATE content SET meta_title = repeat('a', 71)",
    "plans are within their bounds": "UPDATE tasks SET word_count_target = 5000000",
    "what belongs together is of one site": "UPDATE images SET site_id = site_id + 1",
    "HTML is within the allow-list": "UPDATE content SET html = html || '<script>x</script>'",
    "no heading repeats its article's title": "UPDATE content SET html = '<h2>' || title || '</h2>' || html",
    "an article's word count is the one measure's": "UPDATE content SET word_count = word_count + 1",
    "titles of articles are unique within a site": "UPDATE content SET title = 'The same title'",
    "names say something and hide nothing": "UPDATE clusters SET name = name || chr(8238)",
    "texts are compared by their normal form": "UPDATE clusters SET name = name || ' more'",
    "an ended run shows 100 percent and its credits": "UPDATE automation_runs SET total_credits_used = 1",
}
"""For each invariant a damage that breaks it, done without triggers and foreign keys."""

GUARDED = ("credit_ledger", "credit_balances", "credit_reservations", "credit_run_spending")
"""Their triggers hold for replicas, too."""


@pytest.fixture
def finished(sessions: Sessions, tmp_path: Path) -> Path:
    """A database with one finished run of a small site; the folder of its pictures."""
    with FaultyProvider() as provider:
        tools = tools_for(sessions, provider.base_url, tmp_path)
        site = ready_site(tools, 1, items=6, images_per_content=2)
        assert drive(tools, site.slug).status == "completed"
    return tmp_path


def test_every_invariant_holds_after_a_run_and_can_fail(sessions: Sessions, finished: Path) -> None:
    assert_invariants(sessions, media=finished)
    assert len(DAMAGE) >= 26
    assert DAMAGE.keys() == QUERIES.keys() | CHECKS.keys()
    missed = []
    for name, damage in DAMAGE.items():
        with sessions() as session:
            session.execute(text("SET LOCAL session_replication_role = replica"))
            for table in GUARDED:
                session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            for statement in damage.split(";"):
                session.execute(text(statement))
            if name not in [found for found, rows in look(session, None, only=name) if rows]:
                missed.append(name)
            session.rollback()
    assert not missed


def test_a_broken_invariant_is_named_with_its_rows_at_its_own_site_only(sessions: Sessions, finished: Path) -> None:
    with sessions.begin() as session:
        session.execute(text("UPDATE tasks SET word_count_target = 5000000"))
        site = session.execute(text("SELECT min(site_id) FROM tasks")).scalar_one()
    with pytest.raises(AssertionError, match=r"(?s)^1 broken invariants\nplans are within their bounds: .*5000000"):
        assert_invariants(sessions, site)
    assert_invariants(sessions, site + 1, media=finished)


def test_a_lost_file_and_a_file_of_nobody_are_found(sessions: Sessions, finished: Path) -> None:
    file = next(path for path in finished.rglob("*.*") if path.is_file())
    file.rename(file.with_name("other.png"))
    with sessions() as session:
        told = {reason for _, reason in files_and_rows(session, finished)}
    assert told == {"a file without its picture", "a picture without its file"}
