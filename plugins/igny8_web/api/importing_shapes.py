"""Shapes of content that WordPress has, too."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import Field

from igny8_lib.models import PostKind
from igny8_lib.publishing.importing.listing import SyncState
from igny8_web.api.shapes import Answer, Asked, Pagination
from igny8_web.api.writer_shapes import Diff


class Winner(StrEnum):
    """Which text wins a conflict."""

    OURS = "ours"
    THEIRS = "theirs"


class SyncStanding(Answer):
    """How far the import of a site's WordPress is, and what its last pass found."""

    state: Literal["never", "waiting", "under_way", "finished"]
    open_conflicts: int
    is_full: bool | None = Field(default=None, description="Whether the pass reads everything, not only what changed.")
    wanted_full: bool = Field(default=False, description="Whether somebody asked for everything.")
    counts: dict[str, int] = Field(default_factory=dict, description="Of the pass: new, changed, conflicts, …")
    error: str | None = Field(default=None, description="Why the last attempt stopped, and what to do.")
    started_at: datetime | None = None
    finished_at: datetime | None = None
    full_finished_at: datetime | None = None
    next_at: datetime | None = None


class ImportedFacts(Answer):
    """An article and its post in WordPress."""

    content_id: int
    title: str
    version: int
    state: SyncState
    kind: PostKind
    post_status: str = Field(description="As WordPress calls it, or deleted.")
    url: str | None
    modified_at: datetime | None = Field(description="In WordPress.")
    seen_at: datetime


class ImportedList(Answer):
    """A page of what the site's WordPress has, too: conflicts first."""

    content: list[ImportedFacts]
    counts: dict[SyncState, int] = Field(description="Of all of the site, whatever is filtered.")
    pagination: Pagination


class ConflictFacts(Answer):
    """An article that was changed on both sides."""

    id: int
    content_id: int
    title: str
    their_title: str | None
    version: int = Field(description="Send it back with the decision: what was changed meanwhile is not decided about.")
    seen_at: datetime


class ConflictList(Answer):
    """Open conflicts, the newest first."""

    conflicts: list[ConflictFacts]
    next_before: int | None = Field(description="Send it as `before` for the older ones; null where these are all.")


class ConflictSides(Answer):
    """What an article would become if WordPress won."""

    content_id: int
    version: int
    seen_at: datetime
    difference: Diff = Field(description="From what the article says to what WordPress says.")


class Resolve(Asked):
    """Which text wins, by somebody who saw the article's version."""

    resolution: Winner
    version: int = Field(ge=1, le=2**31 - 1)


class Resolved(Answer):
    """The article after the decision; the text that lost is kept as a version."""

    content_id: int
    title: str
    version: int


def standing(described: dict[str, Any]) -> SyncStanding:
    """The import as the library tells it, without where in a pass it is."""
    told = SyncStanding.model_fields.keys() & described.keys()
    return SyncStanding.model_validate({name: described[name] for name in told})
