"""Pages of WordPress that a version has no longer: into its trash, from where people can take them back."""

from __future__ import annotations

from igny8_lib.db.session import Sessions
from igny8_lib.publishing.wordpress.own_post import TRASH
from igny8_lib.site_builder.wordpress_pages import own_page
from igny8_lib.site_builder.wordpress_pages.rows import GOING, Known, forget, keep
from igny8_lib.wordpress.client import WordPress

KEPT = (
    "The website has this page no longer, but people changed it in WordPress: it was left there. Delete it there if it "
    "shall go."
)


def put_away(
    wordpress: WordPress, sessions: Sessions, gone: list[Known], *, force: bool
) -> tuple[list[str], list[dict[str, str]]]:
    """Trash what was written here and nobody changed; the slugs of these, and the pages that were left."""
    trashed, left = [], []
    for row in gone:
        known = row
        if known.is_put_away:
            continue
        post = own_page.find(wordpress, known)
        if post is None:
            forget(sessions, known)
        elif post.status != TRASH and not force and not own_page.is_as_written(post, known):
            left.append({"page": known.slug, "title": post.title, "url": post.link, "says": KEPT})
        else:
            known = keep(sessions, known, sent=GOING, external_id=str(post.id))
            wordpress.static_pages.trash(post.id)
            keep(sessions, known, version=None)
            trashed.append(known.slug)
    return trashed, left
