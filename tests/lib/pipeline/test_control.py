"""Pause, resume and cancel; first the ways in which the predecessor stranded its sites."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from igny8_lib import clock
from igny8_lib.airflow_api.client import AirflowUnreachable
from igny8_lib.amounts import Credits
from igny8_lib.credits.ledger import Usage
from igny8_lib.credits.reservations import reserve
from igny8_lib.db.session import Sessions
from igny8_lib.errors import Conflict, Igny8Error, LeaseLost, NotFound
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
from igny8_lib.pipeline import activity, control, end_run, leases, stage_tasks
from igny8_lib.pipeline.control import NoActiveRun
from igny8_lib.pipeline.leases import RunOver
from igny8_lib.pipeline.lifecycle import RunPaused, WrongTransition
from igny8_lib.pipeline.run_now import run_now
from tests.airflow_fake import FakeAirflow
from tests.factories.credits import grant
from tests.factories.planner import make_keywords
from tests.factories.sites import make_site
from tests.lib.pipeline.drive import begin


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


def status_of(sessions: Sessions, run: AutomationRun) -> tuple[RunStatus, StoppedReason | None]:
    with sessions() as session:
        now = session.get_one(AutomationRun, run.id)
        return now.status, now.stopped_reason


def is_free(sessions: Sessions, site: Site) -> bool:
    with sessions() as session:
        holder = session.scalar(select(SiteLease.run_id).where(SiteLease.site_id == site.id))
        active = select(func.count()).where(
            AutomationRun.site_id == site.id, AutomationRun.status.in_(["running", "paused"])
        )
        return holder is None and session.scalar(active) == 0


def lines(sessions: Sessions, run: AutomationRun) -> list[RunEvent]:
    with sessions() as session:
        return activity.latest(session, run)


def test_a_cancel_frees_the_site_and_the_next_run_begins(
    sessions: Sessions, site: Site, run: AutomationRun, airflow: FakeAirflow
) -> None:
    with sessions.begin() as session:
        lease = leases.take(session, site_id=site.id, run_id=run.id, holder="one")
        usage = Usage(Operation.CLUSTERING, site_id=site.id, run_id=run.id, stage=1)
        reserve(session, site.account_id, Credits.of(3), key="r", usage=usage)
    done = control.cancel(sessions, airflow.api(), site.slug, actor="anna")
    assert done.changed
    assert done.run is not None
    assert done.run.stopped_detail == "Cancelled by anna."
    assert status_of(sessions, run) == (RunStatus.CANCELLED, StoppedReason.CANCELLED)
    assert airflow.runs[run.dag_id, run.dag_run_id] == "failed"
    assert is_free(sessions, site)
    with sessions() as session:
        assert set(session.scalars(select(Reservation.status))) == {"released"}
    with sessions.begin() as session, pytest.raises(LeaseLost):
        leases.hold(session, lease)
    assert begin(sessions, site.slug).status == RunStatus.RUNNING


def test_a_resume_hours_later_goes_on_although_the_lease_of_the_run_is_long_dead(
    sessions: Sessions, site: Site, run: AutomationRun, airflow: FakeAirflow
) -> None:
    with sessions.begin() as session:
        leases.take(session, site_id=site.id, run_id=run.id, holder="long gone")
        lease = session.scalars(select(SiteLease)).one()
        lease.heartbeat_at = clock.now() - timedelta(hours=9)
    control.pause(sessions, airflow.api(), site.slug, actor="anna")
    done = control.resume(sessions, airflow.api(), site.slug, actor="ben")
    assert done.changed
    assert status_of(sessions, run)[0] == RunStatus.RUNNING
    assert stage_tasks.plan_stage(sessions, run.id, 1, "two") == [0]


def test_a_task_that_starts_while_the_run_is_paused_does_nothing_and_leaves_no_lock(
    sessions: Sessions, site: Site, run: AutomationRun, airflow: FakeAirflow
) -> None:
    control.pause(sessions, airflow.api(), site.slug, actor="anna")
    assert airflow.paused[run.dag_id]
    with pytest.raises(RunPaused):
        stage_tasks.plan_stage(sessions, run.id, 1, "one")
    with sessions() as session:
        lease = session.scalars(select(SiteLease)).one()
        assert lease.run_id is None
    assert [line.actor for line in lines(sessions, run) if line.message.startswith("Paused")] == ["anna"]


def test_a_task_that_starts_after_a_cancel_is_told_to_trigger_a_new_run(
    sessions: Sessions, site: Site, run: AutomationRun, airflow: FakeAirflow
) -> None:
    control.cancel(sessions, airflow.api(), site.slug, actor="anna")
    for start in (stage_tasks.plan_stage, stage_tasks.complete_stage):
        with pytest.raises(RunOver, match=r"has ended \(cancelled\).*Trigger a new run"):
            start(sessions, run.id, 1, "late")


def test_a_resume_that_fails_changes_nothing_and_a_cancel_still_frees_the_site(
    sessions: Sessions, site: Site, run: AutomationRun, airflow: FakeAirflow
) -> None:
    control.pause(sessions, airflow.api(), site.slug, actor="anna")
    airflow.down = True
    with pytest.raises(AirflowUnreachable):
        control.resume(sessions, airflow.api(), site.slug, actor="anna")
    assert status_of(sessions, run)[0] == RunStatus.PAUSED
    done = control.cancel(sessions, airflow.api(), site.slug, actor="anna")
    assert "Airflow could not be told yet" in done.sentence
    assert is_free(sessions, site)
    assert begin(sessions, site.slug).status == RunStatus.RUNNING


def test_a_cancel_while_paused_ends_the_pause_with_the_run(
    sessions: Sessions, site: Site, run: AutomationRun, airflow: FakeAirflow
) -> None:
    control.pause(sessions, airflow.api(), site.slug, actor="anna")
    control.cancel(sessions, airflow.api(), site.slug, actor="anna")
    assert not airflow.paused[run.dag_id]
    assert airflow.changes()[-2:] == [f"PATCH /dags/{run.dag_id}/dagRuns/{run.dag_run_id}", f"PATCH /dags/{run.dag_id}"]
    with sessions() as session:
        assert session.get_one(AutomationRun, run.id).paused_at is None


def test_every_action_twice_is_as_good_as_once(
    sessions: Sessions, site: Site, run: AutomationRun, airflow: FakeAirflow
) -> None:
    for action in (control.pause, control.resume, control.cancel):
        assert action(sessions, airflow.api(), site.slug, actor="anna").changed
        again = action(sessions, airflow.api(), site.slug, actor="ben")
        assert not again.changed
        assert again.run is not None
        assert again.run.run_id == run.run_id
    assert [line.actor for line in lines(sessions, run) if line.actor] == ["anna"] * 3


def test_actions_on_a_site_without_an_active_run_name_the_last_one(
    sessions: Sessions, site: Site, airflow: FakeAirflow
) -> None:
    with pytest.raises(NoActiveRun, match="has no active run"):
        control.cancel(sessions, airflow.api(), site.slug, actor="anna")
    run = begin(sessions, site.slug)
    end_run.finish(sessions, run.id)
    airflow.add(run.dag_id, run.dag_run_id, "failed")
    for action in (control.pause, control.resume, control.cancel):
        with pytest.raises(NoActiveRun) as refused:
            action(sessions, airflow.api(), site.slug, actor="anna")
        assert refused.value.facts == {"site": site.slug, "run_id": run.run_id, "status": "failed"}
    with pytest.raises(NotFound):
        control.cancel(sessions, airflow.api(), "no-such-site", actor="anna")
    assert not airflow.changes()


def test_a_pause_that_meets_the_end_of_the_run_is_taken_back(
    sessions: Sessions, site: Site, run: AutomationRun, airflow: FakeAirflow
) -> None:
    def end_first(asked: str) -> None:
        if asked == f"PATCH /dags/{run.dag_id}":
            airflow.before = lambda _: None
            end_run.finish(sessions, run.id)

    airflow.before = end_first
    with pytest.raises(WrongTransition):
        control.pause(sessions, airflow.api(), site.slug, actor="anna")
    assert not airflow.paused[run.dag_id]


def test_a_resume_notices_that_the_dag_run_was_marked_failed_while_it_was_paused(
    sessions: Sessions, site: Site, run: AutomationRun, airflow: FakeAirflow
) -> None:
    control.pause(sessions, airflow.api(), site.slug, actor="anna")
    airflow.runs[run.dag_id, run.dag_run_id] = "failed"
    airflow.events.append(("patch_dag_run", run.dag_id, run.dag_run_id, "olga"))
    with pytest.raises(WrongTransition, match="marked failed in Airflow by olga"):
        control.resume(sessions, airflow.api(), site.slug, actor="ben")
    assert is_free(sessions, site)


@pytest.mark.parametrize("seed", range(6))
def test_people_pressing_different_buttons_at_once_leave_a_run_and_a_dag_that_agree(
    sessions: Sessions, site: Site, run: AutomationRun, airflow: FakeAirflow, seed: int
) -> None:
    actions = [control.pause, control.cancel, control.resume, control.pause, control.cancel]

    def press(number: int) -> str:
        try:
            return actions[(number + seed) % 5](sessions, airflow.api(), site.slug, actor=f"p{number}").sentence
        except Conflict as refused:
            return str(refused)
        except Igny8Error as error:
            raise AssertionError(f"{error!r} is no answer to a button") from error

    with ThreadPoolExecutor(5) as people:
        list(people.map(press, range(5)))
    assert status_of(sessions, run) == (RunStatus.CANCELLED, StoppedReason.CANCELLED)
    assert is_free(sessions, site)
    assert airflow.runs[run.dag_id, run.dag_run_id] == "failed"
    assert not airflow.paused[run.dag_id]
    ends = [line for line in lines(sessions, run) if line.message.startswith("Ended")]
    assert len(ends) == 1


def test_a_start_beside_an_accepted_one_is_refused_and_a_cancel_withdraws_that(
    sessions: Sessions, site: Site, airflow: FakeAirflow
) -> None:
    airflow.paused[f"site__{site.slug}"] = False
    started = run_now(sessions, airflow.api(), site.slug, {})
    with pytest.raises(Conflict, match=started.dag_run_id):
        run_now(sessions, airflow.api(), site.slug, {})
    done = control.cancel(sessions, airflow.api(), site.slug, actor="anna")
    assert (done.run, done.changed) == (None, True)
    assert airflow.runs[started.dag_id, started.dag_run_id] == "failed"
    again = run_now(sessions, airflow.api(), site.slug, {})
    assert again.dag_run_id == f"{started.dag_run_id}_2"


def test_two_people_who_start_a_site_at_the_same_instant_get_one_run(
    sessions: Sessions, site: Site, airflow: FakeAirflow
) -> None:
    airflow.paused[f"site__{site.slug}"] = False

    def other_first(asked: str) -> None:
        if asked.endswith("/dagRuns"):
            airflow.before = lambda _: None
            airflow.add(f"site__{site.slug}", "manual__1", "queued")

    airflow.before = other_first
    with pytest.raises(Conflict, match="manual__1"):
        run_now(sessions, airflow.api(), site.slug, {})


def test_a_start_on_a_paused_site_is_refused_and_a_resume_switches_its_schedule_on(
    sessions: Sessions, site: Site, airflow: FakeAirflow
) -> None:
    airflow.paused[f"site__{site.slug}"] = True
    with pytest.raises(Conflict, match="igny8 resume"):
        run_now(sessions, airflow.api(), site.slug, {})
    assert control.resume(sessions, airflow.api(), site.slug, actor="anna").changed
    assert not airflow.paused[f"site__{site.slug}"]


def test_a_task_that_waited_for_a_cancel_to_commit_finds_the_run_over(sessions: Sessions, run: AutomationRun) -> None:
    with ThreadPoolExecutor(1) as beside, sessions() as cancelling:
        end_run.cancel(cancelling, run.id, sentence="Cancelled by anna.", actor="anna")
        task = beside.submit(stage_tasks.plan_stage, sessions, run.id, 1, "meanwhile")
        with pytest.raises(TimeoutError):
            task.result(timeout=0.7)
        cancelling.commit()
        with pytest.raises(RunOver):
            task.result(timeout=30)
