"""Imported keywords: each that is new is in one event, whatever kills an import and however many run side by side."""

from __future__ import annotations

import multiprocessing
import os
import signal
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import Sessions, make_engine, session_factory
from igny8_lib.errors import InvalidInput
from igny8_lib.models import Keyword, RuleTrigger, Site
from igny8_lib.planner.importing import import_keywords
from tests.dead_processes import mortal, wait_until_gone
from tests.factories.sites import make_site
from tests.lib.outbox.written import causes_of, events_of, items_of
from tests.lib.planner.files import written
from tests.statements import count_statements

ADDED = RuleTrigger.KEYWORD_ADDED
fork = multiprocessing.get_context("fork")


@pytest.fixture
def site(session: Session) -> Site:
    site = make_site(session)
    session.commit()
    return site


def keyword_ids(session: Session, site: Site) -> list[int]:
    return list(session.scalars(select(Keyword.id).where(Keyword.site_id == site.id).order_by(Keyword.id)))


def lines(first: int, last: int) -> str:
    return "".join(f"keyword {number}\n" for number in range(first, last))


def test_the_new_keywords_are_named_and_those_that_were_merged_are_not(
    session: Session, site: Site, tmp_path: Path
) -> None:
    import_keywords(session, site.id, written(tmp_path, "red shoes\nblue shoes\nRED  shoes\n"))
    first = keyword_ids(session, site)
    assert items_of(session, site.id, ADDED) == first
    import_keywords(session, site.id, written(tmp_path, "Keyword,Volume\nred shoes,90\ngreen shoes,10\n"))
    assert [event.item_ids for event in events_of(session, site.id)] == [first, keyword_ids(session, site)[2:]]
    assert causes_of(session, site.id, ADDED) == {None}


def test_a_file_of_known_keywords_is_no_event(session: Session, site: Site, tmp_path: Path) -> None:
    import_keywords(session, site.id, written(tmp_path, "red shoes\n"))
    import_keywords(session, site.id, written(tmp_path, "Keyword,Volume\nred shoes,90\n"))
    assert len(events_of(session, site.id)) == 1


def test_a_dry_run_and_a_bad_file_leave_no_event(session: Session, site: Site, tmp_path: Path) -> None:
    assert import_keywords(session, site.id, written(tmp_path, "red shoes\n"), dry_run=True).added == 1
    bad = lines(0, 6_000) + "!!!\n" * 10_001
    with pytest.raises(InvalidInput, match="no keyword export"):
        import_keywords(session, site.id, written(tmp_path, bad))
    session.commit()
    assert events_of(session, site.id) == []


def test_a_hundred_thousand_keywords_are_a_statement_more_for_each_block_of_them(
    session: Session, engine: Engine, site: Site, tmp_path: Path
) -> None:
    path = written(tmp_path, lines(0, 100_000))
    sent = count_statements(engine, lambda: import_keywords(session, site.id, path))
    assert [len(event.item_ids) for event in events_of(session, site.id)] == [5_000] * 20
    assert items_of(session, site.id, ADDED) == keyword_ids(session, site)
    assert sent <= 50, "20 blocks, 20 events, and a few that every import takes"


def import_and_die(database_url: str, site_id: int, path: Path, committed: bool) -> None:  # noqa: FBT001 - named by its test
    """The life of a process that dies before or after the commit of its import."""
    engine = make_engine(mortal(database_url), pool_size=1)
    with session_factory(engine, PLATFORM)() as session:
        import_keywords(session, site_id, path)
        if committed:
            session.commit()
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("committed", [False, True])
def test_an_import_that_is_killed_leaves_its_keywords_with_their_events_or_neither(
    session: Session,
    database_url: str,
    site: Site,
    tmp_path: Path,
    committed: bool,  # noqa: FBT001 - pytest gives it by name
) -> None:
    path = written(tmp_path, lines(0, 7_000))
    process = fork.Process(target=import_and_die, args=(database_url, site.id, path, committed))
    process.start()
    process.join(120)
    assert process.exitcode == -signal.SIGKILL
    wait_until_gone(database_url)
    assert len(keyword_ids(session, site)) == (7_000 if committed else 0)
    assert items_of(session, site.id, ADDED) == keyword_ids(session, site)


def import_beside(database_url: str, site_id: int, path: Path) -> None:
    """The life of a process that imports."""
    engine = make_engine(database_url, pool_size=1)
    with session_factory(engine, PLATFORM).begin() as session:
        import_keywords(session, site_id, path)
    engine.dispose()


def test_of_two_imports_of_the_same_keywords_at_once_each_keyword_is_in_one_event(
    sessions: Sessions, database_url: str, site: Site, tmp_path: Path
) -> None:
    paths = []
    for number, content in enumerate((lines(0, 6_000), lines(3_000, 9_000))):
        (tmp_path / str(number)).mkdir()
        paths.append(written(tmp_path / str(number), content))
    beside = [fork.Process(target=import_beside, args=(database_url, site.id, path)) for path in paths]
    for process in beside:
        process.start()
    for process in beside:
        process.join(120)
    assert [process.exitcode for process in beside] == [0, 0]
    with sessions() as session:
        assert len(keyword_ids(session, site)) == 9_000
        assert items_of(session, site.id, ADDED) == keyword_ids(session, site)
