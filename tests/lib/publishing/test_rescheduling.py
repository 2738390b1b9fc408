"""Shifting all dates and spreading them anew: all or nothing, before and after."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from igny8_lib.errors import Conflict, InvalidInput
from igny8_lib.models import Content, ContentStatus, Site, SiteContentStatus
from igny8_lib.publishing.calendar import NO_MORE_SLOTS
from igny8_lib.publishing.rescheduling import shift_all, spread_anew
from igny8_lib.publishing.settings import change
from tests.factories.articles import make_article

SPRING = datetime(2027, 3, 26, 8, 0, tzinfo=UTC)
"""Friday, nine in Berlin; the clocks jump on Sunday."""


def at(
    session: Session, site: Site, when: datetime, status: SiteContentStatus = SiteContentStatus.SCHEDULED
) -> Content:
    stands = {"status": ContentStatus.APPROVED, "site_status": status, "scheduled_publish_at": when}
    return make_article(session, site, pictures=0, **stands)


def dates(session: Session, articles: list[Content]) -> list[datetime | None]:
    session.expire_all()
    return [article.scheduled_publish_at for article in articles]


def test_all_dates_shift_by_days_and_keep_their_local_times(session: Session, site: Site) -> None:
    articles = [at(session, site, SPRING + timedelta(days=number)) for number in range(3)]
    changes = shift_all(session, site, 1)
    assert [change.content_id for change in changes] == [article.id for article in articles]
    hours = [(when.day, when.hour) for when in dates(session, articles) if when]
    assert hours == [(27, 8), (28, 7), (29, 8)]
    shift_all(session, site, -1)
    assert [(when.day, when.hour) for when in dates(session, articles) if when] == [(26, 8), (27, 8), (28, 8)]


def test_a_shift_into_another_article_or_into_the_past_moves_nothing_and_names_it(session: Session, site: Site) -> None:
    articles = [at(session, site, SPRING), at(session, site, SPRING + timedelta(hours=1))]
    at(session, site, SPRING + timedelta(days=1), SiteContentStatus.PUBLISHED)
    before = dates(session, articles)
    with pytest.raises(Conflict, match=rf'{articles[0].id} "Pruning.*" would be at 2027-03-27 09:00 .*another article'):
        shift_all(session, site, 1)
    with pytest.raises(Conflict, match="which is past"):
        shift_all(session, site, -3_000)
    assert dates(session, articles) == before


def test_two_dates_that_one_jump_of_the_clocks_would_make_one_are_not_shifted(session: Session, site: Site) -> None:
    two = [at(session, site, datetime(2027, 3, 27, 1, minute, tzinfo=UTC)) for minute in (10, 40)]
    with pytest.raises(Conflict, match="where another article is"):
        shift_all(session, site, 1)
    assert len(set(dates(session, two))) == 2


@pytest.mark.parametrize("days", [0, 3_654, -3_654])
def test_a_shift_by_nothing_or_beyond_ten_years_is_refused(session: Session, site: Site, days: int) -> None:
    with pytest.raises(InvalidInput, match="Shift by 1"):
        shift_all(session, site, days)


def test_spreading_anew_shows_before_and_after_first_and_keeps_the_order(session: Session, site: Site) -> None:
    late, early = at(session, site, SPRING + timedelta(days=9)), at(session, site, SPRING)
    overdue = at(session, site, SPRING - timedelta(days=900))
    before = dates(session, [overdue, early, late])
    planned = spread_anew(session, site, dry_run=True)
    assert [change.content_id for change in planned] == [overdue.id, early.id, late.id]
    assert [change.before for change in planned] == before == dates(session, [overdue, early, late])
    done = spread_anew(session, site, dry_run=False)
    after = dates(session, [overdue, early, late])
    assert after == [change.after for change in done] == sorted(filter(None, after))


def test_what_the_next_ten_years_have_no_slot_for_loses_its_date_and_waits(session: Session, site: Site) -> None:
    narrow = {"scheduling_mode": "stagger", "daily_publish_target": 1, "publish_days": [0]}
    change(session, site.id, narrow | {"queue_limit": 1_000})
    articles = [at(session, site, SPRING + timedelta(minutes=number)) for number in range(530)]
    changes = spread_anew(session, site, dry_run=False)
    lost = [each.content_id for each in changes if each.after is None]
    assert lost == [article.id for article in articles[-len(lost) :]]
    session.expire_all()
    assert {articles[-1].no_slot_reason, articles[-1].scheduled_publish_at} == {NO_MORE_SLOTS, None}
