"""What was done on the calendar, in a sentence, and how to take it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from igny8_lib.publishing.placing import Placed
from igny8_lib.publishing.wall_clocks import as_exact
from igny8_web.pages.words import moment, plural


@dataclass(frozen=True)
class Note:
    """A sentence; `undo` is the form that takes it back, by its path below the calendar and its fields."""

    sentence: str
    undo: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


def note_of_place(placed: Placed, zone: str, remark: str = "") -> Note:
    """What an article was given or lost, with the time before and after."""
    named = f"“{placed.title}”"
    before, after = moment(placed.before, zone), moment(placed.after, zone)
    mine = {"content_id": str(placed.content_id)}
    if placed.after is None:
        if placed.before is None:
            return Note(f"{named} is taken out of the calendar; it waits for no date any more.")
        back = mine | {"slot": as_exact(placed.before, zone)}
        return Note(f"{named} is taken out of the calendar; it was at {before}.", "/move", back)
    told = f" {remark}" if remark else ""
    if placed.before is None:
        return Note(f"{named} goes live at {after}; it had no date.{told}", "/unschedule", mine)
    back = mine | {"slot": as_exact(placed.before, zone)}
    return Note(f"{named} is moved from {before} to {after}.{told}", "/move", back)


def note_of_shift(count: int, days: int) -> Note:
    """What was shifted, and the same back."""
    if not count:
        return Note("No article has a date, so nothing was moved.")
    way = "later" if days > 0 else "earlier"
    sentence = f"{plural(count, 'article')} moved {plural(abs(days), 'day')} {way}; their times of day stay."
    return Note(sentence, "/shift", {"days": str(-days)})
