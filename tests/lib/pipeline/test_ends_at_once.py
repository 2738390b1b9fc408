"""Two who book the same end at one instant: the second finds what the first one wrote."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from igny8_lib.amounts import Credits
from igny8_lib.credits.ledger import Usage
from igny8_lib.credits.reservations import reserve
from igny8_lib.db.session import Sessions
from igny8_lib.models import (
    AutomationRun,
    Operation,
    Reservation,
    RunEvent,
    RunStatus,
    Site,
    SiteLease,
    StageResult,
    StageStatus,
)
from igny8_lib.pipeline import end_run, leases, stage_tasks
from tests.factories.credits import grant
from tests.factories.planner import make_keywords
from tests.factories.sites import make_site
from tests.lib.pipeline.drive import begin
from tests.statements import WAITING

ROUNDS = 15


@pytest.fixture
def site(sessions: Sessions) -> Site:
    with sessions.begin() as session:
        site = make_site(session)
        grant(session, site.account_id, 1000)
        make_keywords(session, site, 8)
        return site


def begin_in_the_middle(sessions: Sessions, site: Site) -> AutomationRun:
    """A run in its first stage that has credits reserved."""
    run = begin(sessions, site.slug)
    stage_tasks.plan_stage(sessions, run.id, 1, "one")
    usage = Usage(Operation.CLUSTERING, site_id=site.id, run_id=run.id, stage=1)
    with sessions.begin() as session:
        reserve(session, site.account_id, Credits.of(2), key=f"run {run.id}", usage=usage)
    return run


def finish(sessions: Sessions, run: AutomationRun) -> str:
    """The last task."""
    return str(end_run.finish(sessions, run.id)["status"])


def cancel(sessions: Sessions, run: AutomationRun) -> str:
    """A person."""
    with sessions.begin() as session:
        return end_run.cancel(session, run.id, sentence="Cancelled by anna.", actor="anna").status.value


def assert_ended_once(sessions: Sessions, run: AutomationRun) -> RunStatus:
    """One line, no stage open, nothing reserved, the site free; how the run ended."""
    with sessions() as session:
        told = select(func.count()).where(RunEvent.run_id == run.id, RunEvent.message.startswith("Ended"))
        assert session.scalar(told) == 1
        stages = select(StageResult).where(StageResult.run_id == run.id)
        assert StageStatus.RUNNING not in {result.status for result in session.scalars(stages)}
        held = select(Reservation.status).where(Reservation.run_id == run.id)
        assert set(session.scalars(held)) == {"released"}
        assert session.scalar(select(SiteLease.run_id)) is None
        return session.get_one(AutomationRun, run.id).status


@pytest.mark.parametrize(("first", "second"), [(finish, cancel), (cancel, finish)])
def test_a_run_s_end_and_a_cancel_at_one_instant_book_one_end_in_either_order(
    sessions: Sessions, site: Site, first: Any, second: Any
) -> None:
    for _ in range(3):
        run = begin_in_the_middle(sessions, site)
        with ThreadPoolExecutor(2) as beside, sessions() as holding:
            leases.lock_lease(holding, site.id)
            answers = [submit_and_wait(beside, sessions, act, run, n) for n, act in enumerate((first, second), 1)]
            holding.commit()
            told = {answer.result(timeout=60) for answer in answers}
        status = assert_ended_once(sessions, run)
        assert told == {status.value}, "both were told how the run really ended"
        assert status == (RunStatus.FAILED if first is finish else RunStatus.CANCELLED)


def submit_and_wait(
    beside: ThreadPoolExecutor, sessions: Sessions, act: Any, run: AutomationRun, waiting: int
) -> Future[str]:
    """Start it and return when so many wait for a lock, in the order in which they came."""
    answer = beside.submit(act, sessions, run)
    with sessions() as session:
        while session.scalar(WAITING) < waiting and not answer.done():
            session.rollback()
    return answer


def test_ends_that_race_leave_one_end_whoever_comes_first(sessions: Sessions, site: Site) -> None:
    for _ in range(ROUNDS):
        run = begin_in_the_middle(sessions, site)
        together = Barrier(2)

        def act(which: Any, run: AutomationRun = run, together: Barrier = together) -> str:
            together.wait(timeout=60)
            return str(which(sessions, run))

        with ThreadPoolExecutor(2) as beside:
            told = set(beside.map(act, (finish, cancel), timeout=60))
        assert told == {assert_ended_once(sessions, run).value}


def test_a_complete_that_is_tried_again_writes_its_line_once(sessions: Sessions, site: Site) -> None:
    run = begin(sessions, site.slug)
    stage_tasks.plan_stage(sessions, run.id, 1, "one")
    first = stage_tasks.complete_stage(sessions, run.id, 1, "two")
    lines = lines_of(sessions, run)
    assert stage_tasks.complete_stage(sessions, run.id, 1, "two again") == first
    assert lines_of(sessions, run) == lines


def lines_of(sessions: Sessions, run: AutomationRun) -> list[str]:
    with sessions() as session:
        return list(session.scalars(select(RunEvent.message).where(RunEvent.run_id == run.id).order_by(RunEvent.id)))
