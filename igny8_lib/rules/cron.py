"""Cron lines of rules: five fields, read in a site's zone.

A cron line names local times, and a local time is not an instant: once a year it comes twice, once it is missing. The
rule here: each local time that the line names fires once. Of one that comes twice, the first counts; one that does not
exist fires at the first that does, together with all others of the same gap. croniter reckons in local times without a
zone for this (as Airflow's own timetables do): given aware ones, it fires twice where the clocks go back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cron_descriptor import CasingTypeEnum, ExpressionDescriptor, Options
from croniter import CroniterBadDateError, croniter

from igny8_lib.rules.documents import CRON, BadRule
from igny8_lib.sites.schedule import zone as zone_named

FIELD = "schedule"
EXAMPLE = "'0 6 * * mon-fri' is 06:00 from Monday to Friday"
LEAP = 8
"""Years between two matches at the most: from 29 February 2096 to that of 2104."""
WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
PART = re.compile(r"(?P<all>\*)|(?P<first>[0-9A-Z]+)(?P<range>-(?P<last>[0-9A-Z]+))?", re.ASCII)
NUMBER = re.compile(r"[0-9]{1,2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """One of the five fields: what people call it, and what may stand there."""

    name: str
    lowest: int
    highest: int
    names: tuple[str, ...] = ()
    size: int = 0
    """How many different values it has, where 7 is Sunday as 0 is."""

    @property
    def allowed(self) -> str:
        """What may stand there, for sentences."""
        named = f" or {self.names[0].lower()}…{self.names[-1].lower()}" if self.names else ""
        return (
            f"{self.lowest}…{self.highest}{named}{' or L alone, the last' if self.name == 'day of the month' else ''}"
        )


PLACES = (
    Place("minute", 0, 59, size=60),
    Place("hour", 0, 23, size=24),
    Place("day of the month", 1, 31, size=31),
    Place("month", 1, 12, MONTHS, size=12),
    Place("weekday", 0, 7, WEEKDAYS, size=7),
)


@dataclass(frozen=True, slots=True)
class CronLine:
    """A checked cron line, made by `parse`.

    `line` is in capital letters, with one blank between its fields, and `*` for each that names all there is: a field
    that leaves nothing out restricts nothing, however it is written.
    """

    line: str

    def next_after(self, instant: datetime, zone: str) -> datetime:
        """The first time that it fires strictly after the instant, in UTC. Raises InvalidInput for an unknown zone."""
        if instant.tzinfo is None:
            raise ValueError(f"{instant!r} has no zone: cron lines are asked about instants")
        place = zone_named(zone)
        local = instant.astimezone(place).replace(tzinfo=None, fold=0, second=0, microsecond=0)
        # Local times in their order fire at instants in the same order, or at the same one: the first that lies after
        # the instant is the next. What is passed over here fired before the clocks went back.
        times = croniter(self.line, local)
        while (fires := instant_of(times.get_next(datetime), place)) <= instant:
            pass
        return fires

    def describe(self, zone: str) -> str:
        """The line for people: "At 06:00, Monday through Friday (Europe/Berlin)"."""
        options = Options(casing_type=CasingTypeEnum.Sentence, use_24hour_time_format=True, locale_code="en_US")
        return f"{ExpressionDescriptor(self.line, options).get_description()} ({zone})"

    @property
    def warnings(self) -> tuple[str, ...]:
        """What people may not expect of the line, in sentences; empty for most lines."""
        minute, _hour, day, _month, weekday = self.line.split(" ")
        found = [step_warning(field, place) for field, place in zip(self.line.split(" "), PLACES, strict=True)]
        if "*" not in (day, weekday):
            found.append("It names a day of the month and a weekday: it fires on days that are either of them.")
        minutes = values_of(minute, PLACES[0])
        if any(after - before < 15 for before, after in zip(minutes, [*minutes[1:], minutes[0] + 60], strict=True)):
            found.append("Schedules are looked at every quarter of an hour: what is closer together fires once.")
        elif any(each % 15 for each in minutes):
            found.append("Schedules are looked at every quarter of an hour: it fires at the next one.")
        return tuple(sentence for sentence in found if sentence)


def parse(line: str) -> CronLine:
    """The cron line in this text.

    Numbers, names of months and weekdays (mon-fri), `*`, lists, ranges, steps, and L for the last day of a month are
    read. Raises BadRule("schedule", …), which names the field that is wrong, also for a line that never fires.
    """
    if len(line) > CRON:
        raise BadRule(FIELD, f"A schedule has at most {CRON} characters, not {len(line)}.")
    fields = line.upper().split() if line.isascii() else []  # capitals of other scripts can be names of ours
    if len(fields) != len(PLACES):
        wanted = "five fields (minute, hour, day of the month, month, weekday)"
        raise BadRule(FIELD, f"{line[:50]!r} is not a cron line of {wanted}: {EXAMPLE}.")
    checked = CronLine(" ".join(checked_field(*each) for each in zip(fields, PLACES, strict=True)))
    try:
        croniter(checked.line, datetime(2001, 1, 1), max_years_between_matches=LEAP).get_next()  # noqa: DTZ001 - local
    except CroniterBadDateError:
        raise BadRule(FIELD, f"{line.strip()!r} never fires: there is no such day in these months.") from None
    return checked


def checked_field(field: str, place: Place) -> str:
    """The field as croniter is given it. Raises BadRule where it is no list of values, ranges and steps in bounds."""
    if field == "L" and place.name == "day of the month":
        return field
    if place.names == WEEKDAYS:
        field = field.replace("-SUN", "-7")
    return "*" if len(values_of(field, place)) == place.size else field


def values_of(field: str, place: Place) -> list[int]:
    """The numbers that a field names, in order; 0 for Sunday. Raises BadRule."""
    named = {value for part in field.split(",") for value in part_values(part, place, is_alone="," not in field)}
    return sorted({value % place.size for value in named} if place.names == WEEKDAYS else named)


def part_values(part: str, place: Place, *, is_alone: bool) -> range:
    """The numbers that one part of a list names. Raises BadRule.

    Refused is what readers of cron lines take for different things: a range that runs backwards, a step from a single
    number, `*` beside others.
    """
    span, slash, step = part.partition("/")
    match = PART.fullmatch(span)
    if match is None or (match["all"] and not is_alone):
        raise BadRule(FIELD, f"The {place.name} cannot be {part[:50]!r}: give {place.allowed}; {EXAMPLE}.")
    if slash and not (NUMBER.fullmatch(step) and 1 <= int(step) < place.size):
        raise BadRule(FIELD, f"The step {step[:50]!r} of the {place.name} must be 1…{place.size - 1}.")
    if match["all"]:
        return range(place.lowest, place.lowest + place.size, int(step or 1))
    if slash and not match["range"]:
        raise BadRule(FIELD, f"{part[:50]!r} has no range to step through: write {span[:50]}-{place.highest}/{step}.")
    first = number_of(match["first"], place)
    last = number_of(match["last"], place) if match["range"] else first
    if match["range"] and (first >= last or span == "SUN-7"):
        raise BadRule(
            FIELD, f"The range {span[:50]!r} of the {place.name} must run forwards: name its parts, as in 6,0-1."
        )
    return range(first, last + 1, int(step or 1))


def number_of(value: str, place: Place) -> int:
    """The number that a value of a field means. Raises BadRule where it is none that may stand there."""
    if value in place.names:
        return place.names.index(value) + (1 if place.lowest else 0)
    if NUMBER.fullmatch(value) and place.lowest <= int(value) <= place.highest:
        return int(value)
    raise BadRule(FIELD, f"{value[:50]!r} is no {place.name}: give {place.allowed}.")


def step_warning(field: str, place: Place) -> str:
    """That steps begin anew where they do not divide what they step through; empty where they do."""
    start, slash, step = field.partition("/")
    if not slash or start != "*" or place.size % int(step) == 0:
        return ""
    numbers = ", ".join(str(each) for each in values_of(field, place)[:4])
    return f"Steps of {step} begin anew: the {place.name} is {numbers}, and so on within its bounds."


def instant_of(local: datetime, zone: ZoneInfo) -> datetime:
    """When the clocks of the zone first show this local time, or the first later one where they never do; in UTC."""
    instant = local.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == local:
        return instant
    return end_of_gap(local, zone)


def end_of_gap(local: datetime, zone: ZoneInfo) -> datetime:
    """When the clocks jump over this local time, in UTC: found by halving between the two readings of it."""
    late, early = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        if middle.astimezone(zone).replace(tzinfo=None) < local:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)
