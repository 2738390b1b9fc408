"""Approving an article gives it a date, in the same transaction; taking the approval back takes the date away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.models import Content, ContentStatus, Site, SiteContentStatus
from igny8_lib.publishing.calendar import fill_room, give_slots
from igny8_lib.publishing.places import hold, take_out
from igny8_lib.review import decisions
from igny8_lib.review.decisions import Decided

TAKES_BACK = (SiteContentStatus.NOT_SCHEDULED, SiteContentStatus.SCHEDULED)
"""Where an article stands on the website as long as its approval can be taken back."""


@dataclass(frozen=True)
class Approved:
    """What was decided, and what came of it on the calendar."""

    decided: Decided
    scheduled: dict[int, datetime] = field(default_factory=dict)
    """The slot of each article that got one, by id."""
    without_slot: dict[int, str] = field(default_factory=dict)
    """Why each other approved article has none yet."""


def approve(
    session: Session,
    site_id: int,
    ids: Sequence[int],
    *,
    by: str,
    seen: Mapping[int, int] | None = None,
    run_id: int | None = None,
) -> Approved:
    """Approve articles that are in review, as review.decisions.approve does, and give them slots in the order of the
    ids: all of it or nothing. It holds the site's calendar before it locks articles."""
    hold(session, site_id)
    decided = decisions.approve(session, site_id, ids, by=by, seen=seen, run_id=run_id)
    done = set(decided.done)
    given = give_slots(session, session.get_one(Site, site_id), [number for number in ids if number in done])
    return Approved(decided, given.given, given.without)


def why_settled(content: Content) -> str | None:
    """Why the decision about an article cannot be taken back; None where it can, a date that it has going with it."""
    if content.status == ContentStatus.APPROVED and content.site_status in TAKES_BACK:
        return None
    return decisions.why_settled(content)


def undo(session: Session, site_id: int, ids: Sequence[int], *, by: str) -> Decided:
    """Put articles back into review that were rejected, or approved and not on their way yet: these lose their slots,
    which go to who waits for one. Raises InvalidInput for too many."""
    decisions.check_number(ids)
    hold(session, site_id)
    mine = (Content.site_id == site_id, Content.id.in_(ids), Content.status == ContentStatus.APPROVED)
    query = select(Content.id).where(*mine, Content.site_status.in_(TAKES_BACK)).order_by(Content.id)
    take_out(session, site_id, session.scalars(query.with_for_update()).all())
    decided = decisions.undo(session, site_id, ids, by=by)
    fill_room(session, session.get_one(Site, site_id))
    return decided
