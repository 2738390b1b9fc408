"""Shapes of the Optimizer: what is asked of it, what it tried, and both texts side by side."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from igny8_lib.models import OptimizationSource, OptimizationStatus
from igny8_web.api.batches_shapes import ContentId
from igny8_web.api.shapes import Answer, Asked, CreditAmount, Pagination
from igny8_web.api.writer_doors import HIGHEST_ID
from igny8_web.api.writer_shapes import Diff

NewestVersion = Annotated[int, Field(ge=1, le=HIGHEST_ID)]


class Optimize(Asked):
    """The article that is to be optimized."""

    content_id: ContentId


class TakeBack(Asked):
    """How an optimization is taken back."""

    version: NewestVersion | None = Field(
        default=None,
        description="The article's newest version, where its text was changed since and these changes are to go.",
    )


class OptimizationFacts(Answer):
    """One try to make an article better."""

    id: int
    content_id: int
    title: str
    batch_id: int | None
    run_id: int | None = Field(description="The run that it was part of, by its number.")
    source: OptimizationSource = Field(description="By which of the four ways the article came.")
    status: OptimizationStatus
    requested_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    version_before: int
    version_after: int | None = Field(description="The version that it made; null where nothing was taken.")
    score_before: int | None = Field(description="Overall, 0 to 100.")
    score_after: int | None
    reason: str | None = Field(description="Why nothing was taken.")
    credits: CreditAmount
    taken_back_at: datetime | None
    taken_back_by: str | None


class OptimizationList(Answer):
    """A page of a site's optimizations, the newest first."""

    tasks: list[OptimizationFacts]
    pagination: Pagination


class OptimizedTexts(Answer):
    """What the Optimizer may change."""

    html: str
    meta_title: str
    meta_description: str


class OptimizationWhole(Answer):
    """An optimization with both texts side by side."""

    task: OptimizationFacts
    before: OptimizedTexts
    after: OptimizedTexts | None = Field(description="Also where it was not taken; null where none came.")
    scores_before: dict[str, Any]
    scores_after: dict[str, Any] | None
    difference: Diff | None
    newest_version: int = Field(description="The article's: to be named where it is taken back over later changes.")


class TakenBack(Answer):
    """The article as it is again."""

    content_id: int
    title: str
    version: int
