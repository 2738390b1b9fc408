"""A site's runs a page at a time."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.db.session import Sessions
from igny8_lib.errors import InvalidInput
from igny8_lib.insights.history import Pagination, history
from igny8_lib.models import RunStatus, Site, StoppedReason
from igny8_lib.pipeline import stage_tasks
from tests.factories.planner import make_keywords
from tests.factories.runs import make_ended_run
from tests.factories.sites import make_site
from tests.lib.pipeline.drive import begin
from tests.statements import count_statements

FIELDS = {
    "run_id",
    "run_number",
    "run_title",
    "status",
    "trigger_type",
    "started_at",
    "completed_at",
    "duration_seconds",
    "total_credits_used",
    "current_stage",
    "stages_completed",
    "stages_failed",
    "initial_snapshot",
    "summary",
    "stage_statuses",
    "link_status",
    "optimize_status",
    "stopped_reason",
}


def runs_of(session: Session, site: Site, number: int, status: RunStatus = RunStatus.COMPLETED) -> list[str]:
    return [make_ended_run(session, site, {4: (2, 2, 0)}, status=status).run_id for _ in range(number)]


def test_a_run_is_shown_with_every_field_and_what_it_made(session: Session) -> None:
    site = make_site(session, domain="mysite.com")
    run = make_ended_run(
        session, site, {4: (9, 8, 1), 6: (30, 30, 0)}, credits_used={4: Credits.of(16)}, status=RunStatus.FAILED
    )
    run.stopped_reason = StoppedReason.STAGE_FAILED
    run.completed_at = run.started_at.replace(hour=9)  # seven hours
    run.total_credits_used = Credits.of("46.5")
    session.flush()
    (shown,) = history(session, site).as_json()["runs"]
    assert set(shown) == FIELDS
    assert shown["run_title"] == f"mysite.com #{run.run_number}"
    assert (shown["total_credits_used"], shown["duration_seconds"]) == (46.5, 25_200)
    assert shown["summary"] == {
        "items_processed": 39,
        "items_created": 38,
        "content_created": 8,
        "images_generated": 30,
    }
    assert shown["stage_statuses"] == [
        *["not_reached"] * 3,
        "completed",
        "not_reached",
        "completed",
        "not_reached",
    ]  # fmt: skip - seven stages in a row
    assert (shown["stages_completed"], shown["stages_failed"], shown["stopped_reason"]) == (2, 0, "stage_failed")
    assert datetime.fromisoformat(shown["started_at"]).tzinfo is not None
    json.dumps(shown)


def test_the_newest_comes_first_a_page_at_a_time_and_no_run_is_missed(session: Session) -> None:
    site, other = make_site(session), make_site(session)
    runs_of(session, other, 3)
    made = runs_of(session, site, 7)
    pages = [history(session, site, page, 3) for page in (1, 2, 3, 4)]
    seen = [run.figures.run_id for page in pages for run in page.runs]
    assert seen == list(reversed(made))
    assert pages[0].pagination.as_json() == {"page": 1, "page_size": 3, "total_count": 7, "total_pages": 3}
    assert pages[3].runs == ()


def test_only_runs_that_stand_there_are_listed_and_counted(session: Session) -> None:
    site = make_site(session)
    runs_of(session, site, 2)
    failed = runs_of(session, site, 1, RunStatus.FAILED)
    found = history(session, site, status=RunStatus.FAILED)
    assert ([run.figures.run_id for run in found.runs], found.pagination.total_count) == (failed, 1)


def test_a_site_without_runs_has_no_pages(session: Session) -> None:
    found = history(session, make_site(session)).as_json()
    assert found == {"runs": [], "pagination": {"page": 1, "page_size": 20, "total_count": 0, "total_pages": 0}}


@pytest.mark.parametrize(("page", "page_size"), [(0, 20), (-1, 20), (10**30, 20), (1, 0), (1, 101)])
def test_a_page_that_cannot_be_is_refused(session: Session, page: int, page_size: int) -> None:
    with pytest.raises(InvalidInput, match="is a number from 1 to"):
        history(session, make_site(session), page, page_size)


def test_a_running_run_is_shown_as_far_as_it_is(sessions: Sessions, session: Session) -> None:
    site = make_site(session)
    make_keywords(session, site, 30)
    session.commit()
    run = begin(sessions, site.slug)
    stage_tasks.plan_stage(sessions, run.id, 1, "test")
    (shown,) = history(session, site).as_json()["runs"]
    assert (shown["status"], shown["current_stage"], shown["completed_at"]) == ("running", 1, None)
    assert shown["stage_statuses"] == ["running", *["waiting"] * 6]
    assert shown["initial_snapshot"]["stages"]["1"]["pending"] == 30


@pytest.mark.parametrize("runs", [1, 60])
def test_a_page_costs_three_statements_however_many_runs_there_are(session: Session, engine: Engine, runs: int) -> None:
    site = make_site(session)
    runs_of(session, site, runs)
    session.commit()
    session.refresh(site)
    assert count_statements(engine, lambda: history(session, site, page_size=50)) == 3


@given(page_size=st.integers(1, 100), count=st.integers(0, 10**6))
def test_the_pages_hold_all_runs_and_none_is_empty(page_size: int, count: int) -> None:
    pages = Pagination(1, page_size, count).total_pages
    assert (pages - 1) * page_size < count <= pages * page_size or (count, pages) == (0, 0)
