"""Changing many dates at once: shifting all by days, and spreading all anew over the settings of now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.errors import Conflict, InvalidInput
from igny8_lib.models import Site
from igny8_lib.publishing.calendar import NO_MORE_SLOTS, local
from igny8_lib.publishing.places import hold, scheduled, take_out, taken_slots, write_slots
from igny8_lib.publishing.slots import SEARCHED_DAYS, find_slots, instant_of

MOST_TOLD = 5
"""Articles that a refusal names."""


@dataclass(frozen=True)
class Change:
    """An article's date before and after."""

    content_id: int
    title: str
    before: datetime
    after: datetime | None
    """None where the calendar has no slot for it."""


def shift_all(session: Session, site: Site, days: int) -> list[Change]:
    """Move all scheduled articles by so many days, back where it is negative; their times of day stay, in the site's
    zone. All of them or none.

    Raises InvalidInput for a number of days that cannot be, and Conflict that names the articles which would be in the
    past, or where another one is.
    """
    if not days or abs(days) > SEARCHED_DAYS:
        raise InvalidInput(f"Shift by 1 to {SEARCHED_DAYS:,} days, forward or back (-1), not by {days:,}.")
    hold(session, site.id)
    now, zone = clock.now(), ZoneInfo(site.timezone)
    articles = scheduled(session, site.id)
    changes = [Change(each.content_id, each.title, each.at, shifted(each.at, days, zone)) for each in articles]
    refuse(site, changes, set(taken_slots(session, site, now, but_scheduled=True)), now)
    write_slots(session, site.id, slots_of(changes))
    return changes


def shifted(at: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The same time of day so many days later."""
    wall = at.astimezone(zone)
    return instant_of(wall.date() + timedelta(days=days), wall.time().replace(fold=0), zone)


def refuse(site: Site, changes: Sequence[Change], taken: set[datetime], now: datetime) -> None:
    """Raises Conflict where an article would be in the past, or where another one is."""
    often = Counter(change.after for change in changes)
    problems = []
    for change in changes:
        if change.after is not None and change.after <= now:
            problems.append(f"{told(change)} would be at {local(change.after, site)}, which is past")
        elif change.after is not None and (change.after in taken or often[change.after] > 1):
            problems.append(f"{told(change)} would be at {local(change.after, site)}, where another article is")
    if problems:
        more = f"; and {len(problems) - MOST_TOLD:,} more" if len(problems) > MOST_TOLD else ""
        raise Conflict(f"Nothing was shifted: {'; '.join(problems[:MOST_TOLD])}{more}.")


def spread_anew(session: Session, site: Site, *, dry_run: bool) -> list[Change]:
    """Give all scheduled articles the slots that they would get now, in the order of their dates; with `dry_run`
    nothing is changed, and what would be is returned. One for which the next ten years have no slot loses its date,
    and waits for one."""
    settings = hold(session, site.id)
    now = clock.now()
    articles = scheduled(session, site.id)
    taken = taken_slots(session, site, now, but_scheduled=True)
    found = find_slots(settings, ZoneInfo(site.timezone), taken, now, len(articles))
    slots = [*found, *(None for _ in articles[len(found) :])]
    changes = [Change(each.content_id, each.title, each.at, slot) for each, slot in zip(articles, slots, strict=True)]
    if not dry_run:
        take_out(session, site.id, [each.content_id for each in changes if each.after is None], NO_MORE_SLOTS)
        write_slots(session, site.id, slots_of(changes))
    return changes


def slots_of(changes: Sequence[Change]) -> Mapping[int, datetime]:
    """The dates after the changes that really are some, by article."""
    return {each.content_id: each.after for each in changes if each.after is not None and each.after != each.before}


def told(change: Change) -> str:
    """An article as refusals name it."""
    return f'{change.content_id} "{change.title[:60]}"'
