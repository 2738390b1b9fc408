"""Shapes of what is published: publications, their steps, and what people ask of them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from igny8_lib.models import (
    PostFound,
    PublicationStatus,
    PublicationTarget,
    PublicationWish,
    StepName,
    StepStatus,
)
from igny8_lib.pipeline.limits import HIGHEST_ID
from igny8_lib.publishing.asking import MOST_AT_ONCE
from igny8_web.api.shapes import Answer, Asked, Pagination

ContentId = Annotated[int, Field(ge=1, le=HIGHEST_ID, description="The article's id.")]
Overwrite = Annotated[bool, Field(description="The article wins over what people did to its post on the website.")]


class PublicationFacts(Answer):
    """One article on one target, and how far what is wished of it has come."""

    id: int
    content_id: int
    title: str
    target: PublicationTarget
    wish: PublicationWish = Field(description="What shall be true of the post: live, a draft, or gone.")
    status: PublicationStatus
    requested_by: str
    due_at: datetime = Field(description="When it should have gone out: its slot, or when people asked.")
    attempts: int
    next_attempt_at: datetime | None = Field(description="Null where nothing more is tried by itself.")
    error: str | None = Field(description="What was wrong and what to do.")
    cause: str | None = Field(description="The kind of error in one word.")
    content_version: int | None = Field(description="The version of the article that the post says.")
    external_id: str | None
    external_url: str | None
    found: PostFound | None = Field(description="How the post was found when it was last looked after.")
    checked_at: datetime | None
    published_at: datetime | None = Field(description="When it was first seen live.")


class PublicationList(Answer):
    """A page of a site's publications: failed ones first, then the latest."""

    publications: list[PublicationFacts]
    counts: dict[PublicationStatus, int] = Field(description="Of all of the site, whatever is filtered.")
    pagination: Pagination


class PublicationStepFacts(Answer):
    """A step of a publication."""

    name: StepName
    status: StepStatus
    attempts: int
    error: str | None
    started_at: datetime | None
    finished_at: datetime | None
    trace: dict[str, Any] = Field(description="What it left on the target, by which it is found again.")


class PublicationWhole(PublicationFacts):
    """A publication with all that is known of it."""

    article_version: int = Field(description="Of the article as it is now.")
    steps: list[PublicationStepFacts]
    report: dict[str, Any] = Field(
        description="What is to be told beside success: search fields that the website dropped, the delay in seconds."
    )


class Publish(Asked):
    """Approved articles that shall go out now."""

    content_ids: list[ContentId] = Field(min_length=1, max_length=MOST_AT_ONCE)
    overwrite: Overwrite = False


class TryAgain(Publish):
    """Articles whose publications have failed, or wait for their next attempt."""


class UpdatePost(Asked):
    """A published article whose post shall say what the article says now."""

    content_id: ContentId
    overwrite: Overwrite = False


class OnePost(Asked):
    """An article with a post."""

    content_id: ContentId


class AskedNow(Answer):
    """What is on its way, and why the rest is not."""

    publications: list[PublicationFacts]
    refused: dict[int, str] = Field(description="By article: why nothing was asked for it.")
