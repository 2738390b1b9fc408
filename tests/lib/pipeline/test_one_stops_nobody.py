"""One bad row stops nobody: sites that cannot be scheduled, repairs that break, pools that are missing."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select, text, update

from igny8_lib.db.session import Sessions
from igny8_lib.errors import TemporaryError
from igny8_lib.models import AutomationConfig, AutomationRun, RunStatus, Site
from igny8_lib.pipeline.missed_starts import find_missed_starts
from igny8_lib.pipeline.reconcile import reconcile
from igny8_lib.pipeline.site_pools import make_pool_of_new_site
from tests.airflow_fake import FakeAirflow
from tests.factories.planner import make_keywords
from tests.factories.sites import make_site
from tests.lib.pipeline.drive import begin

TICK = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
HOUR = timedelta(hours=1)


def make_scheduled_site(sessions: Sessions, slug: str) -> Site:
    """A site that starts at TICK each day, with something to do."""
    with sessions.begin() as session:
        site = make_site(session, slug=slug, config={"is_enabled": True, "scheduled_time": time(TICK.hour)})
        make_keywords(session, site, 8)
        session.execute(update(AutomationConfig).values(schedule_since=TICK - 30 * HOUR))
        return site


def spoil(sessions: Sessions, slug: str) -> None:
    """Give the site a zone that this machine does not know."""
    with sessions.begin() as session:
        session.execute(update(Site).where(Site.slug == slug).values(timezone="Mars/Olympus"))


def begin_early(sessions: Sessions, airflow: FakeAirflow, site: Site) -> AutomationRun:
    """A run that has the site at TICK."""
    run = begin(sessions, site.slug)
    airflow.add(run.dag_id, run.dag_run_id)
    with sessions.begin() as session:
        session.execute(update(AutomationRun).where(AutomationRun.id == run.id).values(started_at=TICK - HOUR))
    return run


def status_of(sessions: Sessions, run: AutomationRun) -> RunStatus:
    with sessions() as session:
        return session.get_one(AutomationRun, run.id).status


def test_a_site_whose_schedule_cannot_be_used_is_told_and_the_others_missed_starts_are_noted(
    sessions: Sessions,
) -> None:
    airflow = FakeAirflow()
    for slug in ("bad", "good"):
        begin_early(sessions, airflow, make_scheduled_site(sessions, slug))
    spoil(sessions, "bad")
    repairs = reconcile(sessions, airflow.api())
    assert repairs.failed == []
    assert len(repairs.missed) == 1
    assert [told.split(":")[0] for told in repairs.unscheduled] == ["bad"]
    assert "Mars/Olympus" in repairs.unscheduled[0]
    with sessions() as session:
        assert find_missed_starts(session, TICK + HOUR) == []


def test_an_unexpected_error_in_one_repair_does_not_end_the_round(sessions: Sessions) -> None:
    airflow = FakeAirflow()
    sites = [make_scheduled_site(sessions, slug) for slug in ("one", "two", "three")]
    ended = [begin_early(sessions, airflow, site) for site in sites]
    airflow.runs = dict.fromkeys(airflow.runs, "failed")

    def break_down(asked: str) -> None:
        if f"/{ended[0].dag_id}/dagRuns/" in asked:
            raise ZeroDivisionError("nobody expected this")

    airflow.before = break_down
    repairs = reconcile(sessions, airflow.api())
    assert repairs.failed == ["end_record: nobody expected this"]
    assert status_of(sessions, ended[0]) == RunStatus.RUNNING
    assert {status_of(sessions, run) for run in ended[1:]} == {RunStatus.FAILED}


def test_a_database_error_in_one_repair_does_not_end_the_round_and_shows_no_statement(sessions: Sessions) -> None:
    airflow = FakeAirflow()
    run = begin_early(sessions, airflow, make_scheduled_site(sessions, "one"))
    airflow.runs = dict.fromkeys(airflow.runs, "failed")
    with sessions.begin() as session:
        session.execute(text("ALTER TABLE automation_configs RENAME COLUMN weekday TO day"))
    repairs = reconcile(sessions, airflow.api())
    assert status_of(sessions, run) == RunStatus.FAILED
    assert {note.split(":")[0] for note in repairs.failed} == {"find_missed", "find_unscheduled", "find_bad_pools"}
    assert not [note for note in repairs.failed if "SELECT" in note]


def test_what_needs_no_airflow_is_repaired_while_airflow_does_not_answer(sessions: Sessions) -> None:
    airflow = FakeAirflow()
    begin_early(sessions, airflow, make_scheduled_site(sessions, "one"))
    airflow.down = True
    with pytest.raises(TemporaryError):
        reconcile(sessions, airflow.api())
    with sessions() as session:
        statuses = session.scalars(select(AutomationRun.status).order_by(AutomationRun.id))
        assert list(statuses) == [RunStatus.RUNNING, RunStatus.SKIPPED]


def test_missing_pools_are_made_and_slots_that_somebody_added_are_taken_back(sessions: Sessions) -> None:
    airflow = FakeAirflow(pools={"default_pool": 128, "site_two": 4, "site_three": 1})
    for slug in ("one", "two", "three"):
        make_scheduled_site(sessions, slug)
    assert reconcile(sessions, airflow.api()).pools == ["one", "two"]
    assert airflow.pools == {"default_pool": 128, "site_one": 1, "site_two": 1, "site_three": 1}
    assert reconcile(sessions, airflow.api()).pools == []


def test_the_pool_of_a_site_that_is_switched_off_is_made_while_its_dag_run_waits(sessions: Sessions) -> None:
    airflow = FakeAirflow()
    with sessions.begin() as session:
        make_site(session, slug="off", status="inactive")
    airflow.add("site__off", "manual__1")
    airflow.pools.clear()
    assert reconcile(sessions, airflow.api()).pools == ["off"]


def test_one_pool_that_cannot_be_made_keeps_no_other_from_being_made(sessions: Sessions) -> None:
    airflow = FakeAirflow()
    for slug in ("one", "two"):
        make_scheduled_site(sessions, slug)

    def refuse(asked: str) -> None:
        airflow.down = asked == "GET /pools/site_one"

    airflow.before = refuse
    repairs = reconcile(sessions, airflow.api())
    assert (repairs.pools, len(repairs.failed)) == (["two"], 1)


def test_a_new_site_gets_its_pool_at_once_or_people_hear_who_makes_it() -> None:
    airflow = FakeAirflow()
    assert make_pool_of_new_site(airflow.api(), "garden") == ""
    assert airflow.pools == {"site_garden": 1}
    airflow.down = True
    assert "the reconciler will" in make_pool_of_new_site(airflow.api(), "orchard")


def test_a_start_with_a_date_in_the_future_is_withdrawn_beside_an_active_run_too(sessions: Sessions) -> None:
    airflow = FakeAirflow()
    run = begin_early(sessions, airflow, make_scheduled_site(sessions, "garden"))
    later = ("site__garden", "manual__2090")
    airflow.add(*later)
    airflow.dates[later] = "2090-01-01T00:00:00Z"
    repairs = reconcile(sessions, airflow.api())
    assert len(repairs.withdrawn) == 1
    assert "2090-01-01 00:00 UTC" in repairs.withdrawn[0]
    assert (airflow.runs[later], status_of(sessions, run)) == ("failed", RunStatus.RUNNING)
    assert reconcile(sessions, airflow.api()).withdrawn == []


def test_a_refusal_that_airflow_could_not_be_told_of_is_finished_by_a_later_round(sessions: Sessions) -> None:
    airflow = FakeAirflow()
    make_scheduled_site(sessions, "garden")
    later = ("site__garden", "manual__2090")
    airflow.add(*later)
    airflow.dates[later] = "2090-01-01T00:00:00Z"

    def refuse(asked: str) -> None:
        airflow.down = asked.startswith("PATCH")

    airflow.before = refuse
    assert len(reconcile(sessions, airflow.api()).failed) == 1
    airflow.before = lambda _: None
    airflow.down = False
    with sessions.begin() as session:
        session.execute(update(AutomationRun).values(completed_at=TICK - HOUR, started_at=TICK - HOUR))
    assert len(reconcile(sessions, airflow.api()).stopped) == 1
    assert airflow.runs[later] == "failed"
