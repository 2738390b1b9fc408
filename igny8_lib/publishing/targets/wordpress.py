"""WordPress as a target: an article becomes exactly one post there, whatever dies when."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

from igny8_lib.models import PostFound, PublicationTarget, PublishingSettings
from igny8_lib.publishing.errors import PublishingFailed
from igny8_lib.publishing.target import Article, MediaStore, Post, Steps
from igny8_lib.publishing.wordpress.content import has_mark
from igny8_lib.publishing.wordpress.failures import told
from igny8_lib.publishing.wordpress.fields import PostSettings
from igny8_lib.publishing.wordpress.media import article_of, bring_media, library_of
from igny8_lib.publishing.wordpress.own_post import TRASH, find_by_mark, find_by_number
from igny8_lib.publishing.wordpress.post_writing import Writing
from igny8_lib.publishing.wordpress.public_page import see
from igny8_lib.publishing.wordpress.seo_writing import write_seo
from igny8_lib.publishing.wordpress.terms import bring_terms
from igny8_lib.publishing.wordpress.verification import says
from igny8_lib.publishing.wordpress.writing_back import write_back
from igny8_lib.wordpress.client import WordPress
from igny8_lib.wordpress.errors import ServerError
from igny8_lib.wordpress.posts import Post as Stored

IMAGE_NUMBER = re.compile(r"\bwp-image-(\d+)\b")
NO_TRASH = "rest_trash_not_supported"
HANDED_OVER = "The post is a draft, as the publishing settings say: people publish it in WordPress."
STAYS = "The post was not public in WordPress, and is not now: people publish it there."


@dataclass(frozen=True)
class WordPressTarget:
    """A website's WordPress (see publishing/target.py for what each call promises).

    `wordpress` is signed in and closed by the caller; `store` holds the pictures.
    """

    wordpress: WordPress
    store: MediaStore
    settings: PostSettings
    delete_for_good: bool = False
    """Whether deleted posts skip WordPress' trash."""

    @classmethod
    def of(cls, wordpress: WordPress, settings: PublishingSettings, store: MediaStore) -> Self:
        """As the site's settings say."""
        return cls(wordpress, store, PostSettings.of(settings))

    @property
    def kind(self) -> PublicationTarget:
        """WordPress."""
        return PublicationTarget.WORDPRESS

    @told()
    def media(self, article: Article, steps: Steps) -> dict[str, Any]:
        """Upload the pictures that are not there yet; an imported post has its own."""
        if article.imported:
            return {}
        return bring_media(self.wordpress, article, self.store, self.settings.image_format, steps)

    @told()
    def terms(self, article: Article, steps: Steps) -> dict[str, Any]:  # noqa: ARG002 - the protocol's
        """Categories and tags by name; pages have none."""
        if article.imported and article.imported.kind == "pages":
            return {}
        return bring_terms(self.wordpress, article)

    @told()
    def post(self, article: Article, steps: Steps) -> Post:
        """Make the post, or make it say what the article says; pictures that it shows no longer are deleted."""
        if article.imported:
            return write_back(self.wordpress, article, article.imported, steps)
        return Writing(self.wordpress, self.settings, article, steps).bring_about()

    @told()
    def seo(self, article: Article, post: Post, steps: Steps) -> dict[str, Any]:
        """Write title and description for search engines; the report also says what differs in the post.

        Those of an imported post stay as they are in WordPress as long as the article has none of its own.
        """
        if article.imported and not (article.meta_title or article.meta_description):
            trace: dict[str, Any] = {"plugin": None, "report": {}}
        else:
            trace = write_seo(self.wordpress, article, int(post.external_id), post.url, steps)
        differs = post.facts.get("differs") or []
        return trace | {"report": trace["report"] | ({"differs": differs} if differs else {})}

    @told()
    def live(self, article: Article, post: Post, steps: Steps) -> dict[str, Any]:  # noqa: ARG002 - the protocol's
        """See the article at its public address; a draft is handed over to people instead."""
        if post.facts.get("status") != "publish":
            says_so = STAYS if article.imported else HANDED_OVER
            return {"handed_over": True, "url": post.url, "says": says_so}
        return see(article, self.wordpress.fetch_public(post.url))

    @told()
    def unpublish(self, post_id: str, mark: str) -> None:
        """Make the post a draft; one in the trash, or gone, is left."""
        for stored in self.own(post_id, mark):
            if stored.status not in {"draft", TRASH}:
                self.wordpress.posts.update(stored.id, {"status": "draft"})

    @told()
    def delete(self, post_id: str, mark: str) -> None:
        """Put the post into the trash, or delete it for good, and its pictures with it.

        The pictures go in between: no visitor sees the post without them, and it is still there to tell which they are
        where this is interrupted.
        """
        for stored in self.own(post_id, mark):
            if stored.status != TRASH:
                self.trash(stored.id)
            for number in self.pictures_of(stored):
                self.wordpress.media.delete(number)
            if self.delete_for_good:
                self.wordpress.posts.delete(stored.id)

    @told()
    def check(self, post: Post, mark: str) -> PostFound:
        """How the post is found now."""
        stored = find_by_number(self.wordpress, post.external_id, mark, post.slug)
        if stored is None:
            return PostFound.DELETED
        if stored.status == TRASH:
            return PostFound.TRASHED
        if stored.status != "publish" and post.facts.get("status") == "publish":
            return PostFound.UNPUBLISHED
        if is_changed(stored, post):
            return PostFound.CHANGED
        if stored.status == "publish" and self.wordpress.fetch_public(stored.link).status != 200:
            return PostFound.UNREACHABLE
        return PostFound.AS_PUBLISHED

    def own(self, post_id: str, mark: str) -> list[Stored]:
        """The publication's own posts. Raises PublishingFailed where the number belongs to a post without the mark."""
        known = self.wordpress.posts.get(int(post_id)) if post_id else None
        if known is None:
            return find_by_mark(self.wordpress, mark)
        if not has_mark(known.content, mark):
            raise foreign(post_id)
        return [known]

    def trash(self, number: int) -> None:
        """Into the trash, where the website has one."""
        try:
            self.wordpress.posts.trash(number)
        except ServerError as error:
            if error.code != NO_TRASH:
                raise
            self.wordpress.posts.update(number, {"status": "draft"})

    def pictures_of(self, stored: Stored) -> Iterator[int]:
        """The numbers of our files that belong to the article of the post."""
        shown = {stored.featured_media, *map(int, IMAGE_NUMBER.findall(stored.content))} - {0}
        articles = set()
        for number in sorted(shown):
            media = self.wordpress.media.get(number)
            if media and (article := article_of(media)) is not None:
                articles.add(article)
        for article in sorted(articles):
            yield from (media.id for media in library_of(self.wordpress, article))


def is_changed(stored: Stored, post: Post) -> bool:
    """Whether people changed the post since its facts were taken: what it says tells it, its mark included. When it was
    changed does not: WordPress' times have whole seconds, and some websites do not tell them."""
    return says(stored) != post.facts.get("says")


def foreign(post_id: str) -> PublishingFailed:
    """The error for a post that may be somebody else's."""
    sentence = (
        f"Post {post_id} does not bear the mark of this article: somebody wrote it anew, or the website was set up "
        "again. It was left as it is; change it in WordPress."
    )
    return PublishingFailed("foreign_post", sentence, temporary=False)
