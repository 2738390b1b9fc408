"""Finding a page again in WordPress, making it, and telling whether it is as it was written."""

from __future__ import annotations

import hashlib
import json
import time
from html import escape

from igny8_lib.db.session import Sessions
from igny8_lib.publishing.wordpress.comparison import fingerprint
from igny8_lib.publishing.wordpress.content import mark_of
from igny8_lib.publishing.wordpress.own_post import TRASH, find_by_mark, find_by_number
from igny8_lib.publishing.wordpress.post_writing import SETTLING
from igny8_lib.site_builder.documents import Page
from igny8_lib.site_builder.wordpress_pages.rows import GOING, Known, keep
from igny8_lib.text.normalisation import normalise
from igny8_lib.wordpress.client import WordPress
from igny8_lib.wordpress.documents import words
from igny8_lib.wordpress.errors import Gone
from igny8_lib.wordpress.posts import Post

NAME = "%pagename%"
"""What stands for a page's name in the form of WordPress' addresses."""


def digest_of(content: str, title: str) -> str:
    """SHA-256 of what a page says; WordPress may write it a little differently."""
    return fingerprint(content, title=normalise(title))


def says(post: Post) -> str:
    """The same of a page that is there."""
    return digest_of(post.content, post.title)


def sent_digest(page: Page, position: int, content: str) -> str:
    """SHA-256 of what is sent of a page, to the character."""
    return hashlib.sha256(json.dumps([page.slug, page.title, position, content]).encode()).hexdigest()


def find(wordpress: WordPress, known: Known) -> Post | None:
    """The page, one in the trash, too; None where there is none, or it was deleted for good.

    One that was asked for by a process that died may still be in the making: it is waited for once.
    """
    pages = wordpress.static_pages
    if known.external_id:
        found = find_by_number(wordpress, known.external_id, known.mark, known.slug, among=pages)
        return found or next(iter(find_by_mark(wordpress, known.mark, known.slug, among=pages)), None)
    if known.is_new:
        return None
    found = next(iter(find_by_mark(wordpress, known.mark, known.slug, among=pages)), None)
    if found is None:
        time.sleep(SETTLING)
        found = next(iter(find_by_mark(wordpress, known.mark, known.slug, among=pages)), None)
    return found


def make(wordpress: WordPress, sessions: Sessions, known: Known, page: Page, position: int) -> tuple[Known, Post]:
    """A draft with nothing but the title and the mark, so that its address is known before others link to it.

    What a request that was repeated on its way made beside it is deleted at once.
    """
    content = mark_of(known.mark)
    known = keep(sessions, known, digest=digest_of(content, page.title), sent="", version=None, external_id=None)
    fields = {"title": escape(page.title, quote=False), "slug": page.slug, "menu_order": position}
    pages = wordpress.static_pages
    made = pages.create(fields | {"content": content, "status": "draft"})
    alike = [post for post in find_by_mark(wordpress, known.mark, among=pages) if post.content == made.content]
    stays, *doubles = sorted([made, *(post for post in alike if post.id != made.id)], key=lambda post: post.id)
    for double in doubles:
        pages.delete(double.id)
    return keep(sessions, known, external_id=str(stays.id), slug=page.slug), stays


def is_as_written(post: Post, known: Known) -> bool:
    """Whether nobody but us has changed what the page says, or put it into the trash."""
    if post.status == TRASH:
        return known.sent == GOING
    return says(post) in known.digest.split()


def address_of(post: Post) -> str:
    """Where visitors find the page, once it is public."""
    form = words(post.document.get("permalink_template"))
    if post.status == "publish" or NAME not in form:
        return post.link
    name = words(post.document.get("generated_slug")) or post.slug
    return form.replace(NAME, name.removesuffix("__trashed"))


def read(wordpress: WordPress, number: int) -> Post:
    """The page as WordPress keeps it now. Raises Gone."""
    found = wordpress.static_pages.get(number)
    if found is None:
        raise Gone(f"WordPress took page {number} and does not have it any more: look at its plug-ins, then try again.")
    return found
