"""A person edits an article while it is optimized and linked, each in a process of its own: nothing is lost, each is
told what happened, and each pays for what was done and nothing else."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy.orm import Session

from igny8_lib.ai.endpoint import Endpoint
from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import Sessions, make_engine, session_factory
from igny8_lib.errors import ChangedMeanwhile
from igny8_lib.linker.process import process
from igny8_lib.models import Content, OptimizationStatus, Site, VersionKind
from igny8_lib.optimizer.opening import CHANGED
from igny8_lib.optimizer.work import optimize
from igny8_lib.review.edit import ArticleChanges, edit
from igny8_lib.review.versions import find_article, find_version, list_versions
from tests.lib.linker.garden import FILLER, charges, make_garden, make_source, paragraph, placed
from tests.lib.optimizer.conftest import Desk
from tests.sandbox_server import SandboxServer

fork = multiprocessing.get_context("fork")
PERSON, OPTIMIZER, LINKER = "ann", "optimizer", "linker"
MARK = "<p>By a person.</p>"
LONG = "Gardeners in Kew look for the buds that are turned away from the middle of the plant, and they take the old "
LONG += "wood first because it would only keep the light from shoots that are stronger and younger than it was. "
THINKS_SECONDS = 0.4
"""The AI; meanwhile the others come, each turn somewhat later."""


@dataclass(frozen=True)
class Place:
    """Where all of them work."""

    url: str
    endpoint: Endpoint
    site_id: int
    content_id: int
    html: str

    def sessions(self) -> Sessions:
        return session_factory(make_engine(self.url, pool_size=3), PLATFORM)


def person(at: Place) -> bool:
    """Saves what was read as version 1."""
    changes = ArticleChanges(html=at.html + MARK)
    with at.sessions().begin() as session:
        try:
            edit(session, at.site_id, at.content_id, changes, version=1, by=PERSON)
        except ChangedMeanwhile:
            return False
    return True


def optimizer(at: Place) -> bool:
    """Sends the text that it finds to the AI, which takes its time."""
    try:
        done = asyncio.run(optimize(at.sessions(), at.endpoint, at.site_id, at.content_id, by=OPTIMIZER))
    except ChangedMeanwhile:
        return False  # between reading and beginning: nobody was asked
    assert done.status is OptimizationStatus.COMPLETED or CHANGED in done.sentence, done
    return done.status is OptimizationStatus.COMPLETED


def linker(at: Place) -> bool:
    """Reads what is there when its turn comes."""
    return process(at.sessions(), at.site_id, at.content_id, by=LINKER).links > 0


ACTORS = {PERSON: person, OPTIMIZER: optimizer, LINKER: linker}
MAKES = {PERSON: VersionKind.EDITED, OPTIMIZER: VersionKind.OPTIMIZED, LINKER: VersionKind.LINKED}


def act(name: str, at: Place, pause: float, start: Any, told: Any) -> None:
    """The life of one of them."""
    start.wait()
    time.sleep(pause)
    told.put((name, ACTORS[name](at)))


def at_once(at: Place, pauses: dict[str, float]) -> dict[str, bool]:
    """What each was told: whether its work was taken."""
    start, queue = fork.Barrier(len(ACTORS)), fork.Queue()
    children = [fork.Process(target=act, args=(name, at, pauses[name], start, queue)) for name in ACTORS]
    for child in children:
        child.start()
    told = dict(queue.get(timeout=40) for _ in children)
    for child in children:
        child.join(60)
        assert child.exitcode == 0
    return told


def make_article(session: Session) -> tuple[Site, Content]:
    """An article that can be better, and that names public articles."""
    site = make_garden(session, language="en")
    html = f"<p>{FILLER}</p>{paragraph('compost heap')}{paragraph('raised garden beds')}<p>{LONG * 4}</p>" * 2
    return site, make_source(session, site, html=html, primary_keyword="prune roses", meta_title="Roses")


@pytest.mark.parametrize("turn", range(5))
def test_nothing_is_lost_and_each_is_told_and_pays_for_what_was_done(
    session: Session, sessions: Sessions, database_url: str, sandbox: SandboxServer, turn: int
) -> None:
    site, content = make_article(session)
    session.commit()
    sandbox.switch(latency_seconds=THINKS_SECONDS)
    endpoint = Endpoint(sandbox.base_url, "any", "text", "image", 30)
    pauses = {PERSON: turn * 0.3, OPTIMIZER: 0.0, LINKER: (4 - turn) * 0.3}
    at = Place(database_url, endpoint, site.id, content.id, content.html)
    told = at_once(at, pauses)

    session.expire_all()
    now = find_article(session, site.id, content.id)
    made = list(reversed(list_versions(session, site.id, content.id)))[1:]
    assert sorted(each["made_by"] for each in made) == sorted(name for name, taken in told.items() if taken)
    assert [each["kind"] for each in made] == [MAKES[each["made_by"]] for each in made]
    assert [each["number"] for each in made] == list(range(2, now.version + 1))
    assert find_version(session, site.id, now.id, 1).html == at.html
    for each in made:
        if each["made_by"] == PERSON:
            assert MARK in find_version(session, site.id, now.id, each["number"]).html
    assert len(placed(session, now)) == len(now.internal_links) == now.html.count("<a ")
    desk = Desk(sessions, endpoint, site, content.id)
    assert (len(charges(session, site)), len(desk.charges()), desk.held()) == (told[LINKER], told[OPTIMIZER], 0)
