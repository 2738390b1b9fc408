"""The publishing settings as a form has them: texts by name, days and times of day each in a field of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from annotated_types import Ge, Le
from pydantic import ValidationError

from igny8_lib.errors import InvalidInput
from igny8_lib.publishing.settings import MOST_TIMES, Publishing
from igny8_lib.sites.configuration import WEEKDAYS
from igny8_web.pages.settings.form import ON, Form
from igny8_web.pages.words import number

SWITCHES = ("auto_approval_enabled", "auto_publish_enabled")
LISTS = ("publish_days", "publish_time_slots")
TEXTS = tuple(name for name in Publishing.model_fields if name not in {*SWITCHES, *LISTS})
DAYS = tuple((f"day_{day}", name.capitalize()) for day, name in enumerate(WEEKDAYS))
MODES = (
    ("time_slots", "At fixed times", "One article per time and day."),
    ("stagger", "Spread over the day", "At every interval between two times."),
    ("immediate", "At once", "As soon as approved, one minute apart."),
)
CHOICES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "image_format": (("webp", "WebP"), ("original", "As they were drawn")),
    "markup": (("classic", "Classic HTML"), ("blocks", "Blocks")),
    "post_status": (("publish", "Public"), ("draft", "Draft")),
    "comments_open": (("", "As the website decides"), ("true", "Open"), ("false", "Closed")),
}
NAMES = {
    "publish_days": "Days",
    "publish_time_slots": "Times",
    "stagger_start_time": "First time",
    "stagger_end_time": "Last time",
    "stagger_interval_minutes": "Minutes between",
    "daily_publish_target": "Target a day",
    "weekly_publish_target": "Target a week",
    "monthly_publish_target": "Target a month",
    "queue_limit": "Queue limit",
    "post_author": "Author",
}
"""What fields are called where they need a look."""
WRONG = {
    "scheduling_mode": "Choose when articles go out.",
    "publish_days": "Choose at least one day.",
    "stagger_start_time": "Enter a time of day in hours and minutes, for example 09:00.",
    "stagger_end_time": "Enter a time of day in hours and minutes that is after the first one, for example 18:00.",
    "post_author": "Enter the login or the number of a WordPress user, at most 60 characters, or nothing.",
}


def form_of(settings: Publishing, version: int) -> Form:
    """The stored settings as a form."""
    stored = settings.as_json()
    values = {name: ON if stored[name] else "" for name in SWITCHES} | {name: text_of(stored[name]) for name in TEXTS}
    values |= {f"day_{day}": ON for day in settings.publish_days}
    values |= {f"time_{place}": time for place, time in enumerate(settings.publish_time_slots)}
    return Form(version, values)


def text_of(value: object) -> str:
    """A JSON value as it stands in its field."""
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def form_typed(posted: Mapping[str, str]) -> Form:
    """The form as it was sent. Raises InvalidInput where it is not whole: nothing is guessed."""
    missing = [name for name in (*TEXTS, "version") if name not in posted]
    if missing or not posted["version"].isdecimal() or len(posted["version"]) > 9:
        raise InvalidInput("The form did not arrive whole: load the page again. Nothing was changed.")
    values = typed_values(posted)
    return Form(int(posted["version"]), values, errors_of(values))


def typed_values(posted: Mapping[str, str]) -> dict[str, str]:
    """What was typed, by field; times in the order of the form, without empty ones."""
    values = {name: ON if posted.get(name) else "" for name in SWITCHES}
    values |= {name: posted.get(name, "").strip() for name in TEXTS}
    values |= {name: ON for name, _ in DAYS if posted.get(name)}
    return values | {f"time_{place}": time for place, time in enumerate(times_in(posted))}


def times_in(values: Mapping[str, str]) -> list[str]:
    """The times of day that stand in the form, as far as there may be so many."""
    return [time for place in range(MOST_TIMES) if (time := values.get(f"time_{place}", "").strip())]


def changes_of(values: Mapping[str, str]) -> dict[str, Any]:
    """The values as the library takes them."""
    changes: dict[str, Any] = {name: values.get(name) == ON for name in SWITCHES}
    changes |= {name: values.get(name, "") for name in TEXTS}
    changes["publish_days"] = [day for day in range(len(WEEKDAYS)) if values.get(f"day_{day}") == ON]
    return changes | {"publish_time_slots": times_in(values)}


def errors_of(values: Mapping[str, str]) -> dict[str, str]:
    """What is wrong, by field, and what may stand there."""
    try:
        Publishing.model_validate(changes_of(values))
    except ValidationError as error:
        return dict(where_and_what(each["loc"], times_in(values)) for each in error.errors())
    return {}


def where_and_what(location: tuple[int | str, ...], times: list[str]) -> tuple[str, str]:
    """The field of a complaint, and what may stand there; what is about two fields stands at the second."""
    name = str(location[0]) if location else "stagger_end_time"
    if name != "publish_time_slots":
        return name, WRONG.get(name) or what_fits(name)
    wrong = times[int(location[1])][:20] if len(location) > 1 else ""
    said = f"“{wrong}” is no time of day. " if wrong else ""
    return name, f"{said}Enter 1 to {MOST_TIMES} times in hours and minutes, for example 09:00."


def what_fits(name: str) -> str:
    """What may stand in a field of numbers, or of choices."""
    about = Publishing.model_fields[name]
    least = next((each.ge for each in about.metadata if isinstance(each, Ge)), None)
    most = next((each.le for each in about.metadata if isinstance(each, Le)), None)
    if least is None or most is None:
        return "Choose one of the values."
    meaning = " 0 means none." if not least else ""
    lowest, highest = number(float(str(least))), number(float(str(most)))
    return f"Enter a whole number from {lowest} to {highest}, for example {about.default}.{meaning}"


def against(typed: Form, stored: Form) -> Form:
    """What was typed, beside what somebody else saved meanwhile; to be saved over that where it is saved again."""
    mine, theirs = changes_of(typed.values), changes_of(stored.values)
    newer = {name: in_words(name, value) for name, value in theirs.items() if value != mine[name]}
    return Form(stored.version, typed.values, typed.errors, newer)


def in_words(name: str, value: Any) -> str:  # noqa: ANN401 - a setting's value
    """A stored value as people read it."""
    if name in SWITCHES:
        return ON if value else "off"
    if name == "publish_days":
        return ", ".join(WEEKDAYS[day].capitalize() for day in value)
    if name == "publish_time_slots":
        return ", ".join(value)
    named = {mode: words for mode, words, _ in MODES} | dict(CHOICES.get(name, ()))
    return named.get(value, value) or "nothing"
