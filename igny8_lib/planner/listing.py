"""Looking at a site's keywords."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from igny8_lib.errors import InvalidInput
from igny8_lib.models import Cluster, Keyword, KeywordStatus, SearchIntent, Sector
from igny8_lib.planner.likeness import Text
from igny8_lib.planner.opportunity import score


class KeywordOrder(StrEnum):
    """How keywords are listed; opportunity and volume from the highest, unknown last."""

    ID = "id"
    OPPORTUNITY = "opportunity"
    VOLUME = "volume"


ORDERS: Mapping[KeywordOrder, Sequence[ColumnElement[Any]]] = {
    KeywordOrder.ID: (),
    KeywordOrder.OPPORTUNITY: (Keyword.expected_clicks.desc().nulls_last(), Keyword.cpc.desc().nulls_last()),
    KeywordOrder.VOLUME: (Keyword.volume.desc().nulls_last(),),
}
"""Of keywords that may bring the same number of clicks the one whose click is dearer comes first."""


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
    *,
    status: KeywordStatus | None = None,
    refused: bool = False,
    order: KeywordOrder = KeywordOrder.ID,
    limit: int = 100,
    offset: int = 0,
) -> Sequence[ListedKeyword]:
    """The site's keywords, of one status where one is given, `refused` ones only where that is said; oldest first, also
    where the order finds them equal.

    Raises InvalidInput for a limit or an offset below 0.
    """
    check_page(limit, offset)
    query = (
        select_listed()
        .where(Keyword.site_id == site_id)
        .order_by(*ORDERS[order], Keyword.id)
        .limit(limit)
        .offset(offset)
    )
    if status is not None:
        query = query.where(Keyword.status == status)
    if refused:
        query = query.where(Keyword.refused_reason.is_not(None))
    return [ListedKeyword(**row._asdict()) for row in session.execute(query)]


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
            Cluster.name.label("cluster"),
            Sector.name.label("sector"),
            Keyword.source_file,
            Keyword.expected_clicks,
        )
        .outerjoin(Cluster, Cluster.id == Keyword.cluster_id)
        .outerjoin(Sector, Sector.id == Keyword.sector_id)
    )
