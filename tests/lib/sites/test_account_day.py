"""The account's day: which one it is in its zone."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from igny8_lib.errors import InvalidInput, NotFound
from igny8_lib.sites.account_day import day_of, set_timezone, timezone_of
from igny8_lib.sites.accounts import create_account


def test_a_new_account_lives_by_utc(session: Session) -> None:
    account = create_account(session, name="One")
    assert timezone_of(session, account.id) == "UTC"
    assert day_of(session, account.id, datetime(2026, 11, 1, 23, 59, tzinfo=UTC)) == date(2026, 11, 1)


@pytest.mark.parametrize(
    ("zone", "last", "first"),
    [
        ("Australia/Lord_Howe", "2026-01-14T12:59:59", "2026-01-14T13:00:00"),
        ("America/New_York", "2026-01-15T04:59:59", "2026-01-15T05:00:00"),
        ("America/New_York", "2026-07-15T03:59:59", "2026-07-15T04:00:00"),
        ("America/Havana", "2026-03-08T04:59:59", "2026-03-08T05:00:00"),
    ],
)
def test_its_day_changes_at_its_own_midnight_in_summer_and_winter(
    session: Session, zone: str, last: str, first: str
) -> None:
    """In Havana the clocks jump from midnight to one: the day begins there all the same."""
    account = create_account(session, name="One")
    set_timezone(session, account.id, zone)
    before, after = (day_of(session, account.id, datetime.fromisoformat(at + "+00:00")) for at in (last, first))
    assert (after - before).days == 1


def test_only_that_account_gets_the_zone(session: Session) -> None:
    one, other = create_account(session, name="One"), create_account(session, name="Other")
    set_timezone(session, one.id, "Asia/Tokyo")
    assert (timezone_of(session, one.id), timezone_of(session, other.id)) == ("Asia/Tokyo", "UTC")


@pytest.mark.parametrize("zone", ["", "Berlin", "europe/berlin", "../UTC", "Europe/Berlin "])
def test_what_is_no_zone_is_refused(session: Session, zone: str) -> None:
    account = create_account(session, name="One")
    with pytest.raises(InvalidInput, match="is not a time zone"):
        set_timezone(session, account.id, zone)
    assert timezone_of(session, account.id) == "UTC"


def test_an_account_that_is_not_there_has_no_day(session: Session) -> None:
    with pytest.raises(NotFound, match="no account number 404"):
        day_of(session, 404, datetime(2026, 1, 1, tzinfo=UTC))
    with pytest.raises(NotFound, match="no account number 404"):
        set_timezone(session, 404, "UTC")


def test_an_instant_without_a_zone_is_refused(session: Session) -> None:
    with pytest.raises(ValueError, match="has no zone"):
        day_of(session, create_account(session, name="One").id, datetime(2026, 1, 1))  # noqa: DTZ001 - the point
