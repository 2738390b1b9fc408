"""Publications: an article that becomes public is an event once, whatever kills publishers, and updates are none."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.models import (
    Content,
    ContentStatus,
    PostFound,
    RuleExecution,
    RuleTrigger,
    Site,
    SiteContentStatus,
)
from igny8_lib.publishing import actions
from igny8_lib.publishing.checks import note
from igny8_lib.publishing.steps import HANDED_OVER
from igny8_lib.review.edit import ArticleChanges, edit
from tests.factories.publications import make_publication
from tests.factories.rules import make_execution, make_rule
from tests.factories.sites import make_site
from tests.lib.outbox.written import causes_of, events_of, items_of
from tests.lib.publishing.killing import publish_and_die
from tests.lib.publishing.static_site import StaticSites, make_due, make_static_site, record, served

PUBLISHED = RuleTrigger.CONTENT_PUBLISHED


@pytest.fixture
def sites(tmp_path: Path) -> Iterator[StaticSites]:
    """Static sites, shown by a real web server."""
    with served(tmp_path) as sites:
        yield sites


@pytest.fixture
def site(session: Session) -> Site:
    return make_static_site(session, slug="harbour")


def make_written(session: Session, site: Site) -> RuleExecution:
    """An execution whose run writes articles."""
    return make_execution(session, make_rule(session, site))


def go_live(session: Session, sessions: Sessions, sites: StaticSites, site: Site, **values: Any) -> Content:
    """An article that is published."""
    content = make_due(session, site, sites.media, slug="roses", **values)
    session.commit()
    sites.publisher(sessions).work()
    session.refresh(content)
    assert content.status is ContentStatus.PUBLISHED
    return content


def test_the_execution_that_the_article_comes_from_is_the_cause_of_its_publication(
    session: Session, sessions: Sessions, sites: StaticSites, site: Site
) -> None:
    execution = make_written(session, site)
    content = go_live(session, sessions, sites, site, rule_execution_id=execution.id)
    assert items_of(session, site.id, PUBLISHED) == [content.id]
    assert causes_of(session, site.id, PUBLISHED) == {execution.id}


def test_an_update_of_what_is_public_is_no_event(
    session: Session, sessions: Sessions, sites: StaticSites, site: Site
) -> None:
    content = go_live(session, sessions, sites, site)
    changes: dict[str, Any] = {"html": "<p>Another text.</p>"}
    edit(session, site.id, content.id, ArticleChanges(**changes), version=content.version, by="ann")
    actions.update(session, site, content.id, by="ann")
    session.commit()
    sites.publisher(sessions).work()
    assert "Another text." in sites.page("harbour", "roses")
    assert items_of(session, site.id, PUBLISHED) == [content.id]


def test_what_is_published_again_after_it_was_taken_down_is_an_event_again(
    session: Session, sessions: Sessions, sites: StaticSites, site: Site
) -> None:
    content = go_live(session, sessions, sites, site)
    for act in (actions.unpublish, actions.publish_now):
        act(session, site, content.id, by="ann")
        session.commit()
        sites.publisher(sessions).work()
    assert items_of(session, site.id, PUBLISHED) == [content.id] * 2


def test_a_publication_that_fails_is_no_event(
    session: Session, sessions: Sessions, sites: StaticSites, site: Site
) -> None:
    content = make_due(session, site, sites.media, slug="roses")
    session.commit()
    shutil.rmtree(sites.root.parent / "media")
    sites.publisher(sessions).work()
    assert record(session, content).error
    assert events_of(session, site.id) == []


@pytest.mark.parametrize(("report", "events"), [({HANDED_OVER: True}, 1), ({}, 0)])
def test_a_post_that_people_released_on_the_website_is_an_event_when_that_is_seen(
    session: Session, report: dict[str, object], events: int
) -> None:
    """One that was gone and is there again is none: nobody published it."""
    site = make_site(session)
    publication = make_publication(session, site, report=report)
    content = session.get_one(Content, publication.content_id)
    content.status, content.site_status = ContentStatus.APPROVED, SiteContentStatus.NOT_SCHEDULED
    for _ in range(2):
        note(session, publication, PostFound.AS_PUBLISHED)
        session.flush()
    assert content.status is ContentStatus.PUBLISHED
    assert items_of(session, site.id, PUBLISHED) == [content.id] * events


@pytest.mark.slow("a process dies at each boundary, and each time another one goes on")
def test_whatever_kills_a_publisher_wherever_the_article_is_in_one_event(
    session: Session, sessions: Sessions, database_url: str, sites: StaticSites, site: Site
) -> None:
    for dies_at in count(1):
        content = make_due(session, site, sites.media, slug=f"article-{dies_at}")
        session.commit()
        died = publish_and_die(database_url, sites, dies_at)
        if died:
            sites.publisher(sessions).work()
        session.rollback()
        assert record(session, content).error is None
        assert items_of(session, site.id, PUBLISHED).count(content.id) == 1, dies_at
        session.commit()
        if not died:
            break
