"""Which page of a website is which page of its WordPress."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.models import SiteWordPressPage

GOING = "going"
"""In the place of what was sent: of a page that is put into the trash, from before that is asked for."""


@dataclass(frozen=True)
class Known:
    """A row, read; its fields are the row's."""

    id: int
    site_id: int
    slug: str
    mark: str
    external_id: str | None
    version: int | None
    digest: str
    sent: str
    is_new: bool = False
    """Whether this very call has made the row, so that nobody can have asked WordPress for the page yet."""

    @classmethod
    def of(cls, row: SiteWordPressPage, *, is_new: bool = False) -> Self:
        """From the row."""
        fields = {name: getattr(row, name) for name in cls.__dataclass_fields__ if name != "is_new"}
        return cls(**fields, is_new=is_new)

    @property
    def is_put_away(self) -> bool:
        """Whether a deployment has put it into the trash, and it is not wanted since."""
        return self.version is None and self.sent == GOING


def rows_for(
    session: Session, site_id: int, slugs: Iterable[str], page_ids: Mapping[str, int]
) -> tuple[dict[str, Known], list[Known]]:
    """The row of each page by its slug, made where there was none, and the rows of pages that are no longer wanted.

    A page is known by its number here whatever it is called now, else (another blueprint's, or an earlier version's)
    by its slug.
    """
    query = select(SiteWordPressPage).where(SiteWordPressPage.site_id == site_id).order_by(SiteWordPressPage.id)
    left = {row.id: row for row in session.scalars(query.with_for_update())}
    found: dict[str, Known] = {}
    wanted = list(slugs)
    by_page = {row.page_id: row for row in left.values()}
    for slug in wanted:
        if slug in page_ids and page_ids[slug] in by_page:
            found[slug] = Known.of(left.pop(by_page[page_ids[slug]].id))
    for slug in wanted:
        if slug not in found:
            same = next((row for row in left.values() if row.slug == slug), None)
            row = left.pop(same.id) if same else add(session, site_id, slug)
            row.page_id = page_ids.get(slug)
            found[slug] = Known.of(row, is_new=same is None)
    session.flush()
    return found, [Known.of(row) for row in left.values()]


def add(session: Session, site_id: int, slug: str) -> SiteWordPressPage:
    """A new row, with a mark of its own."""
    row = SiteWordPressPage(site_id=site_id, slug=slug, mark=uuid.uuid4().hex, digest="", sent="")
    session.add(row)
    session.flush()
    return row


def keep(sessions: Sessions, known: Known, **facts: Any) -> Known:  # noqa: ANN401 - as the columns are
    """Write facts into the row at once; the row as it is then."""
    mine = (SiteWordPressPage.site_id == known.site_id, SiteWordPressPage.id == known.id)
    with sessions.begin() as session:
        session.execute(update(SiteWordPressPage).where(*mine).values(**facts))
    return replace(known, **{name: value for name, value in facts.items() if name in Known.__dataclass_fields__})


def forget(sessions: Sessions, known: Known) -> None:
    """Delete the row."""
    mine = (SiteWordPressPage.site_id == known.site_id, SiteWordPressPage.id == known.id)
    with sessions.begin() as session:
        session.execute(delete(SiteWordPressPage).where(*mine))
