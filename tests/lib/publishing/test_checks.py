"""Later looks at what was published: what people did on the website is seen, said, and left as it is."""

from __future__ import annotations

import shutil
from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.db.session import Sessions
from igny8_lib.models import Content, ContentStatus, PostFound, Publication, PublicationStatus, Site, SiteContentStatus
from igny8_lib.publishing import actions
from igny8_lib.publishing.checks import Checker, count_unchecked
from igny8_lib.publishing.publisher import Outcome
from tests.lib.publishing.static_site import StaticSites, make_due, make_static_site, record


def live(session: Session, sessions: Sessions, sites: StaticSites) -> tuple[Site, Content]:
    site = make_static_site(session, slug="harbour")
    content = make_due(session, site, slug="roses")
    session.commit()
    sites.publisher(sessions).work()
    return site, content


def a_day_later(session: Session) -> None:
    session.execute(update(Publication).values(checked_at=clock.now() - timedelta(hours=25)))
    session.commit()


def check(session: Session, sessions: Sessions, sites: StaticSites) -> dict[str, int]:
    a_day_later(session)
    found = Checker(sessions, sites.target_of).check_posts()
    session.expire_all()
    return found


def test_a_post_is_looked_at_once_a_day(session: Session, sessions: Sessions, sites: StaticSites) -> None:
    live(session, sessions, sites)
    checker = Checker(sessions, sites.target_of)
    assert checker.check_posts() == {}
    a_day_later(session)
    assert count_unchecked(session, clock.now()) == 1
    assert checker.check_posts() == {"as_published": 1}
    assert checker.check_posts() == {}


def test_a_deleted_page_is_said_and_comes_back_only_when_people_say_so(
    session: Session, sessions: Sessions, sites: StaticSites
) -> None:
    site, content = live(session, sessions, sites)
    shutil.rmtree(sites.article("harbour", "roses"))
    assert check(session, sessions, sites) == {"deleted": 1}
    known = record(session, content)
    assert (known.status, known.cause, known.found) == (PublicationStatus.FAILED, "deleted", PostFound.DELETED)
    assert "people deleted it" in str(known.error)
    assert (content.status, content.site_status) == (ContentStatus.APPROVED, SiteContentStatus.FAILED)
    actions.retry(session, site, content.id, by="ann")
    session.commit()
    assert sites.publisher(sessions).work().counts == {Outcome.FAILED: 1}
    assert sites.pages("harbour") == []
    actions.retry(session, site, content.id, by="ann", overwrite=True)
    session.commit()
    assert sites.publisher(sessions).work().counts == {Outcome.DONE: 1}
    assert sites.pages("harbour") == ["roses"]


def test_a_page_that_comes_back_by_itself_counts_as_published_again(
    session: Session, sessions: Sessions, sites: StaticSites
) -> None:
    _, content = live(session, sessions, sites)
    page, away = sites.article("harbour", "roses"), sites.root.parent / "away"
    page.rename(away)
    assert check(session, sessions, sites) == {"deleted": 1}
    away.rename(page)
    assert check(session, sessions, sites) == {"as_published": 1}
    assert record(session, content).status is PublicationStatus.DONE
    assert (content.status, content.site_status) == (ContentStatus.PUBLISHED, SiteContentStatus.PUBLISHED)


def test_a_changed_page_stays_as_people_made_it_and_stays_published(
    session: Session, sessions: Sessions, sites: StaticSites
) -> None:
    _, content = live(session, sessions, sites)
    page = sites.article("harbour", "roses") / "index.html"
    changed = page.read_text().replace("Cut", "Snip")
    page.write_text(changed)
    assert check(session, sessions, sites) == {"changed": 1}
    assert record(session, content).found is PostFound.CHANGED
    assert content.site_status is SiteContentStatus.PUBLISHED
    assert page.read_text() == changed
