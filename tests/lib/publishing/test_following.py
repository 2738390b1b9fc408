"""Links reach a published article's post by themselves, texts of the AI where the site approves by itself, and nothing
else does: neither what people have not told the post yet, nor anything over what they changed there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.db.session import Sessions
from igny8_lib.models import (
    Content,
    ContentSource,
    ContentStatus,
    PostFound,
    PostKind,
    Publication,
    PublicationStatus,
    PublicationWish,
    PublishingSettings,
    Site,
    SyncConflict,
    VersionKind,
    WordPressOriginal,
)
from igny8_lib.publishing.due import find_due
from igny8_lib.publishing.following import Follows, follow
from igny8_lib.publishing.publisher import Outcome, Publisher
from igny8_lib.publishing.target import Article, Post, Steps
from igny8_lib.review.versions import find_article, save
from igny8_lib.site_builder.showing.target import BuiltSiteTarget
from tests.factories.articles import make_article
from tests.factories.importing import theirs
from tests.factories.publications import make_publication
from tests.factories.sites import make_site
from tests.lib.publishing.static_site import StaticSites, make_due, make_static_site, record

LINKED = '<p>Cut above a <a href="/bud">bud</a>. Use sharp tools.</p>'


def link(session: Session, content: Content, kind: VersionKind = VersionKind.LINKED) -> Content:
    """A change of its text, as the Linker or a person makes it."""
    found = find_article(session, content.site_id, content.id, lock=True)
    return save(session, found, {"html": f"{LINKED}<p>{found.version}</p>"}, kind=kind, by="ann")


def wordpress(session: Session, **values: object) -> tuple[Site, Content, Publication]:
    """A published article of a WordPress site."""
    site = make_site(session, hosting_type="wordpress")
    publication = make_publication(session, site, **values)
    return site, session.get_one(Content, publication.content_id), publication


def test_links_of_a_published_article_reach_its_post(session: Session, sessions: Sessions, sites: StaticSites) -> None:
    site = make_static_site(session, slug="harbour")
    content = make_due(session, site, slug="roses")
    session.commit()
    sites.publisher(sessions).work()
    assert follow(session, site, link(session, content), by="ann") is Follows.UPDATED
    session.commit()
    sites.publisher(sessions).work()
    assert '<a href="/bud">bud</a>' in sites.page("harbour", "roses")
    known = record(session, content)
    assert (known.content_version, known.requested_by, known.status) == (2, "ann", PublicationStatus.DONE)


def test_what_people_changed_and_did_not_publish_is_not_published_by_links(session: Session) -> None:
    site, content, publication = wordpress(session)
    link(session, content, VersionKind.EDITED)
    assert follow(session, site, link(session, content), by="ann") is Follows.WITH_OTHERS
    assert publication.status is PublicationStatus.DONE
    publication.content_version = content.version  # people updated it
    assert follow(session, site, link(session, content), by="ann") is Follows.UPDATED
    assert publication.status is PublicationStatus.WAITING


def test_what_the_ai_wrote_reaches_the_post_by_itself_only_where_the_site_approves_by_itself(session: Session) -> None:
    site, content, publication = wordpress(session)
    assert follow(session, site, link(session, content, VersionKind.OPTIMIZED), by="ann") is Follows.WITH_OTHERS
    assert follow(session, site, link(session, content), by="ann") is Follows.WITH_OTHERS, "links do not take it along"
    assert publication.status is PublicationStatus.DONE
    session.get_one(PublishingSettings, site.id).auto_approval_enabled = True
    assert follow(session, site, link(session, content), by="ann") is Follows.UPDATED
    assert publication.status is PublicationStatus.WAITING


def test_versions_that_people_asked_for_reach_the_post_and_take_no_others_along(session: Session) -> None:
    site, content, publication = wordpress(session)
    link(session, content, VersionKind.OPTIMIZED)
    link(session, content, VersionKind.RESTORED)
    assert follow(session, site, content, by="ann", wanted={3}) is Follows.WITH_OTHERS
    assert follow(session, site, content, by="ann", wanted={2, 3}) is Follows.UPDATED
    publication.status = PublicationStatus.UNDER_WAY
    assert follow(session, site, content, by="ann", wanted={2, 3}) is Follows.BUSY


@pytest.mark.parametrize("found", [PostFound.CHANGED, PostFound.TRASHED])
def test_what_people_changed_on_the_website_is_never_overwritten(session: Session, found: PostFound) -> None:
    site, content, publication = wordpress(session, found=found)
    assert follow(session, site, link(session, content), by="ann") is Follows.CHANGED_THERE
    assert publication.status is PublicationStatus.DONE


@pytest.mark.parametrize(
    ("values", "follows"),
    [
        ({"wish": PublicationWish.DRAFT}, Follows.NO_POST),
        ({"external_id": None}, Follows.NO_POST),
        ({"status": PublicationStatus.FAILED}, Follows.FAILED),
        ({"status": PublicationStatus.WAITING}, Follows.UPDATED),
    ],
)
def test_a_post_that_is_none_or_failed_or_on_its_way_is_left_to_who_has_it(
    session: Session, values: dict[str, object], follows: Follows
) -> None:
    site, content, publication = wordpress(session, **values)
    before = (publication.status, publication.due_at)
    assert follow(session, site, link(session, content), by="ann") is follows
    assert (publication.status, publication.due_at) == before


def test_an_article_without_a_post_or_of_a_site_that_is_off_has_none_to_update(session: Session) -> None:
    site, content, _ = wordpress(session)
    assert follow(session, site, link(session, make_article(session, site)), by="ann") is Follows.NO_POST
    site.status = "inactive"
    assert follow(session, site, link(session, content), by="ann") is Follows.NO_POST


def imported(session: Session) -> tuple[Site, Content]:
    """An article that came from WordPress and says what it said there."""
    site = make_site(session, hosting_type="wordpress")
    came = {"source": ContentSource.WORDPRESS, "external_id": "7", "external_url": "https://x.example/roses/"}
    content = make_article(session, site, status=ContentStatus.PUBLISHED, **came)
    facts = {"external_id": "7", "kind": PostKind.POST, "raw": content.html, "digest": "d", "status": "publish"}
    session.add(
        WordPressOriginal(content_id=content.id, site_id=site.id, version=1, seen_at=clock.now(), facts={}, **facts)
    )
    session.flush()
    return site, content


def test_an_imported_article_is_written_back(session: Session) -> None:
    site, content = imported(session)
    assert follow(session, site, link(session, content), by="ann") is Follows.UPDATED
    known = record(session, content)
    assert (known.external_id, known.status, known.wish) == ("7", PublicationStatus.WAITING, PublicationWish.LIVE)


@pytest.mark.parametrize("trouble", ["conflict", "trash"])
def test_an_imported_article_that_people_changed_there_is_not_written_back(session: Session, trouble: str) -> None:
    site, content = imported(session)
    if trouble == "conflict":
        session.add(SyncConflict(site_id=site.id, content_id=content.id, theirs=theirs("Other"), seen_at=clock.now()))
    else:
        session.get_one(WordPressOriginal, content.id).status = "trash"
    assert follow(session, site, link(session, content), by="ann") is Follows.CHANGED_THERE
    assert record(session, content).status is PublicationStatus.DONE


@dataclass(frozen=True)
class Meanwhile(BuiltSiteTarget):
    """A target at whose last but one step something else happens."""

    act: Callable[[], None] = lambda: None

    def seo(self, article: Article, post: Post, steps: Steps) -> Any:
        self.act()
        return super().seo(article, post, steps)


def test_links_that_come_while_a_publisher_is_at_the_post_are_told_by_it_when_it_has_ended(
    session: Session, sessions: Sessions, sites: StaticSites
) -> None:
    site = make_static_site(session, slug="harbour")
    content = make_due(session, site, slug="roses")
    session.commit()

    def put_links() -> None:
        with sessions.begin() as linker:
            told.append(follow(linker, site, link(linker, content), by="ann"))

    @contextmanager
    def target_of(site: Site, settings: PublishingSettings) -> Iterator[Meanwhile]:
        target = Meanwhile.of(site, settings, sessions=sessions, places=sites.places, store=sites.media)
        yield replace(target, act=put_links)

    told: list[Follows] = []
    publisher = Publisher(sessions, target_of, sites.media)
    with sessions() as known:
        (due,) = find_due(known, clock.now())
    assert publisher.publish_one(due) is Outcome.DONE
    assert told == [Follows.NO_POST]
    assert (record(session, content).status, record(session, content).requested_by) == (
        PublicationStatus.WAITING,
        "ann",
    )
    sites.publisher(sessions).work()
    assert '<a href="/bud">bud</a>' in sites.page("harbour", "roses")
    assert record(session, content).content_version == 2
