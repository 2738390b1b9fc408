"""Looking at a site's keywords."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from igny8_lib.errors import InvalidInput
from igny8_lib.models import Cluster, Keyword, KeywordStatus, SearchIntent, Sector


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
    cluster: str | None
    sector: str | None
    source_file: str | None


def list_keywords(
    session: Session, site_id: int, *, status: KeywordStatus | None = None, limit: int = 100, offset: int = 0
) -> Sequence[ListedKeyword]:
    """The site's keywords, oldest first, of one status where one is given.

    Raises InvalidInput for a limit or an offset below 0.
    """
    if limit < 0 or offset < 0:
        raise InvalidInput("The limit and the offset cannot be below 0.")
    query = select_listed().where(Keyword.site_id == site_id).order_by(Keyword.id).limit(limit).offset(offset)
    if status is not None:
        query = query.where(Keyword.status == status)
    return [ListedKeyword(**row._asdict()) for row in session.execute(query)]


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
            Cluster.name.label("cluster"),
            Sector.name.label("sector"),
            Keyword.source_file,
        )
        .outerjoin(Cluster, Cluster.id == Keyword.cluster_id)
        .outerjoin(Sector, Sector.id == Keyword.sector_id)
    )
