"""Whether a round of the rules would find anything: asked every minute, before one is begun at all."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from igny8_lib.models import AutomationRule, DomainEvent, Site
from igny8_lib.rules.queueing import is_open, is_untold
from igny8_lib.rules.scheduling import is_due, is_moved, is_scheduled


def is_anything_due(session: Session, now: datetime) -> bool:
    """Whether an event waits, a schedule is due or to be planned anew, or an execution is not over; one statement.

    Events that are old enough to be removed are no reason: a round that comes anyway does that.
    """
    moved = select(AutomationRule.id).join(Site, Site.id == AutomationRule.site_id)
    found = or_(
        exists().where(DomainEvent.consumed_at.is_(None)),
        exists().where(is_scheduled(), is_due(now)),
        moved.where(is_scheduled(), is_moved()).exists(),
        exists().where(is_open()),
        exists().where(is_untold()),
    )
    return bool(session.scalar(select(found)))
