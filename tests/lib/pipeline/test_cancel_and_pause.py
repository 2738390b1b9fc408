"""Cancel and pause in the middle of each stage, with real requests at the real AI sandbox."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from igny8_lib.credits.ledger import balance_of
from igny8_lib.errors import LeaseLost
from igny8_lib.models import (
    AICall,
    AutomationRun,
    ItemState,
    LedgerEntry,
    Reservation,
    ReservationStatus,
    RunStatus,
    Site,
    StageItem,
    StageResult,
    StageStatus,
    StoppedReason,
)
from igny8_lib.pipeline import control, end_run, process_batch, stage_tasks
from igny8_lib.pipeline.batch import Tools
from igny8_lib.pipeline.leases import RunOver
from igny8_lib.pipeline.lifecycle import RunPaused
from tests.airflow_fake import FakeAirflow
from tests.factories.credits import grant
from tests.factories.planner import make_keywords
from tests.factories.sites import make_site
from tests.lib.pipeline.drive import Batch, begin, drive, stage
from tests.sandbox_server import SandboxServer

PAID_STAGES = (1, 2, 4, 5, 6)
SMALL = {"ideas_per_cluster": 1, "images_per_content": 2, "stage_4_in_flight": 2, "stage_6_in_flight": 2}
LATENCY = 3.0
"""Of a request that is to be met in the middle: long enough for a busy machine."""


@pytest.fixture
def airflow() -> FakeAirflow:
    return FakeAirflow()


@pytest.fixture
def site(tools: Tools) -> Site:
    with tools.sessions.begin() as session:
        site = make_site(session, config=SMALL)
        grant(session, site.account_id, 1_000)
        make_keywords(session, site, 12)
        return site


def run_up_to(tools: Tools, site: Site, airflow: FakeAirflow, number: int) -> AutomationRun:
    """A run whose stages before this one are done, and this one planned."""
    run = begin(tools.sessions, site.slug)
    airflow.add(run.dag_id, run.dag_run_id)
    for before in range(1, number):
        stage(tools, run.id, before)
    assert stage_tasks.plan_stage(tools.sessions, run.id, number, "test")
    return run


def wait_for(check: Callable[[], object]) -> None:
    deadline = time.monotonic() + 120
    while not check():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


def sent(tools: Tools, run: AutomationRun, number: int) -> int:
    with tools.sessions() as session:
        query = select(func.count()).where(
            AICall.run_id == run.id, AICall.stage == number, AICall.sent_at.is_not(None), AICall.answered_at.is_(None)
        )
        return session.scalar(query) or 0


def assert_books_agree(tools: Tools, site: Site, run: AutomationRun) -> None:
    with tools.sessions() as session:
        balance = balance_of(session, site.account_id)
        assert (balance.balance, balance.reserved.hundredths) == (balance.ledger_sum, 0)
        charged = session.execute(
            select(LedgerEntry.stage, func.sum(-LedgerEntry.amount))
            .where(LedgerEntry.run_id == run.id)
            .group_by(LedgerEntry.stage)
        )
        by_stage = {number: amount.hundredths for number, amount in charged}
        results = session.scalars(select(StageResult).where(StageResult.run_id == run.id)).all()
        assert {r.stage: r.credits_used.hundredths for r in results if r.credits_used} == by_stage
        assert session.get_one(AutomationRun, run.id).total_credits_used.hundredths == sum(by_stage.values())
        states = session.scalars(select(StageItem.state).where(StageItem.run_id == run.id))
        assert ItemState.PENDING not in set(states)


@pytest.mark.parametrize("number", PAID_STAGES)
def test_a_cancel_in_the_middle_of_a_stage_charges_what_is_in_flight_and_sends_nothing_more(
    tools: Tools, site: Site, airflow: FakeAirflow, sandbox: SandboxServer, number: int
) -> None:
    run = run_up_to(tools, site, airflow, number)
    sandbox.switch(latency_seconds=LATENCY)
    batch = Batch(tools, run.id, number)
    batch.start()
    wait_for(lambda: sent(tools, run, number))
    ended = control.cancel(tools.sessions, airflow.api(), site.slug, actor="anna").run
    assert ended is not None
    assert (ended.status, ended.stopped_reason) == (RunStatus.CANCELLED, StoppedReason.CANCELLED)

    with tools.sessions() as session:
        query = select(LedgerEntry).where(LedgerEntry.run_id == run.id, LedgerEntry.stage == number)
        marked = [entry for entry in session.scalars(query) if entry.metadata_.get("cancelled_in_flight")]
        reserved = select(Reservation).where(Reservation.run_id == run.id, Reservation.stage == number)
        amounts = {held.key: held.amount for held in session.scalars(reserved)}
    assert marked
    assert all(-entry.amount == amounts[entry.idempotency_key] for entry in marked), "charged as reserved"
    assert f"{len(marked)} AI request" in ended.stopped_detail
    with tools.sessions() as session:
        sent_by_then = set(
            session.scalars(select(AICall.idempotency_key).where(AICall.run_id == run.id, AICall.sent_at.is_not(None)))
        )
    begun = begin(tools.sessions, site.slug)
    assert begun.status == RunStatus.RUNNING, "the site is free at once"

    sandbox.switch(latency_seconds=0)
    batch.join(60)
    assert not batch.is_alive()
    assert isinstance(batch.error, LeaseLost)
    with tools.sessions() as session:
        after = select(AICall.idempotency_key).where(AICall.run_id == run.id, AICall.sent_at.is_not(None))
        assert set(session.scalars(after)) == sent_by_then, "a request left after the cancel"
        assert session.get_one(StageResult, (run.id, number)).status == StageStatus.FAILED
        late = select(func.count()).where(LedgerEntry.run_id == run.id, LedgerEntry.created_at > ended.completed_at)
        assert session.scalar(late) == 0
    assert_books_agree(tools, site, run)


def test_a_cancel_charges_nothing_that_the_provider_refused(
    tools: Tools, site: Site, airflow: FakeAirflow, sandbox: SandboxServer
) -> None:
    run = run_up_to(tools, site, airflow, 1)
    sandbox.switch(rate_limit_rate=1, retry_after_seconds=5)
    batch = Batch(tools, run.id, 1)
    batch.start()
    wait_for(lambda: sandbox.requests()["keys"] and not sent(tools, run, 1))
    ended = control.cancel(tools.sessions, airflow.api(), site.slug, actor="anna").run
    assert ended is not None
    assert ended.stopped_detail == "Cancelled by anna.", "it waits for its next attempt: nothing is in flight"
    sandbox.switch(rate_limit_rate=0)
    batch.join(60)
    assert isinstance(batch.error, LeaseLost)
    with tools.sessions() as session:
        assert session.scalar(select(func.count()).where(LedgerEntry.run_id == run.id)) == 0
    assert_books_agree(tools, site, run)


def test_after_a_cancel_the_next_run_takes_what_was_left_and_completes(
    tools: Tools, site: Site, airflow: FakeAirflow, sandbox: SandboxServer
) -> None:
    run = run_up_to(tools, site, airflow, 4)
    sandbox.switch(latency_seconds=LATENCY)
    batch = Batch(tools, run.id, 4)
    batch.start()
    wait_for(lambda: sent(tools, run, 4))
    control.cancel(tools.sessions, airflow.api(), site.slug, actor="anna")
    sandbox.switch(latency_seconds=0)
    batch.join(60)
    assert not batch.is_alive()
    following = drive(tools, site.slug)
    assert following.stopped_reason == StoppedReason.COMPLETED, following.stopped_detail
    with tools.sessions() as session:
        assert session.scalar(select(func.count()).where(StageItem.state == ItemState.LEFT)) or 0
        pending = select(func.count()).where(Reservation.status == ReservationStatus.PENDING)
        assert session.scalar(pending) == 0
    assert_books_agree(tools, site, following)


def test_a_cancel_between_plan_and_batch_of_a_free_stage_lets_nothing_start(
    tools: Tools, site: Site, airflow: FakeAirflow
) -> None:
    run = run_up_to(tools, site, airflow, 3)
    ended = control.cancel(tools.sessions, airflow.api(), site.slug, actor="anna").run
    assert ended is not None
    assert ended.stopped_detail == "Cancelled by anna."
    with pytest.raises(RunOver):
        process_batch.process_batch(tools, run.id, 3, 0, "late")
    assert_books_agree(tools, site, run)


@pytest.mark.parametrize("number", PAID_STAGES)
def test_a_pause_in_the_middle_of_a_stage_lets_the_batch_end_and_the_next_one_wait(
    tools: Tools, site: Site, airflow: FakeAirflow, sandbox: SandboxServer, number: int
) -> None:
    run = run_up_to(tools, site, airflow, number)
    sandbox.switch(latency_seconds=LATENCY)
    batch = Batch(tools, run.id, number)
    batch.start()
    wait_for(lambda: sent(tools, run, number))
    control.pause(tools.sessions, airflow.api(), site.slug, actor="anna")
    sandbox.switch(latency_seconds=0)
    batch.join(60)
    assert not batch.is_alive()
    assert batch.error is None
    stage_tasks.complete_stage(tools.sessions, run.id, number, "booking is no new work")
    for start in (
        lambda: stage_tasks.plan_stage(tools.sessions, run.id, number + 1, "early"),
        lambda: process_batch.process_batch(tools, run.id, number, 0, "early"),
    ):
        with pytest.raises(RunPaused):
            start()
    control.resume(tools.sessions, airflow.api(), site.slug, actor="ben")
    for following in range(number + 1, 8):
        stage(tools, run.id, following)
    assert end_run.finish(tools.sessions, run.id)["stopped_reason"] == "completed"
    assert_books_agree(tools, site, run)
