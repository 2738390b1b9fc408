"""A pass over a website: page by page, each stored with the place where the next one begins, so that whatever stops it
costs one page. No transaction is open while the website is asked."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.models import PostKind, WordPressOriginal
from igny8_lib.publishing.importing import state
from igny8_lib.publishing.importing.posts import DELETED, FUTURE, WordPressPost
from igny8_lib.publishing.importing.reading import Reader
from igny8_lib.publishing.importing.state import Cursor, Phase, Turn
from igny8_lib.publishing.importing.storing import Outcome, mark_deleted, store
from igny8_lib.wordpress.client import WordPress
from igny8_lib.wordpress.errors import Forbidden, Rejected, WordPressFailure

SECONDS = 240
"""How long one process works on a site before others have their turn."""
ASKED_BY_NUMBER = 20
"""Posts that were not met and are asked for at once: those that are gone take a request each."""
AGAIN = timedelta(minutes=15)
"""After a failure that passes."""
NEXT = {Phase.POSTS: Phase.PAGES, Phase.PAGES: Phase.MISSING}


@dataclass
class Batch:
    """What one step of a pass brought."""

    cursor: Cursor | None
    """Where the next one begins; None at the end."""
    posts: list[WordPressPost] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    """Numbers of posts that are deleted."""
    told_at: datetime | None = None
    """The website's clock at the start of the pass."""


def work(sessions: Sessions, website: WordPress, site_id: int, *, seconds: float = SECONDS) -> dict[str, Any]:
    """Work on the site's import for so long at most; how it stands then (state.describe).

    What the website answers instead of posts is noted with the site and ends the work, it is no error of ours.
    """
    until, reader = time.monotonic() + seconds, Reader(website)
    try:
        while time.monotonic() < until and step(sessions, reader, site_id):
            pass
    except WordPressFailure as failure:
        with sessions.begin() as session:
            after = timedelta(seconds=failure.retry_after or 0) if failure.temporary else state.EVERY
            state.postpone(session, site_id, str(failure), max(after, AGAIN))
    with sessions() as session:
        return state.describe(session, site_id)


def step(sessions: Sessions, reader: Reader, site_id: int) -> bool:
    """One page: read, then stored; False where nothing is due. Raises a WordPressFailure."""
    with sessions.begin() as session:
        turn = state.take_turn(session, site_id)
        missing = not_met(session, turn) if turn and turn.cursor.phase == Phase.MISSING else []
    if turn is None:
        return False
    batch = ask_for(reader, turn, missing) if turn.cursor.phase == Phase.MISSING else read(reader, turn)
    with sessions.begin() as session:
        sync = state.claim(session, turn)
        if sync:  # else another process was faster, and what it stored is newer
            counts = store(session, site_id, batch.posts, turn.started_at)
            counts[Outcome.DELETED.value] += mark_deleted(session, site_id, batch.gone)
            state.advance(sync, batch.cursor, counts, batch.told_at)
    return True


def read(reader: Reader, turn: Turn) -> Batch:
    """The next page of posts. Raises a WordPressFailure."""
    cursor, kind = turn.cursor, PostKind(turn.cursor.phase.value)
    told_at = reader.time() if cursor == Cursor() else None
    try:
        page = reader.page(kind, offset=cursor.offset, last_id=cursor.last_id, since=turn.since)
    except (Forbidden, Rejected):
        if kind == PostKind.POST:
            raise
        page = None  # an author, who may edit posts and no pages: WordPress does not take the question
    if page is None or page.is_last:
        return Batch(Cursor(NEXT[cursor.phase]), page.posts if page else [], told_at=told_at)
    return Batch(replace(cursor, offset=page.offset, last_id=page.last_id), page.posts, told_at=told_at)


def not_met(session: Session, turn: Turn) -> list[tuple[int, PostKind, str]]:
    """Content, kind and number of known posts that the pass did not meet, the next few; of a pass over what changed
    those alone that WordPress publishes by its clock, for that changes no time of theirs."""
    query = select(WordPressOriginal.content_id, WordPressOriginal.kind, WordPressOriginal.external_id).where(
        WordPressOriginal.site_id == turn.site_id,
        WordPressOriginal.seen_at < turn.started_at,
        WordPressOriginal.content_id > turn.cursor.last_id,
        WordPressOriginal.status != DELETED if turn.is_full else WordPressOriginal.status == FUTURE,
    )
    rows = session.execute(query.order_by(WordPressOriginal.content_id).limit(ASKED_BY_NUMBER))
    return [(row.content_id, row.kind, row.external_id) for row in rows]


def ask_for(reader: Reader, turn: Turn, missing: list[tuple[int, PostKind, str]]) -> Batch:
    """Ask for posts by their numbers. Only what WordPress itself says is gone counts as deleted: a list may leave out
    what the user may not see. Raises a WordPressFailure."""
    if not missing:
        return Batch(None)
    batch = Batch(replace(turn.cursor, last_id=missing[-1][0]))
    for kind in PostKind:
        numbers = [int(number) for _, each, number in missing if each == kind]
        posts = shown(reader, kind, numbers)
        if posts is None:
            continue
        batch.posts += posts
        absent = set(numbers) - {post.id for post in posts}
        batch.gone += [str(number) for number in sorted(absent) if reader.is_gone(kind, number)]
    return batch


def shown(reader: Reader, kind: PostKind, numbers: list[int]) -> list[WordPressPost] | None:
    """Those of the posts that the website shows; None where the user may not ask for this kind, as one who became an
    author since its pages were read: they stay as they are, and do not hold up the posts. Raises a WordPressFailure."""
    if not numbers:
        return []
    try:
        return reader.these(kind, numbers)
    except (Forbidden, Rejected):
        if kind == PostKind.POST:
            raise
        return None
