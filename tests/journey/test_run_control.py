"""Run control in a real Airflow: the predecessor's failures first, then what people do in Airflow itself."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import func, select, update

from igny8_lib import clock
from igny8_lib.errors import SiteBusy
from igny8_lib.models import (
    AICall,
    AutomationConfig,
    AutomationRun,
    Reservation,
    ReservationStatus,
    RunEvent,
    RunStatus,
    SiteLease,
    StoppedReason,
)
from igny8_lib.pipeline import control, runs
from igny8_lib.pipeline.run_now import Launched, run_now
from igny8_lib.sites.configuration import configure
from tests.factories.planner import make_keywords
from tests.journey.invariants import assert_at_rest
from tests.journey.site_rows import site_of
from tests.journey.sites import make_site
from tests.stack import LONG, Stack, until

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.timeout(1800),
    pytest.mark.slow("waits for requests of 6 seconds, and for Airflow's scheduler to start and end DAG runs"),
]

SLUG = "steered"
DAG = f"site__{SLUG}"
numbers = itertools.count(1)
SMALL = {
    "ideas_per_cluster": 1,
    "images_per_content": 1,
    "stage_1_batch_size": 20,
    "stage_1_in_flight": 1,
    "max_tasks_per_run": 2,
}


@pytest.fixture(scope="module", autouse=True)
def site(stack: Stack) -> None:
    make_site(stack, SLUG, keywords=None)
    with stack.sessions.begin() as session:
        configure(session, site_of(session, SLUG).id, SMALL)
    stack.wait_for_dag(DAG)


@pytest.fixture(autouse=True)
def slow_provider(stack: Stack) -> Iterator[None]:
    """Three batches of keywords, and requests long enough to be met in the middle; afterwards the site is free."""
    with stack.sessions.begin() as session:
        make_keywords(session, site_of(session, SLUG), [f"steered keyword {next(numbers)}" for _ in range(45)])
    stack.reset_sandbox()
    stack.switch(latency_seconds=6)
    yield
    stack.reset_sandbox()
    with stack.sessions() as session:
        active = runs.active_run(session, site_of(session, SLUG).id)
    if active:
        with suppress(control.NoActiveRun):  # it has ended since
            control.cancel(stack.sessions, stack.airflow, SLUG, actor="cleaner")


def start(stack: Stack) -> Launched:
    return run_now(stack.sessions, stack.airflow, SLUG, {"stages": [1]})


def record(stack: Stack, launched: Launched) -> AutomationRun | None:
    with stack.sessions() as session:
        return runs.find(session, launched.dag_id, launched.dag_run_id)


def reaches(stack: Stack, launched: Launched, what: str, check: Callable[[AutomationRun], object]) -> AutomationRun:
    """Wait until the run's record fulfils the condition."""

    def fulfilled() -> AutomationRun | None:
        run = record(stack, launched)
        return run if run and check(run) else None

    return until(fulfilled, what, LONG)


def asking(stack: Stack, launched: Launched) -> AutomationRun:
    """A started run that has a request at the provider, which has counted it: the row says so a moment earlier."""

    def sent(run: AutomationRun) -> bool:
        with stack.sessions() as session:
            query = select(func.count()).where(
                AICall.run_id == run.id, AICall.sent_at.is_not(None), AICall.answered_at.is_(None)
            )
            return bool(session.scalar(query))

    run = reaches(stack, launched, "a request is in flight", sent)
    until(lambda: stack.sandbox_requests()["started"] or None, "the request has arrived", LONG)
    return run


def assert_free(stack: Stack) -> None:
    with stack.sessions() as session:
        site = site_of(session, SLUG)
        assert runs.active_run(session, site.id) is None
        assert session.scalar(select(SiteLease.run_id).where(SiteLease.site_id == site.id)) is None
        held = select(func.count()).where(
            Reservation.site_id == site.id, Reservation.status == ReservationStatus.PENDING
        )
        assert session.scalar(held) == 0


def act(stack: Stack, action: Callable[..., control.Done], actor: str) -> control.Done:
    return action(stack.sessions, stack.airflow, SLUG, actor=actor)


def test_a_cancel_frees_the_site_and_the_next_run_starts_beside_what_is_left_of_the_first(stack: Stack) -> None:
    first = start(stack)
    asking(stack, first)
    done = act(stack, control.cancel, "anna")
    assert_free(stack)
    assert done.run is not None
    assert "in flight" in done.sentence
    asked_then = stack.sandbox_requests()["started"]
    assert stack.airflow.dag_run(DAG, first.dag_run_id)["state"] == "failed", "never success"

    second = start(stack)
    stack.switch(latency_seconds=0)
    assert stack.wait(second.dag_run_id, dag_id=DAG)["state"] == "success"
    ended = record(stack, second)
    assert ended is not None
    assert ended.stopped_reason == StoppedReason.COMPLETED
    keys = stack.sandbox_requests()["keys"]
    of_first = [key for key in keys if f"/run/{done.run.id}/" in key]
    assert len(of_first) <= asked_then, "a request of the cancelled run left after the cancel"
    assert_at_rest(stack.sessions, SLUG)


