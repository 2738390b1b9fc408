"""One run in detail, whichever way it ended."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.db.session import Sessions
from igny8_lib.errors import NotFound
from igny8_lib.insights.averages import averages_of
from igny8_lib.insights.run_detail import run_detail
from igny8_lib.insights.run_figures import last_figures
from igny8_lib.models import ItemState, RunStatus, Site, StageItem, StageResult, StageStatus, StoppedReason
from igny8_lib.pipeline import end_run, lifecycle, stage_tasks
from igny8_lib.pipeline.batch import Tools
from tests.factories.planner import make_keywords
from tests.factories.runs import make_ended_run
from tests.factories.sites import make_site
from tests.lib.pipeline.drive import begin, drive
from tests.lib.pipeline.ready import ready_site
from tests.statements import count_statements

STAGE_FIELDS = {
    "stage_number",
    "stage_name",
    "status",
    "credits_used",
    "items_processed",
    "items_created",
    "items_failed",
    "items_remaining",
    "duration_seconds",
    "error",
    "reason",
    "comparison",
}


def with_history(session: Session, runs: int = 3) -> Site:
    site = make_site(session)
    for _ in range(runs):
        make_ended_run(session, site, {4: (10, 10, 0)}, credits_used={4: Credits.of(20)})
    return site


def test_a_run_is_compared_with_the_runs_that_began_before_it(session: Session) -> None:
    site = with_history(session)
    run = make_ended_run(session, site, {4: (13, 13, 0)}, credits_used={4: Credits.of(27)})
    make_ended_run(session, site, {4: (900, 900, 0)}, credits_used={4: Credits.of(5000)})
    document = run_detail(session, site, run.run_id).as_json()
    assert set(document) == {"run", "stages", "efficiency", "insights", "historical_comparison"}
    assert all(set(stage) == STAGE_FIELDS for stage in document["stages"])
    assert document["stages"][3]["comparison"] == {
        "historical_avg_credits": 20,
        "historical_avg_items": 10,
        "credit_variance_pct": 35,
        "items_variance_pct": 30,
    }
    assert document["historical_comparison"]["runs_compared"] == 3
    assert {insight["type"] for insight in document["insights"]} == {"credits", "items"}
    json.dumps(document)


def test_a_run_may_be_named_by_its_number(session: Session) -> None:
    site = with_history(session)
    run = make_ended_run(session, site, {4: (1, 1, 0)})
    assert run_detail(session, site, f"#{run.run_number}").run.figures.run_id == run.run_id


def test_another_sites_run_is_not_found(session: Session) -> None:
    site, other = make_site(session), make_site(session)
    theirs = make_ended_run(session, other, {})
    with pytest.raises(NotFound):
        run_detail(session, site, theirs.run_id)


def test_a_real_run_adds_up(tools: Tools, session: Session) -> None:
    site = ready_site(tools, 4, items=3, max_tasks_per_run=2, images_per_content=2)
    run = drive(tools, site.slug)
    document = run_detail(session, site, run.run_id).as_json()
    stages = document["stages"]
    assert [stage["status"] for stage in stages] == ["skipped"] * 3 + ["completed"] * 3 + ["completed"]
    assert document["run"]["total_credits_used"] == sum(stage["credits_used"] for stage in stages)
    assert document["run"]["stopped_reason"] == "per_run_limit"
    assert (stages[3]["items_processed"], stages[3]["items_created"], stages[3]["items_remaining"]) == (2, 2, 0)
    assert (stages[4]["items_created"], stages[5]["items_created"]) == (4, 4)
    assert document["efficiency"]["credits_per_item"] > 0
    told = [insight["message"] for insight in document["insights"]]
    assert "Stage 4 (Tasks → Content): the limit per run left 1 of the tasks for the next one." in told
    assert document["historical_comparison"] == {
        "runs_compared": 0,
        "has_sufficient_data": False,
        "avg_total_credits": None,
        "avg_duration_seconds": None,
        "avg_credits_per_item": None,
        "credit_variance_pct": None,
        "duration_variance_pct": None,
        "credits_per_item_variance_pct": None,
    }


def test_a_running_run_is_told_as_far_as_it_is(sessions: Sessions, session: Session) -> None:
    site = make_site(session, config={"stage_1_batch_size": 20, "max_ideas_per_run": 5})
    make_keywords(session, site, 30)
    session.commit()
    run = begin(sessions, site.slug)
    stage_tasks.plan_stage(sessions, run.id, 1, "test")
    session.execute(update(StageItem).where(StageItem.position < 12).values(state=ItemState.DONE, created=1))
    session.execute(update(StageItem).where(StageItem.position == 12).values(state=ItemState.FAILED))
    session.commit()
    first, *others = run_detail(session, site, run.run_id).as_json()["stages"]
    assert (first["status"], first["items_processed"], first["items_remaining"]) == ("running", 12, 17)
    assert (first["items_created"], first["items_failed"]) == (12, 1)
    assert {stage["status"] for stage in others} == {"waiting"}


def test_a_cancelled_run_says_what_it_left_and_who_cancelled_it(sessions: Sessions, session: Session) -> None:
    site = make_site(session)
    make_keywords(session, site, 30)
    session.commit()
    run = begin(sessions, site.slug)
    stage_tasks.plan_stage(sessions, run.id, 1, "test")
    with sessions.begin() as other:
        end_run.cancel(other, run.id, sentence="Cancelled by anna.", actor="anna")
    document = run_detail(session, site, run.run_id).as_json()
    assert (document["run"]["status"], document["stages"][0]["items_remaining"]) == ("cancelled", 30)
    assert document["insights"] == [{"type": "stopped", "severity": "warning", "message": "Cancelled by anna."}]
    assert {stage["status"] for stage in document["stages"][1:]} == {"not_reached"}


def test_an_empty_run_and_a_start_that_met_a_run_are_told_without_figures(sessions: Sessions, session: Session) -> None:
    site = make_site(session)
    session.commit()
    empty = begin(sessions, site.slug)
    met = begin(sessions, site.slug)
    end_run.finish(sessions, empty.id)
    found = run_detail(session, site, empty.run_id).as_json()
    assert (found["run"]["stopped_reason"], found["efficiency"]["credits_per_item"]) == ("nothing_pending", None)
    assert [insight["severity"] for insight in found["insights"]] == ["info"]
    refused = run_detail(session, site, met.run_id).as_json()
    assert (refused["run"]["status"], refused["run"]["stopped_reason"]) == ("skipped", "site_busy")
    assert {stage["items_remaining"] for stage in refused["stages"]} == {0}


def test_a_stage_that_was_skipped_although_something_waited_says_why(sessions: Sessions, session: Session) -> None:
    site = make_site(session)
    make_keywords(session, site, 3)
    session.commit()
    run = begin(sessions, site.slug)
    for number in range(1, 8):
        stage_tasks.plan_stage(sessions, run.id, number, "test")
    end_run.finish(sessions, run.id)
    document = run_detail(session, site, run.run_id).as_json()
    assert document["stages"][0]["reason"] == "only 3 keywords pending, at least 5 are needed"
    assert document["stages"][0]["items_remaining"] == 3
    told = "Stage 1 (Keywords → Clusters) was skipped: only 3 keywords pending, at least 5 are needed."
    assert {"type": "skipped_stage", "severity": "info", "message": told} in document["insights"]


def test_a_stage_that_never_began_leaves_what_its_limit_let_through(session: Session) -> None:
    site = make_site(session)
    plans = {"4": {"pending": 30}, "5": {"pending": 7}, "6": {"pending": 9, "off": "disabled"}}
    snapshot = {"stages": plans, "limits": {"max_tasks_per_run": 10}}
    run = make_ended_run(session, site, {}, snapshot=snapshot, status=RunStatus.FAILED)
    stages = run_detail(session, site, run.run_id).stages
    assert [stage.figures.remaining for stage in stages] == [0, 0, 0, 10, 7, 0, 0]


def test_pauses_are_no_time_of_a_run(session: Session) -> None:
    site = make_site(session)
    run = make_ended_run(session, site, {4: (10, 10, 0)}, status=RunStatus.CANCELLED)
    run.stopped_reason = StoppedReason.CANCELLED
    run.paused_seconds = 3600
    run.completed_at = run.started_at + timedelta(hours=7)
    run.paused_at = run.completed_at - timedelta(hours=2)
    session.flush()
    document = run_detail(session, site, run.run_id).as_json()["run"]
    assert (document["duration_seconds"], document["paused_seconds"]) == (4 * 3600, 3 * 3600)


def test_a_paused_run_stands_still(sessions: Sessions, session: Session) -> None:
    site = make_site(session)
    make_keywords(session, site, 30)
    session.commit()
    run = begin(sessions, site.slug)
    stage_tasks.plan_stage(sessions, run.id, 1, "test")
    with sessions.begin() as other:
        lifecycle.pause(other, run.id, actor="anna")
    first = run_detail(session, site, run.run_id).run.figures
    again = run_detail(session, site, run.run_id).run.figures
    assert (first.status, first.seconds) == (RunStatus.PAUSED, pytest.approx(again.seconds))


def test_a_failed_run_says_its_reason_once(session: Session) -> None:
    site = make_site(session)
    run = make_ended_run(session, site, {6: (4, 4, 6)}, status=RunStatus.FAILED)
    run.stopped_reason = StoppedReason.STAGE_FAILED
    run.stopped_detail = "Stage 6 (Image prompts → Images) failed: 6 of 10 items failed, most often: refused."
    (result,) = session.query(StageResult).filter_by(run_id=run.id)
    result.status, result.error = StageStatus.FAILED, "6 of 10 items failed, most often: refused"
    session.flush()
    found = run_detail(session, site, run.run_id).insights
    assert [each.severity for each in found] == ["error", "warning"]
    assert found[0].message == run.stopped_detail


@pytest.mark.parametrize("runs", [0, 40])
def test_a_detail_costs_four_statements_however_many_runs_there_were(
    session: Session, engine: Engine, runs: int
) -> None:
    site = with_history(session, runs)
    run = make_ended_run(session, site, {4: (10, 10, 0)})
    session.commit()
    session.refresh(site)
    name = run.run_id
    assert count_statements(engine, lambda: run_detail(session, site, name)) == 4


def test_linking_and_optimizing_stand_on_a_run_s_way_where_it_went_and_nowhere_else(session: Session) -> None:
    site = make_site(session)
    stages = {str(number): {"pending": 2} for number in range(1, 10)}
    worked = dict.fromkeys(range(1, 10), (2, 2, 0))
    earlier = [make_ended_run(session, site, worked, snapshot={"stages": stages}) for _ in range(3)]
    plain = make_ended_run(session, site, {4: (1, 1, 0)})
    improved = run_detail(session, site, earlier[-1].run_id).as_json()
    assert [stage["stage_number"] for stage in improved["stages"]] == [1, 2, 3, 4, 5, 6, 8, 9, 7]
    assert [stage["stage_name"] for stage in improved["stages"][6:8]] == ["Linking", "Optimizing"]
    assert len(improved["run"]["stage_statuses"]) == 7
    assert (improved["run"]["link_status"], improved["run"]["optimize_status"]) == ("completed", "completed")
    other = run_detail(session, site, plain.run_id)
    assert [stage.figures.number for stage in other.stages] == list(range(1, 8))
    assert (other.run.as_json()["link_status"], other.run.as_json()["optimize_status"]) == (None, None)
    usual = averages_of(last_figures(session, site)).as_json()["stages"]
    assert [stage["stage_number"] for stage in usual] == list(range(1, 10))
