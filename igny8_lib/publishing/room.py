"""Giving dates to who waits for one where nobody else does: a process that made room died before it was filled, or room
came by time alone, as the ten years in which slots are looked for move on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, func, select

from igny8_lib.db.session import Sessions
from igny8_lib.models import (
    Account,
    AccountStatus,
    Content,
    ContentStatus,
    PublishingSettings,
    Site,
    SiteContentStatus,
    SiteStatus,
)
from igny8_lib.publishing.calendar import fill_room

AT_ONCE = 20
"""Sites of one round."""
ROUND = timedelta(minutes=1)
"""From one round to the next; each begins behind the sites of the one before."""


def waits() -> ColumnElement[bool]:
    """Which articles wait for a date."""
    approved = and_(Content.status == ContentStatus.APPROVED, Content.site_status == SiteContentStatus.NOT_SCHEDULED)
    return and_(approved, Content.no_slot_reason.is_not(None))


def sites_with_room() -> Select[int]:
    """The numbers of the active sites where an article waits although the queue limit has room, in their order."""
    scheduled = (Content.site_id == Site.id, Content.site_status == SiteContentStatus.SCHEDULED)
    count = select(func.count()).where(*scheduled).correlate(Site).scalar_subquery()
    return (
        select(Site.id)
        .join(Account, Account.id == Site.account_id)
        .join(PublishingSettings, PublishingSettings.site_id == Site.id)
        .where(
            exists().where(Content.site_id == Site.id, waits()),
            Site.status == SiteStatus.ACTIVE,
            Account.status == AccountStatus.ACTIVE,
            PublishingSettings.queue_limit > count,
        )
        .order_by(Site.id)
    )


def find_room(sessions: Sessions, now: datetime) -> list[int]:
    """The sites of this round; one statement."""
    with sessions() as session:
        return in_turn(session.scalars(sites_with_room()).all(), now)


def in_turn(site_ids: Sequence[int], now: datetime, most: int = AT_ONCE) -> list[int]:
    """So many of them, other ones each round: those whose calendar has no slot in ten years keep nobody from theirs."""
    if not site_ids:
        return []
    first = int(now.timestamp() // ROUND.total_seconds()) * most % len(site_ids)
    return [*site_ids[first:], *site_ids[:first]][:most]


def fill_all(sessions: Sessions, site_ids: Sequence[int]) -> int:
    """Give dates to who waits on these sites, each site in a transaction of its own; how many got one."""
    given = 0
    for site_id in site_ids:
        with sessions.begin() as session:
            site = session.get(Site, site_id)
            given += len(fill_room(session, site).given) if site else 0
    return given


def fill_one(sessions: Sessions, site_id: int) -> int:
    """The same for one site where something has just made room; one statement where nobody waits."""
    with sessions() as session:
        has_room = session.scalar(sites_with_room().where(Site.id == site_id))
    return fill_all(sessions, [site_id]) if has_room else 0
