"""Posts and pages of a website, a page at a time, with the names of their terms and their featured images."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from igny8_lib import clock
from igny8_lib.models import PostKind
from igny8_lib.publishing.importing.posts import MediaReference, WordPressPost, read_post
from igny8_lib.text.characters import storable
from igny8_lib.wordpress import documents
from igny8_lib.wordpress.client import WordPress
from igny8_lib.wordpress.errors import AnswerTooLarge, Forbidden
from igny8_lib.wordpress.posts import EVERY, PAGE, Post, Posts

FIELDS = (
    *("id", "status", "slug", "link", "title.raw", "content.raw", "excerpt.raw", "modified_gmt", "date_gmt"),
    *("author", "featured_media", "categories", "tags"),
)
"""All that is asked for, so that an answer is as small as it can be."""
FEW = 20
"""Posts that are read one by one where one among them is too large."""


@dataclass(frozen=True)
class PostsPage:
    """Some posts, and where the next ones begin."""

    posts: list[WordPressPost]
    last_id: int
    offset: int
    is_last: bool


@dataclass
class Reader:
    """Reads one website; it knows the terms that it met before, so that they are asked for once."""

    website: WordPress
    terms: dict[str, dict[int, str]] = field(default_factory=lambda: {"categories": {}, "tags": {}})

    def time(self) -> datetime:
        """The website's clock, by which it dates changes; ours where it does not tell. Raises a WordPressFailure, for
        a user that it does not know, too."""
        told = self.website.get("/wp/v2/users/me", context="edit", _fields="id").headers.get("Date", "")
        with suppress(TypeError, ValueError):
            return parsedate_to_datetime(told).replace(tzinfo=UTC)
        return clock.now()

    def of(self, kind: PostKind) -> Posts:
        """The website's posts, or its pages."""
        return self.website.posts if kind == PostKind.POST else self.website.static_pages

    def page(self, kind: PostKind, *, offset: int, last_id: int, since: datetime | None) -> PostsPage | None:
        """The next posts in any state, by number, those that changed since a time alone where one is given; None where
        there are none. Raises a WordPressFailure."""
        pages = self.of(kind).pages(after_id=last_id, offset=offset, modified_after=since, fields=FIELDS)
        try:
            page = next(pages, None)
        except AnswerTooLarge:
            return self.page_around_the_largest(kind, offset=offset, last_id=last_id, since=since)
        if page is None:
            return None
        return PostsPage(self.with_names(page.posts), page.last_id, page.offset, page.offset >= page.total)

    def page_around_the_largest(
        self, kind: PostKind, *, offset: int, last_id: int, since: datetime | None
    ) -> PostsPage | None:
        """The next few posts without the one that is too large for any answer: it would keep all behind it out."""
        page = next(self.of(kind).pages(after_id=last_id, offset=offset, modified_after=since, fields=("id",)), None)
        if page is None:
            return None
        numbers = [post.id for post in page.posts][:FEW]
        is_last = len(numbers) == len(page.posts) and page.offset >= page.total
        return PostsPage(self.these(kind, numbers), numbers[-1], offset + len(numbers), is_last)

    def these(self, kind: PostKind, numbers: Sequence[int]) -> list[WordPressPost]:
        """Those of the posts (at most `PAGE`) that the website shows to this user; one by one where they are too long
        for one answer. Raises a WordPressFailure."""
        try:
            return self.with_names(self.of(kind).find(statuses=EVERY, include=numbers, _fields=FIELDS))
        except AnswerTooLarge:
            if len(numbers) == 1:
                return []
            return [post for number in numbers for post in self.these(kind, [number])]

    def is_gone(self, kind: PostKind, number: int) -> bool:
        """Whether the website itself says that it has no such post. Raises a WordPressFailure."""
        try:
            return self.of(kind).get(number) is None
        except (Forbidden, AnswerTooLarge):
            return False

    def with_names(self, posts: Sequence[Post]) -> list[WordPressPost]:
        """The posts, with terms and featured images looked up: one request for each hundred that are new."""
        for taxonomy, known in self.terms.items():
            met = {number for post in posts for number in getattr(post, taxonomy)}
            for term in self.look_up(taxonomy, met - known.keys(), ("id", "name")):
                known[term["id"]] = storable(documents.name(term.get("name")))
        wanted = {post.featured_media for post in posts} - {0}
        media = {
            each["id"]: MediaReference(
                src=storable(documents.words(each.get("source_url"))),
                id=each["id"],
                alt=storable(documents.words(each.get("alt_text"))),
            )
            for each in self.look_up("media", wanted, ("id", "source_url", "alt_text"))
        }
        return [read_post(post, self.terms, media) for post in posts]

    def look_up(self, route: str, numbers: set[int], fields: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Objects by their numbers."""
        ordered = sorted(numbers)
        for start in range(0, len(ordered), PAGE):
            listed = ordered[start : start + PAGE]
            yield from documents.objects(
                self.website.get(f"/wp/v2/{route}", include=listed, per_page=PAGE, _fields=fields)
            )
