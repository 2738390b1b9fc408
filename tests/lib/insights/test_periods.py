from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.insights.periods import common_zone, periods_at

ZONES = ("UTC", "Europe/Berlin", "Asia/Kathmandu", "America/Los_Angeles", "Pacific/Auckland", "America/Santiago")


def test_a_day_begins_at_local_midnight_a_week_on_monday_a_month_on_its_first() -> None:
    now = datetime(2026, 4, 1, 23, 30, tzinfo=UTC)  # Thursday, 01:30 in Berlin
    since = {period.name: period.since for period in periods_at(now, "Europe/Berlin")}
    assert since == {
        "today": datetime(2026, 4, 1, 22, tzinfo=UTC),
        "week": datetime(2026, 3, 29, 22, tzinfo=UTC),
        "month": datetime(2026, 3, 31, 22, tzinfo=UTC),
    }


def test_a_day_without_a_midnight_begins_where_the_clocks_jump() -> None:
    now = datetime(2026, 9, 6, 12, tzinfo=UTC)  # Santiago jumps from 24:00 to 01:00
    assert periods_at(now, "America/Santiago")[0].since == datetime(2026, 9, 6, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("names", "zone"),
    [
        (["Europe/Berlin"] * 2, "Europe/Berlin"),
        (["Europe/Berlin", "Asia/Tokyo"], "UTC"),
        ([], "UTC"),
        (["Nowhere/Else"], "UTC"),
    ],
)
def test_sites_of_one_zone_have_its_days_and_all_others_those_of_utc(names: list[str], zone: str) -> None:
    assert common_zone(names) == zone


@given(minutes=st.integers(0, 10 * 365 * 24 * 60), zone=st.sampled_from(ZONES))
def test_every_instant_lies_in_its_periods(minutes: int, zone: str) -> None:
    now = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    today, week, month = (period.since for period in periods_at(now, zone))
    assert max(week, month) <= today <= now < today + timedelta(hours=26)
    assert now - week < timedelta(days=7, hours=2)
    assert now - month < timedelta(days=31, hours=2)
    assert month.astimezone(ZoneInfo(zone)).day == 1
