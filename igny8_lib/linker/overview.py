"""How far a site's articles are linked: figures of all of them, and the links of some beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, select
from sqlalchemy.orm import Session

from igny8_lib.linker import reports
from igny8_lib.linker.mending import NO_LONGER_PUBLIC
from igny8_lib.models import Content, ContentLink, LinkChange, LinkReading, LinkTarget, PlacedLink

MOST_REMEMBERED = 200
"""Links of an article's record that are told, the newest ones."""


@dataclass(frozen=True)
class Overview:
    """A site's figures, in numbers of articles and of links."""

    targets: int
    """Public articles that others may link to."""
    placed: int
    """Links of the Linker that are there."""
    mended: int
    """Links of the Linker that were taken out because their target is no longer public."""
    waiting: int
    """Articles that changed and were not read since."""
    read: int
    """Articles that were read."""
    embedded: int
    """Those of them whose meaning can be compared by stored embeddings."""
    orphans: int
    broken: int


@dataclass(frozen=True)
class LinkCounts:
    """The links of one article."""

    into: int = 0
    """From other public articles to it."""
    out: int = 0
    """To pages of its own site, whoever put them in."""
    placed: int = 0
    """Of the Linker, that are there."""


@dataclass(frozen=True)
class Remembered:
    """A link of an article's record, with the title of its target; None where that is gone."""

    link: PlacedLink
    title: str | None


def overview(session: Session, site_id: int) -> Overview:
    """The site's figures; six statements."""
    there = PlacedLink.removed_at.is_(None)
    mine = [
        counted(LinkTarget, LinkTarget.site_id == site_id),
        counted(PlacedLink, PlacedLink.site_id == site_id, there),
        counted(PlacedLink, PlacedLink.site_id == site_id, PlacedLink.removed_why == NO_LONGER_PUBLIC),
        select(func.count(LinkChange.content_id.distinct())).where(LinkChange.site_id == site_id).scalar_subquery(),
        counted(LinkReading, LinkReading.site_id == site_id),
        counted(LinkReading, LinkReading.site_id == site_id, LinkReading.embedded_by > ""),
    ]
    targets, placed, mended, waiting, read, embedded = session.execute(select(*mine)).one()
    orphans = reports.orphans(session, site_id, page_size=1).total
    broken = reports.broken(session, site_id, page_size=1).total
    return Overview(targets, placed, mended, waiting, read, embedded, orphans, broken)


def counted(
    table: type[LinkTarget] | type[PlacedLink] | type[LinkReading], *conditions: ColumnElement[bool]
) -> ScalarSelect[int]:
    """How many rows fit, as a part of a larger statement."""
    return select(func.count()).select_from(table).where(*conditions).scalar_subquery()


def links_of(session: Session, site_id: int, content_ids: Sequence[int]) -> dict[int, LinkCounts]:
    """The links of each of the articles; three statements, however many they are."""
    public = and_(LinkTarget.site_id == ContentLink.site_id, LinkTarget.content_id == ContentLink.content_id)
    into = (
        select(ContentLink.target_id, func.count())
        .join(LinkTarget, public)
        .where(ContentLink.target_id.in_(content_ids), ContentLink.content_id != ContentLink.target_id)
    )
    out = select(ContentLink.content_id, func.count()).where(ContentLink.content_id.in_(content_ids))
    placed = select(PlacedLink.content_id, func.count()).where(PlacedLink.content_id.in_(content_ids))
    ours = placed.where(PlacedLink.site_id == site_id, PlacedLink.removed_at.is_(None))
    asked = (
        into.where(ContentLink.site_id == site_id).group_by(ContentLink.target_id),
        out.where(ContentLink.site_id == site_id).group_by(ContentLink.content_id),
        ours.group_by(PlacedLink.content_id),
    )
    found = [dict(session.execute(query).all()) for query in asked]
    return {each: LinkCounts(*(counts.get(each, 0) for counts in found)) for each in content_ids}


def remembered(session: Session, site_id: int, content_id: int) -> list[Remembered]:
    """What was put into an article, the newest first, also what is gone again; one statement."""
    target = and_(Content.site_id == PlacedLink.site_id, Content.id == PlacedLink.target_id)
    query = select(PlacedLink, Content.title).join(Content, target, isouter=True)
    mine = query.where(PlacedLink.site_id == site_id, PlacedLink.content_id == content_id)
    rows = session.execute(mine.order_by(PlacedLink.id.desc()).limit(MOST_REMEMBERED))
    return [Remembered(link, title) for link, title in rows]
