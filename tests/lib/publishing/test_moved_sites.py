"""A site that publishes to another target than before: what was meant for the old one stands in nobody's way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.db.session import Sessions
from igny8_lib.errors import Conflict
from igny8_lib.models import (
    Content,
    ContentStatus,
    HostingType,
    Publication,
    PublicationStatus,
    PublicationTarget,
    PublishingSettings,
    Site,
    SiteContentStatus,
)
from igny8_lib.publishing import actions
from igny8_lib.publishing.checks import count_unchecked
from igny8_lib.publishing.due import CALENDAR, find_due
from igny8_lib.publishing.records import record_of, wish_for
from tests.lib.publishing.static_site import StaticSites, make_due, make_static_site, record


def wish_before(session: Session, content: Content, target: PublicationTarget, by: str = CALENDAR) -> Publication:
    """A publication that waits for its next attempt."""
    publication = record_of(session, content, target)
    ago = clock.now() - timedelta(minutes=9)
    wish_for(publication, actions.PublicationWish.LIVE, by=by, due_at=ago)
    publication.next_attempt_at = ago
    content.site_status = SiteContentStatus.PUBLISHING
    content.scheduled_publish_at = None
    session.commit()
    return publication


def publish(session: Session, sessions: Sessions, sites: StaticSites, site: Site) -> Content:
    """An article that is live on the target before the site is moved."""
    content = make_due(session, site)
    session.commit()
    sites.publisher(sessions).work()
    session.refresh(content)
    return content


def move_to_wordpress(session: Session, site: Site) -> None:
    site.hosting_type = HostingType.WORDPRESS
    session.commit()


@pytest.fixture
def site(session: Session) -> Site:
    return make_static_site(session)


def test_what_waits_for_the_target_before_does_not_hold_up_what_is_due(
    session: Session, sessions: Sessions, sites: StaticSites, site: Site
) -> None:
    old, new = make_due(session, site), make_due(session, site, ago=timedelta(minutes=2))
    wish_before(session, old, PublicationTarget.WORDPRESS)
    assert sites.publisher(sessions).work().counts == {"done": 1}
    session.refresh(new)
    assert new.status is ContentStatus.PUBLISHED


def test_what_was_on_its_way_to_the_target_before_can_be_published_to_the_new_one(
    session: Session, sessions: Sessions, sites: StaticSites, site: Site
) -> None:
    content = make_due(session, site, slug="roses")
    wish_before(session, content, PublicationTarget.WORDPRESS)
    actions.publish_now(session, site, content.id, by="ann")
    session.commit()
    assert sites.publisher(sessions).work().counts == {"done": 1}
    assert sites.pages(site.slug) == ["roses"]
    with pytest.raises(Conflict, match="update it instead"):
        actions.publish_now(session, site, content.id, by="ann")


def test_a_published_article_can_be_published_to_the_new_target_once(
    session: Session, sessions: Sessions, sites: StaticSites, site: Site
) -> None:
    content = publish(session, sessions, sites, site)
    move_to_wordpress(session, site)
    publication = actions.publish_now(session, site, content.id, by="ann")
    assert (publication.target, publication.status) == (PublicationTarget.WORDPRESS, PublicationStatus.WAITING)
    with pytest.raises(Conflict, match="update it instead"):
        actions.publish_now(session, site, content.id, by="ann")


def test_posts_of_the_target_before_are_not_looked_for_at_the_new_one_and_stay_published(
    session: Session, sessions: Sessions, sites: StaticSites, site: Site
) -> None:
    content = publish(session, sessions, sites, site)
    record(session, content).checked_at = clock.now() - timedelta(days=2)
    session.commit()
    assert count_unchecked(session, clock.now()) == 1
    move_to_wordpress(session, site)
    assert count_unchecked(session, clock.now()) == 0
    session.refresh(content)
    assert (content.status, content.site_status) == (ContentStatus.PUBLISHED, SiteContentStatus.PUBLISHED)


def test_what_the_calendar_tries_again_does_not_hold_up_people_where_nothing_goes_out_by_itself(
    session: Session, site: Site
) -> None:
    before, wanted = make_due(session, site), make_due(session, site, ago=timedelta(minutes=2))
    wish_before(session, before, PublicationTarget.STATIC).published_at = clock.now() - timedelta(days=1)
    session.get_one(PublishingSettings, site.id).auto_publish_enabled = False
    actions.publish_now(session, site, wanted.id, by="ann")
    session.commit()
    assert [due.content_id for due in find_due(session, clock.now())] == [wanted.id]
    assert len(session.scalars(select(Publication)).all()) == 2
