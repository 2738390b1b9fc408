"""Having the vectors of a site's articles, and of what they are mainly called, where the endpoint has embeddings.

    a page of articles without ─> their texts ─> HTTP, no transaction open ─> text_vectors ─> noted as asked

Nobody is charged, and nothing depends on it: without vectors the Linker ranks by words alone. A text is asked for once
for each model (`text_vectors` is found by the text's digest); an article whose text changed is asked for anew.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_, select, tuple_, update
from sqlalchemy.orm import Session

from igny8_lib.ai.embedding_requests import ask, brief_client
from igny8_lib.ai.endpoint import Endpoint
from igny8_lib.db.session import Sessions
from igny8_lib.linker.anchors import Source
from igny8_lib.linker.owners import language_and_domain
from igny8_lib.linker.reading import COLUMNS
from igny8_lib.linker.texts import Article
from igny8_lib.models import Content, LinkReading
from igny8_lib.planner import vectors

PAGE = 128
"""Articles of one round: two requests, some megabytes of text."""
SITES_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Filled:
    """What came of asking."""

    articles: int
    """That were asked for, or had their vectors already."""
    remark: str
    """Why others have none; empty where all is well."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some articles, and those of their texts that have no vector."""

    keys: tuple[tuple[int, bytes], ...]
    """Number and digest of each article, as they were read."""
    texts: tuple[str, ...]


def sites_without(session: Session, model: str, *, limit: int = SITES_AT_ONCE) -> list[int]:
    """Some sites with articles whose vectors were not yet asked for; one statement, none without a model."""
    if not model:
        return []
    query = select(LinkReading.site_id).where(not_by(model)).distinct().limit(limit)
    return list(session.scalars(query))


def not_by(model: str) -> ColumnElement[bool]:
    """Which readings were not embedded by a model; as two ranges of an index."""
    return or_(LinkReading.embedded_by < model, LinkReading.embedded_by > model)


async def fill(sessions: Sessions, endpoint: Endpoint, site_id: int, *, seconds: float = 60) -> Filled:
    """Ask for what a site's articles lack, page after page; after `seconds` the next call goes on.

    An endpoint that refuses is not asked on, and what it refused is asked for again next time.
    """
    if not endpoint.embedding_model:
        return Filled(0, "")
    until, articles = time.monotonic() + seconds, 0
    async with brief_client(endpoint) as client:
        while time.monotonic() < until:
            page = await asyncio.to_thread(read_page, sessions, site_id, endpoint.embedding_model)
            if not page.keys:
                break
            found, reason = await ask(client, page.texts) if page.texts else ({}, "")
            with sessions.begin() as session:
                vectors.store(session, site_id, endpoint.embedding_model, found)
                if not reason:
                    note(session, site_id, endpoint.embedding_model, page.keys)
            if reason:
                return Filled(articles, f"Articles are compared by their words alone: {reason}")
            articles += len(page.keys)
    return Filled(articles, "")


def read_page(sessions: Sessions, site_id: int, model: str) -> Page:
    """The next articles that lack vectors, in a transaction of its own."""
    with sessions() as session:
        language, _ = language_and_domain(session, site_id)
        query = (
            select(*COLUMNS, LinkReading.digest)
            .join(LinkReading, (LinkReading.content_id == Content.id) & (LinkReading.site_id == Content.site_id))
            .where(Content.site_id == site_id, LinkReading.site_id == site_id, not_by(model))
            .order_by(LinkReading.content_id)
            .limit(PAGE)
        )
        rows: Sequence[Any] = session.execute(query).all()
        read = [Article.of(row, Source(row.html, language)) for row in rows]
        texts = [text for each in read for text in (each.embedding_text, each.keyword_text)]
        keys = tuple((row.id, row.digest) for row in rows)
        return Page(keys, tuple(vectors.missing(session, site_id, model, texts)))


def note(session: Session, site_id: int, model: str, keys: Sequence[tuple[int, bytes]]) -> None:
    """These articles were asked for, as far as they still say the same."""
    same = tuple_(LinkReading.content_id, LinkReading.digest).in_(list(keys))
    changed = update(LinkReading).values(embedded_by=model).where(LinkReading.site_id == site_id, same)
    session.execute(changed.execution_options(synchronize_session=False))
