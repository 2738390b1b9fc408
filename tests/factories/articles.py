"""Articles and their pictures."""

from __future__ import annotations

import itertools

from sqlalchemy.orm import Session

from igny8_lib.models import Content, ContentStatus, Image, ImageKind, ImageStatus, Site

counter = itertools.count(1)


def make_article(session: Session, site: Site, *, pictures: int = 0, **values: object) -> Content:
    """An article in review with so many drawn pictures."""
    number = next(counter)
    content = Content(
        **{
            "site_id": site.id,
            "title": f"Pruning roses {number}",
            "slug": f"pruning-roses-{number}",
            "html": "<p>Cut above a bud. Use sharp tools.</p><h2>When</h2><p>In spring.</p>",
            "meta_title": "Pruning roses",
            "meta_description": "How to prune roses.",
            "primary_keyword": "prune roses",
            "word_count": 10,
            "status": ContentStatus.REVIEW,
        }
        | values
    )
    session.add(content)
    session.flush()
    for position in range(pictures):
        session.add(
            Image(
                site_id=site.id,
                content_id=content.id,
                kind=ImageKind.IN_ARTICLE if position else ImageKind.FEATURED,
                position=position,
                prompt=f"A rose, {position}",
                alt_text="A rose",
                status=ImageStatus.GENERATED,
                file=f"{site.slug}/{content.id}/{position}.png",
                width=64,
                height=64,
                model="sandbox-image-1",
            )
        )
    session.flush()
    return content
