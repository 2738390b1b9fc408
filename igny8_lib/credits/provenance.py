"""Where an article comes from: which model made which part of it, by which prompt, in which run."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib.credits.article_costs import for_articles
from igny8_lib.models import AICall, AutomationRun, LedgerEntry, Operation


@dataclass(frozen=True)
class Origin:
    """Requests of one kind behind an article."""

    operation: Operation
    model: str
    prompt_version: str
    run_id: str | None
    """The run's name; None where it is deleted, or there was none."""
    run_number: int | None
    requests: int


def origins_of(session: Session, account_id: int, content_id: int) -> list[Origin]:
    """What was charged for the article by name, with the requests behind it, in the order in which they were made; one
    statement."""
    kinds = (LedgerEntry.operation, AICall.model, AICall.prompt_version, AutomationRun.run_id, AutomationRun.run_number)
    query = (
        select(*kinds, func.count().label("requests"))
        .join(AICall, (LedgerEntry.idempotency_key == AICall.charge_key) & (AICall.site_id == LedgerEntry.site_id))
        .outerjoin(AutomationRun, (AutomationRun.id == AICall.run_id) & (AutomationRun.site_id == AICall.site_id))
        .where(*for_articles(account_id, [content_id]), LedgerEntry.operation.is_not(None))
        .group_by(*kinds)
        .order_by(func.min(AICall.id))
    )
    return [Origin(**row._mapping) for row in session.execute(query)]  # noqa: SLF001 - SQLAlchemy's public name for it
