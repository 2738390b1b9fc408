"""Edit an idea before a run takes it, within the bounds of what an AI may plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from igny8_lib.errors import Conflict, InvalidInput
from igny8_lib.models import CompetitionVerdict, ContentIdea, ContentType
from igny8_lib.planner.ideas import UNWRITTEN, Chosen, lock, touch
from igny8_lib.text.names import TITLE, clean_name, fits
from igny8_lib.text.normalisation import normalise
from igny8_lib.text.plans import MAX_KEYWORD, MAX_KEYWORDS, MAX_POINT, MAX_POINTS, MAX_WORDS, MIN_WORDS


@dataclass(frozen=True)
class IdeaChanges:
    """What is to be changed of an idea; None leaves it as it is."""

    title: str | None = None
    outline: Sequence[str] | None = None
    """The article's sections."""
    target_keywords: Sequence[str] | None = None
    """The main one first."""
    content_type: ContentType | None = None
    words: int | None = None


def edit(session: Session, site_id: int, idea_id: int, changes: IdeaChanges, actor: str) -> ContentIdea:
    """Change an idea that no run has taken; who edits it beside somebody else waits for him, and the later edit stays.

    With another title or other keywords it is held against the site's pages anew. Raises NotFound; Conflict for an idea
    that is queued or written, or a title that another idea of the site has; InvalidInput for what no idea can be.
    """
    values = checked(changes)
    if not values:
        raise InvalidInput("Say what to change: the title, the outline, the target keywords, the type or the words.")
    (idea,) = lock(session, site_id, Chosen((idea_id,)), UNWRITTEN)
    if "title" in values:
        require_free(session, site_id, idea_id, str(values["normalized"]))
    if "title" in values or "target_keywords" in values:
        idea.competition_verdict, idea.competition = CompetitionVerdict.UNCHECKED, None
    for name, value in values.items():
        setattr(idea, name, value)
    touch(idea, actor)
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError:
        raise Conflict(f"Another idea has got the title {changes.title!r} meanwhile; give a different one.") from None
    return idea


def checked(changes: IdeaChanges) -> dict[str, object]:
    """The columns to change, with their values. Raises InvalidInput."""
    values: dict[str, object] = {}
    if changes.title is not None:
        title = one_line(changes.title, TITLE, "The title")
        values |= {"title": title, "normalized": normalise(title)}
    if changes.outline is not None:
        values["outline"] = lines(changes.outline, MAX_POINTS, MAX_POINT, "section")
    if changes.target_keywords is not None:
        values["target_keywords"] = lines(changes.target_keywords, MAX_KEYWORDS, MAX_KEYWORD, "target keyword")
    if changes.content_type is not None:
        values["content_type"] = changes.content_type.value
    if changes.words is not None:
        if not MIN_WORDS <= changes.words <= MAX_WORDS:
            raise InvalidInput(f"An article has {MIN_WORDS:,} to {MAX_WORDS:,} words, not {changes.words:,}.")
        values["estimated_word_count"] = changes.words
    return values


def lines(texts: Sequence[str], most: int, longest: int, what: str) -> list[str]:
    """The texts, one line each. Raises InvalidInput for none, too many, or one that is empty or too long."""
    if not 1 <= len(texts) <= most:
        raise InvalidInput(f"An idea has 1 to {most} {what}s, not {len(texts)}.")
    return [one_line(text, longest, f"Each {what}") for text in texts]


def one_line(text: str, longest: int, what: str) -> str:
    """The text, cleaned. Raises InvalidInput for one that shows nothing, or is too long."""
    clean = clean_name(text)
    if not normalise(clean):
        raise InvalidInput(f"{what} needs at least one character to see.")
    if not fits(clean, longest):
        raise InvalidInput(f"{what} has at most {longest} characters; {clean[:40]!r}… has {len(clean):,}.")
    return clean


def require_free(session: Session, site_id: int, idea_id: int, normalized: str) -> None:
    """Raises Conflict where another idea of the site has the title."""
    same = (ContentIdea.site_id == site_id, ContentIdea.normalized == normalized, ContentIdea.id != idea_id)
    if other := session.scalar(select(ContentIdea.id).where(*same)):
        raise Conflict(f"The idea {other} of the site has that title; give a different one.")
