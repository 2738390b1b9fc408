"""A person, the Linker and another saver at one article at once, each in a process of its own: nothing is lost, and
each is told what happened."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import Sessions, make_engine, session_factory
from igny8_lib.errors import ChangedMeanwhile
from igny8_lib.linker.process import process
from igny8_lib.models import Content, PlacedLink, VersionKind
from igny8_lib.review.edit import ArticleChanges, edit
from igny8_lib.review.versions import find_article, find_version, list_versions, lock_version, save
from tests.lib.linker.garden import charges, make_garden, make_source, placed

fork = multiprocessing.get_context("fork")
PERSON, OTHER, LINKER = "ann", "optimizer", "linker"
MARKS = {PERSON: "<p>By a person.</p>", OTHER: "<p>By a machine.</p>"}


def person(sessions: Sessions, content: Content) -> str:
    """Saves what was read as version 1."""
    changes = ArticleChanges(html=content.html + MARKS[PERSON])
    with sessions.begin() as session:
        return f"version {edit(session, content.site_id, content.id, changes, version=1, by=PERSON).version}"


def other(sessions: Sessions, content: Content) -> str:
    """Another machine that read version 1, and took its time."""
    with sessions.begin() as session:
        found = lock_version(session, content.site_id, content.id, 1)
        values = {"html": content.html + MARKS[OTHER]}
        return f"version {save(session, found, values, kind=VersionKind.OPTIMIZED, by=OTHER).version}"


def linker(sessions: Sessions, content: Content) -> str:
    """The Linker, which reads what is there when its turn comes."""
    done = process(sessions, content.site_id, content.id, by=LINKER)
    return f"version {done.version}, {done.links} links"


ACTORS = {PERSON: person, OTHER: other, LINKER: linker}


def act(url: str, name: str, content: Content, start: Any, told: Any) -> None:
    """The life of one of them."""
    engine = make_engine(url, pool_size=1)
    sessions = session_factory(engine, PLATFORM)
    with sessions() as session:
        find_article(session, content.site_id, content.id)
    start.wait()
    try:
        told.put((name, ACTORS[name](sessions, content)))
    except ChangedMeanwhile as refused:
        told.put((name, f"refused: {refused.yours} is older than {refused.now}"))
    engine.dispose()


@pytest.mark.parametrize("turn", range(5))
def test_nothing_is_lost_and_each_is_told(session: Session, database_url: str, turn: int) -> None:  # noqa: ARG001
    site = make_garden(session)
    content = make_source(session, site)
    session.commit()
    session.expunge(content)
    start, queue = fork.Barrier(3), fork.Queue()
    children = [fork.Process(target=act, args=(database_url, name, content, start, queue)) for name in ACTORS]
    for child in children:
        child.start()
    told = dict(queue.get(timeout=60) for _ in children)
    for child in children:
        child.join(60)
        assert child.exitcode == 0
    now = find_article(session, site.id, content.id)
    versions = list_versions(session, site.id, content.id)
    makers = [version["made_by"] for version in reversed(versions)][1:]
    saved = [name for name in (PERSON, OTHER) if told[name].startswith("version")]
    assert len(saved) <= 1, "both had read version 1"
    assert sorted(makers) == sorted([LINKER, *saved])
    assert told[LINKER] == f"version {2 + makers.index(LINKER)}, 3 links"
    for name in saved:
        assert told[name] == f"version {2 + makers.index(name)}"
        assert MARKS[name] in now.html
    for name in {PERSON, OTHER} - set(saved):
        assert told[name].startswith("refused: 1 is older than")
        assert MARKS[name] not in now.html
    assert find_version(session, site.id, content.id, 1).html == content.html
    assert len(placed(session, now)) == len(now.internal_links) == now.html.count("<a ") == 3
    assert charges(session, site) == [Credits.of(8)]


def test_two_at_once_never_bring_more_articles_to_a_target_than_the_setting_says(
    session: Session, sessions: Sessions
) -> None:
    site = make_garden(session, improvement={"links_to_one_target": 2, "links_per_1000_words": 10})
    some = [make_source(session, site) for _ in range(8)]
    session.commit()
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda each: process(sessions, site.id, each.id, by=LINKER), some))
    query = select(PlacedLink.target_id, func.count()).group_by(PlacedLink.target_id)
    assert {number for _, number in session.execute(query)} == {1}, "by the same words at most half of them"
    assert sum(each.links for each in done) == 4
    assert len(charges(session, site)) == sum(each.links > 0 for each in done)
