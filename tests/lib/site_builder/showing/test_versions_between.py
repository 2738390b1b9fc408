"""Versions that become live while articles are published: whichever visitors see has the articles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from igny8_lib.models import PostFound, PublishingSettings, Site
from igny8_lib.publishing.checks import Checker
from igny8_lib.publishing.publisher import Publisher
from igny8_lib.publishing.target import Article, Post, Steps
from igny8_lib.site_builder.showing.target import BuiltSiteTarget
from tests.lib.publishing.static_site import record
from tests.lib.publishing.test_checks import a_day_later
from tests.lib.site_builder.showing.harbour import Harbour


@dataclass(frozen=True)
class Meanwhile(BuiltSiteTarget):
    """A target between whose steps something else happens."""

    before_post: Callable[[], object] = lambda: None
    after_post: Callable[[], object] = lambda: None

    def post(self, article: Article, steps: Steps) -> Post:
        self.before_post()
        return super().post(article, steps)

    def seo(self, article: Article, post: Post, steps: Steps) -> Any:
        self.after_post()
        return super().seo(article, post, steps)


def publish_meanwhile(harbour: Harbour, **acts: Callable[[], object]) -> dict[str, int]:
    """Let a publisher do what is due, and something else between its steps."""

    @contextmanager
    def target_of(site: Site, settings: PublishingSettings) -> Iterator[Meanwhile]:
        sites = harbour.sites
        target = Meanwhile.of(site, settings, sessions=harbour.sessions, places=sites.places, store=sites.media)
        yield replace(target, **acts)

    counts = Publisher(harbour.sessions, target_of, harbour.sites.media).work().counts
    harbour.session.expire_all()
    return {outcome.value: count for outcome, count in counts.items()}


def test_a_version_that_is_deployed_before_the_article_is_written_gets_it(harbour: Harbour) -> None:
    blueprint = harbour.blueprint()
    harbour.publish("first")
    harbour.due("roses")
    assert publish_meanwhile(harbour, before_post=lambda: harbour.deploy(blueprint)) == {"done": 1}
    assert (harbour.folder.live(), harbour.sites.pages("harbour")) == (2, ["first", "roses"])
    harbour.assert_whole()


def test_a_version_that_is_deployed_before_the_article_was_seen_has_it(harbour: Harbour) -> None:
    blueprint = harbour.blueprint()
    harbour.due("roses")
    assert publish_meanwhile(harbour, after_post=lambda: harbour.deploy(blueprint)) == {"done": 1}
    assert (harbour.folder.live(), harbour.sites.pages("harbour")) == (2, ["roses"])
    harbour.assert_whole()


def test_an_earlier_version_that_is_brought_back_before_the_article_was_seen_gets_it(harbour: Harbour) -> None:
    blueprint = harbour.blueprint()
    harbour.publish("first")
    harbour.deploy(blueprint)
    harbour.publish("second", tags=["sails"])
    harbour.due("roses")
    assert publish_meanwhile(harbour, after_post=lambda: harbour.rollback(1)) == {"done": 1}
    assert (harbour.folder.live(), harbour.sites.pages("harbour")) == (1, ["first", "roses", "second"])
    harbour.assert_whole()


def test_an_article_after_a_rollback_brings_those_that_the_version_lacks_and_takes_those_that_are_gone(
    harbour: Harbour,
) -> None:
    blueprint = harbour.blueprint()
    gone = harbour.publish("gone", tags=["old"])
    harbour.publish("stays", tags=["boats"])
    harbour.deploy(blueprint)
    harbour.publish("newer", tags=["sails"])
    harbour.ask_unpublish(gone)
    harbour.work()
    assert harbour.rollback(1).report["missing_articles"] == ["newer"]
    assert harbour.sites.pages("harbour") == ["gone", "stays"]
    harbour.publish("newest", tags=["sails"])
    assert harbour.sites.pages("harbour") == ["newer", "newest", "stays"]
    harbour.assert_whole()


def test_an_article_that_a_rolled_back_site_does_not_show_is_told_as_unpublished(harbour: Harbour) -> None:
    blueprint = harbour.blueprint()
    harbour.publish("first")
    harbour.deploy(blueprint)
    content = harbour.publish("roses")
    harbour.rollback(1)
    a_day_later(harbour.session)
    assert Checker(harbour.sessions, harbour.sites.target_of).check_posts() == {"as_published": 1, "unpublished": 1}
    assert record(harbour.session, content).found is PostFound.UNPUBLISHED


def test_a_new_look_of_the_site_is_no_change_by_people(harbour: Harbour) -> None:
    content = harbour.publish("roses")
    harbour.deploy(harbour.blueprint())
    a_day_later(harbour.session)
    assert Checker(harbour.sessions, harbour.sites.target_of).check_posts() == {"as_published": 1}
    harbour.session.expire_all()
    harbour.ask_update(content, title="Roses anew")
    assert harbour.work() == {"done": 1}
    harbour.assert_whole()
