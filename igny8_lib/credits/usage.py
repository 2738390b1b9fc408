"""What an account used: credits by operation, stage, site, day and run, with the provider's tokens and cost beside.

Credits come from the ledger (net of refunds that name an operation), tokens and cost from the journal of AI requests:
answers that were asked for again or refused cost the provider's money and no credits, and are in the figures. Both are
read from covering indexes; what is unknown stays None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Date, Row, cast, func, select
from sqlalchemy.orm import Session

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.errors import NotFound
from igny8_lib.models import AICall, AutomationRun, LedgerEntry, Operation, Site

OPERATION_OF_FUNCTION = {
    "auto_cluster": Operation.CLUSTERING,
    "generate_ideas": Operation.IDEA_GENERATION,
    "generate_content": Operation.CONTENT_GENERATION,
    "generate_image_prompts": Operation.IMAGE_PROMPT_EXTRACTION,
    "generate_images": Operation.IMAGE_GENERATION,
}
"""The journal names AI functions, the ledger operations; a function that is not listed is shown by its own name."""


class Grouping(StrEnum):
    """What a report has one row for; articles have a report of their own (article_costs)."""

    OPERATION = "operation"
    STAGE = "stage"
    SITE = "site"
    DAY = "day"
    RUN = "run"


@dataclass(frozen=True)
class Period:
    """From `since` until before `until`; None is open."""

    since: datetime | None = None
    until: datetime | None = None

    def holds(self, moment: Any) -> list[ColumnElement[bool]]:  # noqa: ANN401 - any mapped time
        """The conditions on a column."""
        bounds = []
        if self.since is not None:
            bounds.append(moment >= self.since)
        if self.until is not None:
            bounds.append(moment < self.until)
        return bounds


ALWAYS = Period()


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
    statement over a covering index."""
    rows = session.execute(sum_charges(account_id, grouping, period, site_id))
    return {row.key: row.credits for row in rows}


def sum_charges(account_id: int, grouping: Grouping, period: Period, site_id: int | None) -> Any:  # noqa: ANN401 - a Select of three columns
    """Entries and credits by key."""
    keys: dict[Grouping, Any] = {
        Grouping.OPERATION: LedgerEntry.operation,
        Grouping.STAGE: LedgerEntry.stage,
        Grouping.SITE: LedgerEntry.site_id,
        Grouping.DAY: day_of(LedgerEntry.created_at),
        Grouping.RUN: LedgerEntry.run_id,
    }
    conditions = [
        LedgerEntry.account_id == account_id,
        LedgerEntry.operation.is_not(None),
        *period.holds(LedgerEntry.created_at),
    ]
    if site_id is not None:
        conditions.append(LedgerEntry.site_id == site_id)
    key = keys[grouping].label("key")
    return (
        select(key, func.count().label("entries"), func.sum(-LedgerEntry.amount).label("credits"))
        .where(*conditions)
        .group_by(key)
    )


def figures_by_key(
    session: Session, account_id: int, grouping: Grouping, period: Period, site_id: int | None
) -> dict[Any, AIFigures]:
    """The provider's figures by the same keys."""
    query = sum_requests(sites_of(session, account_id, site_id), grouping, period)
    figures = {row.key: figures_of(row) for row in session.execute(query)}
    if grouping is Grouping.OPERATION:
        return {OPERATION_OF_FUNCTION.get(function, function): found for function, found in figures.items()}
    return figures


def sum_requests(site_ids: Iterable[int], grouping: Grouping, period: Period) -> Any:  # noqa: ANN401 - a Select of six columns
    """The journal's figures by key."""
    keys: dict[Grouping, Any] = {
        Grouping.OPERATION: AICall.operation,
        Grouping.STAGE: AICall.stage,
        Grouping.SITE: AICall.site_id,
        Grouping.DAY: day_of(AICall.created_at),
        Grouping.RUN: AICall.run_id,
    }
    key = keys[grouping].label("key")
    conditions = [AICall.site_id.in_(site_ids), *period.holds(AICall.created_at)]
    return select(key, *ai_sums()).where(*conditions).group_by(key)


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


def day_of(moment: Any) -> ColumnElement[date]:  # noqa: ANN401 - any mapped time
    """The UTC day of a column."""
    return cast(func.timezone("UTC", moment), Date)


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
