"""Between finding a difference and mending it things change: each repair looks again before it changes anything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from igny8_lib import clock
from igny8_lib.db.session import Sessions
from igny8_lib.models import AutomationRun, RunStatus, Site, SiteLease, StoppedReason, Trigger
from igny8_lib.pipeline import airflow_mirror, control, end_run, leases, runs
from igny8_lib.pipeline.outcome import outcome_for
from igny8_lib.pipeline.reconcile import reconcile
from igny8_lib.pipeline.runs import Start
from tests.airflow_fake import FakeAirflow
from tests.factories.credits import grant
from tests.factories.planner import make_keywords
from tests.factories.sites import make_site
from tests.lib.pipeline.drive import begin

LONG_AGO = timedelta(minutes=10)


@pytest.fixture
def site(sessions: Sessions) -> Site:
    with sessions.begin() as session:
        site = make_site(session)
        grant(session, site.account_id, 100)
        make_keywords(session, site, 40)
        return site


@pytest.fixture
def airflow() -> FakeAirflow:
    return FakeAirflow()


@pytest.fixture
def run(sessions: Sessions, site: Site, airflow: FakeAirflow) -> AutomationRun:
    run = begin(sessions, site.slug)
    airflow.add(run.dag_id, run.dag_run_id)
    return run


def now(sessions: Sessions, run: AutomationRun) -> AutomationRun:
    with sessions() as session:
        return session.get_one(AutomationRun, run.id)


def meanwhile(airflow: FakeAirflow, request: str, act: Callable[[], object]) -> None:
    """Act once, as the first such request arrives."""

    def once(asked: str) -> None:
        if request in asked:
            airflow.before = lambda _: None
            act()

    airflow.before = once


def test_a_switch_that_is_turned_back_after_it_was_seen_is_not_followed(
    sessions: Sessions, run: AutomationRun, airflow: FakeAirflow
) -> None:
    airflow.paused[run.dag_id] = True
    meanwhile(airflow, f"GET /dags/{run.dag_id}", lambda: airflow.paused.update({run.dag_id: False}))
    assert reconcile(sessions, airflow.api()).switched == []
    assert now(sessions, run).status == RunStatus.RUNNING


def test_a_switch_that_is_turned_while_the_record_follows_it_is_followed_at_once(
    sessions: Sessions, site: Site, run: AutomationRun, airflow: FakeAirflow
) -> None:
    airflow.paused[run.dag_id] = True
    meanwhile(airflow, "GET /eventLogs", lambda: control.resume(sessions, airflow.api(), site.slug, actor="anna"))
    reconcile(sessions, airflow.api())
    assert not airflow.paused[run.dag_id]
    assert now(sessions, run).status == RunStatus.RUNNING, "the record of a run whose DAG is unpaused would stay paused"


def test_a_silent_holder_that_beats_again_keeps_the_site(
    sessions: Sessions, site: Site, run: AutomationRun, airflow: FakeAirflow
) -> None:
    with sessions.begin() as session:
        lease = leases.take(session, site_id=site.id, run_id=run.id, holder="host:1 process try 1")
        session.execute(update(SiteLease).values(heartbeat_at=clock.now() - LONG_AGO))

    def beat() -> None:
        with sessions.begin() as session:
            leases.beat(session, lease)

    meanwhile(airflow, "/taskInstances", beat)
    assert reconcile(sessions, airflow.api()).freed == []
    with sessions.begin() as session:
        leases.hold(session, lease)


def test_a_dag_run_that_ends_by_itself_keeps_the_end_it_had(
    sessions: Sessions, run: AutomationRun, airflow: FakeAirflow
) -> None:
    with sessions.begin() as session:
        end_run.end(session, run.id, outcome_for(StoppedReason.STAGE_FAILED, "Stage 1 broke."))
        session.get_one(AutomationRun, run.id).completed_at = clock.now() - LONG_AGO
    meanwhile(airflow, f"GET /dags/{run.dag_id}/dagRuns/", lambda: airflow.runs.update({key(run): "success"}))
    assert reconcile(sessions, airflow.api()).stopped == []
    assert airflow.runs[key(run)] == "success"
    assert not airflow.changes()


def key(run: AutomationRun) -> tuple[str, str]:
    return run.dag_id, run.dag_run_id


def test_a_run_that_ends_properly_while_its_lost_dag_run_is_looked_up_keeps_its_end(
    sessions: Sessions, run: AutomationRun, airflow: FakeAirflow
) -> None:
    def end() -> None:
        with sessions.begin() as session:
            end_run.end(session, run.id, outcome_for(StoppedReason.COMPLETED, "All done."))

    airflow.runs[key(run)] = "success"
    meanwhile(airflow, f"GET /dags/{run.dag_id}/dagRuns/", end)
    reconcile(sessions, airflow.api())
    assert now(sessions, run).stopped_detail == "All done."


def test_the_next_run_s_pause_survives_the_lifting_of_the_cancelled_one_s(
    sessions: Sessions, site: Site, run: AutomationRun, airflow: FakeAirflow
) -> None:
    control.pause(sessions, airflow.api(), site.slug, actor="anna")
    airflow.down = True
    control.cancel(sessions, airflow.api(), site.slug, actor="anna")
    airflow.down = False
    following = begin(sessions, site.slug)
    airflow.add(*key(following))
    meanwhile(
        airflow,
        f"PATCH /dags/{run.dag_id}",
        lambda: control.pause(sessions, airflow.api(), site.slug, actor="ben"),
    )
    assert airflow_mirror.lift_pause(sessions, airflow.api(), now(sessions, run))
    assert airflow.paused[run.dag_id]
    assert now(sessions, following).status == RunStatus.PAUSED


def test_a_pause_that_somebody_else_has_lifted_is_not_lifted_twice(
    sessions: Sessions, site: Site, run: AutomationRun, airflow: FakeAirflow
) -> None:
    control.pause(sessions, airflow.api(), site.slug, actor="anna")
    airflow.down = True
    control.cancel(sessions, airflow.api(), site.slug, actor="anna")
    airflow.down = False
    found = now(sessions, run)
    assert airflow_mirror.lift_pause(sessions, airflow.api(), found)
    airflow.paused[run.dag_id] = True  # by people, since then
    assert not airflow_mirror.lift_pause(sessions, airflow.api(), found)
    assert airflow.paused[run.dag_id]


@pytest.mark.parametrize("event", ["begun", "ended", "deleted"])
def test_a_start_in_the_future_that_has_begun_or_ended_meanwhile_is_left_alone(
    sessions: Sessions, site: Site, airflow: FakeAirflow, event: str
) -> None:
    dag_run = (f"site__{site.slug}", "manual__later")
    airflow.add(*dag_run)
    airflow.dates[dag_run] = "2090-01-01T00:00:00Z"

    def happen() -> None:
        if event == "deleted":
            del airflow.runs[dag_run]
        elif event == "ended":
            airflow.runs[dag_run] = "failed"
        else:
            with sessions.begin() as session:
                runs.begin(session, Start(site.slug, *dag_run, Trigger.MANUAL, "", {}))

    meanwhile(airflow, f"GET /dags/{dag_run[0]}/dagRuns/", happen)
    repairs = reconcile(sessions, airflow.api())
    assert (repairs.withdrawn, repairs.failed) == ([], [])
    assert not airflow.changes()
