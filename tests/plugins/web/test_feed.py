"""The calendar for calendar programs: the key in the address is the whole permission, and it opens one site's dates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import igny8_product
import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from sqlalchemy import update
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.db.session import Sessions
from igny8_lib.models import Content, ContentStatus, Site, SiteContentStatus
from igny8_lib.publishing.feed import entries_of, in_a_line, renew_key, site_of_key, switch_off
from igny8_lib.publishing.placing import put_at, take_away
from igny8_lib.publishing.rescheduling import shift_all, spread_anew
from tests.factories.articles import make_article
from tests.plugins.web.house import PAGES, House
from tests.statements import count_statements

SLOT = clock.now().replace(second=0, microsecond=0) + timedelta(days=3)


def add(sessions: Sessions, site_id: int, **values: Any) -> int:
    """An approved article of the site, scheduled where nothing else is said; its id."""
    told: dict[str, Any] = {
        "status": ContentStatus.APPROVED,
        "site_status": SiteContentStatus.SCHEDULED,
        "scheduled_publish_at": SLOT,
    }
    with sessions.begin() as session:
        return make_article(session, session.get_one(Site, site_id), **(told | values)).id


@pytest.fixture
def key(house: House, sessions: Sessions) -> str:
    with sessions.begin() as session:
        return renew_key(session, house.blog)


def read(house: House, key: str) -> Calendar:
    """What a calendar program reads, without a login."""
    answer = house.client().get(f"{PAGES}/feeds/{key}.ics")
    assert answer.status_code == 200, answer.text
    return Calendar.from_ical(answer.content)


def test_a_program_reads_the_site_s_articles_at_their_times_in_utc(house: House, sessions: Sessions, key: str) -> None:
    content_id = add(sessions, house.blog, title="Sheds, and more")
    add(sessions, house.shop, title="Another site's")
    answer = house.client().get(f"{PAGES}/feeds/{key}.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"].startswith("private")
    calendar = Calendar.from_ical(answer.content)
    assert (calendar["X-WR-CALNAME"], calendar["X-WR-TIMEZONE"]) == ("Blog: articles", "UTC")
    (event,) = calendar.walk("VEVENT")
    assert (event["UID"], event["SUMMARY"]) == (f"{content_id}@blog", "Scheduled: Sheds, and more")
    assert event.decoded("dtstart") == SLOT
    assert f"DTSTART:{SLOT:%Y%m%dT%H%M%SZ}" in answer.text


def told(house: House, key: str) -> tuple[str, datetime, int, datetime]:
    """UID, start, SEQUENCE and LAST-MODIFIED of the only event."""
    (event,) = read(house, key).walk("VEVENT")
    return str(event["UID"]), *(event.decoded(name) for name in ("dtstart", "sequence", "last-modified"))


MOVES: dict[str, Callable[[Session, Site, int], object]] = {
    "moved": lambda session, site, number: put_at(session, site, number, SLOT + timedelta(days=1)),
    "shifted with all": lambda session, site, _: shift_all(session, site, 1),
    "spread anew": lambda session, site, _: spread_anew(session, site, dry_run=False),
    "taken out and put back": lambda session, site, number: (
        take_away(session, site, number),
        put_at(session, site, number, SLOT + timedelta(days=1)),
    ),
    "on its way": lambda session, _, number: setattr(
        session.get_one(Content, number), "site_status", SiteContentStatus.PUBLISHING
    ),
}


@pytest.mark.parametrize("way", list(MOVES))
def test_whatever_moves_an_article_raises_its_sequence_and_its_last_modified_and_keeps_its_uid(
    house: House, sessions: Sessions, key: str, way: str
) -> None:
    content_id = add(sessions, house.blog, created_at=clock.now() - timedelta(days=1))
    before = told(house, key)
    with sessions.begin() as session:
        MOVES[way](session, session.get_one(Site, house.blog), content_id)
    after = told(house, key)
    assert after[0] == before[0]
    assert after[1] != before[1] or way == "on its way"
    assert after[2] > before[2]
    assert after[3] > before[3]


def test_an_article_that_nobody_touched_or_moved_to_where_it_is_keeps_its_sequence(
    house: House, sessions: Sessions, key: str
) -> None:
    content_id = add(sessions, house.blog)
    before = told(house, key)
    with sessions.begin() as session:
        session.execute(update(Content).where(Content.id == content_id).values(scheduled_publish_at=SLOT))
    assert told(house, key) == before


def test_what_is_published_says_so_with_its_address(house: House, sessions: Sessions, key: str) -> None:
    out = clock.now() - timedelta(days=2)
    add(
        sessions,
        house.blog,
        title="Out",
        status=ContentStatus.PUBLISHED,
        site_status=SiteContentStatus.PUBLISHED,
        published_at=out,
        scheduled_publish_at=out - timedelta(minutes=5),
        external_url="https://blog.example/out",
    )
    (event,) = read(house, key).walk("VEVENT")
    assert (event["SUMMARY"], event["STATUS"]) == ("Published: Out", "CONFIRMED")
    assert event["URL"] == "https://blog.example/out"
    assert event.decoded("dtstart") == out.replace(microsecond=0)


def test_sixty_days_past_and_a_year_ahead_are_told_and_nothing_without_a_date(
    house: House, sessions: Sessions, key: str
) -> None:
    now = clock.now()
    for days in (-61, -59, 364, 366):
        add(sessions, house.blog, title=f"{days} days", scheduled_publish_at=now + timedelta(days=days))
    add(sessions, house.blog, scheduled_publish_at=None, site_status=SiteContentStatus.NOT_SCHEDULED)
    told = [str(event["SUMMARY"]) for event in read(house, key).walk("VEVENT")]
    assert told == ["Scheduled: -59 days", "Scheduled: 364 days"]


def test_a_new_key_ends_the_old_address_and_a_feed_can_be_switched_off(
    house: House, sessions: Sessions, key: str
) -> None:
    with sessions.begin() as session:
        newer = renew_key(session, house.blog)
    assert house.client().get(f"{PAGES}/feeds/{key}.ics").status_code == 404
    assert read(house, newer)
    with sessions.begin() as session:
        switch_off(session, house.blog)
    assert house.client().get(f"{PAGES}/feeds/{newer}.ics").status_code == 404


@pytest.mark.parametrize("change", [lambda k: k[:-1], lambda k: k + "x", lambda k: "9" * 19 + k, lambda _: "text"])
def test_a_wrong_key_finds_nothing(house: House, key: str, change: object) -> None:
    answer = house.client().get(f"{PAGES}/feeds/{change(key)}.ics")  # type: ignore[operator]
    assert (answer.status_code, "no calendar at this address" in answer.text) == (404, True)


def test_the_key_of_one_site_is_no_key_of_another(house: House, sessions: Sessions, key: str) -> None:
    with sessions.begin() as session:
        renew_key(session, house.shop)
    secret = key.split("-", 1)[1]
    assert house.client().get(f"{PAGES}/feeds/{house.shop}-{secret}.ics").status_code == 404


def test_a_site_without_a_feed_has_no_key_that_fits(house: House, sessions: Sessions) -> None:
    with sessions() as session:
        for guess in (f"{house.blog}-{'-' * 64}", f"{house.blog}-None", "-" * 64, ""):
            assert site_of_key(session, guess) is None


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_a_feed_is_only_read(house: House, key: str, method: str) -> None:
    assert house.client().request(method, f"{PAGES}/feeds/{key}.ics").status_code in {404, 405}


def test_one_reading_too_many_is_refused_and_wrong_keys_keep_nobody_out(house: House, key: str) -> None:
    client = house.client()
    wrong = [client.get(f"{PAGES}/feeds/{house.blog}-{'x' * 43}.ics").status_code for _ in range(61)]
    assert (set(wrong[:60]), wrong[60]) == ({404}, 429)
    right = [client.get(f"{PAGES}/feeds/{key}.ics") for _ in range(31)]
    assert ({each.status_code for each in right[:30]}, right[30].status_code) == ({200}, 429)
    assert 1 <= int(right[30].headers["retry-after"]) <= 60


def test_many_articles_take_as_many_statements_as_few(house: House, sessions: Sessions, key: str) -> None:
    engine = igny8_product.product_engine()
    add(sessions, house.blog)
    read(house, key)
    few = count_statements(engine, lambda: read(house, key))
    for number in range(1, 20):
        add(sessions, house.blog, scheduled_publish_at=SLOT + timedelta(minutes=number))
    assert count_statements(engine, lambda: read(house, key)) == few


def test_lines_are_folded_and_texts_cannot_add_lines(house: House, sessions: Sessions, key: str) -> None:
    title = "Größe\r\nATTACH:https://evil.example\r\n" + "ü" * 200
    add(sessions, house.blog, title=title)
    answer = house.client().get(f"{PAGES}/feeds/{key}.ics")
    assert max(len(line) for line in answer.content.split(b"\r\n")) <= 75
    assert not any(line.startswith(b"ATTACH") for line in answer.content.split(b"\r\n"))
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert "ATTACH" not in event
    assert str(event["SUMMARY"]) == f"Scheduled: Größe ATTACH:https://evil.example {'ü' * 200}"


@given(st.text(max_size=60))
def test_whatever_a_title_says_is_one_line_that_a_document_holds(text: str) -> None:
    line = in_a_line(text)
    assert all(each.isprintable() for each in line)
    assert line.encode("utf-8") is not None


def test_entries_stand_in_the_order_of_their_times(house: House, session: Session, sessions: Sessions) -> None:
    for hours in (5, 1, 3):
        add(sessions, house.blog, scheduled_publish_at=SLOT + timedelta(hours=hours))
    found = [entry.at for entry in entries_of(session, house.blog)]
    assert found == [SLOT + timedelta(hours=hours) for hours in (1, 3, 5)]
