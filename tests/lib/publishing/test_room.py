"""Who waits for a date gets one when there is room, also where nobody fills it who made it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.db.session import Sessions
from igny8_lib.models import AccountStatus, Content, Site, SiteContentStatus
from igny8_lib.publishing import approval
from igny8_lib.publishing.calendar import NO_MORE_SLOTS
from igny8_lib.publishing.places import take_out
from igny8_lib.publishing.room import AT_ONCE, ROUND, fill_all, find_room, in_turn
from igny8_lib.publishing.settings import change
from tests.factories.articles import make_article
from tests.factories.sites import make_site
from tests.statements import count_statements

NOW = datetime(2026, 3, 2, 8, 30, 20, tzinfo=UTC)


def full(session: Session, site: Site, articles: int = 2) -> list[Content]:
    """Approved articles of a site whose calendar takes one: the first has a date, the others wait."""
    change(session, site.id, {"queue_limit": 1})
    made = [make_article(session, site) for _ in range(articles)]
    approval.approve(session, site.id, [each.id for each in made], by="ann")
    session.commit()
    for each in made:
        session.refresh(each)
    return made


def make_room(session: Session, article: Content) -> None:
    """What a process commits before it dies: the room is there, and not filled."""
    take_out(session, article.site_id, [article.id])
    session.commit()


def stood(session: Session, article: Content) -> tuple[SiteContentStatus, bool]:
    session.refresh(article)
    return article.site_status, article.no_slot_reason is not None


def test_room_that_a_process_made_before_it_died_is_filled(session: Session, sessions: Sessions, site: Site) -> None:
    first, second, third = full(session, site, 3)
    assert find_room(sessions, clock.now()) == []
    make_room(session, first)
    assert find_room(sessions, clock.now()) == [site.id]
    assert fill_all(sessions, [site.id]) == 1
    assert stood(session, second) == (SiteContentStatus.SCHEDULED, False)
    assert stood(session, third) == (SiteContentStatus.NOT_SCHEDULED, True), "the calendar is full again"
    assert stood(session, first) == (SiteContentStatus.NOT_SCHEDULED, False), "who was taken out does not wait"
    assert find_room(sessions, clock.now()) == []


def test_an_article_for_which_ten_years_had_no_slot_gets_one_when_time_brings_it(
    session: Session, sessions: Sessions, site: Site
) -> None:
    article = make_article(session, site)
    approval.approve(session, site.id, [article.id], by="ann")
    take_out(session, site.id, [article.id], NO_MORE_SLOTS)
    session.commit()
    assert find_room(sessions, clock.now()) == [site.id]
    assert fill_all(sessions, [site.id]) == 1
    assert stood(session, article) == (SiteContentStatus.SCHEDULED, False)


@pytest.mark.parametrize("off", ["site", "account"])
def test_nothing_is_dated_where_nothing_is_published(
    session: Session, sessions: Sessions, site: Site, off: str
) -> None:
    make_room(session, full(session, site)[0])
    if off == "site":
        site.status = "inactive"  # type: ignore[assignment]
    else:
        site.account.status = AccountStatus.SUSPENDED
    session.commit()
    assert find_room(sessions, clock.now()) == []


def test_a_round_goes_on_with_the_other_sites_when_one_is_gone(session: Session, sessions: Sessions) -> None:
    first, second = make_site(session), make_site(session)
    make_room(session, full(session, second)[0])
    session.delete(first)
    session.commit()
    assert fill_all(sessions, [first.id, second.id]) == 1


@pytest.mark.parametrize("number", [1, AT_ONCE, AT_ONCE + 1, 3 * AT_ONCE + 7])
def test_rounds_take_turns_so_that_no_site_waits_for_those_that_stay(number: int) -> None:
    sites = list(range(number))
    rounds = [in_turn(sites, NOW + ROUND * minute) for minute in range(-(-number // AT_ONCE) + 1)]
    assert all(len(each) == len(set(each)) == min(number, AT_ONCE) for each in rounds)
    assert set().union(*rounds) == set(sites)


@pytest.mark.parametrize("number", [0, 3, 30])
def test_looking_for_room_is_one_statement_whatever_waits(session: Session, sessions: Sessions, number: int) -> None:
    for _ in range(number):
        full(session, make_site(session), 4)
    assert count_statements(sessions.kw["bind"], lambda: find_room(sessions, clock.now())) == 1
