"""What must hold of slots whatever the settings, the zone and the moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.models import SchedulingMode
from igny8_lib.publishing.settings import Publishing
from igny8_lib.publishing.slots import SEARCHED_DAYS, find_slots, instant_of, local_clock

ZONES = [
    *("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Chatham"),
    *("Africa/Cairo", "America/Havana", "Asia/Beirut", "America/St_Johns", "Pacific/Kiritimati", "America/Asuncion"),
    *("Africa/Casablanca", "America/Santiago", "Antarctica/Troll", "Atlantic/Azores"),
]
zones = st.sampled_from(ZONES).map(ZoneInfo)
NEW_YEAR = datetime(2024, 1, 1, tzinfo=UTC)
moments = st.integers(0, 6 * 366 * 86_400).map(lambda seconds: NEW_YEAR + timedelta(seconds=seconds)) | st.sampled_from(
    [
        datetime(2027, 3, 27, 23, 59, 59, tzinfo=UTC),
        datetime(2027, 10, 31, 0, 30, tzinfo=UTC),
        datetime(2028, 2, 29, 12, 0, tzinfo=UTC),
        datetime(2026, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(2027, 4, 29, 21, 59, tzinfo=UTC),
    ]
)
times = st.times(datetime.min.time(), time(23, 59)).map(lambda at: at.replace(second=0, microsecond=0))


@st.composite
def settings(draw: st.DrawFn) -> Publishing:
    """Any settings that can be."""
    start, end = sorted(draw(st.lists(times, min_size=2, max_size=2, unique=True)))
    return Publishing(
        scheduling_mode=draw(st.sampled_from(SchedulingMode)),
        publish_days=draw(st.lists(st.integers(0, 6), min_size=1)),
        publish_time_slots=[at.isoformat("minutes") for at in draw(st.lists(times, min_size=1, max_size=12))],
        stagger_start_time=start,
        stagger_end_time=end,
        stagger_interval_minutes=draw(st.integers(1, 720)),
        daily_publish_target=draw(st.integers(0, 40)),
        weekly_publish_target=draw(st.integers(0, 5)),
        monthly_publish_target=draw(st.integers(0, 5)),
    )


@st.composite
def some_taken(draw: st.DrawFn, chosen: Publishing, zone: ZoneInfo, now: datetime) -> set[datetime]:
    """Some of the slots there are, and some minutes that are none."""
    slots = draw(st.sets(st.sampled_from(find_slots(chosen, zone, (), now, 20))))
    minutes = draw(st.sets(st.integers(0, 20_000), max_size=10))
    return slots | {now.replace(second=0, microsecond=0) + timedelta(minutes=number) for number in minutes}


@given(data=st.data(), chosen=settings(), zone=zones, now=moments, count=st.integers(0, 60), more=st.integers(0, 40))
def test_every_article_gets_a_free_slot_after_now_earliest_first_and_the_same_when_asked_again(  # noqa: PLR0917
    data: st.DataObject, chosen: Publishing, zone: ZoneInfo, now: datetime, count: int, more: int
) -> None:
    taken = data.draw(some_taken(chosen, zone, now))
    found = find_slots(chosen, zone, taken, now, count)
    assert len(found) == count
    assert found == sorted(set(found)), "earliest first, none twice"
    assert not taken & set(found)
    assert all(slot > now and slot.tzinfo is UTC and not slot.second and not slot.microsecond for slot in found)
    assert find_slots(chosen, zone, taken, now, count + more)[:count] == found


@given(chosen=settings(), zone=zones, now=moments)
def test_slots_are_on_allowed_days_at_allowed_times_or_where_the_clocks_jumped_over_them(
    chosen: Publishing, zone: ZoneInfo, now: datetime
) -> None:
    for slot in find_slots(chosen, zone, (), now, 30):
        shown = local_clock(slot, zone)
        if chosen.scheduling_mode is SchedulingMode.IMMEDIATE:
            assert slot - now <= timedelta(minutes=30)
            continue
        assert shown.weekday() in chosen.publish_days
        jumped = local_clock(slot - timedelta(minutes=1), zone) != shown - timedelta(minutes=1)
        assert jumped or is_allowed(chosen, shown.time())


def is_allowed(chosen: Publishing, at: time) -> bool:
    """Whether the settings name that time."""
    if chosen.scheduling_mode is SchedulingMode.TIME_SLOTS:
        return at.isoformat("minutes") in chosen.publish_time_slots
    start = chosen.stagger_start_time
    past = (at.hour - start.hour) * 60 + at.minute - start.minute
    return start <= at <= chosen.stagger_end_time and past % chosen.stagger_interval_minutes == 0


@given(data=st.data(), chosen=settings(), zone=zones, now=moments)
def test_no_day_takes_more_than_the_daily_target_of_staggered_articles(
    data: st.DataObject, chosen: Publishing, zone: ZoneInfo, now: datetime
) -> None:
    chosen = chosen.model_copy(update={"scheduling_mode": SchedulingMode.STAGGER, "daily_publish_target": 3})
    taken = data.draw(some_taken(chosen, zone, now))
    found = find_slots(chosen, zone, taken, now, 40)
    for day in {local_clock(slot, zone).date() for slot in found}:
        given = sum(local_clock(slot, zone).date() == day for slot in found)
        before = sum(local_clock(slot, zone).date() == day for slot in taken)
        assert given <= max(3 - before, 0)


@given(zone=zones, day=st.dates(date(2020, 1, 1), date(2035, 12, 31)), at=times)
def test_an_instant_is_the_first_at_which_the_clocks_show_that_time_or_a_later_one(
    zone: ZoneInfo, day: date, at: time
) -> None:
    found, wanted = instant_of(day, at, zone), datetime.combine(day, at)
    assert local_clock(found, zone) >= wanted
    hours_before = [found - timedelta(minutes=number) for number in range(1, 181)]
    assert all(local_clock(instant, zone) < wanted for instant in hours_before)


def test_ten_thousand_articles_find_their_slots_in_one_pass() -> None:
    """Slow settings: a slot a day, of intervals of a minute; what does not fit into ten years gets none."""
    chosen = Publishing(
        scheduling_mode=SchedulingMode.STAGGER,
        publish_days=list(range(7)),
        stagger_interval_minutes=1,
        daily_publish_target=1,
    )
    now = datetime(2026, 11, 30, 9, 7, tzinfo=UTC)
    found = find_slots(chosen, ZoneInfo("Europe/Berlin"), (), now, 10_000)
    assert SEARCHED_DAYS - 1 <= len(found) <= SEARCHED_DAYS
