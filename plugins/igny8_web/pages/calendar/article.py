"""One article of the calendar: where it stands, why it is not live, and where it may go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.models import (
    Content,
    ContentStatus,
    Publication,
    PublicationStatus,
    Site,
    SiteContentStatus,
)
from igny8_lib.publishing.wall_clocks import as_wall_clock
from igny8_lib.review.versions import find_article
from igny8_lib.sites.access import Action, Person, may
from igny8_web.pages.calendar.entries import OVERDUE, STATES
from igny8_web.pages.calendar.view import Offered, offer
from igny8_web.pages.states import State
from igny8_web.pages.words import web_address

OFFERED = 30
"""Free slots to choose from."""


@dataclass(frozen=True)
class ArticleView:
    """An article of the calendar."""

    slug: str
    name: str
    zone: str
    content_id: int
    title: str
    state: State
    at: datetime | None
    reason: str
    """Why it has no date, or what was wrong when it should have gone live."""
    url: str
    is_dated: bool
    can_move: bool
    can_take_out: bool
    offered: Sequence[Offered]

    @property
    def local(self) -> str:
        """Its time as the form shows it."""
        return as_wall_clock(self.at, self.zone) if self.at and self.is_dated else ""


def view_of_article(session: Session, site: Site, content_id: int, person: Person) -> ArticleView:
    """The view. Raises NotFound for an article that is not the site's."""
    content = find_article(session, site.id, content_id)
    dated = content.site_status == SiteContentStatus.SCHEDULED
    undated = content.site_status == SiteContentStatus.NOT_SCHEDULED and content.status == ContentStatus.APPROVED
    at = content.scheduled_publish_at
    late = dated and at is not None and at <= clock.now()
    writes = may(person, Action.WRITE_CONTENT)
    failed = select(Publication.error).where(
        Publication.site_id == site.id,
        Publication.content_id == content_id,
        Publication.status == PublicationStatus.FAILED,
    )
    error = session.scalar(failed.order_by(Publication.id.desc()).limit(1))
    can_move = writes and (dated or undated)
    return ArticleView(
        slug=site.slug,
        name=site.name,
        zone=site.timezone,
        content_id=content_id,
        title=content.title,
        state=OVERDUE if late else STATES[content.site_status],
        at=content.published_at or at,
        reason=error or content.no_slot_reason or reason_of(content),
        url=web_address(content.external_url),
        is_dated=dated,
        can_move=can_move,
        can_take_out=writes and (dated or content.no_slot_reason is not None),
        offered=offer(session, site, OFFERED) if can_move else [],
    )


def reason_of(content: Content) -> str:
    """Why an article that nobody noted a reason for has no date; empty where it has one."""
    if content.site_status != SiteContentStatus.NOT_SCHEDULED:
        return ""
    if content.status != ContentStatus.APPROVED:
        return "It gets a date when it is approved."
    return "It was taken out of the calendar."
