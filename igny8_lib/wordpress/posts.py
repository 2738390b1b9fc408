"""Posts and pages: finding, writing, deleting, and reading all of them page by page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from igny8_lib.wordpress import documents
from igny8_lib.wordpress.errors import AnswerTooLarge, Gone
from igny8_lib.wordpress.routes import Routes

Kind = Literal["posts", "pages"]
LIVING = ("publish", "future", "draft", "pending", "private")
"""All but the trash; what WordPress lists without being asked is `publish` alone."""
EVERY = (*LIVING, "trash")
PAGE = 100
"""The most that WordPress gives at once."""
FIELDS = (
    "id",
    "status",
    "slug",
    "link",
    "title.raw",
    "content.raw",
    "excerpt.raw",
    "date_gmt",
    "modified_gmt",
    "author",
    "featured_media",
    "categories",
    "tags",
    "comment_status",
    "meta",
    "parent",
    "format",
    "sticky",
    "template",
    "password",
)
"""What is read of a post; plug-ins add much more. WordPress need not render a text that is read as it was written."""


@dataclass(frozen=True)
class Post:
    """A post or a page as WordPress keeps it; texts as they were written, not as they are shown."""

    id: int
    kind: Kind
    status: str
    """publish, future, draft, pending, private or trash."""
    slug: str
    """Empty for a draft that nobody gave one."""
    link: str
    """Its public address; ?p=<id> before it is public."""
    title: str
    """As people write it; WordPress keeps & as &amp; where an author wrote it, and as it is where an editor did."""
    content: str = field(repr=False)
    excerpt: str = field(repr=False)
    date: datetime | None
    """From which instant it is (or was) public; None for a draft without one."""
    modified: datetime | None
    author: int
    featured_media: int
    """0: none."""
    categories: tuple[int, ...]
    tags: tuple[int, ...]
    comment_status: str
    meta: dict[str, Any] = field(repr=False)
    """What plug-ins have registered; unknown keys are dropped by WordPress without a word."""
    document: dict[str, Any] = field(repr=False)
    """The whole answer."""

    @classmethod
    def of(cls, kind: Kind, document: dict[str, Any]) -> Post:
        """From WordPress' JSON."""
        return cls(
            id=document["id"],
            kind=kind,
            status=documents.words(document.get("status")),
            slug=documents.words(document.get("slug")),
            link=documents.words(document.get("link")),
            title=documents.name(documents.raw(document.get("title"))),
            content=documents.raw(document.get("content")),
            excerpt=documents.raw(document.get("excerpt")),
            date=documents.instant(document.get("date_gmt")),
            modified=documents.instant(document.get("modified_gmt")),
            author=documents.number(document.get("author")),
            featured_media=documents.number(document.get("featured_media")),
            categories=documents.numbers(document.get("categories")),
            tags=documents.numbers(document.get("tags")),
            comment_status=documents.words(document.get("comment_status")),
            meta=documents.mapping(document.get("meta")),
            document=document,
        )


@dataclass(frozen=True)
class Page:
    """A part of all posts, in the order of their numbers."""

    posts: list[Post] = field(repr=False)
    last_id: int
    """Number of the last post that was read: where to go on, with `offset`."""
    offset: int
    """About how many posts stand before the next one."""
    total: int
    """How many there are in all, as WordPress counts them."""


