"""An imported article goes back into the post that it came from: its text, its title, its terms, and nothing else.

The post keeps its address, author, date, status and featured picture, and everything in its text that has no place in
our HTML (publishing/importing/round_trip.py). It bears no mark: it is known by its number, and never made.
"""

from __future__ import annotations

from html import escape
from typing import Any

from igny8_lib.models import StepName
from igny8_lib.publishing.errors import PublishingFailed
from igny8_lib.publishing.target import Article, Imported, Post, Steps
from igny8_lib.publishing.wordpress.own_post import TRASH
from igny8_lib.publishing.wordpress.verification import facts_of, says, told
from igny8_lib.wordpress.client import WordPress
from igny8_lib.wordpress.posts import Post as Stored

POST = "post"
"""In the step's trace, written by the publisher: the post as it was written last."""
SENT = "sent"
"""In the step's trace: the version of the article that was sent, so that an answer that never came is known as ours."""


def write_back(wordpress: WordPress, article: Article, imported: Imported, steps: Steps) -> Post:
    """Let the post say what the article says. Raises PublishingFailed where it is gone, or was changed there since it
    was last read: then nothing is written."""
    route = wordpress.static_pages if imported.kind == "pages" else wordpress.posts
    fields = fields_of(article, imported, steps)
    before = there(route.get(int(imported.number)))
    if not says_it(before, fields):
        require_unchanged(before, imported, article, steps)
        steps.keep(StepName.POST, steps.trace(StepName.POST) | {SENT: article.version})
        route.update(before.id, fields)
    stored = there(route.get(before.id))
    missing = steps.trace(StepName.TERMS).get("missing", [])
    facts = facts_of(stored) | {"differs": [*missing, *told(stored, fields)]}
    return Post(str(stored.id), stored.link, stored.slug, facts)


def fields_of(article: Article, imported: Imported, steps: Steps) -> dict[str, Any]:
    """What is sent. Pages have no terms; without categories WordPress keeps its own."""
    fields: dict[str, Any] = {"title": escape(article.title, quote=False), "content": imported.raw}
    if imported.kind == "pages":
        return fields
    terms = steps.trace(StepName.TERMS)
    fields["tags"] = sorted(terms.get("tags", {}).values())
    if categories := sorted(terms.get("categories", {}).values()):
        fields["categories"] = categories
    return fields


def there(post: Stored | None) -> Stored:
    """The post. Raises PublishingFailed where it cannot be changed."""
    if post is None:
        raise PublishingFailed("deleted", "The post was deleted in WordPress: nothing was written.", temporary=False)
    if post.status == TRASH:
        sentence = "The post lies in WordPress' trash: restore it there, then write it back."
        raise PublishingFailed("trashed", sentence, temporary=False)
    return post


def says_it(post: Stored, fields: dict[str, Any]) -> bool:
    """Whether the post says all of it already."""
    return post.content == fields["content"] and not told(post, fields)


def require_unchanged(post: Stored, imported: Imported, article: Article, steps: Steps) -> None:
    """Raises PublishingFailed where people changed the post since it was last read, and not we ourselves did."""
    trace = steps.trace(StepName.POST)
    last = ((trace.get(POST) or {}).get("facts") or {}).get("says")
    modified = post.modified.isoformat() if post.modified else ""
    as_read = modified == imported.modified and post.content == imported.before  # WordPress' time has whole seconds
    if as_read or says(post) == last or trace.get(SENT) == article.version:
        return
    raise PublishingFailed(
        "changed_there",
        "People changed the post in WordPress since it was last read. Nothing was written: let it be read anew "
        "(igny8 wordpress sync), decide which text wins, then write it back.",
        temporary=False,
    )
