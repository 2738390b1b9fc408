"""Shapes that several groups share."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header, Query
from pydantic import BaseModel, ConfigDict, Field

MOST_PER_PAGE = 100
HIGHEST_PAGE = 100_000
KEY_LENGTH = 200

CreditAmount = Annotated[int | float, Field(description="Credits, at most two decimals.")]
Seconds = Annotated[float, Field(ge=0, description="Seconds.")]
PageNumber = Annotated[int, Query(ge=1, le=HIGHEST_PAGE, description="Which page, from 1.")]
PageSize = Annotated[int, Query(ge=1, le=MOST_PER_PAGE, description="Rows of a page.")]
IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=KEY_LENGTH,
        description="Any text of the caller's own: the same request under one key is done once, and answered alike.",
    ),
]


class Answer(BaseModel):
    """What the API says; made of what the library returns."""

    model_config = ConfigDict(from_attributes=True)


class Asked(BaseModel):
    """What the API is sent: unknown fields are refused, for a misspelt one would silently change nothing."""

    model_config = ConfigDict(extra="forbid")


class Pagination(Answer):
    """Where a page stands among all."""

    page: int
    page_size: int
    total_count: int
    total_pages: int


def pagination(page: int, page_size: int, total: int) -> Pagination:
    """Where the page stands among so many rows; no pages where there are none."""
    return Pagination(page=page, page_size=page_size, total_count=total, total_pages=-(-total // page_size))
