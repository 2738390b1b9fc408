"""The product's own static site: an article becomes a finished page in a folder, which any web server shows."""

from __future__ import annotations

import hashlib
import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

import httpx

from igny8_lib import clock
from igny8_lib.errors import InvalidInput
from igny8_lib.models import ImageFormat, PostFound, PublicationTarget, PublishingSettings, Site, StepName
from igny8_lib.publishing.errors import PublishingFailed
from igny8_lib.publishing.images import for_web
from igny8_lib.publishing.target import Article, MediaStore, Picture, Post, Steps
from igny8_lib.publishing.targets.site_folder import (
    PAGE,
    SiteFolder,
    keep_only,
    put_beside,
    remove_folder,
    same,
    write_whole,
)
from igny8_lib.publishing.targets.static_pages import (
    Shown,
    SiteFacts,
    article_page,
    list_page,
    listing_entry,
    site_map,
    style_sheet,
)
from igny8_lib.text.html import plain_text
from igny8_lib.tls import believed

FETCH_SECONDS = 10.0
SENTENCE = 60
"""Characters of the article's text that have to stand on its public page."""
NAME = re.compile(r"\w[\w-]*")
"""What can be a folder's name: slugs are made of nothing else."""
TITLE = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)


@dataclass(frozen=True)
class StaticTarget:
    """One site's folder. `url` is where visitors find the root, `visit_url` where this process does (the same one where
    it is empty), `image_format` what pictures become."""

    root: Path
    url: str
    slug: str
    name: str
    language: str
    store: MediaStore
    image_format: ImageFormat = ImageFormat.WEBP
    visit_url: str = ""
    kind: PublicationTarget = PublicationTarget.STATIC

    @classmethod
    def of(
        cls, site: Site, settings: PublishingSettings, *, root: Path, url: str, store: MediaStore, visit_url: str = ""
    ) -> Self:
        """As the site's settings say."""
        return cls(root, url, site.slug, site.name, site.language, store, settings.image_format, visit_url)

    @property
    def folder(self) -> SiteFolder:
        """The site's files."""
        return SiteFolder(self.root, self.slug)

    @property
    def facts(self) -> SiteFacts:
        """What pages tell of the site."""
        return SiteFacts(self.name, self.language, f"{self.url.rstrip('/')}/{self.slug}/")

    def media(self, article: Article, steps: Steps) -> dict[str, Any]:
        """The pictures as the site shows them, ready beside the site: {position: [file, width, height]}."""
        made = {str(picture.position): self.prepare(picture, steps.mark) for picture in article.pictures}
        return {"files": made}

    def prepare(self, picture: Picture, mark: str) -> list[Any]:
        """Make the picture's file, whose name tells what is in it; its name and size."""
        try:
            image = for_web(self.store.read(picture.file), self.image_format)
        except InvalidInput as error:
            raise PublishingFailed("picture_unreadable", str(error), temporary=False) from error
        name = f"{hashlib.sha256(image.data).hexdigest()[:16]}.{image.suffix}"
        path = self.folder.media(mark) / name
        if not path.exists():
            write_whole(path, image.data)
        return [name, image.width, image.height]

    def terms(self, article: Article, steps: Steps) -> dict[str, Any]:  # noqa: ARG002 - the protocol's signature
        """Categories and tags stand on the page itself."""
        return {"categories": list(article.categories), "tags": list(article.tags)}

    def post(self, article: Article, steps: Steps) -> Post:
        """Write the page, then the site's own pages."""
        slug, former = self.settle_slug(article, steps)
        shown = shown_pictures(article, steps)
        published = article.published_at or self.date_known(steps.mark) or clock.now()
        page = article_page(
            article, self.facts, shown, url=self.address(slug), mark=steps.mark, published=published.astimezone(UTC)
        )
        self.write_page(slug, page, shown, steps.mark)
        if former and former != slug and self.folder.mark_of(former) == steps.mark:
            self.remove(former, steps.mark)
        entry = listing_entry(article, shown, slug=slug, published=published.astimezone(UTC))
        self.write_own_pages(self.folder.listing() | {steps.mark: entry})
        shutil.rmtree(self.folder.kept_page(steps.mark), ignore_errors=True)
        return Post(slug, self.address(slug), slug, {"digest": hashlib.sha256(page).hexdigest()})

    def settle_slug(self, article: Article, steps: Steps) -> tuple[str, str | None]:
        """Where the page goes, and where it stood; kept before anything is written, so that it is found again."""
        if not NAME.fullmatch(article.slug):
            sentence = f"{article.slug[:60]!r} cannot be a part of an address: give the article another slug."
            raise PublishingFailed("slug", sentence, temporary=False)
        trace = steps.trace(StepName.POST)
        before = trace.get("slug") or (trace.get("post") or {}).get("slug")
        former = trace.get("former") or before
        slug = self.folder.slug_for(article.slug, steps.mark)
        if before and re.fullmatch(rf"{re.escape(article.slug)}(-\d+)?", before) and self.is_ours(before, steps.mark):
            slug = before
        steps.keep(StepName.POST, trace | {"slug": slug, "former": former})
        return slug, former

    def is_ours(self, slug: str, mark: str) -> bool:
        """Whether the page there has this mark, or there is none."""
        return self.folder.is_free(slug) or self.folder.mark_of(slug) == mark

    def write_page(self, slug: str, page: bytes, shown: list[Shown], mark: str) -> None:
        """Its pictures, then the page, then away with the pictures of the version before."""
        folder = self.folder.public / slug
        folder.mkdir(parents=True, exist_ok=True)
        for each in shown:
            if not (self.folder.media(mark) / each.file).exists():  # made for another folder, or cleared away
                self.prepare(each.picture, mark)
            put_beside(self.folder.media(mark) / each.file, folder / each.file)
        write_whole(folder / PAGE, page)
        keep_only(folder, {PAGE, *(each.file for each in shown)})
        keep_only(self.folder.media(mark), {each.file for each in shown})

    def write_own_pages(self, listing: dict[str, dict[str, Any]]) -> None:
        """The list of articles, the site map, and how it all looks."""
        folder = self.folder
        folder.write_listing(listing)
        if not same(folder.public / "style.css", style_sheet()):
            write_whole(folder.public / "style.css", style_sheet())
        write_whole(folder.public / "sitemap.xml", site_map(self.facts, listing))
        write_whole(folder.public / PAGE, list_page(self.facts, listing))

    def date_known(self, mark: str) -> datetime | None:
        """When the article was first put there; None for a new one."""
        entry = self.folder.listing().get(mark)
        return datetime.fromisoformat(entry["published"]) if entry else None

    def address(self, slug: str) -> str:
        """The page's public address."""
        return f"{self.facts.url}{slug}/"

    def seo(self, article: Article, post: Post, steps: Steps) -> dict[str, Any]:  # noqa: ARG002 - the protocol's signature
        """Title and description are the page's own: nothing can drop them."""
        return {"title": article.meta_title or article.title, "description": article.meta_description}

    def live(self, article: Article, post: Post, steps: Steps) -> dict[str, Any]:  # noqa: ARG002 - the protocol's signature
        """Fetch the page as visitors do: status, title, and a sentence of the text."""
        answer = fetch(self.visited(post))
        if answer.status_code != httpx.codes.OK:
            words = f"{post.url} answers {answer.status_code}: look whether its web server shows the folder {self.root}"
            raise PublishingFailed("not_live", f"{words}.", temporary=answer.status_code >= 500)
        title = TITLE.search(answer.text)
        seen = plain_text(title[1]) if title else ""
        sentence = plain_text(article.html)[:SENTENCE]
        if seen != " ".join(article.title.split()) or sentence not in plain_text(answer.text):
            words = f"{post.url} shows something else than the article: look which folder its web server shows"
            raise PublishingFailed("not_live", f"{words} (it should be {self.root}).", temporary=False)
        return {"url": post.url, "status": answer.status_code, "title": seen, "sentence": sentence}

    def visited(self, post: Post) -> str:
        """The page's address for this process."""
        return f"{self.visit_url.rstrip('/')}/{self.slug}/{post.slug}/" if self.visit_url else post.url

    def unpublish(self, post_id: str, mark: str) -> None:
        """Move the page out of the public folder."""
        slug = self.page_of(post_id, mark)
        self.write_own_pages({key: entry for key, entry in self.folder.listing().items() if key != mark})
        if slug is None:
            return
        kept = self.folder.kept_page(mark)
        shutil.rmtree(kept, ignore_errors=True)
        kept.parent.mkdir(parents=True, exist_ok=True)
        (self.folder.public / slug).rename(kept)

    def delete(self, post_id: str, mark: str) -> None:
        """Delete the page, its pictures and what was kept of it."""
        self.unpublish(post_id, mark)
        for folder in (self.folder.kept_page(mark), self.folder.media(mark)):
            shutil.rmtree(folder, ignore_errors=True)

    def page_of(self, post_id: str, mark: str) -> str | None:
        """The slug of the public page with this mark; None where there is none."""
        return post_id if post_id and self.folder.mark_of(post_id) == mark else self.folder.find(mark)

    def remove(self, slug: str, mark: str) -> None:
        """Take away the page at a slug that the article no longer has."""
        remove_folder(self.folder.public / slug, self.folder.kept / f"removed-{mark}")

    def check(self, post: Post, mark: str) -> PostFound:
        """Whether the page stands there as it was written, and is shown."""
        slug = self.page_of(post.external_id, mark)
        if slug is None:
            return PostFound.UNPUBLISHED if self.folder.kept_page(mark).exists() else PostFound.DELETED
        digest = hashlib.sha256(self.folder.page(slug).read_bytes()).hexdigest()
        if digest != post.facts.get("digest"):
            return PostFound.CHANGED
        try:
            return PostFound.AS_PUBLISHED if fetch(self.visited(post)).is_success else PostFound.UNREACHABLE
        except PublishingFailed:
            return PostFound.UNREACHABLE


def shown_pictures(article: Article, steps: Steps) -> list[Shown]:
    """The article's pictures with the files that the step before made of them."""
    files = steps.trace(StepName.MEDIA)["files"]
    return [Shown(picture, *files[str(picture.position)]) for picture in article.pictures]


@lru_cache(maxsize=1)
def visitor() -> httpx.Client:
    """One client for all pages: it keeps its connections."""
    return httpx.Client(timeout=FETCH_SECONDS, verify=believed(httpx.create_ssl_context))


def fetch(url: str) -> httpx.Response:
    """The public address' answer. Raises PublishingFailed where nobody answers."""
    try:
        return visitor().get(url)
    except httpx.HTTPError as error:
        reason = str(error) or type(error).__name__
        sentence = f"{url} does not answer ({reason}): look whether the web server of the static sites runs."
        raise PublishingFailed("unreachable", sentence, temporary=True) from error
