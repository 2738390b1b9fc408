"""What a calendar shows of a period."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from igny8_lib.errors import InvalidInput
from igny8_lib.models import ContentStatus, Site, SiteContentStatus
from igny8_lib.publishing.agenda import Period, Progress, agenda
from igny8_lib.publishing.settings import change
from tests.factories.articles import make_article
from tests.statements import count_statements

MONDAY = datetime(2026, 11, 30, 5, 0, tzinfo=UTC)
"""Six in the morning in Berlin."""


def scheduled(session: Session, site: Site, at: datetime, status: SiteContentStatus, **values: object) -> int:
    stands = {"status": ContentStatus.APPROVED, "site_status": status, "scheduled_publish_at": at}
    return make_article(session, site, pictures=0, **(stands | values)).id


def test_a_period_shows_items_free_slots_and_what_has_no_date(session: Session, site: Site) -> None:
    nine = MONDAY.replace(hour=8)
    item = scheduled(session, site, nine, SiteContentStatus.SCHEDULED)
    out = scheduled(
        session,
        site,
        MONDAY - timedelta(days=4),
        SiteContentStatus.PUBLISHED,
        published_at=MONDAY - timedelta(hours=1),
    )
    late = scheduled(session, site, MONDAY - timedelta(hours=2), SiteContentStatus.SCHEDULED)
    scheduled(session, site, MONDAY + timedelta(days=9), SiteContentStatus.SCHEDULED)
    waiting = make_article(session, site, status=ContentStatus.APPROVED, no_slot_reason="full")
    make_article(session, site)
    shown = agenda(session, site, date(2026, 11, 30), date(2026, 12, 1), now=MONDAY)
    assert [(each.content_id, each.overdue) for each in shown.items] == [(late, True), (out, False), (item, False)]
    assert [slot.hour for slot in shown.free] == [13, 17, 8, 13, 17]
    assert [(each.content_id, each.reason) for each in shown.waiting] == [(waiting.id, "full")]
    assert (shown.waiting_count, shown.scheduled_count, shown.queue_limit) == (1, 3, 100)
    assert (shown.overdue_count, shown.overdue_since) == (1, MONDAY - timedelta(hours=2))


def test_targets_count_the_whole_week_and_month(session: Session, site: Site) -> None:
    for day in (0, 1, 6, 7):
        scheduled(session, site, MONDAY + timedelta(days=day), SiteContentStatus.SCHEDULED)
    shown = agenda(session, site, date(2026, 12, 1), date(2026, 12, 1))
    assert shown.progress == [
        Progress(Period.DAY, date(2026, 12, 1), 1, 3),
        Progress(Period.WEEK, date(2026, 11, 30), 3, 15),
        Progress(Period.MONTH, date(2026, 12, 1), 3, 50),
    ]


def test_immediate_has_no_free_slots_to_show(session: Session, site: Site) -> None:
    change(session, site.id, {"scheduling_mode": "immediate"})
    assert agenda(session, site, date(2026, 11, 30), date(2026, 12, 6)).free == []


@pytest.mark.parametrize("last", [date(2026, 11, 29), date(2027, 1, 31)])
def test_a_period_that_is_none_or_too_long_is_refused(session: Session, site: Site, last: date) -> None:
    with pytest.raises(InvalidInput, match="1 to 62 days"):
        agenda(session, site, date(2026, 11, 30), last)


@pytest.mark.parametrize("day", [date.min, date(1999, 12, 31), date(2201, 1, 1), date.max])
def test_a_period_centuries_away_is_refused(session: Session, site: Site, day: date) -> None:
    with pytest.raises(InvalidInput, match="the years 2000 to 2200"):
        agenda(session, site, day, day)


def test_a_calendar_costs_the_same_statements_however_many_articles_there_are(session: Session, site: Site) -> None:
    def cost() -> int:
        session.flush()
        return count_statements(session, lambda: agenda(session, site, date(2026, 11, 30), date(2026, 12, 31)))

    few = cost()
    for minute in range(40):
        scheduled(session, site, MONDAY + timedelta(minutes=minute), SiteContentStatus.SCHEDULED)
    assert cost() == few <= 7
