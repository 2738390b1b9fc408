"""What stands on a day of the calendar: articles by their state, and free slots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from igny8_lib.models import SiteContentStatus
from igny8_lib.publishing.agenda import Item
from igny8_lib.publishing.wall_clocks import as_exact
from igny8_web.pages.publications.actions import Button, button_of_failure
from igny8_web.pages.states import State

FREE = State("free", "plus", "Free")
OVERDUE = State("warn", "clock", "Overdue")
STATES: Mapping[SiteContentStatus, State] = {
    SiteContentStatus.NOT_SCHEDULED: State("wait", "dash", "No date"),
    SiteContentStatus.SCHEDULED: State("run", "clock", "Scheduled"),
    SiteContentStatus.PUBLISHING: State("run", "spin", "Going out"),
    SiteContentStatus.PUBLISHED: State("ok", "check", "Published"),
    SiteContentStatus.FAILED: State("bad", "alert", "Failed"),
}


class Show(StrEnum):
    """What is shown of the calendar, as the address says it."""

    ALL = ""
    SCHEDULED = "scheduled"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    FAILED = "failed"
    FREE = "free"


NAMES = {
    Show.ALL: "All",
    Show.SCHEDULED: "Scheduled",
    Show.PUBLISHING: "Going out",
    Show.PUBLISHED: "Published",
    Show.FAILED: "Failed",
    Show.FREE: "Free slots",
}


@dataclass(frozen=True)
class Entry:
    """An article at its time, or a free slot, whose title is empty."""

    at: datetime
    zone: str
    kind: Show
    state: State
    content_id: int = 0
    title: str = ""
    error: str = ""
    cause: str = ""

    @property
    def local(self) -> datetime:
        """Its time on the site's clocks."""
        return self.at.astimezone(ZoneInfo(self.zone))

    @property
    def day(self) -> date:
        """Its local day."""
        return self.local.date()

    @property
    def time(self) -> str:
        """09:00."""
        return f"{self.local:%H:%M}"

    @property
    def exact(self) -> str:
        """What a form sends of it."""
        return as_exact(self.at, self.zone)

    @property
    def is_free(self) -> bool:
        """Whether it is a free slot."""
        return self.kind is Show.FREE

    @property
    def remedy(self) -> Button:
        """What can be asked where it failed."""
        return button_of_failure(self.cause)

    @property
    def may_move(self) -> bool:
        """Whether it has a date that is still to come about."""
        return self.kind is Show.SCHEDULED


def entry_of(item: Item, zone: str) -> Entry:
    """An article of the calendar."""
    state = OVERDUE if item.overdue else STATES[item.site_status]
    kind = Show(item.site_status.value)
    return Entry(item.at, zone, kind, state, item.content_id, item.title, item.error or "", item.cause or "")


def free_entry(at: datetime, zone: str) -> Entry:
    """A free slot."""
    return Entry(at, zone, Show.FREE, FREE)
