"""A site at a glance, on real rows; the figures themselves are tested as pure functions."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.amounts import ZERO, Credits
from igny8_lib.insights.history import history
from igny8_lib.insights.overview import overview_stats
from igny8_lib.insights.run_detail import run_detail
from igny8_lib.models import ContentIdea, Image, ImageStatus, RunStatus, Site, StoppedReason, Task
from igny8_lib.pipeline import process_batch, stage_tasks
from igny8_lib.pipeline.batch import Tools
from igny8_lib.pipeline.forecast import forecast
from igny8_lib.pipeline.runs import credits_used
from tests.factories.planner import make_cluster, make_idea, make_task
from tests.factories.runs import make_ended_run
from tests.factories.sites import make_site
from tests.lib.pipeline.drive import begin
from tests.lib.pipeline.ready import ready_site
from tests.statements import count_statements

STATEMENTS = 23
"""Most of them are the snapshot's and the estimate's."""


def worked(session: Session, site: Site, credits_used: int = 10, *, days_ago: float = 1, **more: object) -> None:
    """A run of ten articles and 100 seconds."""
    run = make_ended_run(session, site, {4: (10, 10, 0)}, credits_used={4: Credits.of(credits_used)})
    run.started_at = clock.now() - timedelta(days=days_ago)
    run.completed_at = run.started_at + timedelta(seconds=100)
    run.total_credits_used = Credits.of(credits_used)
    for name, value in more.items():
        setattr(run, name, value)
    session.flush()


def test_a_new_site_has_an_overview_of_zeros_and_cautious_averages(session: Session) -> None:
    document = overview_stats(session, make_site(session)).as_json()
    assert document["run_statistics"] == {
        "total_runs": 0,
        "completed_runs": 0,
        "failed_runs": 0,
        "running_runs": 0,
        "total_credits_used": 0,
        "total_credits_last_30_days": 0,
        "avg_credits_per_run": None,
        "avg_duration_last_7_days_seconds": None,
    }
    usual = document["historical_averages"]
    assert (usual["has_sufficient_data"], usual["total_runs_analyzed"], len(usual["stages"])) == (False, 0, 7)
    assert usual["avg_total_credits"] > 0
    assert usual["avg_duration_seconds"] > 0
    assert usual["stages"][1]["avg_output_ratio"] > 1, "an idea or more for each cluster"
    assert document["attention_items"] == {"skipped_ideas": 0, "failed_content": 0, "failed_images": 0}


def test_runs_are_counted_by_status_and_credits_by_age(session: Session) -> None:
    site, other = make_site(session), make_site(session)
    worked(session, site, 10)
    worked(session, site, 30, days_ago=20)
    worked(session, site, 50, days_ago=40, paused_seconds=40)
    worked(session, site, 5, status=RunStatus.FAILED, stopped_reason=StoppedReason.STAGE_FAILED)
    worked(session, site, 0, stopped_reason=StoppedReason.NOTHING_PENDING)
    worked(session, other, 1000)
    assert overview_stats(session, site).run_statistics.as_json() == {
        "total_runs": 5,
        "completed_runs": 4,
        "failed_runs": 1,
        "running_runs": 0,
        "total_credits_used": 95,
        "total_credits_last_30_days": 45,
        "avg_credits_per_run": 30,
        "avg_duration_last_7_days_seconds": 100,
    }


def test_averages_come_from_the_last_ten_runs_that_completed_and_had_work(session: Session) -> None:
    site = make_site(session)
    worked(session, site, 500, days_ago=20)
    for day in range(10):
        worked(session, site, 20, days_ago=1 + day)
        worked(session, site, 0, days_ago=1 + day, stopped_reason=StoppedReason.NOTHING_PENDING)
    worked(session, site, 999, dry_run=True)
    usual = overview_stats(session, site).historical_averages.as_json()
    assert (usual["total_runs_analyzed"], usual["has_sufficient_data"]) == (10, True)
    assert (usual["avg_total_credits"], usual["avg_duration_seconds"], usual["avg_credits_per_item"]) == (20, 100, 2)
    assert usual["stages"][3] == {
        "stage_number": 4,
        "stage_name": "Tasks → Content",
        "avg_credits": 20,
        "avg_items_created": 10,
        "avg_output_ratio": 1,
        "has_sufficient_data": True,
    }
    assert usual["stages"][4]["has_sufficient_data"] is False, "no run made image prompts"


def test_the_prediction_is_the_pipelines_estimate_beside_what_waits_now(session: Session) -> None:
    site = make_site(session)
    make_task(session, site, make_cluster(session, site, "heat pump"), "Heat Pumps")
    expected = forecast(session, site)
    document = overview_stats(session, site).predictive_analysis.as_json()
    assert [each["pending_items"] for each in document["stages"]] == [0, 1, 0, 1, 0, 0, 0]
    assert document["totals"] == {
        "total_pending_items": 2,
        "total_estimated_credits": expected.total.as_number(),
        "total_estimated_output": sum(each.expected_output for each in expected.stages),
        "recommended_buffer_credits": expected.buffer.as_number(),
    }
    assert document["confidence"] == expected.confidence.value
    assert [each["stage_number"] for each in document["stages"]] == [1, 2, 3, 4, 5, 6, 7]


def test_what_stands_aside_is_counted_for_this_site_alone(tools: Tools, session: Session) -> None:
    site, other = ready_site(tools, 6, items=3), ready_site(tools, 6, items=2)
    for each in (site, other):
        cluster = make_cluster(session, each, "roof repair")
        make_idea(session, each, cluster, "Roof Repair", status="skipped", skipped_reason="It competes.")
        make_task(session, each, cluster, "Roofs").status = "failed"
        session.query(Image).filter_by(site_id=each.id).update({"status": ImageStatus.FAILED})
    session.flush()
    assert session.query(ContentIdea).filter_by(status="skipped").count() == 2
    assert session.query(Task).filter_by(status="failed").count() == 2
    assert overview_stats(session, site).attention_items.as_json() == {
        "skipped_ideas": 1,
        "failed_content": 1,
        "failed_images": 3,
    }


def test_an_active_run_is_counted_with_what_it_was_charged_before_its_stage_ends(
    tools: Tools, session: Session
) -> None:
    site = ready_site(tools, 1, items=30, stage_1_batch_size=20)
    run = begin(tools.sessions, site.slug)
    first, *_ = stage_tasks.plan_stage(tools.sessions, run.id, 1, "test")
    process_batch.process_batch(tools, run.id, 1, first, "test")
    charged = credits_used(session, run)
    found = overview_stats(session, site).run_statistics
    assert charged > ZERO
    assert (found.total_runs, found.running_runs, found.total_credits_used) == (1, 1, charged)
    assert history(session, site).runs[0].figures.credits == charged
    stage = run_detail(session, site, run.run_id).stages[0].figures
    assert (stage.credits, stage.status, stage.worked + stage.remaining) == (charged, "running", 30)


@pytest.mark.parametrize("runs", [0, 40])
def test_an_overview_costs_the_same_statements_however_many_runs_there_were(
    session: Session, engine: Engine, runs: int
) -> None:
    site = make_site(session)
    for day in range(runs):
        worked(session, site, days_ago=day)
    session.commit()
    session.refresh(site)
    assert count_statements(engine, lambda: overview_stats(session, site)) == STATEMENTS
