"""Shapes of the writer group: articles, their versions and pictures, and decisions about them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from igny8_lib.models import ContentStatus, RejectReason
from igny8_lib.review.diff import Kind
from igny8_web.api.shapes import Answer, Asked, Pagination

MOST_AT_ONCE = 500
Version = Annotated[int, Field(ge=1, description="The version that was read: a newer one is not overwritten.")]
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
    title: str | None = None
    slug: str | None = None
    html: str | None = None
    meta_title: str | None = None
    meta_description: str | None = None
    primary_keyword: str | None = None
    secondary_keywords: list[str] | None = None
    tags: list[str] | None = None
    categories: list[str] | None = None


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

    number: int = Field(ge=1)
    version: Version


class Regenerate(Asked):
    """How an article is to be written anew."""

    version: Version
    remark: Remark = ""
    new_pictures: bool = False


class Decide(Asked):
    """Articles to decide about; `seen` has the versions that were read."""

    ids: list[int] = Field(min_length=1, max_length=MOST_AT_ONCE)
    seen: dict[int, int] = Field(default_factory=dict)


class Rejected(Asked):
    """Why an article is rejected."""

    reasons: list[RejectReason] = Field(min_length=1)
    remark: Remark = ""


class Reject(Asked):
    """Articles to reject, each for its reasons."""

    rejections: dict[int, Rejected] = Field(min_length=1, max_length=MOST_AT_ONCE)
    seen: dict[int, int] = Field(default_factory=dict)


class Decided(Answer):
    """To which articles it was done, and why not to each of the others."""

    done: list[int]
    refused: dict[int, str]
