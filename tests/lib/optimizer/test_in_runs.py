"""An optimization that is part of a run: its lease, its budget, its costs, and what else is written with the end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from igny8_lib.ai.client import AIClient
from igny8_lib.ai.metered_call import Charge, Meter
from igny8_lib.amounts import Credits
from igny8_lib.credits.costs import OperationCost, price_list
from igny8_lib.errors import InsufficientCredits, LeaseLost
from igny8_lib.models import (
    AutomationRun,
    LedgerEntry,
    Operation,
    OptimizationStatus,
    RunStatus,
    StoppedReason,
)
from igny8_lib.optimizer.closing import Optimized
from igny8_lib.optimizer.turns import BeingOptimized, TurnLost
from igny8_lib.optimizer.work import RunPart, optimize
from tests.factories.runs import make_run
from tests.lib.optimizer.conftest import Desk
from tests.sandbox_server import SandboxServer

DEAR = price_list(OperationCost(Operation.OPTIMIZATION, Credits.of(7), "words", 1000))
"""The run's own prices, which were taken when it began."""


@dataclass
class Run:
    """A run's side of the work; its lease is lost from the transaction of a number on."""

    desk: Desk
    run_id: int
    booked: list[Optimized] = field(default_factory=list)
    lost_from: int = 10**6
    allow: Callable[[Session, Charge], None] = lambda _session, _charge: None

    def optimize(self) -> Optimized:
        return asyncio.run(self.work())

    async def work(self) -> Optimized:
        desk, passed = self.desk, 0

        def fence(_session: Session) -> None:
            nonlocal passed
            passed += 1
            if passed >= self.lost_from:
                raise LeaseLost(desk.site.id, 1)

        async with AIClient(desk.endpoint) as client:
            place: dict[str, Any] = {"account_id": desk.site.account_id, "site_id": desk.site.id, "run_id": self.run_id}
            apart: dict[str, Any] = {"gate": nullcontext(), "turn": nullcontext(), "deployment": "c0de"}
            meter = Meter(desk.sessions, client, fence=fence, allow=self.allow, stage=9, request=3, **place, **apart)
            part = RunPart(meter, DEAR, lambda _session, ended: self.booked.append(ended))
            given = (desk.sessions, desk.endpoint, desk.site.id, desk.content_id)
            return await optimize(*given, by="run", run=part)


@pytest.fixture
def run(desk: Desk) -> Run:
    with desk.sessions.begin() as session:
        return Run(desk, make_run(session, desk.site).id)


def end(run: Run) -> None:
    with run.desk.sessions.begin() as session:
        ended = {"status": RunStatus.CANCELLED, "stopped_reason": StoppedReason.CANCELLED}
        session.execute(update(AutomationRun).where(AutomationRun.id == run.run_id).values(ended))


def test_a_run_pays_its_own_price_and_books_the_end_in_the_same_transaction(run: Run) -> None:
    ended = run.optimize()
    (task,) = run.desk.tasks()
    assert (ended.status, ended.credits.as_number()) == (OptimizationStatus.COMPLETED, 7)
    assert (task.source.value, task.run_id, run.booked) == ("writer", run.run_id, [ended])
    with run.desk.sessions() as session:
        entry = session.scalars(select(LedgerEntry).where(LedgerEntry.operation == "optimization")).one()
    assert (entry.run_id, entry.stage, entry.related_id) == (run.run_id, 9, run.desk.content_id)


def test_a_text_that_is_not_better_is_booked_too(run: Run, sandbox: SandboxServer) -> None:
    sandbox.switch(rewrite="half")
    ended = run.optimize()
    assert (ended.status, run.booked, run.desk.charges()) == (OptimizationStatus.NOT_BETTER, [ended], [])


def test_a_process_that_lost_the_runs_lease_writes_nothing_and_its_successor_goes_on(run: Run) -> None:
    run.lost_from = 3
    with pytest.raises(LeaseLost):
        run.optimize()
    assert (run.booked, run.desk.content().version) == ([], 1)
    run.lost_from = 10**6
    run.optimize()
    assert [task.status for task in run.desk.tasks()] == [OptimizationStatus.COMPLETED]
    assert (run.desk.charges(), run.desk.held(), run.desk.kinds()) == ([7], 0, ["written", "optimized"])


def test_a_late_process_of_the_run_finds_that_its_successor_has_the_task(run: Run, sandbox: SandboxServer) -> None:
    sandbox.switch(latency_seconds=1)
    taken_over: list[Optimized] = []
    with run.desk.beside(sandbox, lambda _session: taken_over.append(run.optimize())), pytest.raises(TurnLost):
        run.optimize()
    assert run.booked == taken_over
    assert (run.desk.charges(), run.desk.held(), run.desk.kinds()) == ([7], 0, ["written", "optimized"])


def test_what_an_active_run_has_open_is_nobody_elses(run: Run) -> None:
    run.lost_from = 2
    with pytest.raises(LeaseLost):
        run.optimize()
    with pytest.raises(BeingOptimized):
        run.desk.optimize()


def test_what_an_ended_run_left_open_is_optimized_anew_and_its_credits_come_back(run: Run) -> None:
    run.lost_from = 3
    with pytest.raises(LeaseLost):
        run.optimize()
    end(run)
    ended = run.desk.optimize()
    assert ended.status is OptimizationStatus.COMPLETED
    assert [task.status.value for task in run.desk.tasks()] == ["failed", "completed"]
    assert (run.desk.held(), len(run.desk.charges())) == (0, 1)


def test_a_run_waits_for_nobody_who_is_at_work_by_hand(run: Run, sandbox: SandboxServer) -> None:
    sandbox.switch(latency_seconds=1)

    def run_too(_session: Session) -> None:
        with pytest.raises(BeingOptimized):
            run.optimize()

    with run.desk.beside(sandbox, run_too):
        ended = run.desk.optimize()
    assert (ended.status, run.booked) == (OptimizationStatus.COMPLETED, [])


def test_what_the_runs_budget_refuses_leaves_no_row(run: Run) -> None:
    def refuse(_session: Session, charge: Charge) -> None:
        raise InsufficientCredits(charge.reserve, Credits.of(0))

    run.allow = refuse
    with pytest.raises(InsufficientCredits):
        run.optimize()
    assert (run.desk.tasks(), run.booked, run.desk.calls()) == ([], [], 0)
