"""The reconciler: whatever differs between a run's record and its DAG run is repaired, and nothing else is touched."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from igny8_lib import clock
from igny8_lib.airflow_api.client import AirflowUnreachable
from igny8_lib.amounts import Credits
from igny8_lib.credits.ledger import Usage
from igny8_lib.credits.reservations import reserve
from igny8_lib.db.session import Sessions
from igny8_lib.errors import LeaseLost
from igny8_lib.models import (
    AutomationRun,
    Operation,
    Reservation,
    RunEvent,
    RunStatus,
    Site,
    SiteLease,
    StoppedReason,
)
from igny8_lib.pipeline import airflow_mirror, control, end_run, leases, stage_tasks
from igny8_lib.pipeline.outcome import outcome_for
from igny8_lib.pipeline.reconcile import reconcile
from tests.airflow_fake import FakeAirflow
from tests.factories.credits import grant
from tests.factories.planner import make_keywords
from tests.factories.sites import make_site
from tests.lib.pipeline.drive import begin

LONG_AGO = timedelta(minutes=10)


@pytest.fixture
def airflow() -> FakeAirflow:
    return FakeAirflow()


@pytest.fixture
def site(sessions: Sessions) -> Site:
    with sessions.begin() as session:
        site = make_site(session)
        grant(session, site.account_id, 100)
        make_keywords(session, site, 40)
        return site


@pytest.fixture
def run(sessions: Sessions, site: Site, airflow: FakeAirflow) -> AutomationRun:
    run = begin(sessions, site.slug)
    airflow.add(run.dag_id, run.dag_run_id)
    return run


def now(sessions: Sessions, run: AutomationRun) -> AutomationRun:
    with sessions() as session:
        return session.get_one(AutomationRun, run.id)


def assert_healthy(sessions: Sessions, airflow: FakeAirflow) -> None:
    """A second round finds nothing to do."""
    again = reconcile(sessions, airflow.api()).as_json()
    assert {name: value for name, value in again.items() if value} == {}


def hold(sessions: Sessions, site: Site, run: AutomationRun, *, silent: timedelta) -> leases.Lease:
    with sessions.begin() as session:
        lease = leases.take(session, site_id=site.id, run_id=run.id, holder="host:1 process try 1")
        session.execute(update(SiteLease).values(heartbeat_at=clock.now() - silent))
        return lease


def test_a_healthy_run_is_left_alone_with_three_requests_to_airflow(
    sessions: Sessions, run: AutomationRun, airflow: FakeAirflow
) -> None:
    assert_healthy(sessions, airflow)
    assert airflow.asked == ["POST /dags/~/dagRuns/list", "GET /dags", "GET /igny8-upkeep/pools"]
    assert now(sessions, run).status == RunStatus.RUNNING


@pytest.mark.parametrize("state", ["failed", "success"])
def test_a_dag_run_marked_by_people_cancels_its_run_and_says_who(
    sessions: Sessions, run: AutomationRun, airflow: FakeAirflow, state: str
) -> None:
    airflow.runs[run.dag_id, run.dag_run_id] = state
    airflow.events.append(("patch_dag_run", run.dag_id, run.dag_run_id, "olga"))
    reconcile(sessions, airflow.api())
    ended_run = now(sessions, run)
    assert (ended_run.status, ended_run.stopped_reason) == (RunStatus.CANCELLED, StoppedReason.CANCELLED)
    assert ended_run.stopped_detail == f"Its DAG run was marked {state} in Airflow by olga."
    assert_healthy(sessions, airflow)


def test_a_dag_run_that_was_deleted_cancels_its_run(
    sessions: Sessions, run: AutomationRun, airflow: FakeAirflow
) -> None:
    del airflow.runs[run.dag_id, run.dag_run_id]
    reconcile(sessions, airflow.api())
    assert now(sessions, run).stopped_detail == "Its DAG run was deleted in Airflow."
    assert_healthy(sessions, airflow)


def test_a_run_whose_tasks_died_without_booking_the_end_fails_by_its_stage(
    sessions: Sessions, run: AutomationRun, airflow: FakeAirflow
) -> None:
    stage_tasks.plan_stage(sessions, run.id, 1, "one")
    airflow.runs[run.dag_id, run.dag_run_id] = "failed"
    reconcile(sessions, airflow.api())
    ended_run = now(sessions, run)
    assert (ended_run.status, ended_run.stopped_reason) == (RunStatus.FAILED, StoppedReason.STAGE_FAILED)
    assert "Stage 1" in ended_run.stopped_detail
    assert_healthy(sessions, airflow)


def test_a_switch_flipped_in_airflow_pauses_and_resumes_the_run(
    sessions: Sessions, run: AutomationRun, airflow: FakeAirflow
) -> None:
    airflow.events.append(("patch_dag", run.dag_id, "", "olga"))
    for paused, status in ((True, RunStatus.PAUSED), (False, RunStatus.RUNNING)):
        airflow.paused[run.dag_id] = paused
        reconcile(sessions, airflow.api())
        assert now(sessions, run).status == status
        assert_healthy(sessions, airflow)
    with sessions() as session:
        actors = session.scalars(select(RunEvent.actor).where(RunEvent.run_id == run.id, RunEvent.actor != ""))
        assert list(actors) == ["olga", "olga"]


def test_a_task_that_finds_its_run_paused_after_the_dag_was_unpaused_in_airflow_goes_on(
    sessions: Sessions, site: Site, run: AutomationRun, airflow: FakeAirflow
) -> None:
    control.pause(sessions, airflow.api(), site.slug, actor="anna")
    assert not airflow_mirror.go_on_if_unpaused(sessions, airflow.api(), run.id)
    airflow.paused[run.dag_id] = False
    assert airflow_mirror.go_on_if_unpaused(sessions, airflow.api(), run.id)
    assert stage_tasks.plan_stage(sessions, run.id, 1, "one") == [0]


def test_a_cancel_that_could_not_reach_airflow_is_finished_there(
    sessions: Sessions, site: Site, run: AutomationRun, airflow: FakeAirflow
) -> None:
    control.pause(sessions, airflow.api(), site.slug, actor="anna")
    airflow.down = True
    control.cancel(sessions, airflow.api(), site.slug, actor="anna")
    with pytest.raises(AirflowUnreachable):
        reconcile(sessions, airflow.api())
    airflow.down = False
    with sessions.begin() as session:
        session.get_one(AutomationRun, run.id).completed_at = clock.now() - LONG_AGO
    repairs = reconcile(sessions, airflow.api())
    assert (len(repairs.stopped), len(repairs.switched)) == (1, 1)
    assert airflow.runs[run.dag_id, run.dag_run_id] == "failed"
    assert not airflow.paused[run.dag_id]
    assert_healthy(sessions, airflow)


def test_a_dag_run_gets_its_grace_after_its_run_has_ended(
    sessions: Sessions, run: AutomationRun, airflow: FakeAirflow
) -> None:
    with sessions.begin() as session:
        end_run.end(session, run.id, outcome_for(StoppedReason.COMPLETED, "All done."))
    assert_healthy(sessions, airflow)
    with sessions.begin() as session:
        session.get_one(AutomationRun, run.id).completed_at = clock.now() - LONG_AGO
    reconcile(sessions, airflow.api())
    assert airflow.runs[run.dag_id, run.dag_run_id] == "success", "a run that completed is no failure"


def test_the_pause_of_a_cancelled_run_is_lifted_unless_the_next_run_was_paused_too(
    sessions: Sessions, site: Site, run: AutomationRun, airflow: FakeAirflow
) -> None:
    control.pause(sessions, airflow.api(), site.slug, actor="anna")
    airflow.down = True
    control.cancel(sessions, airflow.api(), site.slug, actor="anna")
    airflow.down = False
    following = begin(sessions, site.slug)
    airflow.add(following.dag_id, following.dag_run_id)
    control.pause(sessions, airflow.api(), site.slug, actor="ben")
    reconcile(sessions, airflow.api())
    assert airflow.paused[following.dag_id]
    assert now(sessions, following).status == RunStatus.PAUSED
    assert now(sessions, run).paused_at is None


def test_a_silent_holder_without_a_task_loses_the_site_and_its_late_writes_are_refused(
    sessions: Sessions, site: Site, run: AutomationRun, airflow: FakeAirflow
) -> None:
    lease = hold(sessions, site, run, silent=timedelta(seconds=31))
    repairs = reconcile(sessions, airflow.api())
    assert len(repairs.freed) == 1
    with sessions.begin() as session, pytest.raises(LeaseLost):
        leases.hold(session, lease)
    assert now(sessions, run).status == RunStatus.RUNNING
    assert_healthy(sessions, airflow)


@pytest.mark.parametrize("silent", [timedelta(seconds=3), timedelta(minutes=3)])
def test_a_holder_that_beats_or_that_airflow_knows_keeps_the_site(
    sessions: Sessions, site: Site, run: AutomationRun, airflow: FakeAirflow, silent: timedelta
) -> None:
    airflow.running_tasks.add((run.dag_id, run.dag_run_id))
    lease = hold(sessions, site, run, silent=silent)
    assert_healthy(sessions, airflow)
    with sessions.begin() as session:
        leases.hold(session, lease)


def test_credits_of_ended_runs_and_of_reservations_whose_time_is_over_are_given_back(
    sessions: Sessions, site: Site, run: AutomationRun, airflow: FakeAirflow
) -> None:
    usage = Usage(Operation.CLUSTERING, site_id=site.id, run_id=run.id, stage=1)
    with sessions.begin() as session:
        end_run.end(session, run.id, outcome_for(StoppedReason.COMPLETED, "All done."))
        reserve(session, site.account_id, Credits.of(2), key="late", usage=usage)
        reserve(session, site.account_id, Credits.of(3), key="old", usage=Usage(Operation.LINKING), ttl=-LONG_AGO)
    assert reconcile(sessions, airflow.api()).released == 2
    with sessions() as session:
        assert set(session.scalars(select(Reservation.status))) == {"released", "expired"}
    assert_healthy(sessions, airflow)


def test_one_repair_that_fails_does_not_keep_the_others_from_being_done(
    sessions: Sessions, run: AutomationRun, airflow: FakeAirflow
) -> None:
    with sessions.begin() as session:
        other_site = make_site(session)
        make_keywords(session, other_site, 9)
    other = begin(sessions, other_site.slug)

    def refuse(asked: str) -> None:
        airflow.down = f"/{run.dag_id}/dagRuns/" in asked

    airflow.before = refuse
    airflow.runs[run.dag_id, run.dag_run_id] = "failed"
    repairs = reconcile(sessions, airflow.api())
    assert len(repairs.failed) == 1
    assert now(sessions, other).status == RunStatus.CANCELLED
    assert now(sessions, run).status == RunStatus.RUNNING
