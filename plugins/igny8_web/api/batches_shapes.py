"""Shapes of batches: what is to be done with which articles, how far it is, and what became of each."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from igny8_lib.batches.opening import Choice
from igny8_lib.batches.progress import Progress
from igny8_lib.models import BatchItemStatus, BatchKind, BatchStatus, ContentSource
from igny8_web.api.shapes import Answer, Asked, CreditAmount, Pagination
from igny8_web.api.writer_doors import HIGHEST_ID

MOST_NAMED = 1_000
"""Articles that one request names."""
ContentId = Annotated[int, Field(ge=1, le=HIGHEST_ID, description="The article's id.")]


class BatchWish(Asked):
    """Which articles: those that fit everything that is said, and nothing said is no choice."""

    content_ids: list[ContentId] = Field(default_factory=list, max_length=MOST_NAMED)
    all: bool = Field(default=False, description="All articles of the site, as far as nothing else is said.")
    score_below: int | None = Field(
        default=None,
        ge=1,
        le=100,
        description="Those whose overall score is lower. Articles without one are not meant.",
    )
    source: ContentSource | None = Field(default=None, description="Those that were first written there.")

    def choice(self) -> Choice:
        """The same for the library."""
        return Choice(self.content_ids, self.all, self.score_below, self.source)


class BatchFacts(Answer):
    """A batch and how far it is, in numbers of articles."""

    id: int
    kind: BatchKind
    status: BatchStatus
    address: str = Field(
        description="Where it is told again.", examples=["/igny8/api/v1/batches/12/?site=harbour-blog"]
    )
    requested_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    total: int
    pending: int
    done: int
    skipped: int = Field(description="There was nothing to do, or the result was not better.")
    failed: int
    credits: CreditAmount
    current: str | None = Field(description="The title of the article that is worked, or comes next.")
    sentence: str = Field(description="How it stands, for people.")
    error: str | None = Field(description="Why it failed, or who cancelled it.")


class BatchList(Answer):
    """A page of a site's batches, the newest first."""

    batches: list[BatchFacts]
    pagination: Pagination


class BatchArticle(Answer):
    """An article of a batch."""

    content_id: int
    title: str
    status: BatchItemStatus
    outcome: str = Field(description="What was done, or why nothing was.")
    credits: CreditAmount
    finished_at: datetime | None


class BatchArticleList(Answer):
    """A page of a batch's articles, in the order in which they are worked."""

    articles: list[BatchArticle]
    pagination: Pagination


def facts_of(progress: Progress, slug: str) -> BatchFacts:
    """A batch of the site as it is told."""
    address = f"/igny8/api/v1/batches/{progress.id}/?site={slug}"
    return BatchFacts.model_validate(progress.as_json() | {"address": address})
