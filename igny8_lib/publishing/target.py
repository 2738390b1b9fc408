"""What a publisher asks of the place where articles go: WordPress, and the websites that are built here.

A target is told what to publish (Article) and what was done before (Steps), and brings about what the article says.
Everything that it makes it looks for first: by the trace that the step kept, and by the publication's mark, which
stands in the post itself. A call whose answer never came, or whose process died, is then simply made again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from igny8_lib.models import ImageKind, PostFound, PublicationTarget, StepName


@dataclass(frozen=True)
class Picture:
    """A picture of the article: drawn, and in the media store."""

    image_id: int
    position: int
    """0 for the featured image, 1… in the order of the article."""
    kind: ImageKind
    file: str
    """Name in the media store."""
    alt_text: str
    width: int | None
    height: int | None
    digest: str
    """SHA-256 of the stored file in hexadecimal digits."""


@dataclass(frozen=True)
class Imported:
    """The post of an article that came from the website: it is changed in place, and never made anew."""

    number: str
    """Its number there."""
    kind: Literal["posts", "pages"]
    raw: str = field(repr=False)
    """What the post shall hold: the text of now, with everything that the website had beside it."""
    before: str = field(repr=False)
    """What the post held when it was last read."""
    modified: str
    """When the website had changed it then, in ISO 8601; empty where it does not say."""


@dataclass(frozen=True)
class Article:
    """What is to be published: read once, in one short transaction, before the first exchange with the target."""

    content_id: int
    site_id: int
    site_slug: str
    version: int
    title: str
    slug: str
    html: str
    """Without its pictures: text.figures.place puts those of the article between the sections."""
    meta_title: str
    meta_description: str
    excerpt: str
    primary_keyword: str
    secondary_keywords: tuple[str, ...]
    tags: tuple[str, ...]
    categories: tuple[str, ...]
    language: str
    pictures: tuple[Picture, ...]
    """In the order of their positions."""
    published_at: datetime | None
    """When it was first published; null before."""
    created_at: datetime
    imported: Imported | None = None
    """Null for what was written here."""


@dataclass(frozen=True)
class Post:
    """The article on the target."""

    external_id: str
    url: str
    slug: str
    """As the target has it: another one where the article's was taken."""
    facts: dict[str, Any] = field(default_factory=dict)
    """What later checks compare with: JSON."""


class MediaStore(Protocol):
    """The part of the media store that targets need."""

    def read(self, name: str) -> bytes:
        """The whole file. Raises FileNotFoundError where it is gone."""
        ...


class Steps(Protocol):
    """A publication's record, as a target sees it: its mark, and what each step left behind."""

    @property
    def mark(self) -> str:
        """Letters, digits and hyphens, the same for ever: it has to stand in the post."""
        ...

    def trace(self, name: StepName) -> dict[str, Any]:
        """What the step kept last, in this attempt or an earlier one; empty where it kept nothing."""
        ...

    def keep(self, name: StepName, trace: dict[str, Any]) -> None:
        """Replace the step's trace, committed at once: within a step too, for instance after each picture."""
        ...


class Target(Protocol):
    """Where a site's articles go.

    Each call may be the repetition of one that was done, half or whole. The calls of one article come in the order of
    the steps, each in every attempt (`live` and what comes before it find out for themselves that nothing is to do),
    and never two at once. Raises PublishingFailed.
    """

    @property
    def kind(self) -> PublicationTarget:
        """Which one it is."""
        ...

    def media(self, article: Article, steps: Steps) -> dict[str, Any]:
        """Bring the pictures there; returns the step's trace."""
        ...

    def terms(self, article: Article, steps: Steps) -> dict[str, Any]:
        """Bring categories and tags there; returns the step's trace."""
        ...

    def post(self, article: Article, steps: Steps) -> Post:
        """Make the post, or make it say what the article says.

        The trace of the step POST is {"post": {external_id, url, slug, facts}} after it was done once; a target
        that keeps something there itself leaves that key alone.
        """
        ...

    def seo(self, article: Article, post: Post, steps: Steps) -> dict[str, Any]:
        """Write title and description for search engines, read them back; returns the step's trace. What stands under
        "report" in it becomes part of the publication's: {"seo": [sentences about what the website dropped], "differs":
        [sentences]}."""
        ...

    def live(self, article: Article, post: Post, steps: Steps) -> dict[str, Any]:
        """Fetch the public address; returns what was seen: {"url", "status", "title", …}, for a post that people have
        to release themselves {"handed_over": True}. Raises PublishingFailed where the article is not there."""
        ...

    def unpublish(self, post_id: str, mark: str) -> None:
        """Take the post from the public, and keep it; one that is gone is no error."""
        ...

    def delete(self, post_id: str, mark: str) -> None:
        """Delete the post and its pictures; one that is gone is no error. An empty `post_id`: by the mark."""
        ...

    def check(self, post: Post, mark: str) -> PostFound:
        """How the post is found now, compared with its facts."""
        ...
