"""Rounds of rules whose processes are killed by SIGKILL at a boundary that is counted: real processes, real locks."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable

from sqlalchemy import event
from sqlalchemy.orm import Session

from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import Sessions, make_engine, session_factory
from tests.dead_processes import mortal, wait_until_gone

fork = multiprocessing.get_context("fork")


def do_and_die(database_url: str, do: Callable[[Sessions], object], dies_at: int) -> bool:
    """Do it in a process that dies at this boundary: before and after each commit; whether it came so far."""
    process = fork.Process(target=live, args=(database_url, do, dies_at))
    process.start()
    process.join(120)
    wait_until_gone(database_url)
    assert process.exitcode in (0, -signal.SIGKILL), process.exitcode
    return process.exitcode == -signal.SIGKILL


def live(database_url: str, do: Callable[[Sessions], object], dies_at: int) -> None:
    """The life of such a process."""
    passed = 0

    def cross(_session: Session) -> None:
        nonlocal passed
        passed += 1
        if passed == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Session, "before_commit", cross)
    event.listen(Session, "after_commit", cross)
    engine = make_engine(mortal(database_url), pool_size=3)
    do(session_factory(engine, PLATFORM))
    engine.dispose()


def side_by_side(database_url: str, do: Callable[[Sessions], object], processes: int) -> None:
    """Do it in so many processes at once, each with connections of its own."""
    started = [fork.Process(target=live, args=(database_url, do, 0)) for _ in range(processes)]
    for process in started:
        process.start()
    for process in started:
        process.join(120)
    assert [process.exitcode for process in started] == [0] * processes
