"""Workers that are killed by SIGKILL at a commit that is counted: real processes, real locks."""

from __future__ import annotations

import multiprocessing
import os
import signal

from sqlalchemy import event
from sqlalchemy.orm import Session

from igny8_lib.batches.taking import EndpointOf
from igny8_lib.batches.work import Worker
from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import make_engine, session_factory
from tests.dead_processes import mortal, wait_until_gone

fork = multiprocessing.get_context("fork")


def work_and_die(database_url: str, endpoint_of: EndpointOf, dies_at: int) -> bool:
    """Run a worker in a process that dies at this boundary: before and after each commit; whether it came so far."""
    process = fork.Process(target=work, args=(database_url, endpoint_of, dies_at))
    process.start()
    process.join(120)
    wait_until_gone(database_url)
    assert process.exitcode in (0, -signal.SIGKILL), process.exitcode
    return process.exitcode == -signal.SIGKILL


def work(database_url: str, endpoint_of: EndpointOf, dies_at: int) -> None:
    """The life of a worker."""
    passed = 0

    def cross(_session: Session) -> None:
        nonlocal passed
        passed += 1
        if passed == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Session, "before_commit", cross)
    event.listen(Session, "after_commit", cross)
    engine = make_engine(mortal(database_url), pool_size=3)
    Worker(session_factory(engine, PLATFORM), endpoint_of).work()
    engine.dispose()
