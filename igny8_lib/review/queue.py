"""The review queue: a site's articles as people go through them, page by page, and from one to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Integer, Row, Select, cast, func, or_, select
from sqlalchemy.orm import Session

from igny8_lib.errors import InvalidInput
from igny8_lib.models import Content, ContentSource, ContentStatus, Image, ImageStatus, SyncStatus
from igny8_lib.review import events
from igny8_lib.review.drafts import being_rewritten
from igny8_lib.review.score_bands import Band, in_band
from igny8_lib.review.scores import PARTS

MOST_ON_A_PAGE = 100
LAST_PAGE = 1_000_000
"""Beyond any site's articles, and far below what the database can skip."""
MAX_TEXT = 200
"""Characters that are searched for."""


class Sort(StrEnum):
    """The order of the queue; of equals the older one comes first."""

    OLDEST = "oldest"
    NEWEST = "newest"
    TITLE = "title"
    LONGEST = "longest"
    LOWEST = "lowest"
    """By the overall score; what was never analysed comes last."""
    HIGHEST = "highest"


ORDERS: Mapping[Sort, tuple[ColumnElement[Any], ...]] = {
    Sort.OLDEST: (Content.id.asc(),),
    Sort.NEWEST: (Content.id.desc(),),
    Sort.TITLE: (func.lower(Content.title), Content.id.asc()),
    Sort.LONGEST: (Content.word_count.desc(), Content.id.asc()),
    Sort.LOWEST: (Content.score.asc(), Content.id.asc()),
    Sort.HIGHEST: (Content.score.desc().nulls_last(), Content.id.asc()),
}


@dataclass(frozen=True)
class View:
    """Which articles, and in which order."""

    statuses: tuple[ContentStatus, ...] = (ContentStatus.REVIEW,)
    """Where they stand; anywhere, where none is given."""
    text: str = ""
    """What their title or primary keyword holds, in any case."""
    sort: Sort = Sort.OLDEST
    imported: bool | None = None
    """Only those that came from the website, only those that were written here, or (None) both."""
    band: Band | None = None
    """How good their overall score is; any, also none at all, where it is None."""
    score_below: int | None = None
    """Only those with a lower overall score than this; what was never analysed has none."""
    source: ContentSource | None = None
    """Only those that were first written there."""
    sync: SyncStatus | None = None
    """Only those that stand so to their copy on the website."""


@dataclass(frozen=True)
class QueuePage:
    """One page of articles, as documents, and how many there are in all."""

    articles: list[dict[str, Any]]
    total: int
    page: int
    page_size: int


@dataclass(frozen=True)
class Place:
    """Where an article stands in a view: its place from 1 of `total`, and the ids before and after it."""

    place: int
    total: int
    previous: int | None
    next: int | None


def waiting(session: Session, site_id: int) -> int:
    """How many articles of the site wait for a decision."""
    query = select(func.count()).where(Content.site_id == site_id, Content.status == ContentStatus.REVIEW)
    return session.scalar(query) or 0


def count_by_status(session: Session, site_id: int, view: View) -> dict[ContentStatus, int]:
    """How many of the site's articles stand where, of those that the view would have wherever they stand; one
    statement. Raises InvalidInput."""
    shown = conditions(site_id, replace(view, statuses=()))
    query = select(Content.status, func.count()).where(*shown).group_by(Content.status)
    return dict(session.execute(query).all())


@dataclass(frozen=True)
class Named:
    """An article by its title, and how it stands."""

    id: int
    title: str
    version: int
    status: ContentStatus
    scheduled_publish_at: datetime | None
    no_slot_reason: str | None


def name_articles(session: Session, site_id: int, ids: Sequence[int]) -> list[Named]:
    """Those of the articles that the site has, the oldest first; one statement, however many."""
    columns = (Content.id, Content.title, Content.version, Content.status)
    dates = (Content.scheduled_publish_at, Content.no_slot_reason)
    query = select(*columns, *dates).where(Content.site_id == site_id, Content.id.in_(ids)).order_by(Content.id)
    return [Named(*row) for row in session.execute(query)]


