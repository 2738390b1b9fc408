"""What the outbox has."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.models import DomainEvent, RuleTrigger


def events_of(session: Session, site_id: int, kind: RuleTrigger | None = None) -> list[DomainEvent]:
    """The site's events, of one kind where one is named, in the order in which they were written."""
    query = select(DomainEvent).where(DomainEvent.site_id == site_id).order_by(DomainEvent.id)
    return list(session.scalars(query if kind is None else query.where(DomainEvent.kind == kind)))


def items_of(session: Session, site_id: int, kind: RuleTrigger) -> list[int]:
    """The items of all events of the kind, one entry for each time that an item is named, in order."""
    return sorted(item for event in events_of(session, site_id, kind) for item in event.item_ids)


def causes_of(session: Session, site_id: int, kind: RuleTrigger) -> set[int | None]:
    """What brought the events of the kind about."""
    return {event.cause_id for event in events_of(session, site_id, kind)}
