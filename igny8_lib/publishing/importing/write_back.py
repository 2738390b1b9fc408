"""What an imported article sends back to WordPress."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from igny8_lib.errors import Conflict
from igny8_lib.models import Content, SyncConflict, WordPressOriginal
from igny8_lib.publishing.importing.pieces import html_of
from igny8_lib.publishing.importing.round_trip import to_wordpress


def raw_of(session: Session, content: Content) -> str | None:
    """The raw content that makes the article's post say what the article says, with everything that WordPress had
    beside it; None for an article that was not imported.

    Raises Conflict where people changed the post in WordPress, too, and have not decided which text wins.
    """
    original = session.get(WordPressOriginal, content.id)
    if original is None or original.site_id != content.site_id:
        return None
    mine = (SyncConflict.site_id == content.site_id, SyncConflict.content_id == content.id)
    if session.scalar(select(exists().where(*mine, SyncConflict.resolved_at.is_(None)))):
        raise Conflict(
            f"The article {content.id} was changed in WordPress, too. Decide which text wins, then write it back: "
            f"igny8 wordpress conflicts lists what is open."
        )
    return to_wordpress(original.raw, html_of(original.raw), content.html)
