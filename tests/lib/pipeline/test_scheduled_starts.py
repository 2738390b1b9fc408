"""Scheduled starts that meet an active run: skipped, written down once, never late."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select, update

from igny8_lib import clock
from igny8_lib.db.session import Sessions
from igny8_lib.models import AutomationConfig, AutomationRun, RunStatus, Site, StoppedReason, Trigger
from igny8_lib.pipeline import end_run, runs
from igny8_lib.pipeline.missed_starts import find_missed_starts, record_missed_start
from igny8_lib.pipeline.reconcile import reconcile
from igny8_lib.pipeline.runs import Start
from tests.airflow_fake import FakeAirflow
from tests.factories.planner import make_keywords
from tests.factories.sites import make_site
from tests.lib.pipeline.drive import begin

TICK = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
"""A full hour that lies an hour or two back."""
HOUR = timedelta(hours=1)


@pytest.fixture
def site(sessions: Sessions) -> Site:
    with sessions.begin() as session:
        site = make_site(session, config={"is_enabled": True, "scheduled_time": time(TICK.hour)})
        session.execute(update(AutomationConfig).values(schedule_since=TICK - 30 * HOUR))
        make_keywords(session, site, 8)
        return site


def started(sessions: Sessions, site: Site, at: datetime, completed: datetime | None = None) -> AutomationRun:
    """A run that began then."""
    run = begin(sessions, site.slug)
    if completed:
        end_run.finish(sessions, run.id)
    with sessions.begin() as session:
        values = {"started_at": at} | ({"completed_at": completed} if completed else {})
        session.execute(update(AutomationRun).where(AutomationRun.id == run.id).values(**values))
        return session.get_one(AutomationRun, run.id)


def scheduled(sessions: Sessions, site: Site, instant: datetime) -> AutomationRun:
    dag_run_id = f"scheduled__{instant.isoformat()}"
    start = Start(site.slug, f"site__{site.slug}", dag_run_id, Trigger.SCHEDULED, "", {}, scheduled_for=instant)
    with sessions.begin() as session:
        return runs.begin(session, start)


def skipped(sessions: Sessions, site: Site) -> list[AutomationRun]:
    with sessions() as session:
        query = select(AutomationRun).where(AutomationRun.site_id == site.id, AutomationRun.status == RunStatus.SKIPPED)
        return list(session.scalars(query))


@pytest.mark.parametrize("status", ["running", "paused"])
def test_a_scheduled_start_beside_an_active_run_is_skipped_and_names_it(
    sessions: Sessions, site: Site, status: str
) -> None:
    run = started(sessions, site, TICK - HOUR)
    with sessions.begin() as session:
        session.get_one(AutomationRun, run.id).status = RunStatus(status)
    refused = scheduled(sessions, site, TICK)
    assert (refused.status, refused.stopped_reason) == (RunStatus.SKIPPED, StoppedReason.SITE_BUSY)
    assert f"run {run.run_id} is {status}" in refused.stopped_detail
    assert refused.scheduled_for == TICK


def test_a_start_that_airflow_made_after_the_run_had_ended_is_not_made_up_for(sessions: Sessions, site: Site) -> None:
    run = started(sessions, site, TICK - HOUR, completed=TICK + timedelta(minutes=2))
    late = scheduled(sessions, site, TICK)
    assert late.status == RunStatus.SKIPPED
    assert run.run_id in late.stopped_detail


def test_a_start_that_met_nothing_begins_and_its_instant_is_its_own(sessions: Sessions, site: Site) -> None:
    started(sessions, site, TICK - 3 * HOUR, completed=TICK - HOUR)
    run = scheduled(sessions, site, TICK)
    assert run.status == RunStatus.RUNNING
    assert scheduled(sessions, site, TICK).id == run.id


def test_instants_that_airflow_never_made_a_dag_run_for_are_written_down_once(sessions: Sessions, site: Site) -> None:
    run = started(sessions, site, TICK - 25 * HOUR)
    airflow = FakeAirflow()
    airflow.add(run.dag_id, run.dag_run_id)
    for _ in range(3):
        reconcile(sessions, airflow.api())
    found = skipped(sessions, site)
    assert [each.scheduled_for for each in found] == [TICK - 24 * HOUR, TICK]
    assert found[1].dag_run_id == f"missed__{TICK.isoformat()}"
    assert {(each.stopped_reason, each.trigger) for each in found} == {(StoppedReason.SITE_BUSY, Trigger.SCHEDULED)}
    assert scheduled(sessions, site, TICK).id == found[1].id, "Airflow's late DAG run is the same refusal"


def test_instants_before_the_schedule_was_set_and_those_airflow_may_still_start_are_not_missed(
    sessions: Sessions, site: Site
) -> None:
    started(sessions, site, TICK - HOUR)
    with sessions() as session:
        assert find_missed_starts(session, TICK + timedelta(minutes=4)) == []
        assert [missed.instant for missed in find_missed_starts(session, TICK + timedelta(minutes=6))] == [TICK]
    with sessions.begin() as session:
        session.execute(update(AutomationConfig).values(schedule_since=TICK))
        assert find_missed_starts(session, clock.now()) == []


def test_a_site_without_a_schedule_misses_nothing(sessions: Sessions, site: Site) -> None:
    started(sessions, site, TICK - 25 * HOUR)
    with sessions.begin() as session:
        session.execute(update(AutomationConfig).values(is_enabled=False))
        assert find_missed_starts(session, clock.now()) == []


def test_recording_the_same_instant_twice_gives_the_first_record(sessions: Sessions, site: Site) -> None:
    started(sessions, site, TICK - HOUR)
    with sessions.begin() as session:
        (missed,) = find_missed_starts(session, TICK + HOUR)
        first = record_missed_start(session, missed)
        assert record_missed_start(session, missed).id == first.id
