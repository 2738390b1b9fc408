"""What finished articles cost: credits by operation, with tokens and provider cost beside.

An article's cost is what was charged for it by name: writing, image prompts, images, linking, optimizing. Clustering
and planning serve many articles at once and are reported by stage, not shared out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.credits.usage import AIFigures, ai_sums, figures_of, sites_of
from igny8_lib.models import AICall, Content, ContentSource, ContentStatus, LedgerEntry, Operation, Site

FINISHED = (ContentStatus.REVIEW, ContentStatus.APPROVED, ContentStatus.REJECTED, ContentStatus.PUBLISHED)
"""Written and illustrated, whatever people decided then."""


@dataclass(frozen=True)
class ArticleCost:
    """One finished article."""

    content_id: int
    title: str
    site: str
    status: ContentStatus
    words: int
    by_operation: Mapping[Operation, Credits]
    ai: AIFigures

    @property
    def credits(self) -> Credits:
        """All that was charged for it."""
        return Credits.total(self.by_operation.values())

    def as_json(self) -> dict[str, Any]:
        """Credits as numbers."""
        return {
            "content_id": self.content_id,
            "title": self.title,
            "site": self.site,
            "status": self.status.value,
            "words": self.words,
            "credits": self.credits.as_number(),
            "by_operation": {operation.value: amount.as_number() for operation, amount in self.by_operation.items()},
            **self.ai.as_json(),
        }


def article_costs(
    session: Session, account_id: int, *, site_id: int | None = None, before: int | None = None, limit: int = 50
) -> list[ArticleCost]:
    """The account's finished articles that were written here, newest first; `before` is the content id that the last
    page ended with.

    Raises NotFound for a site that is not the account's.
    """
    query = select(Content.id, Content.title, Site.slug, Content.status, Content.word_count).join(
        Site, Site.id == Content.site_id
    )
    query = query.where(Content.site_id.in_(sites_of(session, account_id, site_id)), Content.status.in_(FINISHED))
    query = query.where(Content.source == ContentSource.IGNY8)
    if before is not None:
        query = query.where(Content.id < before)
    articles = session.execute(query.order_by(Content.id.desc()).limit(limit)).all()
    ids = [article.id for article in articles]
    charged, asked = charges_of(session, account_id, ids), figures_by_article(session, account_id, ids)
    return [
        ArticleCost(
            article.id,
            article.title,
            article.slug,
            article.status,
            article.word_count,
            charged.get(article.id, {}),
            asked.get(article.id, AIFigures()),
        )
        for article in articles
    ]


def charges_of(session: Session, account_id: int, content_ids: Sequence[int]) -> dict[int, dict[Operation, Credits]]:
    """Credits by article and operation, net of refunds."""
    query = (
        select(LedgerEntry.related_id, LedgerEntry.operation, func.sum(-LedgerEntry.amount))
        .where(*for_articles(account_id, content_ids), LedgerEntry.operation.is_not(None))
        .group_by(LedgerEntry.related_id, LedgerEntry.operation)
        .order_by(LedgerEntry.related_id, func.min(LedgerEntry.id))
    )
    found: dict[int, dict[Operation, Credits]] = defaultdict(dict)
    for content_id, operation, amount in session.execute(query):
        if content_id is not None and operation is not None:
            found[content_id][operation] = amount
    return found


def figures_by_article(session: Session, account_id: int, content_ids: Sequence[int]) -> dict[int, AIFigures]:
    """The provider's figures of all requests behind each article's charges, those asked again included."""
    query = (
        select(LedgerEntry.related_id, *ai_sums())
        .join(AICall, (LedgerEntry.idempotency_key == AICall.charge_key) & (AICall.site_id == LedgerEntry.site_id))
        .where(*for_articles(account_id, content_ids))
        .group_by(LedgerEntry.related_id)
    )
    return {row.related_id: figures_of(row) for row in session.execute(query)}


def for_articles(account_id: int, content_ids: Sequence[int]) -> tuple[Any, ...]:
    """The conditions on entries that name one of the articles."""
    return (
        LedgerEntry.account_id == account_id,
        LedgerEntry.related_type == "content",
        LedgerEntry.related_id.in_(content_ids),
    )
