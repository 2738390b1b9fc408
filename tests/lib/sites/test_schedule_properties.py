"""What holds for every schedule in every zone. The rule is restated here from the zone data alone, day by day."""

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from igny8_lib.models import Frequency
from igny8_lib.pipeline.missed_starts import instants_within
from igny8_lib.sites.schedule import GRACE, LONGEST_WINDOW, Schedule, delay_of, next_run_at, next_start

ZONES = st.one_of(
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Nuuk", "Africa/Cairo"]),
    st.sampled_from(sorted(available_timezones())),
)
INSTANTS = st.datetimes(datetime(1990, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive
TIMES = st.times().map(lambda at: at.replace(microsecond=0))


@st.composite
def schedules(draw: st.DrawFn, frequency: Frequency | None = None) -> Schedule:
    frequency = frequency or draw(st.sampled_from(Frequency))
    return Schedule(frequency, draw(TIMES), draw(st.integers(0, 6)), draw(st.integers(1, 31)), draw(ZONES))


def following(schedule: Schedule, instant: datetime, count: int) -> list[datetime]:
    found = [schedule.next_after(instant)]
    while len(found) < count:
        found.append(schedule.next_after(found[-1]))
    return found


def exists(zone: ZoneInfo, local: datetime) -> bool:
    """Whether the wall clock ever showed this time."""
    return local.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local


def shifted(zone: ZoneInfo, local: datetime) -> datetime:
    """The wall-clock time moved forward by the length of the gap it lies in."""
    before, after = (local.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    assert before is not None and after is not None  # noqa: PT018 - narrows both for the type checker
    return local + (after - before)


@given(schedules(), INSTANTS)
@settings(max_examples=400)
def test_starts_strictly_follow_each_other(schedule: Schedule, instant: datetime) -> None:
    run = [instant, *following(schedule, instant, 6)]
    assert all(earlier < later for earlier, later in pairwise(run))


@given(schedules(), INSTANTS)
@settings(max_examples=400)
def test_a_start_is_the_next_one_until_it_has_come(schedule: Schedule, instant: datetime) -> None:
    first, second = following(schedule, instant, 2)
    assert schedule.next_after(first - timedelta(microseconds=1)) == first
    assert schedule.next_after(second - timedelta(microseconds=1)) == second


@given(schedules(), INSTANTS, INSTANTS)
def test_a_later_instant_never_has_an_earlier_start(schedule: Schedule, one: datetime, other: datetime) -> None:
    early, late = sorted((one, other))
    assert schedule.next_after(early) <= schedule.next_after(late)


@given(schedules(Frequency.DAILY), INSTANTS)
@settings(max_examples=400)
def test_every_local_day_has_exactly_one_start_at_its_time(schedule: Schedule, instant: datetime) -> None:
    zone = ZoneInfo(schedule.timezone)
    first, *rest = following(schedule, instant, 40)
    day, expected = first.astimezone(zone).date() - timedelta(days=2), []
    while len(expected) < 45:
        local = datetime.combine(day, schedule.at)
        wall = local if exists(zone, local) else shifted(zone, local)
        expected.append(wall.replace(tzinfo=zone, fold=0).astimezone(UTC))
        day += timedelta(days=1)
    wanted = sorted({start for start in expected if start >= first})
    assert [first, *rest] == wanted[:40]


@given(schedules(), INSTANTS)
@settings(max_examples=400)
def test_the_wall_clock_shows_the_set_time_unless_it_skipped_it(schedule: Schedule, instant: datetime) -> None:
    zone = ZoneInfo(schedule.timezone)
    local = schedule.next_after(instant).astimezone(zone).replace(tzinfo=None)
    if local.time() != schedule.at:
        days = (local.date() - timedelta(days=back) for back in range(3))
        skipped = [datetime.combine(day, schedule.at) for day in days]
        assert any(not exists(zone, wanted) and shifted(zone, wanted) == local for wanted in skipped)


@given(schedules(Frequency.WEEKLY), INSTANTS)
def test_weekly_starts_fall_on_the_weekday_of_successive_weeks(schedule: Schedule, instant: datetime) -> None:
    days = [nominal_day(schedule, start) for start in following(schedule, instant, 10)]
    assert {day.weekday() for day in days} == {schedule.weekday}
    assert {later - earlier for earlier, later in pairwise(days)} == {timedelta(days=7)}


@given(schedules(Frequency.MONTHLY), INSTANTS)
def test_every_month_has_one_start_on_its_day_or_its_last(schedule: Schedule, instant: datetime) -> None:
    days = [nominal_day(schedule, start) for start in following(schedule, instant, 14)]
    months = [day.year * 12 + day.month for day in days]
    assert {later - earlier for earlier, later in pairwise(months)} == {1}
    for day in days:
        is_last = (day + timedelta(days=1)).day == 1
        assert day.day == schedule.day_of_month or (is_last and day.day < schedule.day_of_month)


@given(schedules())
def test_a_schedule_survives_json(schedule: Schedule) -> None:
    assert Schedule.from_json(json.loads(json.dumps(schedule.as_json()))) == schedule


@given(schedules(), st.integers(0, LONGEST_WINDOW - 1), INSTANTS)
@settings(max_examples=400)
def test_a_delayed_start_follows_each_undelayed_one_by_as_many_minutes(
    schedule: Schedule, delay: int, instant: datetime
) -> None:
    late = replace(schedule, delay=delay)
    minutes = timedelta(minutes=delay)
    assert following(late, instant + minutes, 5) == [start + minutes for start in following(schedule, instant, 5)]
    assert Schedule.from_json(json.loads(json.dumps(late.as_json()))) == late


@given(schedules(), st.integers(0, LONGEST_WINDOW - 1), INSTANTS)
@settings(max_examples=200)
def test_the_start_that_is_shown_is_the_one_the_scheduler_waits_for_and_the_one_that_counts_as_missed(
    schedule: Schedule, delay: int, now: datetime
) -> None:
    late = replace(schedule, delay=delay)
    shown = next_run_at(late, now)
    assert shown is not None
    long_ago = now - timedelta(days=90)
    assume(late.next_after(now - GRACE) == shown)  # none was missed just now, which would be made up for
    assert next_start(late, now=now, since=long_ago, last=None) == shown
    assert list(instants_within(late, now, shown)) == [shown]
    assert next_start(late, now=shown, since=long_ago, last=None) == shown, "it is still the one when it comes"
    assert next_start(late, now=shown, since=long_ago, last=shown) == late.next_after(shown)


@given(st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789-"), min_size=1), st.integers(0, LONGEST_WINDOW))
def test_a_site_s_delay_is_the_same_each_time_and_within_its_window(slug: str, window: int) -> None:
    delay = delay_of(slug, window)
    assert delay == delay_of(slug, window)
    assert 0 <= delay < max(window, 1)


def test_a_thousand_sites_fill_every_minute_of_their_window_about_evenly() -> None:
    minutes = Counter(delay_of(f"site-{number}", 30) for number in range(1000))
    assert len(minutes) == 30
    assert max(minutes.values()) < 3 * 1000 / 30


def nominal_day(schedule: Schedule, start: datetime) -> date:
    """The local day a start stands for; a gap can carry the start itself over midnight."""
    zone = ZoneInfo(schedule.timezone)
    local = start.astimezone(zone).replace(tzinfo=None)
    if local.time() == schedule.at:
        return local.date()
    days = (local.date() - timedelta(days=back) for back in range(3))
    return next(day for day in days if shifted(zone, datetime.combine(day, schedule.at)) == local)
