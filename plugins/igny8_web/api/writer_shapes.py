"""Shapes of the writer group: articles, their versions and pictures, and decisions about them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import Field

from igny8_lib.models import ContentSource, ContentStatus, RejectReason, SyncStatus, TaskStatus
from igny8_lib.publishing import approval
from igny8_lib.review.diff import Kind
from igny8_web.api.shapes import Answer, Asked, Pagination

MOST_AT_ONCE = 500
LONGEST_HTML = 1_000_000
LONGEST_LINE = 2_000
"""Characters of a field that is one line; what an article may hold of each is less, and said in its error."""
MOST_TERMS = 100

ItemId = Annotated[int, Field(ge=1, le=2**63 - 1)]
Version = Annotated[
    int, Field(ge=1, le=2**31 - 1, description="The version that was read: a newer one is not overwritten.")
]
Seen = Annotated[
    dict[ItemId, Version],
    Field(description="By article the version that was read; one that was changed since is refused."),
]
Line = Annotated[str, Field(max_length=LONGEST_LINE)]
Terms = Annotated[list[Line], Field(max_length=MOST_TERMS)]
Remark = Annotated[str, Field(max_length=2_000)]


class Event(Answer):
    """Something that was done with an article."""

    kind: str
    made_at: datetime
    made_by: str
    version: int | None
    reasons: list[str]
    remark: str
    position: int | None


class EventList(Answer):
    """All that was done with an article, newest first."""

    events: list[Event]


class Scores(Answer):
    """How good an article is, 0 to 100 each."""

    overall: int
    seo: int
    readability: int
    engagement: int


class ListedArticle(Answer):
    """An article of a list, without its text."""

    id: int
    version: int
    title: str
    slug: str
    word_count: int
    primary_keyword: str | None
    status: ContentStatus
    site_status: str
    source: ContentSource
    sync_status: SyncStatus
    scores: Scores | None = Field(description="Of its text as it is; null while it was never analysed.")
    created_at: datetime
    scheduled_publish_at: datetime | None
    being_rewritten: bool
    images_pending: int
    images_generated: int
    images_failed: int
    last_event: Event | None


class ArticleList(Answer):
    """A page of articles."""

    articles: list[ListedArticle]
    pagination: Pagination


class Picture(Answer):
    """A picture of an article."""

    id: int
    kind: str
    position: int
    alt_text: str
    prompt: str
    status: str
    file: str | None
    width: int | None
    height: int | None
    error: str | None


class PictureList(Answer):
    """The pictures of an article."""

    images: list[Picture]


class AltText(Asked):
    """What a picture shows."""

    alt_text: Line


class Redraw(Asked):
    """How a picture is to be drawn again."""

    prompt: Annotated[str, Field(max_length=4_000)] | None = Field(default=None, description="Its own where absent.")


class Article(Answer):
    """An article, whole."""

    id: int
    version: int
    status: ContentStatus
    title: str
    slug: str
    meta_title: str
    meta_description: str
    primary_keyword: str | None
    secondary_keywords: list[str]
    tags: list[str]
    categories: list[str]
    word_count: int
    html: str
    pictures: list[Picture]


class ArticleEdit(Asked):
    """What is to be changed of an article; what is left out stays."""

    version: Version
    title: Line | None = None
    slug: Line | None = None
    html: Annotated[str, Field(max_length=LONGEST_HTML)] | None = None
    meta_title: Line | None = None
    meta_description: Line | None = None
    primary_keyword: Line | None = None
    secondary_keywords: Terms | None = None
    tags: Terms | None = None
    categories: Terms | None = None


class ListedVersion(Answer):
    """A version of an article, without its text."""

    model_config = Answer.model_config | {"extra": "allow"}

    number: int
    kind: str
    made_at: datetime
    made_by: str


class VersionList(Answer):
    """All versions of an article, newest first."""

    versions: list[ListedVersion]


class Piece(Answer):
    """Sentences with the same fate."""

    kind: Kind
    text: str


class Block(Answer):
    """A paragraph, heading, list item or table cell."""

    kind: Kind
    pieces: list[Piece]


class FieldChange(Answer):
    """A field beside the text."""

    name: str
    before: Any
    after: Any


class Diff(Answer):
    """What differs between two versions."""

    fields: list[FieldChange]
    blocks: list[Block]
    markup_only: bool


class Restore(Asked):
    """Which version comes back, and which one was read."""

    number: int = Field(ge=1, le=2**31 - 1)
    version: Version


class Regenerate(Asked):
    """How an article is to be written anew."""

    version: Version
    remark: Remark = ""
    new_pictures: bool = False


class Decide(Asked):
    """Articles to decide about."""

    ids: list[ItemId] = Field(min_length=1, max_length=MOST_AT_ONCE)
    seen: Seen = Field(default_factory=dict)


class Undo(Asked):
    """Articles to put back into review."""

    ids: list[ItemId] = Field(min_length=1, max_length=MOST_AT_ONCE)


class Rejected(Asked):
    """Why an article is rejected."""

    reasons: list[RejectReason] = Field(min_length=1, max_length=len(RejectReason))
    remark: Remark = ""


class Reject(Asked):
    """Articles to reject, each for its reasons."""

    rejections: dict[ItemId, Rejected] = Field(min_length=1, max_length=MOST_AT_ONCE)
    seen: Seen = Field(default_factory=dict)


class Decided(Answer):
    """To which articles it was done, and why not to each of the others."""

    done: list[int]
    refused: dict[int, str]


class Approved(Decided):
    """The same for approvals, with the dates that came of them."""

    scheduled: dict[int, datetime]
    """When each of the approved articles goes out, as far as it has a date."""
    without_slot: dict[int, str]
    """Why the others have none yet."""

    @classmethod
    def of(cls, approved: approval.Approved) -> Self:
        """What the library tells."""
        return cls(
            done=approved.decided.done,
            refused=approved.decided.refused,
            scheduled=approved.scheduled,
            without_slot=approved.without_slot,
        )


class ListedTask(Answer):
    """A writing task."""

    id: int
    title: str
    status: TaskStatus
    word_count_target: int
    priority: int | None
    cluster_id: int
    idea_id: int
    error: str | None
    remark: str | None
    rewrite_asked_by: str | None
    created_at: datetime
    content_id: int | None


class TaskList(Answer):
    """A page of writing tasks."""

    tasks: list[ListedTask]
    pagination: Pagination
