"""What stands beside an article: its pictures, versions, cost and origin, and what was done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.credits.article_costs import charges_of
from igny8_lib.credits.provenance import Origin, origins_of
from igny8_lib.models import Content, ContentEventKind, Image, ImageStatus, Operation, RejectReason, Site, VersionKind
from igny8_lib.review import events, versions
from igny8_lib.review.export import images_of
from igny8_lib.review.pictures import CAN_WAIT
from igny8_web.pages.content.states import EVENTS, PICTURE_STATES, REASONS, VERSIONS
from igny8_web.pages.states import State

OPERATIONS = {
    Operation.CONTENT_GENERATION: "Text",
    Operation.IMAGE_PROMPT_EXTRACTION: "Image prompts",
    Operation.IMAGE_GENERATION: "Images",
    Operation.LINKING: "Links",
    Operation.OPTIMIZATION: "Optimizing",
}


@dataclass(frozen=True)
class Picture:
    """A picture, and what can be done with it."""

    image: Image
    state: State
    can_redraw: bool

    @property
    def can_replace(self) -> bool:
        """One that waits to be drawn would be replaced again."""
        return self.image.status is not ImageStatus.PENDING

    @property
    def name(self) -> str:
        """What it is called."""
        return f"Picture {self.image.position}" if self.image.position else "Featured picture"


@dataclass(frozen=True)
class Version:
    """A version of the text."""

    number: int
    what: str
    by: str
    at: datetime
    note: str


@dataclass(frozen=True)
class Event:
    """Something that was done."""

    what: str
    by: str
    at: datetime
    told: str
    """Reasons and remark."""


@dataclass(frozen=True)
class Cost:
    """What was charged by name."""

    parts: Sequence[tuple[str, Credits]]
    origins: Sequence[tuple[str, Origin]]

    @property
    def total(self) -> Credits:
        """All of it."""
        return Credits.total(amount for _, amount in self.parts)


def pictures_of(session: Session, content: Content) -> list[Picture]:
    """The article's pictures; one statement."""
    waits = content.status in CAN_WAIT
    return [
        Picture(image, PICTURE_STATES[image.status], waits and image.status is not ImageStatus.PENDING)
        for image in images_of(session, content)
    ]


def versions_of(session: Session, content: Content) -> list[Version]:
    """The article's versions, newest first."""
    return [version_of(facts) for facts in versions.list_versions(session, content.site_id, content.id)]


def version_of(facts: Mapping[str, Any]) -> Version:
    """One version in words."""
    what = VERSIONS[VersionKind(facts["kind"])]
    at = datetime.fromisoformat(facts["made_at"])
    return Version(facts["number"], what, facts["made_by"], at, facts["note"])


def events_of(session: Session, content: Content) -> list[Event]:
    """What was done with the article, newest first."""
    return [event_of(facts) for facts in events.history(session, content.site_id, content.id)]


def event_of(facts: Mapping[str, Any]) -> Event:
    """One event in words."""
    reasons = [REASONS[RejectReason(reason)] for reason in facts["reasons"] if reason != RejectReason.OTHER]
    told = ". ".join([*reasons, *([facts["remark"]] if facts["remark"] else [])])
    what = EVENTS[ContentEventKind(facts["kind"])]
    return Event(what, facts["made_by"], datetime.fromisoformat(facts["made_at"]), told)


def cost_of(session: Session, site: Site, content: Content) -> Cost:
    """What the article cost, and who made it; two statements."""
    charged = charges_of(session, site.account_id, [content.id]).get(content.id, {})
    origins = origins_of(session, site.account_id, content.id)
    return Cost(
        [(name_of(operation), amount) for operation, amount in charged.items()],
        [(name_of(origin.operation), origin) for origin in origins],
    )


def name_of(operation: Operation) -> str:
    """An operation as people call it."""
    return OPERATIONS.get(operation, operation.value.replace("_", " ").capitalize())
