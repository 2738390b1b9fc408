"""How a site's articles link to each other: who is linked by nobody, who links to one, and which links lead nowhere.

Read from what linker/targets.py keeps of every article's text, whoever put a link in. Three statements for a page at
most, however many articles the site has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, select
from sqlalchemy.orm import Session, aliased

from igny8_lib.errors import InvalidInput
from igny8_lib.linker.reading import LONGEST_ANCHOR
from igny8_lib.linker.splicing import clean_href
from igny8_lib.models import Content, ContentLink, LinkTarget, PlacedLink
from igny8_lib.review.versions import find_article
from igny8_lib.text.html import plain_text

MOST_ON_A_PAGE = 100
LAST_PAGE = 100_000
Source = aliased(LinkTarget)
"""The public article that a link stands in."""


class Astray(StrEnum):
    """Why a link leads to no article."""

    GONE = "gone"
    """The article that had the address is no longer public."""
    MOVED = "moved"
    """The article has another address by now."""
    UNKNOWN = "unknown"
    """No article ever had the address: it may be another page of the website, a deleted article, or a mistake."""


@dataclass(frozen=True)
class Page:
    """A page of a report, and how many rows it has in all."""

    rows: Sequence[dict[str, Any]]
    total: int


def orphans(session: Session, site_id: int, page: int = 1, page_size: int = MOST_ON_A_PAGE) -> Page:
    """Public articles that no other public article links to, by their numbers: content_id, title, href.

    Raises InvalidInput for a page that there cannot be.
    """
    to_it = (ContentLink.site_id == LinkTarget.site_id, ContentLink.target_id == LinkTarget.content_id)
    from_public = exists().where(*to_it, ContentLink.content_id != LinkTarget.content_id, is_public())
    query = select(LinkTarget.content_id, LinkTarget.title, LinkTarget.href).order_by(LinkTarget.content_id)
    return paged(session, query.where(LinkTarget.site_id == site_id, ~from_public), page, page_size)


def links_to(session: Session, site_id: int, content_id: int, page: int = 1, page_size: int = MOST_ON_A_PAGE) -> Page:
    """The links to an article: content_id, title and status of where each stands, its anchor and href, and whether the
    Linker put it in. Raises NotFound, and InvalidInput as `orphans`."""
    find_article(session, site_id, content_id)
    query = of_articles(site_id).where(ContentLink.target_id == content_id)
    return tell_whose(session, site_id, paged(session, query, page, page_size))


def broken(
    session: Session,
    site_id: int,
    page: int = 1,
    page_size: int = MOST_ON_A_PAGE,
    *,
    with_unknown: bool = False,
) -> Page:
    """Links to pages of the site that are no public article, or have moved: as `links_to`, with `target_id`, `why` (a
    value of Astray) and `now`, the address to which a moved one went.

    `with_unknown`: also those to addresses that no article ever had. Raises InvalidInput as `orphans`.
    """
    why = case(
        (ContentLink.target_id.is_(None), Astray.UNKNOWN.value),
        (LinkTarget.content_id.is_(None), Astray.GONE.value),
        else_=Astray.MOVED.value,
    )
    at_it = and_(LinkTarget.site_id == ContentLink.site_id, LinkTarget.content_id == ContentLink.target_id)
    leads = exists().where(Source.site_id == ContentLink.site_id, Source.address == ContentLink.address)
    more = (ContentLink.target_id, why.label("why"), LinkTarget.href.label("now"))
    query = of_articles(site_id, *more).join(LinkTarget, at_it, isouter=True)
    known = ContentLink.target_id.is_not(None)
    found = paged(session, query.where(~leads, *(() if with_unknown else (known,))), page, page_size)
    return tell_whose(session, site_id, found)


def is_public() -> ColumnElement[bool]:
    """Whether the link stands in a public article."""
    return exists().where(Source.site_id == ContentLink.site_id, Source.content_id == ContentLink.content_id)


def tell_whose(session: Session, site_id: int, page: Page) -> Page:
    """The page with `placed` in its rows: whether the Linker put the link in. One statement."""
    articles = {row["content_id"] for row in page.rows}
    mine = (PlacedLink.site_id == site_id, PlacedLink.content_id.in_(articles), PlacedLink.removed_at.is_(None))
    query = select(PlacedLink.content_id, PlacedLink.href, PlacedLink.anchor).where(*mine)
    ours = {
        (each, clean_href(href), plain_text(anchor)[:LONGEST_ANCHOR]) for each, href, anchor in session.execute(query)
    }
    rows = [row | {"placed": (row["content_id"], row["href"], row["anchor"]) in ours} for row in page.rows]
    return Page(rows, page.total)


def of_articles(site_id: int, *more: Any) -> Any:  # noqa: ANN401 - a select
    """Links with the articles that they stand in, in their order."""
    article = and_(Content.site_id == ContentLink.site_id, Content.id == ContentLink.content_id)
    order = (ContentLink.content_id, ContentLink.position)
    facts = (ContentLink.content_id, Content.title, Content.status, ContentLink.anchor, ContentLink.href)
    return select(*facts, *more).join(Content, article).where(ContentLink.site_id == site_id).order_by(*order)


def paged(session: Session, query: Any, page: int, page_size: int) -> Page:  # noqa: ANN401 - a select
    """A page of a report. Raises InvalidInput for one below 1 or beyond LAST_PAGE, or one of none or too many rows."""
    if not 1 <= page <= LAST_PAGE or not 1 <= page_size <= MOST_ON_A_PAGE:
        raise InvalidInput(f"Pages count from 1 to {LAST_PAGE:,}, and have 1 to {MOST_ON_A_PAGE} rows.")
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    rows = session.execute(query.limit(page_size).offset((page - 1) * page_size))
    return Page([dict(row) for row in rows.mappings()], total)
