"""What an account used: credits by operation, stage, site, day and run, with the provider's tokens and cost beside.

Credits come from the ledger (net of refunds that name an operation), tokens and cost from the journal of AI requests:
answers that were asked for again or refused cost the provider's money and no credits, and are in the figures. Both are
read from daily rows (usage_sums.py); what is unknown stays None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.credits.periods import ALWAYS, Period
from igny8_lib.credits.usage_sums import Grouping, sum_charges, sum_requests
from igny8_lib.errors import NotFound
from igny8_lib.models import AICall, AutomationRun, Operation, Site

__all__ = ["ALWAYS", "AIFigures", "Grouping", "Period", "UsageRow", "charged_by", "usage_by"]

OPERATION_OF_FUNCTION = {
    "auto_cluster": Operation.CLUSTERING,
    "generate_ideas": Operation.IDEA_GENERATION,
    "generate_content": Operation.CONTENT_GENERATION,
    "generate_image_prompts": Operation.IMAGE_PROMPT_EXTRACTION,
    "generate_images": Operation.IMAGE_GENERATION,
}
"""The journal names AI functions, the ledger operations; a function that is not listed is shown by its own name."""


@dataclass(frozen=True)
class AIFigures:
    """What the provider counted. None: no request told."""

    calls: int = 0
    tokens_in: int | None = None
    tokens_cached: int | None = None
    tokens_out: int | None = None
    provider_cost: Decimal | None = None
    """US dollars."""

    def as_json(self) -> dict[str, Any]:
        """Cost as a number of US dollars."""
        cost = None if self.provider_cost is None else float(self.provider_cost)
        return {
            "ai_calls": self.calls,
            "tokens_in": self.tokens_in,
            "tokens_cached": self.tokens_cached,
            "tokens_out": self.tokens_out,
            "provider_cost": cost,
        }


@dataclass(frozen=True)
class UsageRow:
    """One row of a report. `label` is what people read: an operation, a stage's number, a slug, a day, a run's name."""

    label: str
    entries: int
    credits: Credits
    ai: AIFigures

    def as_json(self) -> dict[str, Any]:
        """Credits as a number."""
        return {
            "label": self.label,
            "entries": self.entries,
            "credits": self.credits.as_number(),
            **self.ai.as_json(),
        }


def usage_by(
    session: Session, account_id: int, grouping: Grouping, *, period: Period = ALWAYS, site_id: int | None = None
) -> list[UsageRow]:
    """The account's usage in the period, of all its sites or of one; what belongs to no site, stage or run is `-`.

    Raises NotFound for a site that is not the account's.
    """
    charged = {row.key: row for row in session.execute(sum_charges(account_id, grouping, period, site_id))}
    asked = figures_by_key(session, account_id, grouping, period, site_id)
    keys = sorted({*charged, *asked}, key=lambda key: (key is None, key))
    labels = labels_of(session, grouping, keys)
    return [
        UsageRow(
            labels(key),
            charged[key].entries if key in charged else 0,
            charged[key].credits if key in charged else ZERO,
            asked.get(key, AIFigures()),
        )
        for key in keys
    ]


def charged_by(
    session: Session, account_id: int, grouping: Grouping, *, period: Period = ALWAYS, site_id: int | None = None
) -> dict[Any, Credits]:
    """Credits alone, by operation, stage, site id, UTC day or run's number; None for what belongs to none. One
    statement over daily rows."""
    rows = session.execute(sum_charges(account_id, grouping, period, site_id))
    return {row.key: row.credits for row in rows}


def figures_by_key(
    session: Session, account_id: int, grouping: Grouping, period: Period, site_id: int | None
) -> dict[Any, AIFigures]:
    """The provider's figures by the same keys."""
    query = sum_requests(sites_of(session, account_id, site_id), grouping, period)
    figures = {row.key: figures_of(row) for row in session.execute(query)}
    if grouping is Grouping.OPERATION:
        return {OPERATION_OF_FUNCTION.get(function, function): found for function, found in figures.items()}
    return figures


def ai_sums() -> tuple[ColumnElement[Any], ...]:
    """The columns of AIFigures, added up."""
    return (
        func.count().label("calls"),
        func.sum(AICall.tokens_in).label("tokens_in"),
        func.sum(AICall.tokens_cached).label("tokens_cached"),
        func.sum(AICall.tokens_out).label("tokens_out"),
        func.sum(AICall.provider_cost).label("provider_cost"),
    )


def figures_of(row: Row[Any]) -> AIFigures:
    """A row of ai_sums."""
    return AIFigures(
        row.calls, whole(row.tokens_in), whole(row.tokens_cached), whole(row.tokens_out), row.provider_cost
    )


def whole(value: Decimal | None) -> int | None:
    """A sum of integers, which the database hands over as a Decimal."""
    return None if value is None else int(value)


def sites_of(session: Session, account_id: int, site_id: int | None) -> list[int]:
    """The account's sites, or the one that was asked for."""
    query = select(Site.id).where(Site.account_id == account_id)
    if site_id is not None:
        query = query.where(Site.id == site_id)
    found = list(session.scalars(query))
    if site_id is not None and not found:
        raise NotFound(f"Account {account_id} has no site {site_id}.")
    return found


def labels_of(session: Session, grouping: Grouping, keys: Iterable[Any]) -> Callable[[Any], str]:
    """How the keys of a grouping read."""
    names: dict[Any, str] = {}
    if grouping is Grouping.SITE:
        names = {row.id: row.slug for row in session.execute(select(Site.id, Site.slug).where(Site.id.in_(keys)))}
    elif grouping is Grouping.RUN:
        runs = select(AutomationRun.id, AutomationRun.run_id, Site.slug).join(Site).where(AutomationRun.id.in_(keys))
        names = {row.id: f"{row.slug} {row.run_id}" for row in session.execute(runs)}
    return lambda key: "-" if key is None else names.get(key, str(key))
