"""How far a site's import is: the row that every page of a pass moves on, in the transaction that stores the page."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.errors import Igny8Error
from igny8_lib.models import HostingType, Site, SiteStatus, SyncConflict, WordPressSync

EVERY = timedelta(hours=1)
"""Between two passes over what changed."""
FULL_EVERY = timedelta(hours=23)
"""Between two passes over everything: with hours between passes, once a day."""
OVERLAP = timedelta(minutes=65)
"""How far a pass reaches back behind the one before. WordPress compares changes in the website's local time, where an
hour comes twice a year; and what was saved in the same second as the last pass began may not have been seen."""


class Phase(StrEnum):
    """What a pass reads, in order."""

    POSTS = "posts"
    PAGES = "pages"
    MISSING = "missing"
    """Those that are known here and were not met: deleted, published by WordPress' clock, or out of sight."""


@dataclass(frozen=True)
class Cursor:
    """Where a pass goes on."""

    phase: Phase = Phase.POSTS
    offset: int = 0
    last_id: int = 0
    """Of the last post, or content, that was met."""


@dataclass(frozen=True)
class Turn:
    """A pass as one process sees it between two pages."""

    site_id: int
    cursor: Cursor
    revision: int
    started_at: datetime
    since: datetime | None
    """None in a full pass."""
    is_full: bool


def wordpress_sites() -> list[ColumnElement[bool]]:
    """The sites that can be imported."""
    return [Site.hosting_type == HostingType.WORDPRESS, Site.status == SiteStatus.ACTIVE]


def due_sites(session: Session, now: datetime, limit: int = 200) -> list[tuple[int, str]]:
    """Ids and slugs of the WordPress sites that are to be worked on, the longest due first, new ones before all."""
    query = (
        select(Site.id, Site.slug)
        .outerjoin(WordPressSync, WordPressSync.site_id == Site.id)
        .where(*wordpress_sites(), or_(WordPressSync.site_id.is_(None), WordPressSync.next_at <= now))
        .order_by(WordPressSync.next_at.asc().nulls_first(), Site.id)
    )
    return [(row.id, row.slug) for row in session.execute(query.limit(limit))]


def lock(session: Session, site_id: int) -> WordPressSync:
    """The site's row, made where it is missing."""
    session.execute(insert(WordPressSync).values(site_id=site_id).on_conflict_do_nothing())
    query = select(WordPressSync).where(WordPressSync.site_id == site_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def ask(session: Session, site_id: int, *, full: bool) -> None:
    """Let the next run of the DAG work on the site, over everything where `full`; a pass under way goes on first."""
    sync = lock(session, site_id)
    sync.next_at = clock.now()
    sync.wanted_full = sync.wanted_full or full


def postpone(session: Session, site_id: int, sentence: str, after: timedelta = EVERY) -> None:
    """Note why the site cannot be worked on, and when it is tried again. Its pass goes on from where it is."""
    sync = lock(session, site_id)
    sync.error, sync.next_at = sentence, clock.now() + after


def take_turn(session: Session, site_id: int) -> Turn | None:
    """The pass under way, or a new one where one is due; None where the site is not due."""
    sync, now = lock(session, site_id), clock.now()
    if sync.next_at > now:
        return None
    if sync.cursor is None:
        begin(sync, now)
    return turn_of(sync)


def begin(sync: WordPressSync, now: datetime) -> None:
    """Start a pass: over everything the first time, once a day, and where people asked."""
    last = sync.full_finished_at
    sync.is_full = sync.wanted_full or sync.high_water is None or last is None or last <= now - FULL_EVERY
    sync.wanted_full, sync.started_at, sync.mark, sync.counts = False, now, None, {}
    sync.cursor = asdict(Cursor())
    sync.revision += 1


def turn_of(sync: WordPressSync) -> Turn:
    """The pass under way."""
    started, cursor = sync.started_at, sync.cursor
    if started is None or cursor is None:
        raise Igny8Error(f"No pass of site {sync.site_id} is under way.")
    since = None if sync.is_full or sync.high_water is None else sync.high_water - OVERLAP
    place = Cursor(**cursor | {"phase": Phase(cursor["phase"])})
    return Turn(sync.site_id, place, sync.revision, started, since, sync.is_full)


def claim(session: Session, turn: Turn) -> WordPressSync | None:
    """The site's row, locked; None where another process stored a page since this one was asked for."""
    sync = lock(session, turn.site_id)
    return sync if sync.revision == turn.revision else None


def advance(sync: WordPressSync, cursor: Cursor | None, counts: Counter[str], website_time: datetime | None) -> None:
    """Move on by a page; to no cursor: to the end."""
    sync.cursor = None if cursor is None else asdict(cursor)
    sync.counts = {name: sync.counts.get(name, 0) + counts[name] for name in sync.counts.keys() | counts.keys()}
    sync.mark = sync.mark or website_time or sync.started_at
    sync.revision += 1
    sync.error = None
    if cursor is None:
        now = clock.now()
        sync.finished_at, sync.high_water, sync.next_at = now, sync.mark, now if sync.wanted_full else now + EVERY
        sync.full_finished_at = now if sync.is_full else sync.full_finished_at


def describe(session: Session, site_id: int) -> dict[str, Any]:
    """The import of a site as a document; two statements."""
    sync = session.get(WordPressSync, site_id)
    open_conflicts = select(func.count()).where(SyncConflict.site_id == site_id, SyncConflict.resolved_at.is_(None))
    waiting = session.scalar(open_conflicts) or 0
    if sync is None:
        return {"state": "never", "open_conflicts": waiting}
    times = ("started_at", "finished_at", "full_finished_at", "high_water", "next_at")
    said = {name: value.isoformat() if (value := getattr(sync, name)) else None for name in times}
    state = "under_way" if sync.cursor else "finished" if sync.finished_at else "waiting"
    facts = {"is_full": sync.is_full, "wanted_full": sync.wanted_full, "counts": sync.counts, "error": sync.error}
    return {"state": state, "open_conflicts": waiting, "cursor": sync.cursor} | facts | said