def test_a_paused_run_waits_at_the_batch_boundary_keeps_its_site_and_its_schedule_quiet_and_goes_on(
    stack: Stack,
) -> None:
    launched = start(stack)
    asking(stack, launched)
    act(stack, control.pause, "anna")
    stack.switch(latency_seconds=0)
    until(lambda: None if stack.airflow.has_running_task(DAG, launched.dag_run_id) else True, "the batch ended", LONG)
    with pytest.raises(SiteBusy):
        start(stack)

    assert stack.airflow.dag(DAG)["is_paused"]
    with stack.sessions.begin() as session:  # hours later: the holder is long dead
        session.execute(update(SiteLease).values(heartbeat_at=clock.now().replace(year=2020)))
    time.sleep(3)
    run = record(stack, launched)
    assert run is not None
    assert run.status == RunStatus.PAUSED
    act(stack, control.resume, "ben")
    assert stack.wait(launched.dag_run_id, dag_id=DAG)["state"] == "success"
    with stack.sessions() as session:
        told = session.execute(select(RunEvent.actor, RunEvent.message).where(RunEvent.run_id == run.id)).all()
    assert [actor for actor, _ in told if actor] == ["anna", "ben"]
    batches = [message for _, message in told if message.startswith("Batch ")]
    assert len(batches) == len(set(batches)) >= 3, "no batch was done twice"


def test_a_cancel_while_paused_ends_the_dag_run_as_failed_and_lifts_the_pause(stack: Stack) -> None:
    launched = start(stack)
    asking(stack, launched)
    act(stack, control.pause, "anna")
    act(stack, control.cancel, "ben")
    assert_free(stack)
    assert not act(stack, control.cancel, "carl").changed, "a second cancel finds nothing to do"
    assert stack.airflow.dag_run(DAG, launched.dag_run_id)["state"] == "failed"
    assert not stack.airflow.dag(DAG)["is_paused"]


def test_a_scheduled_start_beside_an_active_run_is_skipped_not_late_and_no_failure(stack: Stack) -> None:
    launched = start(stack)
    active = asking(stack, launched)
    # The instant is one that Airflow makes a DAG run for only after the active run, as it does within its grace.
    soon = clock.now()
    with stack.sessions.begin() as session:
        session.execute(
            update(AutomationConfig)
            .where(AutomationConfig.site_id == active.site_id)
            .values(
                is_enabled=True,
                schedule_window_minutes=0,
                scheduled_time=soon.replace(second=0, microsecond=0, tzinfo=None).time(),
            )
        )
        session.execute(
            update(AutomationConfig)
            .where(AutomationConfig.site_id == active.site_id)
            .values(schedule_since=soon.replace(year=2020))
        )
        session.execute(
            update(AutomationRun)
            .where(AutomationRun.id == active.id)
            .values(started_at=soon.replace(second=0, microsecond=0))
        )
    stack.airflow.reparse(stack.airflow.dag(DAG)["file_token"])
    stack.switch(latency_seconds=0)
    stack.wait(launched.dag_run_id, dag_id=DAG)

    def skipped() -> AutomationRun | None:
        with stack.sessions() as session:
            query = select(AutomationRun).where(
                AutomationRun.site_id == active.site_id, AutomationRun.scheduled_for.is_not(None)
            )
            return session.scalar(query)

    refused = until(skipped, "the scheduled start was recorded", LONG)
    with stack.sessions.begin() as session:
        configure(session, active.site_id, {"is_enabled": False})
    assert (refused.status, refused.stopped_reason) == (RunStatus.SKIPPED, StoppedReason.SITE_BUSY)
    assert active.run_id in refused.stopped_detail
    assert stack.wait(refused.dag_run_id, dag_id=DAG)["state"] == "success"


def test_what_people_do_in_airflow_itself_ends_in_the_right_status_and_a_free_site(stack: Stack) -> None:
    launched = start(stack)
    asking(stack, launched)
    stack.airflow.set_paused(DAG, paused=True)
    reaches(stack, launched, "the pause in Airflow is mirrored", lambda run: run.status == RunStatus.PAUSED)
    stack.airflow.set_paused(DAG, paused=False)
    reaches(stack, launched, "so is the resumption", lambda run: run.status == RunStatus.RUNNING)

    stack.airflow.end_run(DAG, launched.dag_run_id)
    run = reaches(stack, launched, "the mark is mirrored", lambda run: run.status == RunStatus.CANCELLED)
    assert_free(stack)
    assert run.stopped_detail.startswith("Its DAG run was marked failed in Airflow by admin.")

    clear(stack, launched, ["stage_1_keywords_to_clusters.plan"])
    stack.wait(launched.dag_run_id, dag_id=DAG)
    states = {task["task_id"]: task["state"] for task in stack.tasks(DAG, launched.dag_run_id)}
    assert states["stage_1_keywords_to_clusters.plan"] == "failed", "a cleared task of an ended run fails clearly"
    assert record(stack, launched).stopped_detail == run.stopped_detail  # type: ignore[union-attr]

    stack.airflow.call("DELETE", f"/dags/{DAG}/dagRuns/{quote(launched.dag_run_id, safe='')}")
    assert_free(stack)
    stack.switch(latency_seconds=0)
    assert stack.wait(start(stack).dag_run_id, dag_id=DAG)["state"] == "success"
    assert_at_rest(stack.sessions, SLUG)


def clear(stack: Stack, launched: Launched, tasks: list[str]) -> None:
    body: dict[str, Any] = {
        "dry_run": False,
        "dag_run_id": launched.dag_run_id,
        "task_ids": tasks,
        "only_failed": False,
        "reset_dag_runs": True,
    }
    stack.airflow.call("POST", f"/dags/{DAG}/clearTaskInstances", body)
