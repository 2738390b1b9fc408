"""Giving, moving and taking dates: one site's calendar in one hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.errors import Conflict, InvalidInput, NotFound
from igny8_lib.models import Content, ContentStatus, Site, SiteContentStatus
from igny8_lib.publishing import approval, calendar
from igny8_lib.publishing.settings import change
from tests.factories.articles import make_article
from tests.factories.sites import make_site
from tests.statements import count_statements

BERLIN = ZoneInfo("Europe/Berlin")


def noon(days: int) -> datetime:
    """Noon in Berlin in so many days: no slot of the defaults."""
    day = clock.now().astimezone(BERLIN) + timedelta(days=days)
    return day.replace(hour=12, minute=0, second=0, microsecond=0).astimezone(UTC)


def approved(session: Session, site: Site, count: int) -> list[Content]:
    articles = [make_article(session, site) for _ in range(count)]
    approval.approve(session, site.id, [article.id for article in articles], by="ann")
    session.expire_all()
    return articles


def test_each_article_gets_the_next_slot_in_the_order_of_the_ids(session: Session, site: Site) -> None:
    one, two, three = (make_article(session, site, status=ContentStatus.APPROVED).id for _ in range(3))
    given = calendar.give_slots(session, site, [two, three, one]).given
    assert list(given) == [two, three, one]
    assert list(given.values()) == sorted(set(given.values()))
    assert session.get_one(Content, two, populate_existing=True).site_status == SiteContentStatus.SCHEDULED
    assert calendar.give_slots(session, site, [one, 999_999]) == calendar.Scheduled(), "it keeps the one it has"


def test_what_finds_no_room_says_why_and_gets_a_date_when_room_comes_first_approved_first(
    session: Session, site: Site
) -> None:
    change(session, site.id, {"queue_limit": 1})
    later, earlier = (make_article(session, site) for _ in range(2))
    (first,) = approved(session, site, 1)
    approval.approve(session, site.id, [earlier.id], by="ann")
    approval.approve(session, site.id, [later.id], by="ann")
    session.expire_all()
    assert "queue limit of 1" in (earlier.no_slot_reason or "")
    assert earlier.site_status == SiteContentStatus.NOT_SCHEDULED
    calendar.unschedule(session, site, first.id)
    session.expire_all()
    assert (earlier.site_status, earlier.no_slot_reason) == (SiteContentStatus.SCHEDULED, None)
    assert later.no_slot_reason
    change(session, site.id, {"queue_limit": 5})
    session.expire_all()
    assert later.scheduled_publish_at is not None
    assert first.scheduled_publish_at is None, "taken out by people, it gets no date by itself"


def test_changed_settings_move_no_date(session: Session, site: Site) -> None:
    articles = approved(session, site, 3)
    before = [article.scheduled_publish_at for article in articles]
    change(session, site.id, {"publish_time_slots": ["03:00"], "queue_limit": 1, "publish_days": [6]})
    session.expire_all()
    assert [article.scheduled_publish_at for article in articles] == before


def test_an_article_is_moved_to_a_free_minute_and_no_other(session: Session, site: Site) -> None:
    one, two = approved(session, site, 2)
    before, at = one.scheduled_publish_at, noon(3)
    assert calendar.move(session, site, one.id, at) == before
    assert session.get_one(Content, one.id, populate_existing=True).scheduled_publish_at == at
    with pytest.raises(Conflict, match=f'is taken by the article {one.id} "Pruning'):
        calendar.move(session, site, two.id, at)
    calendar.move(session, site, one.id, at)
    for bad, why in (
        (clock.now() - timedelta(minutes=5), "is past|whole minute"),
        (noon(-1), "is past"),
        (noon(5).replace(second=1), "whole minute"),
        (noon(5).replace(tzinfo=None), "without a zone"),
        (noon(4_000), "too far ahead"),
    ):
        with pytest.raises(InvalidInput, match=why):
            calendar.move(session, site, two.id, bad)


@pytest.mark.parametrize("status", [each for each in SiteContentStatus if each is not SiteContentStatus.SCHEDULED])
def test_what_has_no_date_or_is_on_its_way_is_neither_moved_nor_taken_out(
    session: Session, site: Site, status: SiteContentStatus
) -> None:
    article = make_article(session, site, status=ContentStatus.APPROVED, site_status=status)
    with pytest.raises(Conflict, match="only articles with a date"):
        calendar.move(session, site, article.id, noon(2))
    with pytest.raises(Conflict, match="only articles with a date"):
        calendar.unschedule(session, site, article.id)
    if status is not SiteContentStatus.NOT_SCHEDULED:
        with pytest.raises(Conflict, match="only articles without a date"):
            calendar.schedule(session, site, article.id)


def test_an_approved_article_is_scheduled_for_the_next_slot_or_an_instant(session: Session, site: Site) -> None:
    one, two, three = (make_article(session, site, status=ContentStatus.APPROVED).id for _ in range(3))
    change(session, site.id, {"queue_limit": 2})
    assert calendar.schedule(session, site, one, noon(2)).given == {one: noon(2)}
    assert list(calendar.schedule(session, site, two).given) == [two]
    assert "The calendar is full" in calendar.schedule(session, site, three).without[three]
    with pytest.raises(Conflict, match="The calendar is full"):
        calendar.schedule(session, site, three, noon(4))
    with pytest.raises(Conflict, match="is in review: only approved"):
        calendar.schedule(session, site, make_article(session, site).id)
    with pytest.raises(NotFound):
        calendar.schedule(session, site, make_article(session, make_site(session)).id)


def test_the_database_forbids_two_articles_of_a_site_in_one_slot(session: Session, site: Site) -> None:
    one, two = approved(session, site, 2)
    here = update(Content).where(Content.site_id == site.id, Content.id == two.id)
    same_slot = here.values(scheduled_publish_at=one.scheduled_publish_at)
    with session.begin_nested() as point:
        with pytest.raises(IntegrityError, match="uq_content_slot"):
            session.execute(same_slot)
        point.rollback()
    other = make_site(session)
    (same,) = approved(session, other, 1)
    calendar.move(session, other, same.id, one.scheduled_publish_at or noon(1))


def test_a_thousand_articles_cost_as_many_statements_as_one(session: Session, site: Site) -> None:
    change(session, site.id, {"queue_limit": 2_000})

    def cost(count: int) -> int:
        ids = [make_article(session, site).id for _ in range(count)]
        return count_statements(session, lambda: approval.approve(session, site.id, ids, by="ann"))

    few = cost(2)
    assert cost(60) == few <= 13
