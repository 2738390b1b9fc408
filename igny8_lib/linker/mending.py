"""Links keep leading somewhere: what was put in to an article that is no longer public is taken out again, and what was
put in to one that moved leads to its new address."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.linker import journal
from igny8_lib.linker.journal import Met
from igny8_lib.linker.splicing import lead_to
from igny8_lib.linker.undo import PAGE, take_out
from igny8_lib.models import Content, LinkTarget, PlacedLink, Site, VersionKind
from igny8_lib.publishing.following import follow
from igny8_lib.review.versions import find_article, save

BY = "linker"
"""Who makes the versions of mended articles."""
NO_LONGER_PUBLIC = "its target is no longer public"


@dataclass(frozen=True)
class Mended:
    """What was done to links whose targets changed."""

    removed: int
    moved: int
    """Links that lead to another address now."""
    after: int | None
    """Where the next page goes on; None after the last one."""


def mend(session: Session, site_id: int, *, after: int = 0) -> Mended:
    """Mend the site's articles whose links of the Linker lead where their targets no longer are: up to PAGE of them,
    beginning behind the article `after`. The targets are those that linker/targets.py has read. Costs nothing.

    Done again it changes nothing. Links that people changed are theirs, and left.
    """
    site = session.get_one(Site, site_id)
    ids = session.scalars(astray(site_id).where(PlacedLink.content_id > after).limit(PAGE)).all()
    removed = moved = 0
    for content_id in ids:
        lost, led = mend_article(session, site, content_id)
        removed, moved = removed + lost, moved + led
    return Mended(removed, moved, ids[-1] if len(ids) == PAGE else None)


def mend_all(sessions: Sessions, site_ids: Iterable[int], *, seconds: float = 60) -> Mended:
    """Mend these sites page after page, each in a transaction of its own. After `seconds` no new page is begun: the
    next call goes on."""
    until, removed, moved = time.monotonic() + seconds, 0, 0
    for site_id in site_ids:
        after: int | None = 0
        while after is not None and time.monotonic() < until:
            with sessions.begin() as session:
                done = mend(session, site_id, after=after)
            removed, moved, after = removed + done.removed, moved + done.moved, done.after
    return Mended(removed, moved, None)


def sites_astray(session: Session) -> list[int]:
    """The sites with links of the Linker that do not lead where their targets are; one statement over all links."""
    return list(
        session.scalars(select(PlacedLink.site_id).distinct().where(*IS_ASTRAY).join(LinkTarget, TARGET, isouter=True))
    )


TARGET = and_(LinkTarget.content_id == PlacedLink.target_id, LinkTarget.site_id == PlacedLink.site_id)
IS_ASTRAY = (
    PlacedLink.removed_at.is_(None),
    or_(LinkTarget.content_id.is_(None), LinkTarget.href != PlacedLink.href),
)


def astray(site_id: int) -> Select[int]:
    """The articles with links that do not lead where their targets are."""
    found = select(PlacedLink.content_id).join(LinkTarget, TARGET, isouter=True)
    mine = found.where(PlacedLink.site_id == site_id, *IS_ASTRAY)
    return mine.distinct().order_by(PlacedLink.content_id)


def mend_article(session: Session, site: Site, content_id: int) -> tuple[int, int]:
    """How many links of the article were taken out, and how many lead elsewhere now."""
    content = find_article(session, site.id, content_id, lock=True)
    there = journal.refresh(session, content)
    targets = {met.placed.target_id for met in there if met.placed.target_id is not None}
    public = (LinkTarget.site_id == site.id, LinkTarget.content_id.in_(targets))
    hrefs = dict(session.execute(select(LinkTarget.content_id, LinkTarget.href).where(*public)).all())
    led = [
        (met, href)
        for met in there
        if (href := hrefs.get(met.placed.target_id or 0, met.placed.href)) != met.placed.href
    ]
    if led:
        lead(session, site, content, led)
    # The text has changed: where the others are is read again.
    lost = [met for met in journal.refresh(session, content) if met.placed.target_id not in hrefs]
    if lost:
        take_out(session, site, content, lost, by=BY, why=NO_LONGER_PUBLIC)
    return len(lost), len(led)


def lead(session: Session, site: Site, content: Content, led: list[tuple[Met, str]]) -> None:
    """The article's next version, with these links leading to where their targets are; its post follows."""
    html = lead_to(content.html, [(met.link, href) for met, href in led if met.link is not None])
    note = f"{len(led)} link{'' if len(led) == 1 else 's'} followed what moved"
    save(session, content, {"html": html}, kind=VersionKind.LINKED, by=BY, note=note)
    for met, href in led:
        met.placed.href = href
    session.flush()
    follow(session, site, content, by=BY)
