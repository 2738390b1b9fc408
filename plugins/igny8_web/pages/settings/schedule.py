"""A schedule in words, with its next starts: of what is stored, and of what is being typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from igny8_lib import clock
from igny8_lib.models import Frequency
from igny8_lib.sites.configuration import WEEKDAYS, Configuration
from igny8_lib.sites.schedule import Schedule, delay_of

FREQUENCIES = (
    (Frequency.DAILY.value, "Every day"),
    (Frequency.WEEKLY.value, "Every week"),
    (Frequency.MONTHLY.value, "Every month"),
)
DAYS = tuple((str(number), day.capitalize()) for number, day in enumerate(WEEKDAYS))
STARTS = 3
WINDOW = "schedule_window_minutes"
FIELDS = ("frequency", "scheduled_time", "weekday", "day_of_month", WINDOW)


@dataclass(frozen=True)
class Starts:
    """What the schedule comes to; `wrong` where it cannot be read yet."""

    enabled: bool
    words: str = ""
    times: tuple[datetime, ...] = ()
    wrong: str = ""


def starts_of(values: Mapping[str, str], slug: str, zone: str, *, enabled: bool) -> Starts:
    """The next starts of a site's schedule whose values are texts; the site's zone is `zone`."""
    try:
        config = Configuration.model_validate({name: values.get(name, "") for name in FIELDS})
    except ValidationError as error:
        names = {"scheduled_time": "time", "day_of_month": "day of the month", WINDOW: "number of minutes"}
        wrong = str(error.errors()[0]["loc"][0])
        return Starts(enabled, wrong=f"Give a {names.get(wrong, wrong)} to see the next starts.")
    when = (config.frequency, config.scheduled_time, config.weekday, config.day_of_month)
    schedule = Schedule(*when, zone, delay_of(slug, config.schedule_window_minutes))
    times = [schedule.next_after(clock.now())]
    while len(times) < STARTS:
        times.append(schedule.next_after(times[-1]))
    return Starts(enabled, schedule.describe(), tuple(times))
