"""Changes of a site's articles as the rows have them: what is to be shown, beside what was shown before."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from igny8_lib.models import SiteArticleRow
from igny8_lib.site_builder.articles import SiteArticle
from igny8_lib.site_builder.showing.rows import article_from, facts_of


def row_of(session: Session, site_id: int, content_id: int) -> SiteArticleRow | None:
    """The article's row, locked, with its text; None where the site does not show it."""
    mine = SiteArticleRow.site_id == site_id, SiteArticleRow.content_id == content_id
    return session.scalar(select(SiteArticleRow).where(*mine).options(undefer(SiteArticleRow.html)).with_for_update())


def row_marked(session: Session, site_id: int, mark: str) -> SiteArticleRow | None:
    """The row of a publication; None where the site does not show its article."""
    return session.scalar(select(SiteArticleRow).where(SiteArticleRow.site_id == site_id, SiteArticleRow.mark == mark))


def is_anything_unfinished(session: Session, site_id: int) -> bool:
    """Whether the live version may not show some change yet."""
    mine = SiteArticleRow.site_id == site_id, SiteArticleRow.is_unfinished
    return session.scalar(select(SiteArticleRow.content_id).where(*mine).limit(1)) is not None


def free_slug(session: Session, site_id: int, wanted: str, row: SiteArticleRow | None) -> str:
    """The slug that the article gets: its former one where that was made of the same wish, else the first of wanted,
    wanted-2, wanted-3 … that no other article of the site has."""
    if row is not None and re.fullmatch(rf"{re.escape(wanted)}(-\d+)?", row.slug):
        return row.slug
    alike = SiteArticleRow.slug.like(f"{escaped(wanted)}%", escape="\\")
    taken = set(session.scalars(select(SiteArticleRow.slug).where(SiteArticleRow.site_id == site_id, alike)))
    numbered = (wanted if number == 1 else f"{wanted}-{number}" for number in count(1))
    return next(slug for slug in numbered if slug not in taken)


def escaped(text: str) -> str:
    """The text as LIKE takes it literally."""
    return re.sub(r"([\\%_])", r"\\\1", text)


def says_the_same(row: SiteArticleRow, article: SiteArticle, images: Mapping[str, Any]) -> bool:
    """Whether the row has just this, whenever it was changed."""
    known = article_from(row.facts, row.html)
    return replace(known, changed=article.changed) == article and row.images == dict(images)


def put(
    session: Session, site_id: int, content_id: int, article: SiteArticle, *, mark: str, images: dict[str, Any]
) -> None:
    """The site is to show this article now: its row says so, and that the live version does not yet.

    Nothing is changed where the row has the same already. No change of the site may be unfinished.
    """
    row = row_of(session, site_id, content_id)
    if row is not None and says_the_same(row, article, images):
        return
    if row is None:
        row = SiteArticleRow(site_id=site_id, content_id=content_id, former=None, is_unfinished=True)
        session.add(row)
    else:
        begin_change(row)
    row.mark, row.slug, row.facts, row.html, row.images = mark, article.slug, facts_of(article), article.html, images
    row.published_at, row.changed_at = article.published, article.changed


def take_away(row: SiteArticleRow) -> None:
    """The site is not to show this article any more. No change of the site may be unfinished."""
    begin_change(row)
    row.is_leaving = True


def begin_change(row: SiteArticleRow) -> None:
    """Keep what is shown until the live version shows something else."""
    row.former = {"facts": row.facts, "images": row.images}
    row.is_unfinished = True
