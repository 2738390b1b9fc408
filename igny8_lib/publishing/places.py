"""A site's calendar as it is stored: one holder at a time, which slots are taken, and writing who has which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, DateTime, any_, func, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from igny8_lib.errors import NotFound
from igny8_lib.models import Content, PublishingSettings, Site, SiteContentStatus


def hold(session: Session, site_id: int) -> PublishingSettings:
    """The site's publishing settings, locked: until the transaction ends nobody else gives or takes its slots.

    Whoever locks articles of the site as well takes this first, so that no two wait for each other. Raises NotFound.
    """
    query = select(PublishingSettings).where(PublishingSettings.site_id == site_id)
    found = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise NotFound(f"There is no site number {site_id}.")
    return found


def count_scheduled(session: Session, site_id: int) -> int:
    """Articles of the site with a date, not yet on their way: what the queue limit counts."""
    mine = (Content.site_id == site_id, Content.site_status == SiteContentStatus.SCHEDULED)
    return session.scalar(select(func.count()).where(*mine)) or 0


def taken_slots(session: Session, site: Site, now: datetime, *, but_scheduled: bool = False) -> list[datetime]:
    """The site's slots since its day began, whatever became of who has them; without those that may still move."""
    midnight = datetime.combine(now.astimezone(ZoneInfo(site.timezone)), time(), ZoneInfo(site.timezone))
    mine = [Content.site_id == site.id, Content.scheduled_publish_at >= midnight.astimezone(UTC) - timedelta(days=1)]
    if but_scheduled:
        mine.append(Content.site_status != SiteContentStatus.SCHEDULED)
    return [slot for slot in session.scalars(select(Content.scheduled_publish_at).where(*mine)) if slot is not None]


@dataclass(frozen=True)
class Dated:
    """An article with a date."""

    content_id: int
    title: str
    at: datetime


def scheduled(session: Session, site_id: int) -> list[Dated]:
    """The articles with a date, locked, in the order of their dates."""
    mine = (Content.site_id == site_id, Content.site_status == SiteContentStatus.SCHEDULED)
    columns = (Content.id, Content.title, Content.scheduled_publish_at)
    found = session.execute(select(*columns).where(*mine).order_by(Content.id).with_for_update())
    return sorted((Dated(number, title, at) for number, title, at in found if at), key=lambda article: article.at)


def write_slots(session: Session, site_id: int, slots: Mapping[int, datetime]) -> None:
    """Give articles their slots, by id; they lose the ones they have first, for some may exchange theirs, and the
    database forbids two in one even within a statement."""
    if not slots:
        return
    arrays = (literal(list(slots), ARRAY(BigInteger)), literal(list(slots.values()), ARRAY(DateTime(timezone=True))))
    pairs = func.unnest(*arrays).table_valued("content_id", "at").render_derived()
    write(session, site_id, list(slots), {"scheduled_publish_at": None}, Content.scheduled_publish_at.is_not(None))
    values = {"site_status": SiteContentStatus.SCHEDULED, "no_slot_reason": None, "scheduled_publish_at": pairs.c.at}
    given = update(Content).where(Content.site_id == site_id, Content.id == pairs.c.content_id).values(**values)
    session.execute(given.execution_options(synchronize_session="fetch"))


def take_out(session: Session, site_id: int, ids: Sequence[int], reason: str | None = None) -> None:
    """Leave articles without a slot; the reason says why they wait for one, None where they do not."""
    none = {"scheduled_publish_at": None, "site_status": SiteContentStatus.NOT_SCHEDULED, "no_slot_reason": reason}
    if ids:
        write(session, site_id, ids, none)


def write(
    session: Session, site_id: int, ids: Sequence[int], values: Mapping[str, object], *more: ColumnElement[bool]
) -> None:
    """Change those of the site's articles of which more is true as well."""
    mine = (Content.site_id == site_id, Content.id == any_(literal(list(ids), ARRAY(BigInteger))))
    session.execute(update(Content).where(*mine, *more).values(**values).execution_options(synchronize_session="fetch"))
