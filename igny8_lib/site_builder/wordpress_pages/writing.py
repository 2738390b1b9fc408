"""Making a page of WordPress say what a version says, unless people have changed it there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

from igny8_lib.db.session import Sessions
from igny8_lib.publishing.wordpress.comparison import differences, same_name
from igny8_lib.publishing.wordpress.content import Uploaded
from igny8_lib.publishing.wordpress.fields import PostSettings
from igny8_lib.publishing.wordpress.own_post import TRASH
from igny8_lib.site_builder.addresses import Addresses
from igny8_lib.site_builder.documents import Page, SiteDocument
from igny8_lib.site_builder.wordpress_pages import own_page
from igny8_lib.site_builder.wordpress_pages.markup import content_of
from igny8_lib.site_builder.wordpress_pages.place import PlaceInWordPress
from igny8_lib.site_builder.wordpress_pages.rows import Known, keep
from igny8_lib.site_builder.words import words_in
from igny8_lib.wordpress.client import WordPress
from igny8_lib.wordpress.posts import Post

IN_THE_TRASH = "People put the page into WordPress' trash. Restore it there, or delete it for good, then deploy again."
CHANGED = (
    "People changed the page in WordPress: it was left as they have it. Take over here what shall stay, delete the "
    "page there for good, then deploy again."
)


@dataclass
class Task:
    """One page of the version, and the page of WordPress that it is."""

    page: Page
    position: int
    known: Known
    post: Post | None
    is_conflict: bool = False
    outcome: str = "unchanged"
    differs: list[str] = field(default_factory=list)
    """What WordPress keeps otherwise than it was sent."""

    @property
    def there(self) -> Post:
        """The page of WordPress, once it was made."""
        if self.post is None:
            raise ValueError(f"The page {self.page.slug} is not in WordPress yet.")
        return self.post

    @property
    def address(self) -> str:
        """Where visitors find it."""
        return own_page.address_of(self.there)

    def conflict(self) -> dict[str, str]:
        """The page that was left alone, and why."""
        why = IN_THE_TRASH if self.there.status == TRASH else CHANGED
        return {"page": self.page.slug, "title": self.page.title, "url": self.there.link, "says": why}


@dataclass(frozen=True)
class Writer:
    """Writes pages of one version."""

    wordpress: WordPress
    sessions: Sessions
    settings: PostSettings
    document: SiteDocument
    version: int
    base_url: str
    media: Mapping[str, Uploaded]

    def place(self, links: Mapping[str, str]) -> PlaceInWordPress:
        """What the blocks see."""
        addresses = Addresses.of(self.document, self.base_url)
        words, language = words_in(self.document.language), self.document.language
        return PlaceInWordPress(addresses, {}, words, language, links=links, media=self.media)

    def write(self, task: Task, links: Mapping[str, str]) -> None:
        """Make the page say it, and read it back; one that says it already is left as it is."""
        content = content_of(task.page, self.place(links), self.settings.markup, task.known.mark)
        sent = own_page.sent_digest(task.page, task.position, content)
        is_whole = task.known.sent == sent and task.known.version is not None
        if is_whole and own_page.says(task.there) == task.known.digest:
            task.known = keep(self.sessions, task.known, version=self.version, external_url=task.there.link)
            return
        task.outcome = self.outcome_of(task)
        wanted = own_page.digest_of(content, task.page.title)
        may_say = sorted({*task.known.digest.split(), own_page.says(task.there), wanted})
        is_first = task.known.version is None
        task.known = keep(self.sessions, task.known, digest=" ".join(may_say), sent="")
        fields = self.fields(task, content, is_first=is_first)
        self.wordpress.static_pages.update(task.there.id, fields)
        task.post = own_page.read(self.wordpress, task.there.id)
        task.differs = told(task.post, fields)
        task.known = keep(
            self.sessions,
            task.known,
            digest=own_page.says(task.post),
            sent=sent,
            version=self.version,
            external_id=str(task.post.id),
            external_url=task.post.link,
            slug=task.page.slug,
        )

    def outcome_of(self, task: Task) -> str:
        """What is told of a page that is written: one that was never whole is made by this."""
        return "made" if task.known.version is None or task.outcome == "made" else "changed"

    def fields(self, task: Task, content: str, *, is_first: bool) -> dict[str, Any]:
        """What is sent. Its state and its address are said once: afterwards they are people's, but for a page that was
        put into the trash, and one that got another slug here."""
        title = escape(task.page.title, quote=False)
        fields: dict[str, Any] = {"title": title, "content": content, "menu_order": task.position}
        if is_first or task.there.status == TRASH:
            fields["status"] = self.settings.post_status.value
        if task.there.status == TRASH or task.known.slug != task.page.slug:
            fields["slug"] = task.page.slug
        return fields


def told(post: Post, fields: Mapping[str, Any]) -> list[str]:
    """What differs between a page and what was sent, in sentences."""
    said = [] if same_name(post.title, fields["title"]) else ["WordPress changed the title."]
    if fields.get("status") not in {None, post.status}:
        said.append(f"WordPress keeps the page as “{post.status}”: the connection's user may not publish pages.")
    return [*said, *differences(fields["content"], post.content)]
