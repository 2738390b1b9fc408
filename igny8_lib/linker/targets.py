"""Keeping the tables of the Linker true: who can be linked, by which phrases, and which links are there.

    triggers ─> link_changes ─> refresh (a page, one transaction) ─> link_readings, link_targets, link_phrases,
                                                                     content_links

Whatever changes an article adds a row to `link_changes` in its own transaction. A page takes some of these rows away
and reads their articles after that: what it reads is at least as new as the change, and whoever changes the article
meanwhile adds a row that the next page finds. A page that dies takes nothing away. One page of a site is read at a
time.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import case, delete, exists, func, insert, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.linker.addresses import host_of
from igny8_lib.linker.owners import language_and_domain
from igny8_lib.linker.reading import COLUMNS, Reading, is_on_site, not_there, read_article
from igny8_lib.models import Content, ContentLink, LinkChange, LinkPhrase, LinkReading, LinkTarget, Site

PAGE = 100
"""Articles of one transaction: a second or two of work, some megabytes of text."""
SITES_AT_ONCE = 20
LOCK = 0x11_4E_C5 << 40
"""Begins the numbers of the locks by which one page of a site is read at a time."""


def refresh(session: Session, site_id: int, *, limit: int = PAGE) -> int:
    """Read what changed on a site, at most `limit` changes; how many there were, 0 where nothing is left to do.

    In a fixed number of statements, besides the lengths of lists. Where somebody else is at it, nothing is done (0).
    Doing it again changes nothing. The caller commits.
    """
    if not session.scalar(select(func.pg_try_advisory_xact_lock(LOCK | site_id))):
        return 0
    changes = take_changes(session, site_id, limit)
    if changes:
        store(session, site_id, sorted(set(changes)))
    return len(changes)


def take_changes(session: Session, site_id: int, limit: int) -> Sequence[int]:
    """Take the oldest changes of a site away; the numbers of their articles."""
    mine = select(LinkChange.id).where(LinkChange.site_id == site_id).order_by(LinkChange.id).limit(limit)
    taken = delete(LinkChange).where(LinkChange.site_id == site_id, LinkChange.id.in_(mine))
    return session.scalars(taken.returning(LinkChange.content_id)).all()


def refresh_all(sessions: Sessions, site_ids: Iterable[int], *, seconds: float = 60) -> int:
    """Read what changed on these sites, page after page, each in a transaction of its own; how many changes.

    After `seconds` no new page is begun: the next call goes on.
    """
    until = time.monotonic() + seconds
    total = 0
    for site_id in site_ids:
        while time.monotonic() < until:
            with sessions.begin() as session:
                read = refresh(session, site_id)
            total += read
            if not read:
                break
    return total


def sites_with_changes(session: Session, *, limit: int = SITES_AT_ONCE) -> list[int]:
    """Some sites on which there is something to read; one statement."""
    changed = exists().where(LinkChange.site_id == Site.id)
    return list(session.scalars(select(Site.id).where(changed).order_by(func.random()).limit(limit)))


def count_changes(session: Session, site_id: int) -> int:
    """How many changes of a site are still to be read: until then candidates may be missing, or be a little old."""
    query = select(func.count()).select_from(LinkChange).where(LinkChange.site_id == site_id)
    return session.scalar(query) or 0


def read_anew(session: Session, site_id: int) -> int:
    """Have all articles of a site read again, as after an update that reads them differently; how many."""
    mine = select(Content.site_id, Content.id).where(Content.site_id == site_id).order_by(Content.id)
    rows = [{"site_id": row.site_id, "content_id": row.id} for row in session.execute(mine)]
    if rows:
        session.execute(insert(LinkChange), rows)
    return len(rows)


def store(session: Session, site_id: int, content_ids: list[int]) -> None:
    """Make the rows of these articles anew."""
    language, domain = language_and_domain(session, site_id)
    mine = (Content.site_id == site_id, Content.id.in_(content_ids))
    # The lock keeps who deletes an article waiting until its rows are there, to go with it; nobody else waits.
    rows = session.execute(
        select(*COLUMNS).where(*mine).order_by(Content.id).with_for_update(key_share=True, read=True)
    )
    gone = not_there(session, site_id, content_ids)
    found = [read_article(row, site_id, language, domain, is_there=row.id not in gone) for row in rows]
    store_readings(session, [each.reading for each in found])
    store_targets(session, site_id, content_ids, found)
    store_links(session, site_id, domain, found)
    adopt_links(session, site_id, [each.target["address"] for each in found if each.target])


def store_readings(session: Session, rows: list[dict[str, Any]]) -> None:
    """Note what was read; an article that says the same as before keeps its vectors."""
    if not rows:
        return
    new = upsert(LinkReading).values(rows)
    same = case((LinkReading.digest == new.excluded.digest, LinkReading.embedded_by), else_="")
    changed = {"version": new.excluded.version, "digest": new.excluded.digest, "embedded_by": same}
    session.execute(new.on_conflict_do_update(index_elements=["content_id"], set_=changed | {"read_at": func.now()}))


def store_targets(session: Session, site_id: int, content_ids: list[int], found: list[Reading]) -> None:
    """Who of these can be linked, and by which phrases; of the others nothing is left."""
    rows = [each.target for each in found if each.target]
    others = sorted(set(content_ids) - {row["content_id"] for row in rows})
    session.execute(delete(LinkTarget).where(LinkTarget.site_id == site_id, LinkTarget.content_id.in_(others)))
    if not rows:
        return
    new = upsert(LinkTarget).values(rows)
    changed = {name: new.excluded[name] for name in rows[0] if name not in {"content_id", "site_id"}}
    session.execute(new.on_conflict_do_update(index_elements=["content_id"], set_=changed))
    store_phrases(session, site_id, [each for each in found if each.target])


def store_phrases(session: Session, site_id: int, found: list[Reading]) -> None:
    """The phrases of these targets; those that they had already stay untouched."""
    wanted = {(code, kind, each.content_id) for each in found for code, kind in each.phrases.items()}
    key = (LinkPhrase.code, LinkPhrase.kind, LinkPhrase.content_id)
    mine = (LinkPhrase.site_id == site_id, LinkPhrase.content_id.in_([each.content_id for each in found]))
    known = {(row.code, row.kind, row.content_id) for row in session.execute(select(*key).where(*mine))}
    if old := sorted(known - wanted):
        session.execute(delete(LinkPhrase).where(LinkPhrase.site_id == site_id, tuple_(*key).in_(old)))
    if new := sorted(wanted - known):
        rows = [{"site_id": site_id, "code": code, "kind": kind, "content_id": owner} for code, kind, owner in new]
        session.execute(insert(LinkPhrase), rows)


def store_links(session: Session, site_id: int, domain: str, found: list[Reading]) -> None:
    """The links of these articles to pages of the site, each with the article that it leads to."""
    addresses = sorted({link["address"] for each in found for link in each.links})
    targets = targets_at(session, site_id, addresses)
    hosts = frozenset({host_of(f"https://{domain}")}) | {
        host_of(f"https://{each.target['address']}") for each in found if each.target
    }
    ids = [each.content_id for each in found]
    session.execute(delete(ContentLink).where(ContentLink.site_id == site_id, ContentLink.content_id.in_(ids)))
    rows: list[dict[str, Any]] = []
    for each in found:
        mine = [link for link in each.links if link["address"] in targets or is_on_site(link, hosts)]
        for position, link in enumerate(mine, 1):
            rows.append(link | {"position": position, "target_id": targets.get(link["address"])})
    if rows:
        session.execute(insert(ContentLink), rows)


def targets_at(session: Session, site_id: int, addresses: list[str]) -> dict[str, int]:
    """Which article has each address, else which had it when it was last linked."""
    if not addresses:
        return {}
    linked = select(ContentLink.address, ContentLink.target_id).where(
        ContentLink.site_id == site_id, ContentLink.address.in_(addresses), ContentLink.target_id.is_not(None)
    )
    now = select(LinkTarget.address, LinkTarget.content_id).where(
        LinkTarget.site_id == site_id, LinkTarget.address.in_(addresses)
    )
    before = {row.address: row.target_id for row in session.execute(linked.distinct())}
    return before | {row.address: row.content_id for row in session.execute(now)}


def adopt_links(session: Session, site_id: int, addresses: list[str]) -> None:
    """Give the links that lead to these addresses the articles that have them now."""
    if not addresses:
        return
    session.execute(
        update(ContentLink)
        .values(target_id=LinkTarget.content_id)
        .where(
            ContentLink.site_id == site_id,
            ContentLink.address.in_(addresses),
            LinkTarget.site_id == site_id,
            LinkTarget.address == ContentLink.address,
            ContentLink.target_id.is_distinct_from(LinkTarget.content_id),
        )
        .execution_options(synchronize_session=False)
    )
