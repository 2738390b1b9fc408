"""What WordPress kept of a post, beside what was sent: it loses unknown terms, pictures and fields without a word."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from igny8_lib.publishing.wordpress.comparison import differences, fingerprint, same_name
from igny8_lib.wordpress.posts import Post

Kept = Callable[[Post, Any], bool]
KEPT: dict[str, Kept] = {
    "title": lambda post, sent: same_name(post.title, sent),
    "excerpt": lambda post, sent: same_name(post.excerpt, sent),
    "status": lambda post, sent: post.status == sent,
    "featured_media": lambda post, sent: post.featured_media == sent,
    "categories": lambda post, sent: set(post.categories) == set(sent),
    "tags": lambda post, sent: set(post.tags) == set(sent),
    "author": lambda post, sent: post.author == sent,
    "comment_status": lambda post, sent: post.comment_status == sent,
}
"""Whether a field was kept. Not the slug: where it is taken, WordPress adds a number, and that is right."""
SAID = {
    "title": "WordPress changed the title.",
    "excerpt": "WordPress changed the excerpt.",
    "status": "WordPress gave the post another status.",
    "featured_media": "WordPress did not keep the featured picture.",
    "categories": "WordPress did not keep all categories.",
    "tags": "WordPress did not keep all tags.",
    "author": "WordPress put another author's name on the post.",
    "comment_status": "WordPress decides itself whether readers may comment.",
}


def lost(post: Post, sent: dict[str, Any]) -> dict[str, Any]:
    """The fields that were not kept, as they were sent: what a repair sends once more."""
    return {name: sent[name] for name, kept in KEPT.items() if name in sent and not kept(post, sent[name])}


def told(post: Post, sent: dict[str, Any]) -> list[str]:
    """What differs between a post and what was sent, in sentences."""
    return [*(SAID[name] for name in lost(post, sent)), *differences(sent["content"], post.content)]


def facts_of(post: Post) -> dict[str, Any]:
    """What later checks compare with."""
    return {
        "status": post.status,
        "says": says(post),
    }


def says(post: Post) -> str:
    """A hash of all that people could have changed."""
    return fingerprint(
        post.content,
        title=post.title,
        excerpt=post.excerpt,
        slug=post.slug,
        featured=post.featured_media,
        categories=sorted(post.categories),
        tags=sorted(post.tags),
    )
