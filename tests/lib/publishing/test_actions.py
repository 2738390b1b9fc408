"""What people ask of publications: now, update, unpublish, delete; and what cannot be done is refused."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.errors import Conflict, NotFound
from igny8_lib.models import (
    Content,
    ContentStatus,
    PublicationStatus,
    PublicationStep,
    PublicationWish,
    Site,
    SiteArticleRow,
    SiteContentStatus,
)
from igny8_lib.publishing import actions
from igny8_lib.publishing.publisher import Outcome
from igny8_lib.publishing.records import hold
from igny8_lib.review.edit import ArticleChanges, edit
from tests.lib.publishing.static_site import StaticSites, make_due, make_static_site, record

IN_TWO_DAYS = timedelta(days=-2)


def live(session: Session, sessions: Sessions, sites: StaticSites, **values: object) -> tuple[Site, Content]:
    """An article that is published."""
    site = make_static_site(session, slug="harbour", **values)
    content = make_due(session, site, sites.media, slug="roses", title="Roses")
    session.commit()
    assert sites.publisher(sessions).work().counts == {Outcome.DONE: 1}
    session.refresh(content)
    return site, content


def rewrite(session: Session, content: Content, **changes: Any) -> None:
    """Let people change the article."""
    edit(session, content.site_id, content.id, ArticleChanges(**changes), version=content.version, by="ann")
    session.commit()


@pytest.mark.parametrize("publishing", [{}, {"auto_publish_enabled": False}])
def test_published_now_means_before_its_slot_even_where_nothing_goes_out_by_itself(
    session: Session, sessions: Sessions, sites: StaticSites, publishing: dict[str, object]
) -> None:
    site = make_static_site(session, publishing=publishing)
    content = make_due(session, site, ago=IN_TWO_DAYS)
    session.commit()
    publication = actions.publish_now(session, site, content.id, by="ann")
    session.commit()
    assert (publication.requested_by, publication.status) == ("ann", PublicationStatus.WAITING)
    assert sites.publisher(sessions).work().counts == {Outcome.DONE: 1}
    session.refresh(content)
    assert (content.site_status, content.scheduled_publish_at) == (SiteContentStatus.PUBLISHED, None)


def test_a_slot_that_became_free_goes_to_who_waits(session: Session) -> None:
    site = make_static_site(session, publishing={"queue_limit": 1})
    content = make_due(session, site, ago=IN_TWO_DAYS)
    waits = {"site_status": SiteContentStatus.NOT_SCHEDULED, "scheduled_publish_at": None, "no_slot_reason": "Full."}
    waiting = make_due(session, site, **waits)
    session.commit()
    actions.publish_now(session, site, content.id, by="ann")
    session.commit()
    session.refresh(waiting)
    assert waiting.site_status is SiteContentStatus.SCHEDULED


def test_an_edited_article_can_be_brought_to_its_page_which_stays_the_same_one(
    session: Session, sessions: Sessions, sites: StaticSites
) -> None:
    site, content = live(session, sessions, sites)
    first = record(session, content)
    mark, published = first.mark, first.published_at
    rewrite(session, content, html="<p>Cut them in spring, and say so.</p>")
    actions.update(session, site, content.id, by="ann")
    session.commit()
    assert sites.publisher(sessions).work().counts == {Outcome.DONE: 1}
    known = record(session, content)
    assert (known.mark, known.published_at, known.content_version) == (mark, published, 2)
    assert sites.pages("harbour") == ["roses"]
    assert "Cut them in spring" in sites.page("harbour", "roses")


def test_another_slug_moves_the_page(session: Session, sessions: Sessions, sites: StaticSites) -> None:
    site, content = live(session, sessions, sites)
    rewrite(session, content, slug="tulips")
    actions.update(session, site, content.id, by="ann")
    session.commit()
    sites.publisher(sessions).work()
    assert sites.pages("harbour") == ["tulips"]
    session.refresh(content)
    assert content.external_url == sites.address("harbour", "tulips")


def test_a_page_that_people_changed_is_not_overwritten_unless_they_say_so(
    session: Session, sessions: Sessions, sites: StaticSites
) -> None:
    site, content = live(session, sessions, sites)
    page = sites.article("harbour", "roses") / "index.html"
    page.write_text(page.read_text().replace("Cut above", "Snip above"))
    rewrite(session, content, html="<p>Another text.</p>")
    actions.update(session, site, content.id, by="ann")
    session.commit()
    assert sites.publisher(sessions).work().counts == {Outcome.FAILED: 1}
    assert "Snip above" in page.read_text()
    known = record(session, content)
    assert known.cause == "changed"
    session.refresh(content)
    assert content.site_status is SiteContentStatus.PUBLISHED, "its page is as public as before"
    actions.retry(session, site, content.id, by="ann", overwrite=True)
    session.commit()
    assert sites.publisher(sessions).work().counts == {Outcome.DONE: 1}
    assert "Another text." in page.read_text()


def test_unpublishing_takes_the_page_and_all_links_to_it_from_the_public_and_it_can_come_back(
    session: Session, sessions: Sessions, sites: StaticSites
) -> None:
    site, content = live(session, sessions, sites)
    actions.unpublish(session, site, content.id, by="ann")
    session.commit()
    assert sites.publisher(sessions).work().counts == {Outcome.DONE: 1}
    session.refresh(content)
    assert (content.status, content.site_status) == (ContentStatus.APPROVED, SiteContentStatus.NOT_SCHEDULED)
    assert content.scheduled_publish_at is content.no_slot_reason is None
    assert sites.pages("harbour") == []
    assert [path for path in sites.live("harbour").rglob("*.*ml") if "blog/roses" in path.read_text()] == []
    actions.publish_now(session, site, content.id, by="ann")
    session.commit()
    assert sites.publisher(sessions).work().counts == {Outcome.DONE: 1}
    assert sites.pages("harbour") == ["roses"]
    assert "Cut above a bud." in sites.page("harbour", "roses")


def test_deleting_leaves_nothing_on_the_website_and_the_article_approved(
    session: Session, sessions: Sessions, sites: StaticSites
) -> None:
    site, content = live(session, sessions, sites)
    actions.delete_post(session, site, content.id, by="ann")
    session.commit()
    assert sites.publisher(sessions).work().counts == {Outcome.DONE: 1}
    session.refresh(content)
    assert (content.status, content.external_url) == (ContentStatus.APPROVED, None)
    assert record(session, content).wish is PublicationWish.GONE
    assert session.scalars(select(PublicationStep)).all() == []
    assert session.scalars(select(SiteArticleRow)).all() == []
    assert [path for path in sites.live("harbour").rglob("*") if path.is_file() and holds(path, "roses")] == []
    with pytest.raises(Conflict, match="has no post"):
        actions.unpublish(session, site, content.id, by="ann")


def holds(path: Path, word: str) -> bool:
    return word in str(path) or word.encode() in path.read_bytes()


def test_what_is_not_approved_is_not_published(session: Session) -> None:
    site = make_static_site(session)
    content = make_due(session, site, status=ContentStatus.REVIEW, site_status=SiteContentStatus.NOT_SCHEDULED)
    session.commit()
    with pytest.raises(Conflict, match="is in review: approve it first"):
        actions.publish_now(session, site, content.id, by="ann")
    with pytest.raises(NotFound):
        actions.publish_now(session, site, content.id + 1, by="ann")


def test_what_is_published_is_updated_instead(session: Session, sessions: Sessions, sites: StaticSites) -> None:
    site, content = live(session, sessions, sites)
    with pytest.raises(Conflict, match="update it instead"):
        actions.publish_now(session, site, content.id, by="ann")


@pytest.mark.parametrize(
    ("values", "said"), [({"status": "inactive"}, "switched off"), ({"hosting_type": "shopify"}, "nothing can be")]
)
def test_a_site_that_publishes_nothing_says_so(session: Session, values: dict[str, object], said: str) -> None:
    site = make_static_site(session, **values)
    content = make_due(session, site, ago=IN_TWO_DAYS)
    session.commit()
    with pytest.raises(Conflict, match=said):
        actions.publish_now(session, site, content.id, by="ann")


def test_while_a_publisher_is_at_it_people_are_told_to_wait(
    session: Session, sessions: Sessions, sites: StaticSites
) -> None:
    site, content = live(session, sessions, sites)
    with sessions() as publisher:
        assert hold(publisher, record(session, content).id)
        with pytest.raises(Conflict, match="this very moment"):
            actions.unpublish(session, site, content.id, by="ann")
