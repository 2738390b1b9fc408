"""People change an article: what each of its fields may hold, and saving it as its next version."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from slugify import slugify
from sqlalchemy.orm import Session

from igny8_lib.errors import InvalidInput
from igny8_lib.models import Content, VersionKind
from igny8_lib.review.versions import lock_version, save
from igny8_lib.text import names
from igny8_lib.text.characters import storable
from igny8_lib.text.html import plain_text, sanitise
from igny8_lib.text.names import clean_name, fits, is_blank
from igny8_lib.text.normalisation import normalise

MAX_HTML = 1_000_000
"""Characters of an article's HTML; the longest article that is written here has a tenth of it."""
MAX_SECONDARY_KEYWORDS = 50


@dataclass(frozen=True)
class ArticleChanges:
    """What is to be changed of an article; None leaves it as it is."""

    title: str | None = None
    slug: str | None = None
    """Its address below the site; any text, of which an address is made."""
    html: str | None = None
    """A fragment without the title; what articles may not hold is taken out (text/html_policy.py)."""
    meta_title: str | None = None
    meta_description: str | None = None
    primary_keyword: str | None = None
    secondary_keywords: Sequence[str] | None = None
    tags: Sequence[str] | None = None
    categories: Sequence[str] | None = None


def edit(session: Session, site_id: int, content_id: int, changes: ArticleChanges, *, version: int, by: str) -> Content:
    """Save changes of an article as its next version; `version` is the one that was changed.

    Nothing else of it moves: an approved article stays approved. Raises InvalidInput for what no article can hold,
    NotFound, ChangedMeanwhile, and Conflict for an address that another article has.
    """
    values = checked(changes)
    content = lock_version(session, site_id, content_id, version)
    return save(session, content, values, kind=VersionKind.EDITED, by=by)


def checked(changes: ArticleChanges) -> dict[str, Any]:
    """The columns to change, with their values. Raises InvalidInput."""
    given = {name: value for name, value in asdict(changes).items() if value is not None}
    if not given:
        raise InvalidInput("Say what to change: " + ", ".join(CHECKS) + ".")
    return {name: CHECKS[name](value) for name, value in given.items()}


def line(text: str, longest: int, what: str) -> str:
    """The text on one line, cleaned. Raises InvalidInput for one that is too long."""
    clean = clean_name(text)
    if not fits(clean, longest):
        raise InvalidInput(f"{what} has at most {longest} characters; {clean[:40]!r}… has {len(clean):,}.")
    return clean


def visible_line(text: str, longest: int, what: str) -> str:
    """The text on one line, cleaned. Raises InvalidInput for one that shows nothing, or is too long."""
    if is_blank(text):
        raise InvalidInput(f"{what} needs at least one character to see.")
    return line(text, longest, what)


def terms(texts: Sequence[str], longest: int, most: int, what: str) -> list[str]:
    """Keywords, tags or categories, each once. Raises InvalidInput for too many, and for one that is empty or long."""
    kept: dict[str, str] = {}
    for text in texts:
        clean = visible_line(text, longest, f"Each {what}")
        kept.setdefault(normalise(clean), clean)
    if len(kept) > most:
        raise InvalidInput(f"An article has at most {most} of this: {what}; {len(kept):,} are given.")
    return list(kept.values())


def address(text: str) -> str:
    """A text as an address. Raises InvalidInput for one without a letter or digit."""
    slug = slugify(text, max_length=names.SLUG, word_boundary=True)
    if not slug:
        raise InvalidInput(f"An address needs letters or digits; {text[:40]!r} has none.")
    return slug


def article_html(html: str) -> str:
    """The fragment as it is stored. Raises InvalidInput for one that shows no text, or is too long."""
    if len(html) > MAX_HTML:
        raise InvalidInput(f"An article's HTML has at most {MAX_HTML:,} characters, not {len(html):,}.")
    clean = sanitise(storable(html))
    if is_blank(plain_text(clean)):
        raise InvalidInput("The article would be empty: its HTML shows no text.")
    return clean


CHECKS: dict[str, Callable[[Any], Any]] = {
    "title": lambda text: visible_line(text, names.TITLE, "The title"),
    "slug": address,
    "html": article_html,
    "meta_title": lambda text: line(text, names.META_TITLE, "The meta title"),
    "meta_description": lambda text: line(text, names.META_DESCRIPTION, "The meta description"),
    "primary_keyword": lambda text: line(text, names.KEYWORD, "The primary keyword"),
    "secondary_keywords": lambda some: terms(some, names.KEYWORD, MAX_SECONDARY_KEYWORDS, "secondary keyword"),
    "tags": lambda some: terms(some, names.TAG, names.MAX_TAGS, "tag"),
    "categories": lambda some: terms(some, names.CATEGORY, names.MAX_CATEGORIES, "category"),
}
"""What each field may hold; the values come back as they are stored."""
