"""What an article is for the Linker: the rows that are made of it, without a look at the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from igny8_lib.linker.addresses import absolute, address, host_of
from igny8_lib.linker.anchors import Source
from igny8_lib.linker.phrases import phrases
from igny8_lib.linker.signatures import encode
from igny8_lib.linker.texts import Article
from igny8_lib.models import Content, ContentStatus, PhraseKind, PostFound, Publication
from igny8_lib.planner.vectors import digest
from igny8_lib.text.characters import storable

NOT_THERE = (PostFound.UNPUBLISHED, PostFound.TRASHED, PostFound.DELETED)
"""How a later check finds a post that people took down: readers would meet nothing."""
LONGEST_ANCHOR = 300
MOST_LINKS = 500
"""Of one article: more are a list of links and no text."""
COLUMNS: tuple[Any, ...] = (
    *(Content.id, Content.version, Content.title, Content.html, Content.meta_description, Content.primary_keyword),
    *(Content.secondary_keywords, Content.cluster_id, Content.external_url, Content.status),
)


@dataclass(frozen=True)
class Reading:
    """The rows of an article."""

    content_id: int
    reading: dict[str, Any]
    target: dict[str, Any] | None
    """None for one that nobody can link to."""
    phrases: dict[int, PhraseKind]
    links: list[dict[str, Any]] = field(default_factory=list)
    """Links to pages of the site, and others that may lead to one: an article can have any address."""


def read_article(row: Row[Any], site_id: int, language: str, domain: str, *, is_there: bool) -> Reading:
    """The rows of an article of a site; `is_there` says whether its post is still where it was published."""
    article = Article.of(row, Source(row.html, language))
    mine = {"site_id": site_id, "content_id": row.id}
    where = address(row.external_url or "") if row.status is ContentStatus.PUBLISHED and is_there else ""
    target = {
        "href": row.external_url,
        "address": where,
        "title": row.title,
        "cluster_id": row.cluster_id,
        "digest": article.digest,
        "keyword_digest": digest(article.keyword_text),
        "words": encode(article.counts),
    }
    called = phrases(row.title, article.keywords[0], article.keywords[1:], article.counts, language) if where else {}
    return Reading(
        content_id=row.id,
        reading=mine | {"version": row.version, "digest": article.digest},
        target=mine | target if where else None,
        phrases=called,
        links=[mine | link for link in links_of(article.source, row.external_url or f"https://{domain}/")],
    )


def links_of(source: Source, base: str) -> list[dict[str, Any]]:
    """The links of an article that lead to pages of the web, in their order; `base` is the article's own address."""
    found = []
    for href, anchor in source.links():
        where = address(absolute(href, base))
        if where and where != address(base):
            found.append({"href": storable(href), "address": where, "anchor": storable(anchor[:LONGEST_ANCHOR])})
    return found[:MOST_LINKS]


def is_on_site(link: dict[str, Any], hosts: frozenset[str]) -> bool:
    """Whether a link leads to the site by its host; subdomains are other websites."""
    return host_of(f"https://{link['address']}") in hosts


def not_there(session: Session, site_id: int, content_ids: list[int]) -> frozenset[int]:
    """Those articles whose post people took down, as far as a later check has seen it."""
    same = or_(Publication.external_url == Content.external_url, Publication.external_url.is_(None))
    query = (
        select(Publication.content_id)
        .join(Content, (Content.id == Publication.content_id) & (Content.site_id == Publication.site_id))
        .where(Publication.site_id == site_id, Publication.content_id.in_(content_ids), same)
        .where(Publication.found.in_(NOT_THERE))
    )
    return frozenset(session.scalars(query))
