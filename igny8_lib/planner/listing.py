"""Looking at a site's keywords."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from igny8_lib.errors import InvalidInput, NotFound
from igny8_lib.models import Cluster, Keyword, KeywordStatus, SearchIntent, Sector
from igny8_lib.planner.likeness import Text
from igny8_lib.planner.opportunity import score
from igny8_lib.text.characters import storable
from igny8_lib.text.normalisation import normalise

MAX_TEXT = 200
"""Characters that are searched for."""


class KeywordOrder(StrEnum):
    """How keywords are listed: texts by the alphabet, difficulty from the lowest, opportunity, volume and cpc from the
    highest; unknown last, either way round."""

    ID = "id"
    TEXT = "text"
    OPPORTUNITY = "opportunity"
    VOLUME = "volume"
    DIFFICULTY = "difficulty"
    CPC = "cpc"


UP, DOWN = False, True
Sort = Sequence[tuple[ColumnElement[Any] | InstrumentedAttribute[Any], bool]]
"""Columns, and whether each falls."""

ORDERS: Mapping[KeywordOrder, Sort] = {
    KeywordOrder.ID: ((Keyword.id, UP),),
    KeywordOrder.TEXT: ((Keyword.normalized, UP),),
    KeywordOrder.OPPORTUNITY: ((Keyword.expected_clicks, DOWN), (Keyword.cpc, DOWN)),
    KeywordOrder.VOLUME: ((Keyword.volume, DOWN),),
    KeywordOrder.DIFFICULTY: ((Keyword.difficulty, UP),),
    KeywordOrder.CPC: ((Keyword.cpc, DOWN),),
}
"""Of keywords that may bring the same number of clicks the one whose click is dearer comes first."""


@dataclass(frozen=True)
class KeywordFilter:
    """Which of a site's keywords are meant; all of them where nothing is said."""

    text: str = ""
    """What they hold, compared as keywords are."""
    status: KeywordStatus | None = None
    cluster_id: int | None = None
    without_cluster: bool = False
    intent: SearchIntent | None = None
    sector: str = ""
    source_file: str = ""
    disabled: bool | None = None
    refused: bool = False
    """Those only that the AI provider refused."""
    after: int = 0
    """Those only whose ids are higher: a long list is read in blocks by it."""


ALL = KeywordFilter()


@dataclass(frozen=True, slots=True)
class ListedKeyword:
    """A keyword with the names of its cluster and sector."""

    id: int
    text: str
    volume: int | None
    impressions: int | None
    clicks: int | None
    position: Decimal | None
    difficulty: Decimal | None
    cpc: Decimal | None
    intent: SearchIntent | None
    parent_keyword: str | None
    page_url: str | None
    status: KeywordStatus
    disabled: bool
    refused_reason: str | None
    """Why the AI provider refused it; runs leave it out then."""
    cluster_id: int | None
    cluster: str | None
    sector: str | None
    source_file: str | None
    expected_clicks: float | None
    """Additional clicks a month that it may bring, see planner/opportunity.py."""

    @property
    def opportunity(self) -> int | None:
        """The same on a scale of 0 to 100."""
        return score(self.expected_clicks)


def list_keywords(
    session: Session,
    site_id: int,
    wanted: KeywordFilter = ALL,
    *,
    order: KeywordOrder = KeywordOrder.ID,
    reverse: bool = False,
    limit: int = 100,
    offset: int = 0,
) -> Sequence[ListedKeyword]:
    """The wanted keywords of the site, equal ones oldest first; with `reverse` the other way round. One statement.

    Raises InvalidInput for a limit or an offset below 0, a text too long, and a filter that contradicts itself.
    """
    check_page(limit, offset)
    query = (
        select_listed()
        .where(*conditions(site_id, wanted))
        .order_by(*in_order(ORDERS[order], Keyword.id, reverse=reverse))
    )
    return [ListedKeyword(**row._asdict()) for row in session.execute(query.limit(limit).offset(offset))]


def count_keywords(session: Session, site_id: int, wanted: KeywordFilter = ALL) -> int:
    """How many keywords the filter leaves. One statement. Raises InvalidInput as `list_keywords`."""
    return session.scalar(select(func.count()).select_from(Keyword).where(*conditions(site_id, wanted))) or 0


