"""Which post is the publication's own: by its number, by its mark, by its slug; never one of somebody else."""

from __future__ import annotations

from collections.abc import Iterable

from igny8_lib.publishing.wordpress.content import has_mark
from igny8_lib.wordpress.client import WordPress
from igny8_lib.wordpress.posts import EVERY, Post, Posts

TRASH = "trash"
CLASHES = 9
"""How often a slug is looked for with a number behind it, as WordPress adds it where the slug is taken."""


def find_by_number(
    wordpress: WordPress, number: str, mark: str, slug: str = "", *, among: Posts | None = None
) -> Post | None:
    """The post that was known by this number, where it is still the same; `among` says where but among the posts.

    Its mark tells, or its slug where people wrote the text anew: a website that was set up again gives the number to
    another post.
    """
    posts = among or wordpress.posts
    found = posts.get(int(number)) if number.isascii() and number.isdigit() else None
    if found is None or has_mark(found.content, mark):
        return found
    return found if slug and found.slug.removesuffix("__trashed") == slug else None


def find_by_mark(wordpress: WordPress, mark: str, slug: str = "", *, among: Posts | None = None) -> list[Post]:
    """The posts that bear the mark, in the order of their numbers: one, unless a request was repeated on its way.

    Plug-ins replace the search, and some do not look at comments: so the slug is looked for, too.
    """
    posts = among or wordpress.posts
    found = marked(posts.find(search=mark, statuses=EVERY), mark)
    if found or not slug:
        return found
    slugs = [slug, f"{slug}__trashed", *(f"{slug}-{number}" for number in range(2, CLASHES + 1))]
    return marked(posts.find(slug=",".join(slugs), statuses=EVERY), mark)


def marked(posts: Iterable[Post], mark: str) -> list[Post]:
    """Those with the mark."""
    return [post for post in posts if has_mark(post.content, mark)]
