"""A process that dies at any commit of a build: each step is done once and charged once."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import make_engine, session_factory
from igny8_lib.models import BuildStatus
from igny8_lib.site_builder.building import work
from tests.dead_processes import mortal, wait_until_gone
from tests.lib.site_builder.building.conftest import Yard

MOST_COMMITS = 40
fork = multiprocessing.get_context("fork")


def work_and_die(database_url: str, yard: Yard, build_id: int, place: tuple[str, int]) -> None:
    """The life of a process that is killed before or after the commit of a number."""
    when, at = place
    engine = make_engine(mortal(database_url), pool_size=3)
    passed = 0

    def kill(_connection: object) -> None:
        nonlocal passed
        passed += 1
        if passed == at:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Session, when, kill)
    work.work_here(yard.tools(session_factory(engine, PLATFORM)), build_id)
    os._exit(0)  # what the parent's process has registered is not this one's to end


def die(database_url: str, yard: Yard, build_id: int, place: tuple[str, int]) -> bool:
    """Whether the process came to the commit at which it dies."""
    process = fork.Process(target=work_and_die, args=(database_url, yard, build_id, place))
    process.start()
    process.join(120)
    wait_until_gone(database_url)
    assert process.exitcode in (0, -signal.SIGKILL), process.exitcode
    return process.exitcode == -signal.SIGKILL


@pytest.mark.slow("a process of its own is killed at each commit of a build")
@pytest.mark.parametrize("when", ["before_commit", "after_commit"])
def test_killed_at_each_commit_every_step_is_charged_once(
    make_yard: Callable[..., Yard], database_url: str, when: str
) -> None:
    for at in range(1, MOST_COMMITS):
        yard = make_yard()
        yard.add_page("boats")
        yard.add_page("harbour", edited=["page"])
        build_id = yard.open(structure=True)
        died = die(database_url, yard, build_id, (when, at))
        ended = yard.work(build_id)
        assert ended.status is BuildStatus.COMPLETED, ended.sentence
        page_build = yard.open(pages=[yard.pages()[0].id])
        died_writing = die(database_url, yard, page_build, (when, at))
        assert yard.work(page_build).status is BuildStatus.COMPLETED
        assert (yard.charges(), yard.held()) == ([50.0, 20.0], 0)
        if not (died or died_writing):
            assert at > 5, "every commit was died at"
            return
    pytest.fail("it never ended")
