"""Where an article stands on the website: its date, its address, or why it is not there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from igny8_lib.models import Content, PublishingSettings, SiteContentStatus
from igny8_lib.publishing.publications import publication_of
from igny8_web.pages.publications.actions import Button, buttons_of, buttons_without
from igny8_web.pages.publications.rows import Row
from igny8_web.pages.publications.states import PUBLISHED, SOON
from igny8_web.pages.states import State
from igny8_web.pages.words import web_address

NOT_SCHEDULED = State("wait", "dash", "No date")
SCHEDULED = State("run", "clock", "Scheduled")


@dataclass(frozen=True)
class Website:
    """What the card on the article's page tells."""

    state: State
    slot: datetime | None
    no_slot: str
    """Why it has no date; empty where people took it out, or where it has one."""
    row: Row | None
    """Its publication, where it ever had one."""
    buttons: Sequence[Button]
    url: str
    """Its public address; empty where there is none that a browser may be sent to."""
    is_there: bool
    """Whether the website has it, or had it when somebody looked last."""
    goes_by_itself: bool
    """Whether what is due goes out without a person."""


def website_of(session: Session, content: Content) -> Website:
    """Where the article stands; two statements."""
    found = publication_of(session, content.site_id, content.id)
    row = Row(found) if found else None
    buttons = buttons_of(found) if found else buttons_without(content)
    return Website(
        state_of(content, row),
        content.scheduled_publish_at if content.site_status is SiteContentStatus.SCHEDULED else None,
        content.no_slot_reason or "",
        row,
        buttons,
        row.url if row else web_address(content.external_url),
        content.site_status is SiteContentStatus.PUBLISHED,
        session.get_one(PublishingSettings, content.site_id).auto_publish_enabled,
    )


def state_of(content: Content, row: Row | None) -> State:
    """A date that is still to come says more than what became of an earlier publication."""
    if content.site_status is SiteContentStatus.SCHEDULED:
        return SCHEDULED
    if row is not None:
        return row.state
    if content.site_status is SiteContentStatus.PUBLISHED:
        return PUBLISHED
    return SOON if content.site_status is SiteContentStatus.PUBLISHING else NOT_SCHEDULED
