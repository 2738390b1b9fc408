"""Shapes that several groups share."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Header, Query
from pydantic import BaseModel, ConfigDict, Field, model_validator

from igny8_lib.text.characters import UNSTORABLE

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

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def check_characters(cls, given: Any) -> Any:  # noqa: ANN401 - whatever was sent
        """Raises ValueError for texts that no database keeps, wherever they stand."""
        if holds_unstorable(given):
            raise ValueError("a text holds U+0000 or half of a surrogate pair: take it out")
        return given


def holds_unstorable(given: Any) -> bool:  # noqa: ANN401 - whatever was sent
    """Whether a text in a JSON document, a name included, has characters that PostgreSQL and UTF-8 do not."""
    waiting = [given]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str) and UNSTORABLE.search(value):
            return True
        if isinstance(value, dict):
            waiting.extend((*value, *value.values()))
        elif isinstance(value, list):
            waiting.extend(value)
    return False


class Pagination(Answer):
    """Where a page stands among all."""

    page: int
    page_size: int
    total_count: int
    total_pages: int


def pagination(page: int, page_size: int, total: int) -> Pagination:
    """Where the page stands among so many rows; no pages where there are none."""
    return Pagination(page=page, page_size=page_size, total_count=total, total_pages=-(-total // page_size))
