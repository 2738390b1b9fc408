"""`igny8 publishing`: settings, slots and the calendar, in the site's times."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from igny8_lib import clock
from igny8_lib.db.session import Sessions
from igny8_lib.models import Content
from tests.factories.articles import make_article
from tests.factories.sites import make_site
from tests.lib.commands.conftest import Igny8, Shell

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def articles(sessions: Sessions) -> list[str]:
    """Three articles in review."""
    with sessions.begin() as session:
        site = make_site(session, slug="blog", timezone="Europe/Berlin")
        return [str(make_article(session, site).id) for _ in range(3)]


def noon(days: int) -> str:
    """Noon in Berlin in so many days, as one types it."""
    return f"{clock.now().astimezone(BERLIN) + timedelta(days=days):%Y-%m-%d} 12:00"


@pytest.mark.usefixtures("articles")
def test_settings_are_shown_changed_and_refused_by_name(igny8: Igny8, shell: Shell) -> None:
    code, document = igny8("publishing", "set", "blog", "publish_days=fri, mon", "publish_time_slots=16:00,8:30")
    assert (code, document["settings"]["publish_days"]) == (0, [0, 4])
    assert document["settings"]["publish_time_slots"] == ["08:30", "16:00"]
    assert len(document["next_slots"]) == 10
    assert igny8("publishing", "show", "blog")[1] == document
    code, error = igny8("publishing", "set", "blog", "queue_limit=0", "publish_days=", "color=red")
    assert code == 2
    assert all(name in error["message"] for name in ("queue_limit", "publish_days", "'color'"))
    assert "the next slots are" in shell("publishing", "show", "blog")[1]
    assert "│ mon,fri " in shell("publishing", "show", "blog")[1], "as it is typed"
    assert igny8("publishing", "set", "blog", "comments_open=false", "post_author=ann")[0] == 0
    assert igny8("publishing", "set", "blog", "comments_open=")[1]["settings"]["comments_open"] is None


@pytest.mark.usefixtures("articles")
def test_slots_of_other_settings_are_tried_out_without_a_change(igny8: Igny8, shell: Shell) -> None:
    before = igny8("publishing", "show", "blog")[1]
    code, slots = igny8("publishing", "slots", "blog", "scheduling_mode=immediate", "--count", "3")
    assert (code, len(slots)) == (0, 3)
    assert datetime.fromisoformat(slots[2]) - datetime.fromisoformat(slots[0]) == timedelta(minutes=2)
    assert igny8("publishing", "show", "blog")[1]["settings"] == before["settings"]
    assert "(Europe/Berlin)" in shell("publishing", "slots", "blog")[1]


def test_an_article_is_approved_moved_taken_out_and_scheduled_again(
    igny8: Igny8, shell: Shell, articles: list[str]
) -> None:
    one, two, _ = articles
    approved = igny8("content", "approve", "blog", one, two)[1]
    assert list(approved["scheduled"]) == [one, two]
    moved = igny8("publishing", "move", "blog", one, noon(3))[1]
    assert moved["before"] == approved["scheduled"][one]
    assert datetime.fromisoformat(moved["at"]).astimezone(BERLIN).hour == 12
    code, error = igny8("publishing", "move", "blog", two, noon(3))
    assert (code, f"is taken by the article {one} " in error["message"]) == (4, True)
    assert igny8("publishing", "move", "blog", two, "2020-01-01 09:00")[0] == 2
    code, error = igny8("publishing", "move", "blog", two, noon(4).split()[0])
    assert (code, "a day without a time" in error["message"]) == (2, True)
    assert igny8("publishing", "unschedule", "blog", one)[1]["before"] == moved["at"]
    assert "taken out by people" in shell("publishing", "calendar", "blog")[1]
    assert igny8("publishing", "schedule", "blog", one, "--at", noon(5))[0] == 0
    assert igny8("publishing", "unschedule", "blog", one)[0] == 0
    assert "goes out at" in shell("publishing", "schedule", "blog", one)[1]


def test_all_dates_are_shifted_and_spread_anew(igny8: Igny8, shell: Shell, articles: list[str]) -> None:
    igny8("content", "approve", "blog", *articles)
    shifted = igny8("publishing", "shift", "blog", "7")[1]
    assert [str(each["content_id"]) for each in shifted] == articles
    assert igny8("publishing", "shift", "blog", "-1")[0] == 0
    planned = igny8("publishing", "spread", "blog")[1]
    assert igny8("publishing", "spread", "blog")[1] == planned
    assert "would be spread anew" in shell("publishing", "spread", "blog")[1]
    assert igny8("publishing", "spread", "blog", "--write")[1] == planned
    assert "All 3 dates of site blog stay as they are." in shell("publishing", "spread", "blog")[1]
    assert [each["before"] for each in igny8("publishing", "spread", "blog")[1]] == [each["after"] for each in planned]


@pytest.mark.usefixtures("articles")
def test_without_dates_there_is_nothing_to_shift_or_to_spread(shell: Shell) -> None:
    for command in (("shift", "blog", "7"), ("spread", "blog"), ("spread", "blog", "--write")):
        assert shell("publishing", *command) == (0, "No article of site blog has a date: nothing changes.\n")


def test_what_is_overdue_is_told_whatever_period_is_shown(
    igny8: Igny8, shell: Shell, sessions: Sessions, articles: list[str]
) -> None:
    igny8("content", "approve", "blog", *articles)
    before = (clock.now() - timedelta(days=2)).replace(second=0, microsecond=0)
    with sessions.begin() as session:
        for number, each in enumerate(articles[:2]):
            session.get_one(Content, int(each)).scheduled_publish_at = before + timedelta(hours=number)
    document = igny8("publishing", "calendar", "blog")[1]
    assert (document["scheduled_count"], document["overdue_count"]) == (3, 2)
    assert datetime.fromisoformat(document["overdue_since"]) == before
    told = f"2 articles are overdue, since {before.astimezone(BERLIN):%Y-%m-%d %H:%M} (Europe/Berlin)."
    assert told in shell("publishing", "calendar", "blog")[1]


def test_the_calendar_shows_articles_and_free_slots_of_its_days(
    igny8: Igny8, shell: Shell, articles: list[str]
) -> None:
    igny8("content", "approve", "blog", *articles[:1])
    code, document = igny8("publishing", "calendar", "blog", "--days", "7")
    assert (code, [str(item["content_id"]) for item in document["items"]]) == (0, articles[:1])
    assert document["scheduled_count"] == 1
    printed = shell("publishing", "calendar", "blog")[1]
    assert "1 scheduled, queue limit 100" in printed
    assert "free" in printed
    assert igny8("publishing", "calendar", "blog", "--from", "soon")[0] == 2
    assert igny8("publishing", "calendar", "blog", "--from", "9999-12-31")[0] == 2
    igny8("publishing", "set", "blog", "auto_publish_enabled=false")
    assert "nothing goes out by itself" in shell("publishing", "calendar", "blog")[1]