class Posts:
    """The posts, or the pages, of one website."""

    def __init__(self, routes: Routes, kind: Kind) -> None:
        self._routes = routes
        self._kind = kind
        self._path = f"/wp/v2/{kind}"

    def find(
        self,
        *,
        slug: str = "",
        search: str = "",
        statuses: Sequence[str] = LIVING,
        most: int = PAGE,
        **params: Any,  # noqa: ANN401
    ) -> list[Post]:
        """Those with this slug, or with these words in title or text; in the order of their numbers."""
        asked = {"slug": slug or None, "search": search or None} | params
        answer = self._routes.get(
            self._path, context="edit", status=statuses, orderby="id", order="asc", per_page=most, **asked
        )
        return [Post.of(self._kind, document) for document in documents.objects(answer)]

    def get(self, post_id: int) -> Post | None:
        """The post, one in the trash too (its status says so); None where it was deleted."""
        try:
            answer = self._routes.get(f"{self._path}/{post_id}", context="edit")
        except Gone:
            return None
        return Post.of(self._kind, documents.object_of(answer))

    def create(self, fields: dict[str, Any]) -> Post:
        """Make a post. WordPress makes another one when it is asked again: look for it first.

        What WordPress does not know of the fields is lost without a word: compare.
        """
        answer = self._routes.post(self._path, fields, expected=201, context="edit")
        return Post.of(self._kind, documents.object_of(answer))

    def update(self, post_id: int, fields: dict[str, Any]) -> Post:
        """Change these fields of a post. Raises Gone where there is none."""
        answer = self._routes.post(f"{self._path}/{post_id}", fields, expected=200, context="edit")
        return Post.of(self._kind, documents.object_of(answer))

    def trash(self, post_id: int) -> None:
        """Put the post into the trash, from where people can take it back. One that is there, or is gone, is left."""
        self._remove(post_id, force=False)

    def delete(self, post_id: int) -> None:
        """Delete the post for good. One that is gone is left."""
        self._remove(post_id, force=True)

    def _remove(self, post_id: int, *, force: bool) -> None:
        try:
            self._routes.delete(f"{self._path}/{post_id}", force=force)
        except Gone:  # 404: deleted; 410: in the trash
            return

    def pages(
        self,
        *,
        after_id: int = 0,
        offset: int = 0,
        modified_after: datetime | None = None,
        statuses: Sequence[str] = EVERY,
        fields: Sequence[str] = FIELDS,
    ) -> Iterator[Page]:
        """All posts with a number above `after_id`, or those of them that changed since, a hundred at a time.

        A reader that was interrupted goes on with the `last_id` and the `offset` of its last page. Each page begins
        with the last post of the page before: where that is missing, posts before it were deleted meanwhile, the rest
        moved up, and the page is read a page earlier. A page of posts that are too large for one answer is read in
        smaller parts. WordPress leaves out of a page what the user may not read, so a short page is not the last one.
        """
        reading = Reading(after_id, max(0, offset - 1), PAGE)
        asked = {"modified_after": gmt(modified_after) if modified_after else None, "status": statuses}
        while not reading.ended:
            documents_, total = self._read(reading, asked | {"_fields": fields})
            if reading.missed(documents_):
                continue
            found = [Post.of(self._kind, document) for document in documents_ if document["id"] > reading.last_id]
            reading.go_on(found, total)
            if found:
                yield Page(found, reading.last_id, min(reading.offset + 1, total), total)

    def _read(self, reading: Reading, asked: dict[str, Any]) -> tuple[list[dict[str, Any]], int]:
        """The documents from the offset on, and how many there are in all; where a proxy or a cache took that header
        away, one page more than there may be, until a page is empty."""
        while True:
            try:
                answer = self._routes.get(
                    self._path,
                    context="edit",
                    orderby="id",
                    order="asc",
                    per_page=reading.size,
                    offset=reading.offset,
                    **asked,
                )
            except AnswerTooLarge:
                if not reading.shrink():
                    raise
            else:
                found = documents.objects(answer)
                if "x-wp-total" in answer.headers:
                    return found, answer.number("x-wp-total")
                return found, reading.offset + (2 * reading.size if found else 0)


@dataclass
class Reading:
    """Where a reader of all posts stands."""

    last_id: int
    offset: int
    size: int
    ended: bool = False
    settled: int = -1
    """Up to this offset it was looked back already: a page may lack the post before it for another reason, that its
    user may not read it."""
    looking_back: bool = False

    def missed(self, found: Sequence[dict[str, Any]]) -> bool:
        """Whether posts before these may have moved up since the last page; then the page before is to be read."""
        overlaps = not self.offset or any(document["id"] <= self.last_id for document in found)
        if overlaps or (self.offset <= self.settled and not self.looking_back):
            self.looking_back = False
            return False
        self.settled = max(self.settled, self.offset)
        self.looking_back = True
        self.offset = max(0, self.offset - self.size)
        return True

    def shrink(self) -> bool:
        """Read fewer at once; whether that is possible."""
        self.size //= 2
        return self.size > 0

    def go_on(self, found: Sequence[Post], total: int) -> None:
        """Behind what was read; the last of it is read again as the next page's first."""
        self.last_id = max([self.last_id, *(post.id for post in found)])
        self.ended = self.offset + self.size >= total
        self.offset += max(1, self.size - 1)
        self.size = min(PAGE, self.size * 2)


def gmt(moment: datetime) -> str:
    """An instant as WordPress reads it without taking it for its own zone's time."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
