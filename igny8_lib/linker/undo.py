"""Links are taken out again: those of a batch, of an article, or those that were put in at once.

Exactly they go, whatever was changed elsewhere in the text; a link that people changed is theirs, and told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.errors import InvalidInput, NotFound
from igny8_lib.linker import journal
from igny8_lib.linker.journal import Met
from igny8_lib.linker.splicing import remove
from igny8_lib.models import Content, PlacedLink, Site, VersionKind
from igny8_lib.publishing.following import follow
from igny8_lib.review.versions import find_article, save

PAGE = 25
"""Articles of one transaction: each is locked until its end."""
UNDONE = "undone"


@dataclass(frozen=True)
class Left:
    """A link that could not be taken out."""

    content_id: int
    title: str
    """Of the article that it was put into."""
    anchor: str
    why: str


@dataclass(frozen=True)
class Undone:
    """What was taken out, and what was not."""

    removed: int
    articles: int
    left: Sequence[Left]
    after: int | None
    """Where the next page goes on; None after the last one."""

    def __add__(self, more: Undone) -> Undone:
        return Undone(self.removed + more.removed, self.articles + more.articles, [*self.left, *more.left], more.after)


def undo(
    session: Session,
    site_id: int,
    *,
    by: str,
    batch_id: int | None = None,
    content_id: int | None = None,
    placing: str | None = None,
    after: int = 0,
) -> Undone:
    """Take out links from up to PAGE articles, beginning behind the article `after`: all of a batch, of an article, or
    of a placing. Nothing is paid back. Done again it changes nothing.

    Raises NotFound, and InvalidInput unless exactly one of the three is named.
    """
    wanted = chosen(site_id, batch_id=batch_id, content_id=content_id, placing=placing)
    if (site := session.get(Site, site_id)) is None:
        raise NotFound(f"There is no site number {site_id}.")
    query = select(PlacedLink.content_id).where(*wanted, PlacedLink.content_id > after).distinct()
    ids = session.scalars(query.order_by(PlacedLink.content_id).limit(PAGE)).all()
    done = Undone(0, 0, [], ids[-1] if len(ids) == PAGE else None)
    for each in ids:
        done = take_from(session, site, each, wanted, by) + done
    return done


def undo_all(
    sessions: Sessions,
    site_id: int,
    *,
    by: str,
    batch_id: int | None = None,
    content_id: int | None = None,
    placing: str | None = None,
) -> Undone:
    """All pages, each in a transaction of its own: dying between two of them, it is begun again. Raises as `undo`."""
    done, after = Undone(0, 0, [], None), 0
    while True:
        with sessions.begin() as session:
            kept = {"batch_id": batch_id, "content_id": content_id}
            done += undo(session, site_id, by=by, placing=placing, after=after, **kept)
        if done.after is None:
            return done
        after = done.after


def chosen(
    site_id: int, *, batch_id: int | None, content_id: int | None, placing: str | None
) -> list[ColumnElement[bool]]:
    """The record's rows that are meant and not undone yet. Raises InvalidInput unless exactly one is named."""
    named = {PlacedLink.batch_id: batch_id, PlacedLink.content_id: content_id, PlacedLink.placing: placing}
    given = [column == value for column, value in named.items() if value is not None]
    if len(given) != 1:
        raise InvalidInput("Name a batch, an article or a placing whose links are to be taken out: exactly one.")
    return [PlacedLink.site_id == site_id, *given, journal.is_not_undone()]


def take_from(session: Session, site: Site, content_id: int, wanted: list[ColumnElement[bool]], by: str) -> Undone:
    """Take the wanted links out of one article."""
    content = find_article(session, site.id, content_id, lock=True)
    there = {met.placed.id: met for met in journal.refresh(session, content)}
    rows = session.scalars(select(PlacedLink).where(*wanted, PlacedLink.content_id == content.id)).all()
    out = [there[row.id] for row in rows if row.id in there]
    if out:
        take_out(session, site, content, out, by=by, why=UNDONE)
    left = [row for row in rows if row.id not in there]
    told = [Left(content.id, content.title, row.anchor, row.removed_why or "") for row in left]
    return Undone(len(out), 1 if out else 0, told, None)


def take_out(session: Session, site: Site, content: Content, out: Sequence[Met], *, by: str, why: str) -> None:
    """The article's next version, without these links of it; its post follows."""
    html = remove(content.html, [met.link for met in out if met.link is not None])
    note = f"{len(out)} link{'' if len(out) == 1 else 's'} taken out: {why}"
    save(session, content, {"html": html}, kind=VersionKind.LINKED, by=by, note=note)
    for met in out:
        journal.close(met.placed, by=by, why=why)
    session.flush()
    journal.refresh(session, content)
    follow(session, site, content, by=by)
