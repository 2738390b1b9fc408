"""A site's calendar for other programs: an iCalendar document (RFC 5545) behind a secret address.

The address needs no login, since calendar programs have none: whoever has it reads when which article goes out, and
nothing else. A new key ends the old address at once.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Calendar, Event
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.models import Content, ContentEvent, PublishingSettings, Site, SiteContentStatus
from igny8_lib.text.characters import storable

KEY = re.compile(r"([1-9][0-9]{0,18})-([A-Za-z0-9_-]{20,100})", re.ASCII)
"""The site's number, by which its key is found, and the secret."""
SECRET_BYTES = 32
NO_KEY = "-" * 64
"""What a wrong key is compared with where the site has none: that takes as long."""
PAST = timedelta(days=60)
AHEAD = timedelta(days=365)
LASTS = timedelta(minutes=15)
"""Of an event: an instant would be drawn as nothing."""
PRODUCT = "-//IGNY8//Publishing calendar//EN"
WORDS = {
    SiteContentStatus.SCHEDULED: "Scheduled",
    SiteContentStatus.PUBLISHING: "Going out",
    SiteContentStatus.PUBLISHED: "Published",
    SiteContentStatus.FAILED: "Failed",
}
SHOWN = tuple(WORDS)


@dataclass(frozen=True)
class FeedSite:
    """The site that a key opens."""

    id: int
    account_id: int


@dataclass(frozen=True)
class Entry:
    """An article at its time."""

    content_id: int
    title: str
    status: SiteContentStatus
    at: datetime
    address: str | None
    """Of the post, once it is live."""
    changes: int
    """How often the article was changed, decided about or moved: never falls."""
    changed_at: datetime


def renew_key(session: Session, site_id: int) -> str:
    """Give the site's feed a new address; an old one is not there from now on."""
    key = f"{site_id}-{secrets.token_urlsafe(SECRET_BYTES)}"
    session.get_one(PublishingSettings, site_id, with_for_update=True).feed_key = key
    session.flush()
    return key


def switch_off(session: Session, site_id: int) -> None:
    """Let the site have no feed."""
    session.get_one(PublishingSettings, site_id, with_for_update=True).feed_key = None
    session.flush()


def site_of_key(session: Session, key: str) -> FeedSite | None:
    """The site that the key opens, None where it opens none.

    The row is found by the site's number, and the whole key is compared in constant time: neither an index nor the
    time of an answer tells how much of a guess was right.
    """
    shape = KEY.fullmatch(key)
    number = int(shape[1]) if shape else 0
    columns = (PublishingSettings.feed_key, Site.account_id)
    mine = select(*columns).join(Site, Site.id == PublishingSettings.site_id).where(Site.id == min(number, 2**63 - 1))
    found = session.execute(mine).one_or_none()
    stored, account_id = found or (None, 0)
    same = hmac.compare_digest((stored or NO_KEY).encode(), key.encode())
    return FeedSite(number, account_id) if same and stored else None


def entries_of(session: Session, site_id: int) -> list[Entry]:
    """What went out in the last 60 days and what goes out in the next 365, by time; one statement."""
    now = clock.now()
    at = func.coalesce(Content.published_at, Content.scheduled_publish_at)
    done = select(func.count(ContentEvent.id)).where(ContentEvent.content_id == Content.id).scalar_subquery()
    last = select(func.max(ContentEvent.made_at)).where(ContentEvent.content_id == Content.id).scalar_subquery()
    columns = (Content.id, Content.title, Content.site_status, at, Content.external_url)
    within = or_(
        Content.published_at.between(now - PAST, now + AHEAD),
        Content.scheduled_publish_at.between(now - PAST, now + AHEAD),
    )
    changes = Content.version + done + Content.date_changes
    changed_at = func.greatest(Content.created_at, Content.published_at, Content.date_changed_at, last)
    query = select(*columns, changes, changed_at)
    rows = session.execute(
        query.where(Content.site_id == site_id, Content.site_status.in_(SHOWN), within).order_by(at, Content.id)
    )
    return [Entry(*row) for row in rows if row[3] is not None]


def write_feed(site: Site, entries: Sequence[Entry]) -> bytes:
    """The document, its lines folded and its texts escaped as the format asks."""
    calendar, now = Calendar(), clock.now()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"{in_a_line(site.name)}: articles")
    calendar.add("x-wr-timezone", site.timezone)
    for entry in entries:
        calendar.add_component(event_of(entry, site.slug, now))
    document: bytes = calendar.to_ical()
    return document


def event_of(entry: Entry, slug: str, now: datetime) -> Event:
    """One article: its UID stays whatever becomes of it, so that a moved one is moved and not doubled.

    Of two publications with one UID the higher SEQUENCE counts, of equals the later DTSTAMP (RFC 5546, 2.1.5), which is
    when the document was made. Every move raises SEQUENCE and LAST-MODIFIED, whoever made it (`Content.date_changes`).
    """
    event = Event()
    event.add("uid", f"{entry.content_id}@{slug}")
    event.add("sequence", entry.changes)
    event.add("dtstamp", now)
    event.add("last-modified", entry.changed_at)
    event.add("dtstart", entry.at)
    event.add("duration", LASTS)
    event.add("summary", f"{WORDS[entry.status]}: {in_a_line(entry.title)}")
    event.add("status", "CONFIRMED" if entry.status is SiteContentStatus.PUBLISHED else "TENTATIVE")
    event.add("transp", "TRANSPARENT")
    if entry.address and entry.address.startswith(("https://", "http://")):
        event.add("url", entry.address)
    return event


def in_a_line(text: str) -> str:
    """A text without line breaks and without characters that documents do not hold."""
    return " ".join("".join(each for each in storable(text) if each.isprintable() or each.isspace()).split())
