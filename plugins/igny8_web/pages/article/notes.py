"""What a page says that one comes to after something was done: to which article, and how to take it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from igny8_lib.models import ContentStatus, Site
from igny8_lib.review.queue import name_articles
from igny8_web.pages.content.dates import date_of


class Did(StrEnum):
    """What was done."""

    APPROVED = "approved"
    REJECTED = "rejected"
    RETURNED = "returned"
    SAVED = "saved"
    RESTORED = "restored"
    REWRITE = "rewrite"
    WITHDRAWN = "withdrawn"
    STARTED = "started"
    DESCRIBED = "described"
    REDRAW = "redraw"
    REPLACED = "replaced"


SENTENCES: Mapping[Did, str] = {
    Did.APPROVED: "“{title}” is approved. {date}",
    Did.REJECTED: "“{title}” is rejected.",
    Did.RETURNED: "“{title}” is in review again.",
    Did.SAVED: "“{title}” is saved; version {version} is the newest.",
    Did.RESTORED: "“{title}” says again what it said before; that is version {version}.",
    Did.REWRITE: "“{title}” will be written anew by the next run. Until then nobody can decide about it.",
    Did.WITHDRAWN: "“{title}” stays as it is.",
    Did.STARTED: "A run for “{title}” alone starts within seconds.",
    Did.DESCRIBED: "The picture of “{title}” is described.",
    Did.REDRAW: "The next run draws the picture of “{title}” again. Until then nobody can decide about it.",
    Did.REPLACED: "Your picture is in its place in “{title}”.",
}
UNDONE = {Did.APPROVED: ContentStatus.APPROVED, Did.REJECTED: ContentStatus.REJECTED}
"""What can be taken back, while the article still stands there."""


@dataclass(frozen=True)
class Note:
    """What was done, and the article that it can be taken back from, where it can."""

    sentence: str
    undo: int | None


def note_of(session: Session, site: Site, did: Did | None, article_id: int | None) -> Note | None:
    """The note for what is in the address; none for an article that is not the site's. One statement."""
    named = name_articles(session, site.id, [article_id] if did and article_id else [])
    if not named or did is None:
        return None
    date = date_of(named[0], site.timezone)
    sentence = SENTENCES[did].format(title=named[0].title, version=named[0].version, date=date).strip()
    return Note(sentence, named[0].id if UNDONE.get(did) == named[0].status else None)
