"""A site's calendar: approved articles get slots, people move them and take them out.

Every function holds the site's calendar (places.hold) first, so that of two people who want one slot the second finds
it taken. An article that is on its way, or was, is not touched: that is the publisher's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.errors import Conflict, InvalidInput, NotFound
from igny8_lib.models import (
    Content,
    ContentEvent,
    ContentEventKind,
    ContentStatus,
    PublishingSettings,
    Site,
    SiteContentStatus,
)
from igny8_lib.publishing.places import count_scheduled, hold, take_out, taken_slots, write_slots
from igny8_lib.publishing.slots import SEARCHED_DAYS, find_slots, floor_minute

__all__ = ["Scheduled", "fill_room", "give_slots", "hold", "move", "schedule", "unschedule"]

NO_MORE_SLOTS = "The next ten years have no free slot: allow more days, times or articles a day in the settings."
WORDS = {
    ContentStatus.DRAFT: "a draft",
    ContentStatus.LINKED: "linked, and still being made",
    ContentStatus.OPTIMIZED: "optimized, and still being made",
    ContentStatus.REVIEW: "in review",
    ContentStatus.APPROVED: "approved",
    ContentStatus.REJECTED: "rejected",
    ContentStatus.PUBLISHED: "published",
    ContentStatus.FAILED: "not written whole",
}
"""Where an article stands, after "is"."""
STANDS = {
    SiteContentStatus.NOT_SCHEDULED: "has no date",
    SiteContentStatus.SCHEDULED: "has a date",
    SiteContentStatus.PUBLISHING: "is on its way to the website",
    SiteContentStatus.PUBLISHED: "is published",
    SiteContentStatus.FAILED: "could not be published",
}


@dataclass(frozen=True)
class Scheduled:
    """Which articles have which slot now, and why others have none; both by id."""

    given: dict[int, datetime] = field(default_factory=dict)
    without: dict[int, str] = field(default_factory=dict)


def give_slots(session: Session, site: Site, ids: Sequence[int]) -> Scheduled:
    """Give approved articles without a date the next free slots, in the order of the ids; those without room wait, and
    say why. Others of the ids are left as they are."""
    if not ids:
        return Scheduled()
    settings = hold(session, site.id)
    mine = (Content.site_id == site.id, Content.id.in_(ids), Content.status == ContentStatus.APPROVED)
    without_date = (*mine, Content.site_status == SiteContentStatus.NOT_SCHEDULED)
    here = set(session.scalars(select(Content.id).where(*without_date).order_by(Content.id).with_for_update()))
    return place(session, site, settings, [each for each in dict.fromkeys(ids) if each in here])


def fill_room(session: Session, site: Site) -> Scheduled:
    """Give slots to those who wait for one, first approved first, as far as there is room now.

    To be called after whatever makes room: something was published, failed, taken out or deleted, a setting changed.
    It holds the calendar: call it before articles are locked, or in a transaction of its own.
    """
    settings = hold(session, site.id)
    room = settings.queue_limit - count_scheduled(session, site.id)
    if room <= 0:
        return Scheduled()
    approvals = (ContentEvent.content_id == Content.id, ContentEvent.kind == ContentEventKind.APPROVED)
    approved = select(func.max(ContentEvent.id)).where(*approvals).correlate(Content).scalar_subquery()
    mine = (Content.site_id == site.id, Content.status == ContentStatus.APPROVED, Content.no_slot_reason.is_not(None))
    waiting = select(Content.id).where(*mine, Content.site_status == SiteContentStatus.NOT_SCHEDULED)
    query = waiting.order_by(approved.asc().nulls_first(), Content.id).limit(room)
    return give_slots(session, site, session.scalars(query).all())


def place(session: Session, site: Site, settings: PublishingSettings, ids: Sequence[int]) -> Scheduled:
    """Give these locked articles the next free slots, as far as the limit and the calendar have room."""
    if not ids:
        return Scheduled()
    now, limit = clock.now(), settings.queue_limit
    room = max(limit - count_scheduled(session, site.id), 0)
    count = min(room, len(ids))
    found = find_slots(settings, ZoneInfo(site.timezone), taken_slots(session, site, now), now, count)
    given = dict(zip(ids, found, strict=False))
    write_slots(session, site.id, given)
    beyond, full = ids[len(found) : count], ids[count:]
    take_out(session, site.id, beyond, NO_MORE_SLOTS)
    take_out(session, site.id, full, queue_is_full(limit))
    return Scheduled(given, dict.fromkeys(beyond, NO_MORE_SLOTS) | dict.fromkeys(full, queue_is_full(limit)))


def queue_is_full(limit: int) -> str:
    """Why there is no room."""
    return (
        f"The calendar is full: its queue limit of {limit:,} is reached. This article gets a date as soon as another "
        "one is published or taken out, or the limit is raised."
    )


def schedule(session: Session, site: Site, content_id: int, at: datetime | None = None) -> Scheduled:
    """Give an approved article without a date a slot: the next free one, or this instant.

    Without an instant it waits where there is no room, and says why. Raises NotFound, Conflict where it is not
    approved, has a date or is beyond that, where the instant is taken or the calendar full, and InvalidInput for an
    instant that cannot be.
    """
    settings = hold(session, site.id)
    content = find(session, site.id, content_id)
    if content.status != ContentStatus.APPROVED:
        raise Conflict(f"{named(content)} is {WORDS[content.status]}: only approved articles get a date.")
    if content.site_status != SiteContentStatus.NOT_SCHEDULED:
        raise Conflict(f"{named(content)} {STANDS[content.site_status]}: only articles without a date get one.")
    if at is None:
        return place(session, site, settings, [content_id])
    check_instant(session, site, content_id, at)
    if count_scheduled(session, site.id) >= settings.queue_limit:
        raise Conflict(queue_is_full(settings.queue_limit))
    write_slots(session, site.id, {content_id: at})
    return Scheduled({content_id: at})


def move(session: Session, site: Site, content_id: int, at: datetime) -> datetime:
    """Give a scheduled article another instant, any free minute after now; returns the one it had.

    Raises NotFound, Conflict where it has no date or is on its way, or where the instant is taken, and InvalidInput for
    an instant that cannot be.
    """
    hold(session, site.id)
    content = find(session, site.id, content_id)
    before = content.scheduled_publish_at
    if content.site_status != SiteContentStatus.SCHEDULED or before is None:
        raise Conflict(f"{named(content)} {STANDS[content.site_status]}: only articles with a date can be moved.")
    check_instant(session, site, content_id, at)
    write_slots(session, site.id, {content_id: at})
    return before


def unschedule(session: Session, site: Site, content_id: int) -> datetime | None:
    """Take an article out of the calendar: it gets no date by itself again, and its place goes to who waits for one.

    Returns the date that it had, None where it waited for one. Raises NotFound, and Conflict where it has no date or is
    on its way.
    """
    hold(session, site.id)
    content = find(session, site.id, content_id)
    before, waits = content.scheduled_publish_at, content.no_slot_reason is not None
    if content.site_status != SiteContentStatus.SCHEDULED and not waits:
        raise Conflict(f"{named(content)} {STANDS[content.site_status]}: only articles with a date can be taken out.")
    take_out(session, site.id, [content_id])
    fill_room(session, site)
    return before


def check_instant(session: Session, site: Site, content_id: int, at: datetime) -> None:
    """Raises InvalidInput for an instant that no slot can be, and Conflict where another article has it."""
    now = clock.now()
    if at.tzinfo is None:
        raise InvalidInput(f"{at.isoformat()} is a time without a zone: give an instant.")
    if at != floor_minute(at):
        raise InvalidInput(f"{at.isoformat()} is not a whole minute.")
    if at <= now:
        raise InvalidInput(f"{local(at, site)} is past: choose a time after now, {local(now, site)}.")
    if at > now + timedelta(days=SEARCHED_DAYS):
        raise InvalidInput(f"{local(at, site)} is too far ahead: at most {SEARCHED_DAYS:,} days.")
    taken = (Content.site_id == site.id, Content.scheduled_publish_at == at, Content.id != content_id)
    holder = session.scalar(select(Content).where(*taken))
    if holder is not None:
        raise Conflict(f"{local(at, site)} is taken by the {titled(holder)}: choose a free time.")


def find(session: Session, site_id: int, content_id: int) -> Content:
    """The article as it is now, locked. Raises NotFound."""
    query = select(Content).where(Content.site_id == site_id, Content.id == content_id).with_for_update()
    content = session.scalar(query.execution_options(populate_existing=True))
    if content is None:
        raise NotFound(f"The site has no article {content_id}.")
    return content


def named(content: Content) -> str:
    """An article as sentences begin with it."""
    return f"The {titled(content)}"


def titled(content: Content) -> str:
    """An article as sentences name it."""
    return f'article {content.id} "{content.title[:100]}"'


def local(at: datetime, site: Site) -> str:
    """An instant as the site's clocks show it."""
    return f"{at.astimezone(ZoneInfo(site.timezone)):%Y-%m-%d %H:%M} ({site.timezone})"
