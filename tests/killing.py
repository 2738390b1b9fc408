"""Processes that are killed by SIGKILL at a commit that is counted: real processes, real locks."""

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
Do = Callable[[Sessions], object]


def do_and_die(database_url: str, do: Do, dies_at: int) -> bool:
    """Do it in a process that dies at this boundary: before and after each commit; whether it came so far."""
    return dies(database_url, lambda: live(database_url, do, dies_at))


def dies(database_url: str, life: Callable[[], object]) -> bool:
    """Whether a process with such a life is killed in it; what it held is free again."""
    process = fork.Process(target=life)
    process.start()
    process.join(120)
    wait_until_gone(database_url)
    assert process.exitcode in (0, -signal.SIGKILL), process.exitcode
    return process.exitcode == -signal.SIGKILL


def live(database_url: str, do: Do, dies_at: int) -> None:
    """The life of such a process."""
    at_commits(Countdown(dies_at))
    engine = make_engine(mortal(database_url), pool_size=3)
    do(session_factory(engine, PLATFORM))
    engine.dispose()


class Countdown:
    """Kills its process as it is called for this time, counted from 1; 0 never comes."""

    def __init__(self, dies_at: int) -> None:
        self.left = dies_at

    def __call__(self, _what: object = None) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def at_commits(countdown: Countdown) -> None:
    """Count before and after each commit of this process."""
    for moment in ("before_commit", "after_commit"):
        event.listen(Session, moment, countdown)


def side_by_side(database_url: str, do: Do, processes: int) -> None:
    """Do it in so many processes at once, each with connections of its own."""
    started = [fork.Process(target=live, args=(database_url, do, 0)) for _ in range(processes)]
    for process in started:
        process.start()
    for process in started:
        process.join(120)
    assert [process.exitcode for process in started] == [0] * processes
