"""A process that dies anywhere while it puts links in or takes them out: its repetition ends as if nothing had
happened, with one charge, or none."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.credits.ledger import balance_of
from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import Sessions, make_engine, session_factory
from igny8_lib.linker.process import process
from igny8_lib.linker.undo import undo_all
from igny8_lib.models import Content, Site
from tests.lib.linker.garden import charges, make_garden, make_source, placed

MOST = 30
EIGHT = Credits.of(8)
fork = multiprocessing.get_context("fork")


class Died(BaseException):
    """The process is gone."""


def die_at(sessions: Sessions, when: str, number: int, act: Callable[[], object]) -> bool:
    """Do it, and die at the event of that number; whether it came so far."""
    seen = 0

    def bomb(*_: object) -> None:
        nonlocal seen
        seen += 1
        if seen == number:
            raise Died

    event.listen(sessions, when, bomb)
    try:
        act()
    except Died:
        return True
    finally:
        event.remove(sessions, when, bomb)
    return False


def state(session: Session, content: Content) -> tuple[int, int, int, int]:
    """Links of the record and of the article, its version and how often it was linked, as the database has them."""
    session.rollback()
    session.refresh(content)
    links = len(content.internal_links)
    assert content.html.count("<a ") == links
    return len(placed(session, content)), links, content.version, content.linker_version


@pytest.mark.parametrize("when", ["before_flush", "before_commit", "after_commit"])
def test_killed_at_any_commit_there_is_one_charge_or_none(session: Session, sessions: Sessions, when: str) -> None:
    for number in range(1, MOST):
        site = make_garden(session)
        content = make_source(session, site)
        session.commit()
        died = die_at(sessions, when, number, lambda: process(sessions, site.id, content.id, by="ann"))  # noqa: B023
        assert state(session, content) in {(0, 0, 1, 0), (3, 3, 2, 1)}
        assert charges(session, site) == ([EIGHT] if content.version == 2 else [])
        process(sessions, site.id, content.id, by="ann")
        assert state(session, content) == (3, 3, 2, 1)
        assert charges(session, site) == [EIGHT]
        if not died:
            assert number > 2, "every event was died at"
            return
    pytest.fail("it never ended")


@pytest.mark.parametrize("when", ["before_commit", "after_commit"])
def test_an_undo_that_dies_is_ended_by_its_repetition(session: Session, sessions: Sessions, when: str) -> None:
    for number in range(1, MOST):
        site = make_garden(session)
        content = make_source(session, site)
        before = content.html
        session.commit()
        process(sessions, site.id, content.id, by="ann")
        kept = {"content_id": content.id, "by": "ann"}
        died = die_at(sessions, when, number, lambda: undo_all(sessions, site.id, **kept))  # type: ignore[arg-type]  # noqa: B023
        assert state(session, content)[:3] in {(3, 3, 2), (0, 0, 3)}
        undo_all(sessions, site.id, content_id=content.id, by="ann")
        assert state(session, content) == (0, 0, 3, 1)
        assert content.html == before
        assert charges(session, site) == [EIGHT]
        if not died:
            return
    pytest.fail("it never ended")


def put_in_and_die(url: str, site_id: int, content_id: int, number: int) -> None:
    """The life of a process that is killed by SIGKILL as it sends the statement of that number."""
    engine = make_engine(url, pool_size=1)
    seen = 0

    def kill(*_: object) -> None:
        nonlocal seen
        seen += 1
        if seen == number:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "before_cursor_execute", kill)
    event.listen(engine, "commit", kill)
    process(session_factory(engine, PLATFORM), site_id, content_id, by="ann")
    engine.dispose()


def killed(url: str, site: Site, content: Content, number: int) -> bool:
    """Whether the process was killed before it had ended."""
    child = fork.Process(target=put_in_and_die, args=(url, site.id, content.id, number))
    child.start()
    child.join(60)
    assert child.exitcode in (0, -signal.SIGKILL)
    return child.exitcode == -signal.SIGKILL


@pytest.mark.parametrize("first", range(4))
def test_killed_at_any_statement_there_is_one_charge_or_none(session: Session, database_url: str, first: int) -> None:
    site = make_garden(session)
    content = make_source(session, site)
    session.commit()
    number, balance = 1 + first, balance_of(session, site.account_id).balance
    session.rollback()
    while killed(database_url, site, content, number):
        assert state(session, content) == (0, 0, 1, 0)
        assert charges(session, site) == []
        session.rollback()
        number += 4
    assert number > 20, "it died at many statements"
    assert state(session, content) == (3, 3, 2, 1)
    assert charges(session, site) == [EIGHT]
    assert balance_of(session, site.account_id).balance == balance - EIGHT
