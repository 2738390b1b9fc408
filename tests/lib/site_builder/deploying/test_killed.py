"""Deployments and rollbacks that are killed at each commit, and at each step in which a version gets its name or the
pointer moves: visitors see the old version whole or the new one, and the same call finishes."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine

from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import Sessions, make_engine, session_factory
from tests.dead_processes import mortal
from tests.killing import Countdown, dies, do_and_die
from tests.lib.site_builder.deploying.websites import Website, make_website
from tests.lib.site_builder.releases.file_steps import tell_of_changes

pytestmark = pytest.mark.slow("forks a process for each step at which one can die, and deploys again after each")
Life = Callable[[Website], object]
Kill = Callable[[Website, Life, int], bool]
NAMING = "os.rename"
"""What gives a version its name, moves the pointer, and takes an old version away."""


@pytest.fixture(params=["at commits", "at renames"])
def kill(request: pytest.FixtureRequest, database_url: str) -> Kill:
    """Let a process live with the website until its step; whether it came so far."""

    def at_commits(website: Website, life: Life, step: int) -> bool:
        return do_and_die(database_url, lambda sessions: life(website.using(sessions)), step)

    def at_renames(website: Website, life: Life, step: int) -> bool:
        def counted() -> None:
            countdown = Countdown(step)
            tell_of_changes(website.folder, lambda event: countdown() if event == NAMING else None)
            engine = make_engine(mortal(database_url), pool_size=3)
            life(website.using(session_factory(engine, PLATFORM)))
            engine.dispose()

        return dies(database_url, counted)

    return at_commits if request.param == "at commits" else at_renames


@pytest.fixture
def fresh(engine: Engine, sessions: Sessions, tmp_path: Path) -> Callable[[int], Website]:
    """A website of its own for each step, in a folder of its own."""

    def make(step: int) -> Website:
        website = make_website(sessions, tmp_path / str(step))
        engine.dispose()  # no connection of this process is carried into the one that dies
        return website

    return make


def test_a_deployment_that_dies_shows_one_version_whole_and_is_finished_by_the_same_call(
    kill: Kill, fresh: Callable[[int], Website]
) -> None:
    was_seen = []
    for step in count(1):
        website = fresh(step)
        website.deploy()
        old = website.seen()
        website.say("We mend boats.")
        build_id = website.build()

        died = kill(website, lambda mine, build_id=build_id: mine.deploy(build_id=build_id), step)  # type: ignore[misc]
        seen = website.seen()
        done = website.deploy(build_id=build_id)

        new = website.seen()
        assert seen in (old, new)
        assert b"We mend boats." in new["about/index.html"]
        assert (done.version, done.before) == (2, 1)
        assert website.versions() == {1: "kept", 2: "kept"}
        assert website.history() == [("deploy", 1, None, "ann"), ("deploy", 2, 1, "ann")]
        assert website.blueprint().deployed_version == 2
        was_seen.append(seen == new)
        if not died:
            break
    assert was_seen == sorted(was_seen)
    assert step > 2
    assert not was_seen[0]


def test_after_a_dead_deployment_somebody_elses_is_whole(kill: Kill, fresh: Callable[[int], Website]) -> None:
    for step in count(1):
        website = fresh(step)
        website.deploy()
        website.say("We mend boats.")

        died = kill(website, lambda mine: mine.deploy(), step)
        was_live = website.target.live()
        website.say("We build boats.")
        done = website.deploy(by="eve")

        assert b"We build boats." in website.seen()["about/index.html"]
        assert done.before == was_live
        assert done.version == (was_live or 0) + 1
        assert website.history()[-1] == ("deploy", done.version, was_live, "eve")
        assert len(website.history()) == done.version
        assert set(website.versions().values()) == {"kept"}
        if not died:
            break


def test_a_rollback_that_dies_shows_one_version_whole_and_is_finished_by_the_same_call(
    kill: Kill, fresh: Callable[[int], Website]
) -> None:
    for step in count(1):
        website = fresh(step)
        website.deploy()
        first = website.seen()
        website.say("We mend boats.")
        website.deploy()
        second = website.seen()

        died = kill(website, lambda mine: mine.rollback(1), step)
        assert website.seen() in (first, second)
        website.rollback(1)

        assert website.seen() == first
        assert website.history()[2:] == [("rollback", 1, 2, "bob")]
        assert website.blueprint().deployed_version == 1
        if not died:
            break


def test_an_article_that_was_published_while_a_deployment_died_is_shown_in_the_end(
    kill: Kill, fresh: Callable[[int], Website]
) -> None:
    for step in count(1):
        website = fresh(step)
        website.deploy()
        build_id = website.build()
        website.say("We mend boats.")

        died = kill(website, lambda mine, build_id=build_id: mine.deploy(build_id=build_id), step)  # type: ignore[misc]
        if not died:
            break
        was_told = len(website.history()) == 2
        website.publish(1)  # its publisher finds what is live then, once a version is
        website.deploy(build_id=build_id)

        assert ("blog/article-1/index.html" in website.seen()) is not was_told