def list_articles(session: Session, site_id: int, view: View, *, page: int = 1, page_size: int = 50) -> QueuePage:
    """A page of the view with each article's pictures and what was last done with it: three statements, always.

    Raises InvalidInput for a page below 1 or above `LAST_PAGE`, one of none or more than `MOST_ON_A_PAGE` articles, and
    a text too long.
    """
    if not 1 <= page <= LAST_PAGE or not 1 <= page_size <= MOST_ON_A_PAGE:
        raise InvalidInput(f"Pages count from 1 to {LAST_PAGE:,}, and have 1 to {MOST_ON_A_PAGE} articles.")
    shown = conditions(site_id, view)
    total = session.scalar(select(func.count()).select_from(Content).where(*shown)) or 0
    query = select_rows().where(*shown).order_by(*ORDERS[view.sort])
    rows = session.execute(query.limit(page_size).offset((page - 1) * page_size)).all()
    last = events.latest(session, site_id, [row.id for row in rows])
    return QueuePage([document(row) | {"last_event": last.get(row.id)} for row in rows], total, page, page_size)


def find_place(session: Session, site_id: int, content_id: int, view: View) -> Place | None:
    """Where the article stands in the view, None where it is not in it; one statement."""
    order = ORDERS[view.sort]
    places = (
        select(
            Content.id,
            func.row_number().over(order_by=order).label("place"),
            func.count().over().label("total"),
            func.lag(Content.id).over(order_by=order).label("previous"),
            func.lead(Content.id).over(order_by=order).label("next"),
        )
        .where(*conditions(site_id, view))
        .subquery()
    )
    row = session.execute(select(places).where(places.c.id == content_id)).one_or_none()
    return None if row is None else Place(row.place, row.total, row.previous, row.next)


def conditions(site_id: int, view: View) -> list[ColumnElement[bool]]:
    """Which articles the view has. Raises InvalidInput for a text that is too long."""
    if len(view.text) > MAX_TEXT:
        raise InvalidInput(f"At most {MAX_TEXT} characters are searched for, not {len(view.text):,}.")
    found = [Content.site_id == site_id]
    if view.statuses:
        found.append(Content.status.in_(view.statuses))
    if view.imported is not None:
        here = Content.source == ContentSource.IGNY8
        found.append(~here if view.imported else here)
    if view.source is not None:
        found.append(Content.source == view.source)
    if view.sync is not None:
        found.append(Content.sync_status == view.sync)
    if view.band is not None:
        found.append(in_band(view.band))
    if view.score_below is not None:
        found.append(Content.score < view.score_below)
    if text := view.text.strip():
        searched = (Content.title, Content.primary_keyword)
        found.append(or_(*(column.icontains(text, autoescape=True) for column in searched)))
    return found


PARTS_OF_SCORE = tuple(cast(Content.optimization_scores[part].astext, Integer).label(f"{part}_score") for part in PARTS)
COLUMNS = (
    *(Content.id, Content.version, Content.title, Content.slug, Content.word_count, Content.primary_keyword),
    *(Content.status, Content.site_status, Content.source, Content.sync_status, Content.created_at),
    *(Content.scheduled_publish_at, Content.score, *PARTS_OF_SCORE),
)


def select_rows() -> Select[*tuple[Any, ...]]:
    """Articles without their texts, whether each is written anew, and its pictures counted by where they stand."""
    mine = (Image.site_id == Content.site_id, Image.content_id == Content.id)
    counts = [
        select(func.count()).where(*mine, Image.status == status).scalar_subquery().label(f"images_{status.value}")
        for status in ImageStatus
    ]
    return select(*COLUMNS, being_rewritten().label("being_rewritten"), *counts)


def document(row: Row[*tuple[Any, ...]]) -> dict[str, Any]:
    """An article of the queue as a JSON document."""
    facts = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    times = {name: facts[name] and facts[name].isoformat() for name in ("created_at", "scheduled_publish_at")}
    words = {name: facts[name].value for name in ("status", "site_status", "source", "sync_status")}
    parts = {part: facts.pop(f"{part}_score") for part in PARTS}
    overall = facts.pop("score")
    return facts | times | words | {"scores": None if overall is None else {"overall": overall} | parts}
