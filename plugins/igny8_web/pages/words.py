"""Numbers, credits, durations and times as people write them: the filters of all templates."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from igny8_lib import clock
from igny8_lib.amounts import Credits
from igny8_lib.text.html import plain_text

MINUTE, HOUR, DAY = 60, 3_600, 86_400
NO_BREAK = "\u00a0"


def number(value: float | Fraction | None) -> str:
    """1,234; a dash where nothing is known. Rates are exact fractions, which Python 3.11 cannot format."""
    if value is None:
        return "–"
    given = value if isinstance(value, int) else float(value)
    return f"{given:,.0f}" if float(given).is_integer() else f"{given:,.2f}".rstrip("0").rstrip(".")


def credits_(value: Credits | Fraction | float | None) -> str:
    """Credits with at most two decimals: 1,240.5."""
    return number(value.as_number() if isinstance(value, Credits) else value)


def percent(value: float | Fraction | None) -> str:
    """64 %."""
    return "–" if value is None else f"{float(value):.0f}{NO_BREAK}%"


def duration(seconds: float | Fraction | None) -> str:
    """6 min 20 s: the two largest units that say something."""
    if seconds is None:
        return "–"
    whole = round(seconds)
    if whole < MINUTE:
        return f"{whole}{NO_BREAK}s"
    units = ((DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (1, "s"))
    parts = []
    for size, name in units:
        count, whole = divmod(whole, size)
        if count or parts:
            parts.append((count, name))
    return " ".join(f"{count}{NO_BREAK}{name}" for count, name in parts[:2] if count)


def moment(at: datetime | None, zone: str) -> str:
    """Thu 26 Nov, 02:00 in the zone; the year where it is another one than now's."""
    if at is None:
        return "–"
    local, today = at.astimezone(ZoneInfo(zone)), clock.now().astimezone(ZoneInfo(zone))
    if local.date() == today.date():
        return f"today, {local:%H:%M}"
    year = "" if local.year == today.year else f" {local.year}"
    return f"{local:%a} {local.day} {local:%b}{year}, {local:%H:%M}"


def local_day(at: datetime, zone: str) -> date:
    """The day that the instant lies in, in the zone."""
    return at.astimezone(ZoneInfo(zone)).date()


def time_of_day(at: datetime, zone: str) -> str:
    """09:18:06 in the zone."""
    return f"{at.astimezone(ZoneInfo(zone)):%H:%M:%S}"


def clock_time(at: datetime, zone: str) -> str:
    """09:18 in the zone."""
    return f"{at.astimezone(ZoneInfo(zone)):%H:%M}"


def average(value: float | Fraction | None) -> str:
    """With one decimal, as averages of counts are; a dash where nothing is known."""
    return "–" if value is None else f"{float(value):,.1f}"


def plural(count: int, one: str, many: str = "") -> str:
    """1 article, 12 articles."""
    return f"{number(count)}{NO_BREAK}{one if count == 1 else many or one + 's'}"


def capfirst(text: str) -> str:
    """The text as a sentence begins, the rest as it is."""
    return text[:1].upper() + text[1:]


def web_address(text: str | None) -> str:
    """An address as a link may have it; empty for what is none of the web: a link could run it."""
    return text if text and text.startswith(("https://", "http://")) else ""


FILTERS = {
    "capfirst": capfirst,
    "number": number,
    "credits": credits_,
    "percent": percent,
    "duration": duration,
    "moment": moment,
    "time_of_day": time_of_day,
    "plural": plural,
    "clock_time": clock_time,
    "average": average,
    "plain": plain_text,
}
