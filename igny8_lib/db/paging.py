"""Pages of long lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import GenerativeSelect

T = TypeVar("T")


@dataclass(frozen=True)
class Listed(Generic[T]):
    """A page of them, and how many there are."""

    rows: list[T]
    total: int


Query = TypeVar("Query", bound=GenerativeSelect)


def one_page(query: Query, page: int, page_size: int) -> Query:
    """The rows of one page, 1…"""
    return query.limit(page_size).offset((page - 1) * page_size)
