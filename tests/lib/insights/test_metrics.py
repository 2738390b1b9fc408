"""Today, this week, this month: of a site and of an account."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.amounts import Credits
from igny8_lib.insights.metrics import metrics
from igny8_lib.models import AutomationRun, Content, ContentSource, RunStatus, Site, StageResult, StoppedReason
from igny8_lib.pipeline.batch import Tools
from tests.factories.runs import make_ended_run
from tests.factories.sites import make_account, make_site
from tests.lib.pipeline.ready import ready_site
from tests.statements import count_statements


def run_now(session: Session, site: Site, seconds: float = 60, **more: object) -> AutomationRun:
    run = make_ended_run(session, site, {4: (5, 5, 0)})
    run.started_at = clock.now()
    run.completed_at = clock.now()
    run.total_credits_used = Credits.of(10)
    for name, value in more.items():
        setattr(run, name, value)
    session.execute(update(StageResult).where(StageResult.run_id == run.id).values(seconds=seconds))
    session.flush()
    return run


def test_runs_their_success_credits_and_seconds_are_counted(session: Session) -> None:
    site = make_site(session, timezone="Asia/Tokyo")
    run_now(session, site, 60)
    run_now(session, site, 120)
    run_now(
        session, site, status=RunStatus.CANCELLED, stopped_reason=StoppedReason.CANCELLED, total_credits_used=Credits(0)
    )
    failed = run_now(session, site, 9000, status=RunStatus.FAILED, stopped_reason=StoppedReason.STAGE_FAILED)
    failed.paused_seconds = 8000
    run_now(session, site, status=RunStatus.SKIPPED, stopped_reason=StoppedReason.SITE_BUSY)
    run_now(session, site, dry_run=True)
    run_now(session, site, started_at=clock.now() - timedelta(days=40))
    document = metrics(session, [site]).as_json()
    assert document["timezone"] == "Asia/Tokyo"
    for name in ("today", "week", "month"):
        found = document[name]
        assert (found["runs"], found["completed_runs"], found["failed_runs"]) == (4, 2, 1)
        assert found["success_rate_pct"] == 66.7
        assert (found["credits_used"], found["credits_per_run"]) == (30, 7.5)
        assert [each["avg_seconds"] for each in found["seconds_per_stage"]] == [None, None, None, 80, None, None, None]


def test_of_no_runs_rates_are_unknown(session: Session) -> None:
    found = metrics(session, [make_site(session)]).as_json()["month"]
    assert (found["runs"], found["success_rate_pct"], found["credits_per_run"], found["content_created"]) == (
        0,
        None,
        None,
        0,
    )


def test_an_accounts_sites_are_counted_together_and_no_others(session: Session) -> None:
    account = make_account(session)
    sites = [make_site(session, account, timezone=zone) for zone in ("Asia/Tokyo", "Europe/Berlin")]
    for site in (*sites, make_site(session)):
        run_now(session, site)
    document = metrics(session, sites).as_json()
    assert (document["timezone"], document["today"]["runs"]) == ("UTC", 2)
    assert metrics(session, []).as_json()["month"]["runs"] == 0


def test_articles_count_on_the_day_they_were_written_and_imported_ones_never(tools: Tools, session: Session) -> None:
    site = ready_site(tools, 5, items=4)
    imported, old, *_ = session.query(Content).filter_by(site_id=site.id).order_by(Content.id)
    imported.source = ContentSource.WORDPRESS
    old.created_at = clock.now() - timedelta(days=40)
    session.flush()
    found = metrics(session, [site]).as_json()
    assert [found[name]["content_created"] for name in ("today", "week", "month")] == [2, 2, 2]


@pytest.mark.parametrize("number", [1, 30])
def test_metrics_cost_nine_statements_however_many_sites_and_runs(
    session: Session, engine: Engine, number: int
) -> None:
    account = make_account(session)
    sites = [make_site(session, account) for _ in range(number)]
    for site in sites:
        run_now(session, site)
    session.commit()
    for site in sites:
        session.refresh(site)
    assert count_statements(engine, lambda: metrics(session, sites)) == 9
