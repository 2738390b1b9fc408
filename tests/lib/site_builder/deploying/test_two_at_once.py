"""Deployments, rollbacks and publishers of one site at once."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import Engine

from igny8_lib.db.session import Sessions
from igny8_lib.models import Site
from igny8_lib.site_builder.assets.receiving import add_file
from igny8_lib.site_builder.deploying.deploying import deploy
from igny8_lib.site_builder.releases.deploying import update
from igny8_lib.site_builder.site_lock import alone_with_site
from tests.killing import side_by_side
from tests.lib.site_builder.deploying.websites import Website, make_website
from tests.lib.site_builder.uploads.making import picture
from tests.statements import wait_until_one_waits_for_a_lock

AT_ONCE = 3


def test_the_second_waits_until_the_first_is_done(website: Website, engine: Engine) -> None:
    second = Thread(target=website.deploy, daemon=True)

    with alone_with_site(website.sessions, website.site_id):
        second.start()
        wait_until_one_waits_for_a_lock(engine)
        assert website.seen() == {}
        assert website.versions() == {}

    second.join(60)
    assert website.versions() == {1: "kept"}


def test_who_has_the_site_already_does_not_wait_for_itself(website: Website) -> None:
    with alone_with_site(website.sessions, website.site_id):
        website.deploy()

    assert website.versions() == {1: "kept"}


def test_another_site_does_not_wait(website: Website, sessions: Sessions, tmp_path: Path) -> None:
    other = make_website(sessions, tmp_path / "other")

    with alone_with_site(website.sessions, website.site_id):
        other.deploy()

    assert other.versions() == {1: "kept"}


@pytest.mark.slow("three processes deploy one site")
def test_of_many_at_once_each_makes_a_version_of_its_own(website: Website, engine: Engine, database_url: str) -> None:
    engine.dispose()

    side_by_side(database_url, lambda sessions: website.using(sessions).deploy(), AT_ONCE)

    assert website.versions() == dict.fromkeys(range(1, AT_ONCE + 1), "kept")
    assert [row[1:3] for row in website.history()] == [(1, None), (2, 1), (3, 2)]
    assert website.target.live() == AT_ONCE


def test_an_article_published_while_a_version_is_made_is_brought_into_it(website: Website) -> None:
    """The publisher commits its row and writes into the version that is live just then, which is the old one."""
    with website.sessions.begin() as session:
        add_file(session, website.store, session.get_one(Site, website.site_id), "oven.png", picture(), by="ann")
    website.deploy()
    website.say("We mend boats.")

    store = SlowStore(website)
    deploy(website.sessions, website.places, store, website.site_id, website.blueprint_id, by="ann")

    seen = website.seen()
    assert store.published
    assert b"Text 1." in seen["blog/article-1/index.html"]
    assert b"article-1" in seen["blog/index.html"]
    assert b"We mend boats." in seen["about/index.html"]


class SlowStore:
    """A media store from which the first file takes so long that an article is published meanwhile."""

    def __init__(self, website: Website) -> None:
        self.website, self.media = website, website.store
        self.published: list[str] = []

    def read(self, name: str) -> bytes:
        if not self.published:
            self.published.append(self.website.publish(1).slug)
            update(self.website.target, 1, {"blog/article-1/index.html": b"an article"})
        return self.media.read(name)

    def write(self, name: str, content: bytes) -> str:
        return self.media.write(name, content)

    def remove(self, name: str) -> None:
        self.media.remove(name)
