"""Content that a site's WordPress has, too, and how both sides stand to each other; a fixed number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, String, case, cast, func, select
from sqlalchemy.orm import Session

from igny8_lib.errors import InvalidInput
from igny8_lib.models import Content, ContentSource, PostKind, SyncConflict, WordPressOriginal
from igny8_lib.publishing.importing.posts import DELETED, TRASH

MOST_ON_A_PAGE = 100
LAST_PAGE = 100_000


class SyncState(StrEnum):
    """How an article here and its post there stand to each other."""

    CONFLICT = "conflict"
    """Changed on both sides: people decide."""
    CHANGED_HERE = "changed_here"
    """The article says more than its post: updating the post tells it."""
    TRASHED = "trashed"
    DELETED = "deleted"
    CHANGED_THERE = "changed_there"
    """Changed in WordPress since it was imported; the article says the same by now."""
    IN_STEP = "in_step"


STATE = case(
    (SyncConflict.id.is_not(None), SyncState.CONFLICT.value),
    (WordPressOriginal.status == DELETED, SyncState.DELETED.value),
    (WordPressOriginal.status == TRASH, SyncState.TRASHED.value),
    (Content.version > WordPressOriginal.version, SyncState.CHANGED_HERE.value),
    (
        (Content.source == ContentSource.WORDPRESS) & (WordPressOriginal.version > 1),
        SyncState.CHANGED_THERE.value,
    ),
    else_=SyncState.IN_STEP.value,
)
RANK = case({state.value: rank for rank, state in enumerate(SyncState)}, value=cast(STATE, String))
"""What people have to decide first."""


@dataclass(frozen=True)
class Imported:
    """An article with its post."""

    content_id: int
    title: str
    version: int
    state: SyncState
    kind: PostKind
    post_status: str
    """As WordPress calls it, or `deleted`."""
    url: str | None
    modified_at: datetime | None
    """In WordPress; None where it has no date."""
    seen_at: datetime


@dataclass(frozen=True)
class ImportedPage:
    """A page of them, and how many there are in all."""

    rows: Sequence[Imported]
    total: int


def list_imported(
    session: Session, site_id: int, state: SyncState | None = None, *, page: int = 1, page_size: int = MOST_ON_A_PAGE
) -> ImportedPage:
    """A page of what the site's WordPress has, too, conflicts first, then the newest; two statements.

    Raises InvalidInput for a page below 1 or beyond LAST_PAGE, or one of none or too many rows.
    """
    if not 1 <= page <= LAST_PAGE or not 1 <= page_size <= MOST_ON_A_PAGE:
        raise InvalidInput(f"Pages count from 1 to {LAST_PAGE:,}, and have 1 to {MOST_ON_A_PAGE} articles.")
    shown = [state.value == STATE] if state else []
    total = session.scalar(joined(select(func.count()), site_id).where(*shown)) or 0
    columns = (Content.id, Content.title, Content.version, STATE, WordPressOriginal.kind, WordPressOriginal.status)
    more = (Content.external_url, WordPressOriginal.modified_at, WordPressOriginal.seen_at)
    query = joined(select(*columns, *more), site_id).where(*shown).order_by(RANK, Content.id.desc())
    rows = session.execute(query.limit(page_size).offset((page - 1) * page_size))
    return ImportedPage([imported_of(row) for row in rows], total)


def imported_of(row: Any) -> Imported:  # noqa: ANN401 - a row of the statement above
    """A row as it is told."""
    content_id, title, version, state, *post = row
    return Imported(content_id, title, version, SyncState(state), *post)


def count_imported(session: Session, site_id: int) -> dict[SyncState, int]:
    """How many articles of the site stand how to their posts; one statement."""
    query = joined(select(STATE.label("state"), func.count()), site_id).group_by("state")
    counted = {SyncState(state): count for state, count in session.execute(query)}
    return {state: counted.get(state, 0) for state in SyncState}


def joined(query: Any, site_id: int) -> Any:  # noqa: ANN401 - a select of any columns
    """The query over the site's posts, their articles and open conflicts."""
    article: ColumnElement[bool] = (Content.site_id == WordPressOriginal.site_id) & (
        Content.id == WordPressOriginal.content_id
    )
    conflict: ColumnElement[bool] = (
        (SyncConflict.site_id == WordPressOriginal.site_id)
        & (SyncConflict.content_id == WordPressOriginal.content_id)
        & SyncConflict.resolved_at.is_(None)
    )
    both = query.select_from(WordPressOriginal).join(Content, article).outerjoin(SyncConflict, conflict)
    return both.where(WordPressOriginal.site_id == site_id)
