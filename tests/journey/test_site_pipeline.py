"""A keyword export goes in, reviewed drafts with images come out: in a real Airflow, started by REST."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from igny8_lib.models import AutomationRun, ContentStatus, ImageStatus, StageStatus, StoppedReason, TaskStatus
from tests.journey.conftest import JOURNEY
from tests.journey.invariants import assert_at_rest
from tests.journey.site_rows import SiteRows, newest_run, rows_of, stage_results
from tests.journey.sites import make_site, run_site
from tests.stack import Stack

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.timeout(1800),
    pytest.mark.slow("a whole run is two dozen task processes, one after the other"),
]


def test_a_search_console_export_becomes_drafts_in_review_and_a_second_run_skips_all_stages(
    stack: Stack, first_run: tuple[AutomationRun, SiteRows]
) -> None:
    run, rows = first_run
    results = stage_results(stack.sessions, run)
    assert (run.status, run.stopped_reason) == ("completed", StoppedReason.COMPLETED)
    assert {status for _, status, _ in rows.keywords} == {"mapped"}
    assert {status for _, status in rows.clusters} == {"mapped"}
    assert {status for _, status in rows.ideas} == {"completed"}
    assert {status for _, status in rows.tasks} == {TaskStatus.COMPLETED}
    assert {status for _, status, _, _ in rows.content} == {ContentStatus.REVIEW}
    assert {status for _, _, _, status in rows.images} == {ImageStatus.GENERATED}
    made = [rows.clusters, rows.ideas, rows.tasks, rows.content, rows.images, rows.images]
    assert [results[n].items_created for n in range(1, 7)] == [len(each) for each in made]
    assert results[7].details["ready_for_review"] == len(rows.content)
    assert results[4].details["total_words"] == sum(words for _, _, _, words in rows.content)
    assert len(list((stack.home / "media").rglob("*.png"))) >= len(rows.images)
    assert_at_rest(stack.sessions, JOURNEY)

    assert run_site(stack, JOURNEY) == "success"
    second = newest_run(stack.sessions, JOURNEY)
    assert (second.run_number > run.run_number, second.stopped_reason) == (True, StoppedReason.NOTHING_PENDING)
    assert {result.status for result in stage_results(stack.sessions, second).values()} == {StageStatus.SKIPPED}
    states = {task["task_id"]: task["state"] for task in stack.tasks(second.dag_id, second.dag_run_id)}
    assert {task for task, state in states.items() if state == "success"} == {"start", "finish"}
    assert set(states.values()) == {"success", "skipped"}


def test_a_run_with_fewer_than_five_keywords_skips_stage_1_with_its_reason_and_goes_on(
    stack: Stack, tmp_path: Path
) -> None:
    stack.reset_sandbox()
    few = tmp_path / "few.txt"
    few.write_text("garden shed\nroof repair\nheat pump\noak floor\n")
    make_site(stack, "few", keywords=few)
    assert run_site(stack, "few") == "success"
    run = newest_run(stack.sessions, "few")
    results = stage_results(stack.sessions, run)
    assert results[1].status == StageStatus.SKIPPED
    assert results[1].details["reason"] == "only 4 keywords pending, at least 5 are needed"
    assert {results[n].status for n in range(2, 8)} == {StageStatus.SKIPPED}
    told = json.loads(stack.igny8("runs", "show", "few", run.run_id, "--json").stdout)
    assert "Skipped: only 4 keywords pending, at least 5 are needed." in [line["message"] for line in told["log"]]


def test_a_run_whose_provider_fails_a_fifth_of_all_requests_completes_and_charges_no_failed_item(stack: Stack) -> None:
    stack.reset_sandbox()
    make_site(stack, "stormy")
    stack.switch(failing_rate=0.2)
    try:
        run_site(stack, "stormy")
    finally:
        stack.reset_sandbox()
    run = newest_run(stack.sessions, "stormy")
    assert run.status == "completed", run.stopped_detail
    assert_at_rest(stack.sessions, "stormy")
    results = stage_results(stack.sessions, run)
    rows = rows_of(stack.sessions, "stormy")
    assert results[4].items_failed == len([1 for _, status in rows.tasks if status != TaskStatus.COMPLETED])


def test_a_run_without_credits_ends_properly_and_says_what_is_missing(stack: Stack) -> None:
    stack.reset_sandbox()
    make_site(stack, "poor", funds=6)
    assert run_site(stack, "poor") == "success"
    run = newest_run(stack.sessions, "poor")
    assert run.status == "completed"
    assert run.stopped_reason in (StoppedReason.INSUFFICIENT_CREDITS, StoppedReason.CREDIT_BUDGET)
    assert "credits" in run.stopped_detail
    assert_at_rest(stack.sessions, "poor")


def test_tasks_of_a_site_have_its_pool_of_one_slot_although_the_site_was_added_later(stack: Stack) -> None:
    stack.reset_sandbox()
    make_site(stack, "late", keywords=None)
    assert run_site(stack, "late") == "success"
    pool = stack.airflow.call("GET", "/pools/site_late")
    assert pool["slots"] == 1
    run = newest_run(stack.sessions, "late")
    assert {task["pool"] for task in stack.tasks(run.dag_id, run.dag_run_id)} == {"site_late"}