def find_keyword(session: Session, site_id: int, keyword_id: int) -> ListedKeyword:
    """One keyword of the site. Raises NotFound."""
    mine = (Keyword.site_id == site_id, Keyword.id == keyword_id)
    row = session.execute(select_listed().where(*mine)).one_or_none()
    if row is None:
        raise NotFound(f"The site has no keyword {keyword_id}.")
    return ListedKeyword(**row._asdict())


def list_sectors(session: Session, site_id: int) -> Sequence[str]:
    """The names of the site's sectors, by the alphabet."""
    return session.scalars(select(Sector.name).where(Sector.site_id == site_id).order_by(Sector.name)).all()


def list_source_files(session: Session, site_id: int, *, limit: int = 100) -> Sequence[str]:
    """The files that the site's keywords came from, by the alphabet."""
    told = (Keyword.site_id == site_id, Keyword.source_file.is_not(None))
    query = select(Keyword.source_file).where(*told).distinct().order_by(Keyword.source_file).limit(limit)
    return [name for name in session.scalars(query) if name]


def conditions(site_id: int, wanted: KeywordFilter) -> list[ColumnElement[bool]]:
    """What tells the wanted keywords. Raises InvalidInput."""
    if wanted.without_cluster and wanted.cluster_id is not None:
        raise InvalidInput("Keywords are in a cluster or in none: ask for one of the two.")
    found = [Keyword.site_id == site_id, *searched(Keyword.normalized, wanted.text)]
    if wanted.after:
        found.append(Keyword.id > wanted.after)
    for column, value in (
        (Keyword.status, wanted.status),
        (Keyword.cluster_id, wanted.cluster_id),
        (Keyword.intent, wanted.intent),
        (Keyword.source_file, storable(wanted.source_file) or None),
        (Keyword.disabled, wanted.disabled),
    ):
        if value is not None:
            found.append(column == value)
    if wanted.without_cluster:
        found.append(Keyword.cluster_id.is_(None))
    if wanted.sector:
        labels = select(Sector.id).where(Sector.site_id == site_id, Sector.name == storable(wanted.sector))
        found.append(Keyword.sector_id.in_(labels))
    if wanted.refused:
        found.append(Keyword.refused_reason.is_not(None))
    return found


def searched(normalized: InstrumentedAttribute[str], text: str) -> list[ColumnElement[bool]]:
    """The condition that a normalised text holds another one; none where nothing is searched. Raises InvalidInput."""
    if len(text) > MAX_TEXT:
        raise InvalidInput(f"At most {MAX_TEXT} characters are searched for, not {len(text):,}.")
    part = normalise(storable(text))
    return [normalized.contains(part, autoescape=True)] if part else []


def in_order(sort: Sort, last: InstrumentedAttribute[int], *, reverse: bool) -> list[ColumnElement[Any]]:
    """The columns of an order, or of its reverse: what is unknown comes last both ways, of equals the oldest first."""
    turned = [column.desc() if down is not reverse else column.asc() for column, down in sort]
    return [*(column.nulls_last() for column in turned), last.asc()]


def check_page(limit: int, offset: int) -> None:
    """Raises InvalidInput for a limit or an offset below 0."""
    if limit < 0 or offset < 0:
        raise InvalidInput("The limit and the offset cannot be below 0.")


def keyword_texts(session: Session, ids: Select[int]) -> list[Text]:
    """The keywords that a query selects by id, as they are compared, oldest first."""
    columns = (Keyword.id, Keyword.text, Keyword.parent_keyword, Keyword.page_url)
    query = select(*columns).where(Keyword.id.in_(ids)).order_by(Keyword.id)
    return [Text(*row) for row in session.execute(query)]


def select_listed() -> Select[*tuple[Any, ...]]:
    """The fields of ListedKeyword."""
    return (
        select(
            Keyword.id,
            Keyword.text,
            Keyword.volume,
            Keyword.impressions,
            Keyword.clicks,
            Keyword.position,
            Keyword.difficulty,
            Keyword.cpc,
            Keyword.intent,
            Keyword.parent_keyword,
            Keyword.page_url,
            Keyword.status,
            Keyword.disabled,
            Keyword.refused_reason,
            Keyword.cluster_id,
            Cluster.name.label("cluster"),
            Sector.name.label("sector"),
            Keyword.source_file,
            Keyword.expected_clicks,
        )
        .outerjoin(Cluster, Cluster.id == Keyword.cluster_id)
        .outerjoin(Sector, Sector.id == Keyword.sector_id)
    )
