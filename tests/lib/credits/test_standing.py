"""What an account has, what is reserved, and how long it lasts."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.credits.ledger import Usage
from igny8_lib.credits.reservations import reserve
from igny8_lib.credits.standing import Grant, days_left, holds_of, next_grant, pace_of, standing_of
from igny8_lib.models import Account, AccountStatus, Operation, Plan
from tests.factories.credits import make_funded_account
from tests.factories.sites import make_site

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
TODAY = NOW.date()
SCALE = Plan(name="Scale", monthly_credits=Credits.of(20_000))


def test_what_is_reserved_is_told_by_site_and_operation_the_largest_first(session: Session) -> None:
    account = make_funded_account(session)
    site = make_site(session, account)
    for key, operation, amount in [("a", "linking", 8), ("b", "clustering", 20), ("c", "clustering", 5)]:
        usage = Usage(Operation(operation), site_id=site.id)
        reserve(session, account.id, Credits.of(amount), key=key, usage=usage)
    reserve(session, account.id, Credits.of(1), key="d", usage=Usage(Operation.LINKING))
    held = [(hold.site, hold.operation, hold.requests, hold.amount) for hold in holds_of(session, account.id)]
    assert held == [
        (site.slug, Operation.CLUSTERING, 2, Credits.of(25)),
        (site.slug, Operation.LINKING, 1, Credits.of(8)),
        (None, Operation.LINKING, 1, Credits.of(1)),
    ]
    standing = standing_of(session, account.id)
    assert (standing.reserved, standing.available) == (Credits.of(34), Credits.of(966))


@pytest.mark.parametrize(
    ("now", "at"),
    [
        (NOW, datetime(2026, 12, 1, tzinfo=UTC)),
        (datetime(2026, 12, 31, 23, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)),
    ],
)
def test_the_next_grant_is_the_plans_credits_on_the_first(now: datetime, at: datetime) -> None:
    assert next_grant(Account(status=AccountStatus.ACTIVE, plan=SCALE), now) == Grant(at, SCALE.monthly_credits)


def test_a_suspended_account_and_one_without_monthly_credits_have_no_next_grant() -> None:
    assert next_grant(Account(status=AccountStatus.SUSPENDED, plan=SCALE), NOW) is None
    assert next_grant(Account(status=AccountStatus.ACTIVE, plan=None), NOW) is None


def days(*used: int) -> dict[date, Credits]:
    """So much on each day up to yesterday."""
    return {TODAY - timedelta(days=back): Credits.of(amount) for back, amount in enumerate(reversed(used), 1)}


def test_the_usual_pace_is_the_average_of_the_last_thirty_whole_days() -> None:
    assert pace_of(days(9_999, *[10] * 15, *[20] * 15), NOW) == Credits.of(15)


def test_a_young_accounts_pace_counts_from_its_first_use_and_leaves_out_today() -> None:
    assert pace_of(days(30, 0, 0) | {TODAY: Credits.of(500)}, NOW) == Credits.of(10)


def test_nobody_can_say_how_long_credits_last_after_two_days_or_without_use() -> None:
    assert pace_of(days(5, 5), NOW) is None
    assert pace_of({TODAY - timedelta(days=60): Credits.of(5)}, NOW) is None
    assert pace_of({}, NOW) is None
    assert days_left(Credits.of(100), None) is None


@given(available=st.integers(0, 10**11), used=st.lists(st.integers(0, 10**6), min_size=3, max_size=40))
def test_credits_last_for_as_many_days_as_the_pace_fits_in(available: int, used: list[int]) -> None:
    pace = pace_of(days(*used), NOW)
    left = days_left(Credits(available), pace)
    assert (left is None) == (not any(used[-30:]))
    if left is not None and pace is not None:
        assert left * pace.hundredths <= available < (left + 1) * pace.hundredths
    assert days_left(ZERO, Credits(1)) == 0
