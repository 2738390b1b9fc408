"""One article of the calendar: where it stands, why it is not live, and where it may go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.models import Content, ContentStatus, Site, SiteContentStatus
from igny8_lib.publishing.wall_clocks import as_wall_clock
from igny8_lib.review.versions import find_article
from igny8_lib.sites.access import Action, Person, may
from igny8_web.pages.article.website import Website, website_of
from igny8_web.pages.calendar.entries import OVERDUE
from igny8_web.pages.calendar.view import Offered, offer
from igny8_web.pages.publications.actions import Button
from igny8_web.pages.states import State

OFFERED = 30
"""Free slots to choose from."""
OVERDUE_WHY = {
    True: "It goes out as soon as the articles before it did, and the website answers.",
    False: "Its time is past and automatic publishing is off: publish it now, or give it another date.",
}
"""Why an article is still not live, by whether the site publishes by itself."""


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
    again: datetime | None
    """When it is tried again by itself."""
    publication: int | None
    """How it was published, where it ever was tried."""
    buttons: Sequence[Button]
    """What can be asked of its post."""
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
    web = website_of(session, content)
    can_move = writes and (dated or undated)
    return ArticleView(
        slug=site.slug,
        name=site.name,
        zone=site.timezone,
        content_id=content_id,
        title=content.title,
        state=OVERDUE if late else web.state,
        at=content.published_at or at,
        reason=reason_of(content, web, late=late),
        url=web.url,
        again=web.row.publication.next_attempt_at if web.row and web.row.comes and web.row.publication.error else None,
        publication=web.row.publication.id if web.row else None,
        buttons=web.buttons if writes else [],
        is_dated=dated,
        can_move=can_move,
        can_take_out=writes and (dated or content.no_slot_reason is not None),
        offered=offer(session, site, OFFERED) if can_move else [],
    )


def reason_of(content: Content, web: Website, *, late: bool) -> str:
    """Why it is not live or has no date, and what to do about it; empty where all is well."""
    if late:
        return OVERDUE_WHY[web.goes_by_itself]
    if content.site_status == SiteContentStatus.SCHEDULED:
        return "" if web.goes_by_itself else "Automatic publishing is off: it goes out when somebody publishes it."
    told = (web.row.publication.error or web.row.advice) if web.row else ""
    if told or content.no_slot_reason:
        return told or content.no_slot_reason or ""
    if content.site_status != SiteContentStatus.NOT_SCHEDULED:
        return ""
    if content.status != ContentStatus.APPROVED:
        return "It gets a date when it is approved."
    return "It was taken out of the calendar."
