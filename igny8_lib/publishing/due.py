"""Which work is due: articles whose slot has come, and publications that are to be tried, one per site at a time.

What the calendar does by itself goes out in the order of its slots. What came too late, because nothing worked for a
while, goes out at the site's pace, and what follows waits behind it: two days of articles do not appear at once. What
people asked for waits for nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Row, String, Subquery, and_, cast, func, literal, or_, select, true, union_all
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import InstrumentedAttribute, Session

from igny8_lib.models import (
    Account,
    AccountStatus,
    Content,
    Publication,
    PublicationStatus,
    PublicationTarget,
    PublishingSettings,
    SchedulingMode,
    Site,
    SiteContentStatus,
    SiteStatus,
)

CALENDAR = "calendar"
"""Who asks for what goes out at its slot; any other name is a person's."""
LATE = timedelta(minutes=15)
"""What is later than this was missed: it is made up at the site's pace, and the delay is told."""
SWIFT_PACE = 1
"""Minutes between two articles of a site that publishes at once."""
OPEN = (PublicationStatus.WAITING, PublicationStatus.UNDER_WAY)
PUBLISHERS = [target.value for target in PublicationTarget]


@dataclass(frozen=True, slots=True)
class Due:
    """The next work of a site."""

    site_id: int
    site_slug: str
    content_id: int
    due_at: datetime
    requested_by: str


Found = Row[int, str, int, datetime, str, bool, SchedulingMode, int, datetime | None]


def find_due(session: Session, now: datetime, *, site_id: int | None = None) -> list[Due]:
    """The next work of every site that has some, or of one; the longest due first. One statement.

    Of a site that is switched off, or whose account is suspended, nothing is due; where publishing by itself is
    switched off, only what people asked for.
    """
    heads = heads_of(waiting(now, site_id))
    last = select(func.max(Publication.published_at)).where(Publication.site_id == heads.c.site_id).scalar_subquery()
    pace = (PublishingSettings.scheduling_mode, PublishingSettings.stagger_interval_minutes, last)
    query = (
        select(
            heads.c.site_id,
            Site.slug,
            *(heads.c.content_id, heads.c.due_at, heads.c.requested_by, heads.c.is_paced),
            *pace,
        )
        .join(Site, Site.id == heads.c.site_id)
        .join(Account, Account.id == Site.account_id)
        .join(PublishingSettings, PublishingSettings.site_id == Site.id)
        .where(
            Site.status == SiteStatus.ACTIVE,
            Account.status == AccountStatus.ACTIVE,
            cast(Site.hosting_type, String).in_(PUBLISHERS),
            or_(PublishingSettings.auto_publish_enabled, heads.c.requested_by != CALENDAR),
        )
        .order_by(heads.c.due_at, heads.c.content_id)
    )
    return [Due(*row[:5]) for row in session.execute(query) if not waits_for_its_turn(row, now)]


def waiting(now: datetime, site_id: int | None) -> Subquery:
    """Everything whose time has come: articles by their slot, publications by their next attempt.

    Attempts that are not to be made now are left out here, before the longest due of a site is looked for, or they
    would stand before all others: what the calendar asked for where nothing goes out by itself, and what was meant for
    a target that the site no longer has.
    """
    slots = select(
        Content.site_id,
        Content.id.label("content_id"),
        Content.scheduled_publish_at.label("due_at"),
        literal(CALENDAR).label("requested_by"),
        true().label("is_paced"),
    ).where(Content.site_status == SiteContentStatus.SCHEDULED, Content.scheduled_publish_at <= now)
    attempts = (
        select(
            Publication.site_id,
            Publication.content_id,
            Publication.due_at,
            Publication.requested_by,
            and_(Publication.requested_by == CALENDAR, Publication.published_at.is_(None)).label("is_paced"),
        )
        .join(PublishingSettings, PublishingSettings.site_id == Publication.site_id)
        .join(Site, Site.id == Publication.site_id)
        .where(
            Publication.status.in_(OPEN),
            Publication.next_attempt_at <= now,
            or_(PublishingSettings.auto_publish_enabled, Publication.requested_by != CALENDAR),
            is_for(Publication.target),
        )
    )
    if site_id is not None:
        slots = slots.where(Content.site_id == site_id)
        attempts = attempts.where(Publication.site_id == site_id)
    return union_all(slots, attempts).subquery()


def is_for(target: ColumnElement[PublicationTarget] | InstrumentedAttribute[PublicationTarget]) -> ColumnElement[bool]:
    """Whether the site's articles go to this target now: a site can be moved from one to another."""
    return cast(target, String) == cast(Site.hosting_type, String)


def heads_of(rows: Subquery) -> Subquery:
    """Of each site the longest due of what goes at its pace, and of what does not."""
    order = (rows.c.site_id, rows.c.is_paced, rows.c.due_at, rows.c.content_id)
    return select(rows).ext(distinct_on(rows.c.site_id, rows.c.is_paced)).order_by(*order).subquery()


def waits_for_its_turn(row: Found, now: datetime) -> bool:
    """Whether this was missed, and the site's last article is too young for another one."""
    _, _, _, due_at, _, is_paced, mode, interval, last = row
    minutes = SWIFT_PACE if mode is SchedulingMode.IMMEDIATE else interval
    return is_paced and was_missed(due_at, now) and last is not None and now - last < timedelta(minutes=minutes)


def was_missed(due_at: datetime, now: datetime) -> bool:
    """Whether this is so late that people are told."""
    return now - due_at > LATE


def in_fair_order(found: Sequence[Due], served: dict[int, int]) -> list[Due]:
    """Sites that were served less come first, then what is due longer: a site with a thousand articles starves none."""
    return sorted(found, key=lambda due: (served.get(due.site_id, 0), due.due_at, due.content_id))
