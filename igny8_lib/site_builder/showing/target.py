"""The website that was built here as the place where articles go: its live version gets each of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self
from urllib.parse import quote

from igny8_lib import clock
from igny8_lib.db.session import Sessions
from igny8_lib.models import (
    ImageFormat,
    PostFound,
    PublicationTarget,
    PublishingSettings,
    Site,
    SiteArticleRow,
    SiteBuilderSettings,
    StepName,
)
from igny8_lib.publishing.errors import PublishingFailed
from igny8_lib.publishing.target import Article, Post, Steps
from igny8_lib.site_builder.deploying.places import Place, Places
from igny8_lib.site_builder.images_json import as_json, image_from
from igny8_lib.site_builder.releases.manifest import entry
from igny8_lib.site_builder.releases.target import ReleaseConflict
from igny8_lib.site_builder.showing import changes
from igny8_lib.site_builder.showing.articles_made import made
from igny8_lib.site_builder.showing.default_site import show_a_site
from igny8_lib.site_builder.showing.pages_seen import fetch, see
from igny8_lib.site_builder.showing.pictures import Pictures
from igny8_lib.site_builder.showing.rows import listed_from
from igny8_lib.site_builder.showing.standing import LiveVersion
from igny8_lib.site_builder.showing.updating import Updater
from igny8_lib.site_builder.site_lock import alone_with_site
from igny8_lib.site_builder.stored import Store


@dataclass(frozen=True)
class BuiltSiteTarget:
    """One site's live version. `visit_url` is where this process finds what visitors find at `places.url` (the same
    where it is empty), `image_format` what pictures become."""

    sessions: Sessions
    places: Places
    store: Store
    site: Site
    image_format: ImageFormat = ImageFormat.WEBP
    visit_url: str = ""
    kind: PublicationTarget = PublicationTarget.STATIC

    @classmethod
    def of(
        cls,
        site: Site,
        settings: PublishingSettings,
        *,
        sessions: Sessions,
        places: Places,
        store: Store,
        visit_url: str = "",
    ) -> Self:
        """As the site's settings say."""
        return cls(sessions, places, store, site, settings.image_format, visit_url)

    @cached_property
    def place(self) -> Place:
        """Where the site's versions are. Raises InvalidInput where it has no address, or may not be written."""
        with self.sessions() as session:
            return self.places.place_of(self.site, session.get(SiteBuilderSettings, self.site.id))

    @property
    def updater(self) -> Updater:
        """What brings the live version to what the rows say."""
        return Updater(self.sessions, self.store, self.site.id, self.place.target)

    @property
    def pictures(self) -> Pictures:
        """What makes the articles' pictures."""
        return Pictures(self.store, self.site.id, self.image_format)

    def media(self, article: Article, steps: Steps) -> dict[str, Any]:
        """The pictures as the site shows them, in the store: by their positions, and by what tells them made."""
        known = steps.trace(StepName.MEDIA).get("made", {})
        made_now = {str(each.position): self.pictures.prepare(each, known) for each in article.pictures}
        keys = {self.pictures.key(each): made_now[str(each.position)] for each in article.pictures}
        return {"files": made_now, "made": keys}

    def terms(self, article: Article, steps: Steps) -> dict[str, Any]:  # noqa: ARG002 - the protocol's signature
        """Categories and tags have pages of the site's own."""
        return {"categories": list(article.categories), "tags": list(article.tags)}

    def post(self, article: Article, steps: Steps) -> Post:
        """Let the live version show the article, and all that shows something of it."""
        known = steps.trace(StepName.MEDIA)["made"]
        files = {str(each.position): self.pictures.prepare(each, known) for each in article.pictures}
        now = clock.now()
        made(article, files, article.slug, published=now, changed=now)  # what cannot be shown leaves all as it is
        with alone_with_site(self.sessions, self.site.id):
            show_a_site(self.sessions, self.places, self.store, self.site, self.place.target)
            self.finish_what_was_begun()
            slug = self.put(article, files, steps.mark)
            version = self.bring(whole=[page_of(slug)])
        address = page_of(quote(slug)).removesuffix("index.html")
        return Post(slug, f"{version.base_url}{address}", slug, {"path": page_of(slug)})

    def put(self, article: Article, files: Mapping[str, Mapping[str, Any]], mark: str) -> str:
        """Write the article into its row; its slug."""
        images = as_json(image_from(one) for one in files.values())
        with self.sessions.begin() as session:
            row = changes.row_of(session, self.site.id, article.content_id)
            slug = changes.free_slug(session, self.site.id, article.slug, row)
            now = clock.now()
            published = row.published_at if row else article.published_at or now
            shown = made(article, files, slug, published=published, changed=now if row else published)
            changes.put(session, self.site.id, article.content_id, shown, mark=mark, images=images)
        return slug

    def finish_what_was_begun(self) -> None:
        """Let the live version show what a publisher that died has left half done."""
        with self.sessions() as session:
            is_begun = changes.is_anything_unfinished(session, self.site.id)
        if is_begun:
            self.bring()

    def bring(self, *, whole: Collection[str] = ()) -> LiveVersion:
        """Let the live version show what the rows say. Raises PublishingFailed where none is live."""
        try:
            updated = self.updater.bring(whole=whole)
        except ReleaseConflict as error:
            raise PublishingFailed("deploying", str(error), temporary=True) from error
        if updated is None:
            sentence = f"The website of {self.site.slug} has no live version: deploy it, then try again."
            raise PublishingFailed("no_version", sentence, temporary=False)
        return updated.version

    def seo(self, article: Article, post: Post, steps: Steps) -> dict[str, Any]:  # noqa: ARG002 - the protocol's signature
        """Title and description are the page's own: nothing can drop them."""
        return {"title": article.meta_title or article.title, "description": article.meta_description}

    def live(self, article: Article, post: Post, steps: Steps) -> dict[str, Any]:  # noqa: ARG002 - the protocol's signature
        """Fetch the page as visitors do; a version that became live meanwhile without the article gets it first."""
        try:
            return see(article, post.url, self.visited(post.url))
        except PublishingFailed as failure:
            if failure.cause != "not_live":
                raise
        with alone_with_site(self.sessions, self.site.id):
            self.bring(whole=[page_of(post.slug)])
        return see(article, post.url, self.visited(post.url))

    def visited(self, url: str) -> str:
        """The address for this process."""
        shown = self.places.url.rstrip("/")
        is_ours = self.visit_url and url.startswith(f"{shown}/")
        return f"{self.visit_url.rstrip('/')}{url.removeprefix(shown)}" if is_ours else url

    def unpublish(self, post_id: str, mark: str) -> None:  # noqa: ARG002 - the row is known by the mark
        """Take the article from the site, and all links to it; it stays here."""
        with alone_with_site(self.sessions, self.site.id):
            self.finish_what_was_begun()
            with self.sessions.begin() as session:
                row = changes.row_marked(session, self.site.id, mark)
                if row is None:
                    return
                changes.take_away(row)
            if self.updater.bring() is None:
                self.forget(mark)

    def forget(self, mark: str) -> None:
        """Where nothing is live there is nothing to take away: only the row goes."""
        with self.sessions.begin() as session:
            row = changes.row_marked(session, self.site.id, mark)
            if row is not None:
                session.delete(row)

    def delete(self, post_id: str, mark: str) -> None:
        """The same: nothing of it is kept that could not be made again."""
        self.unpublish(post_id, mark)

    def check(self, post: Post, mark: str) -> PostFound:
        """Whether the page stands in the live version as it was written, and is shown."""
        with self.sessions() as session:
            row = changes.row_marked(session, self.site.id, mark)
        target = self.place.target
        number = target.live()
        manifest = None if number is None else target.manifest(number)
        if row is None or row.is_leaving or number is None or manifest is None:
            return PostFound.UNPUBLISHED
        path = listed_from(row.facts).path
        if not row.is_unfinished and path not in manifest.changing:
            if path not in manifest.files:
                return PostFound.UNPUBLISHED
            found = dict(target.read(number, [path]))
            if path not in found:
                return PostFound.DELETED
            if entry(found[path]) != manifest.files[path]:
                return PostFound.CHANGED
        return self.reached(row, post)

    def reached(self, row: SiteArticleRow, post: Post) -> PostFound:
        """Whether the page's address shows it."""
        try:
            is_shown = fetch(self.visited(post.url)).is_success
        except PublishingFailed:
            is_shown = False
        return PostFound.AS_PUBLISHED if is_shown or row.is_unfinished else PostFound.UNREACHABLE


def page_of(slug: str) -> str:
    """The file of an article's page."""
    return f"blog/{slug}/index.html"
