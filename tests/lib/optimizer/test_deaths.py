"""A process that dies at any commit of an optimization, or is killed on the way: one charge, one version."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Callable

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from igny8_lib.ai.endpoint import Endpoint
from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import make_engine, session_factory
from igny8_lib.models import OptimizationStatus
from igny8_lib.optimizer.work import optimize
from tests.dead_processes import mortal, wait_until_gone
from tests.lib.optimizer.conftest import PRICE, Desk
from tests.sandbox_server import SandboxServer

MOST_COMMITS = 30
fork = multiprocessing.get_context("fork")


def work_and_die(database_url: str, endpoint: Endpoint, site_id: int, content_id: int, place: tuple[str, int]) -> None:
    """The life of a process that is killed before or after the commit of a number."""
    when, at = place
    engine = make_engine(mortal(database_url), pool_size=2)
    passed = 0

    def kill(_connection: object) -> None:
        nonlocal passed
        passed += 1
        if passed == at:
            os.kill(os.getpid(), signal.SIGKILL)

    sessions = session_factory(engine, PLATFORM)
    event.listen(Session, when, kill)
    asyncio.run(optimize(sessions, endpoint, site_id, content_id, by="editor"))
    os._exit(0)  # what the parent's process has registered is not this one's to end


def die(database_url: str, desk: Desk, when: str, at: int) -> bool:
    """Whether the process came to the commit at which it dies."""
    given = (database_url, desk.endpoint, desk.site.id, desk.content_id, (when, at))
    process = fork.Process(target=work_and_die, args=given)
    process.start()
    process.join(120)
    wait_until_gone(database_url)
    assert process.exitcode in (0, -signal.SIGKILL), process.exitcode
    return process.exitcode == -signal.SIGKILL


@pytest.mark.slow("a process of its own is killed at each of a dozen commits")
@pytest.mark.parametrize("when", ["before_commit", "after_commit"])
def test_killed_at_each_commit_there_is_one_charge_and_one_version(
    make_desk: Callable[[], Desk], database_url: str, sandbox: SandboxServer, when: str
) -> None:
    for at in range(1, MOST_COMMITS):
        sandbox.reset()
        desk = make_desk()
        died = die(database_url, desk, when, at)
        paid, kept, asked = desk.charges(), desk.answers(), sandbox.requests()["answered"]
        ended = desk.optimize() if not desk.is_done() else None
        assert ended is None or ended.status is OptimizationStatus.COMPLETED, ended.sentence
        assert (desk.charges(), desk.kinds(), desk.held()) == ([PRICE], ["written", "optimized"], 0)
        assert (desk.content().version, desk.content().optimizer_version) == (2, 1)
        assert [task.status for task in desk.tasks()] == [OptimizationStatus.COMPLETED]
        if kept:
            assert sandbox.requests()["answered"] == asked, "an answer that was kept was asked for again"
        if not died:
            assert paid == [PRICE]
            assert at > 5, "every commit was died at"
            return
    pytest.fail("it never ended")
