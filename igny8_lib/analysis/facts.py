"""What the analysis is told of an article beside its HTML."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """A picture that is kept beside the HTML and put into it where the article is shown."""

    alt_text: str
    is_featured: bool = False
    position: int = 0
    """Its number among the article's pictures."""


@dataclass(frozen=True, slots=True)
class Facts:
    """An article's fields. None means that a field is not known, so that nothing is said of it; "" that it is missing,
    which is a mistake."""

    language: str
    """BCP 47."""
    title: str | None = None
    slug: str | None = None
    meta_title: str | None = None
    meta_description: str | None = None
    primary_keyword: str = ""
    """The keyphrase; "" where none is set."""
    secondary_keywords: tuple[str, ...] = ()
    pictures: tuple[PictureFacts, ...] = ()
    """Those that are not in the HTML."""
    hosts: frozenset[str] = frozenset()
    """The website's own host names: links to them are internal, as are relative ones."""
