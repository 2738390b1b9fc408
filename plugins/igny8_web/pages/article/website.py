"""Where an article stands on the website: its date, its address, or why it is not there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from igny8_lib.models import Content, SiteContentStatus
from igny8_lib.publishing.publications import publication_of
from igny8_web.pages.publications.actions import Button, buttons_of, buttons_without
from igny8_web.pages.publications.rows import Row
from igny8_web.pages.publications.states import SOON
from igny8_web.pages.states import State

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


def website_of(session: Session, content: Content) -> Website:
    """Where the article stands; one statement."""
    found = publication_of(session, content.site_id, content.id)
    row = Row(found) if found else None
    buttons = buttons_of(found) if found else buttons_without(content)
    return Website(state_of(content, row), content.scheduled_publish_at, content.no_slot_reason or "", row, buttons)


def state_of(content: Content, row: Row | None) -> State:
    """A date that is still to come says more than what became of an earlier publication."""
    if content.site_status is SiteContentStatus.SCHEDULED:
        return SCHEDULED
    if row is not None:
        return row.state
    return SOON if content.site_status is SiteContentStatus.PUBLISHING else NOT_SCHEDULED
