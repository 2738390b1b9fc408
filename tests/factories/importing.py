"""Articles that WordPress has, too, as an import leaves them."""

from __future__ import annotations

import itertools
from typing import Any

from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.models import Content, ContentSource, ContentStatus, PostKind, Site, SyncConflict, WordPressOriginal
from igny8_lib.publishing.importing.posts import WordPressPost
from tests.factories.articles import make_article

counter = itertools.count(1)


def make_post(title: str = "Roses", raw: str = "<p>Roses grow.</p>", **values: object) -> WordPressPost:
    """A public post as WordPress tells it."""
    number = next(counter)
    return WordPressPost.model_validate(
        {
            "kind": PostKind.POST,
            "id": number,
            "status": "publish",
            "slug": f"roses-{number}",
            "url": f"https://www.example.com/roses-{number}/",
            "raw_title": title,
            "raw": raw,
            "excerpt": "",
            "modified_at": None,
            "date": None,
            "author": 1,
            "categories": [],
            "tags": [],
            "featured": None,
        }
        | values
    )


def theirs(title: str, raw: str = "<p>Roses grow.</p>") -> dict[str, Any]:
    """What a conflict keeps of WordPress' side."""
    post = make_post(title, raw)
    return {"title": title, "post": post.model_dump(mode="json")}


def make_imported(
    session: Session, site: Site, *, original: dict[str, object] | None = None, **values: object
) -> Content:
    """An imported article, the same on both sides."""
    post = make_post()
    article = {
        "source": ContentSource.WORDPRESS,
        "status": ContentStatus.PUBLISHED,
        "external_id": post.external_id,
        "external_url": post.url,
    }
    content = make_article(session, site, **(article | values))
    session.add(
        WordPressOriginal(
            **{
                "content_id": content.id,
                "site_id": site.id,
                "external_id": post.external_id,
                "kind": post.kind,
                "raw": post.raw,
                "digest": post.digest,
                "version": content.version,
                "status": post.status,
                "modified_at": clock.now(),
                "seen_at": clock.now(),
            }
            | (original or {})
        )
    )
    session.flush()
    return content


def make_conflict(
    session: Session, site: Site, title: str = "Their roses", raw: str = "<p>Theirs grow.</p>"
) -> Content:
    """An imported article that was changed on both sides."""
    content = make_imported(session, site)
    conflict = SyncConflict(site_id=site.id, content_id=content.id, theirs=theirs(title, raw), seen_at=clock.now())
    session.add(conflict)
    session.flush()
    return content
