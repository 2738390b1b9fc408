"""Shapes of the billing group: what an account has, used and pays."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from igny8_lib.models import EntryType, Operation, ReplenishmentOutcome
from igny8_web.api.shapes import Answer, Asked, CreditAmount, Pagination

WholeAccount = Annotated[
    int | float | None, Field(description="Credits of the whole account; null for who sees only some of its sites.")
]
Version = Annotated[int, Field(ge=0, le=2**63 - 1, description="The version that was read; 0 before the first change.")]
Amount = Annotated[float | None, Field(ge=0, le=1_000_000, description="Credits, at most two decimals.")]


class Hold(Answer):
    """What is reserved for requests under way; without a run it is work outside of runs."""

    site: str | None
    run_id: str | None
    run_number: int | None
    operation: Operation
    requests: int
    credits: CreditAmount


class Grant(Answer):
    """The next monthly credits."""

    at: datetime
    credits: CreditAmount


class Balance(Answer):
    """Available is balance less reserved."""

    account: str
    available: CreditAmount
    balance: WholeAccount
    reserved: WholeAccount
    reservations: list[Hold]
    next_grant: Grant | None


class Entry(Answer):
    """One movement of credits."""

    id: int
    created_at: datetime
    entry_type: EntryType
    operation: Operation | None
    credits: CreditAmount
    balance_after: WholeAccount
    site: str | None
    run_id: str | None
    stage: int | None
    related_type: str | None
    related_id: int | None
    title: Annotated[str | None, Field(description="Of the article that was paid for.")]
    created_by: str
    note: str


class LedgerPagination(Pagination):
    """`total_count` stops at 10,000; then `is_exact` is false, and there are more."""

    is_exact: bool


class Ledger(Answer):
    """A page of the ledger, newest first."""

    entries: list[Entry]
    pagination: LedgerPagination
    next_before: Annotated[int | None, Field(description="Go on with before=…; null on the last page.")]


class AIFigures(Answer):
    """What the provider counted; null where it told nothing. Its cost is in US dollars."""

    ai_calls: int
    tokens_in: int | None
    tokens_cached: int | None
    tokens_out: int | None
    provider_cost: float | None


class UsageRow(AIFigures):
    """What belongs to no site, stage or run has the label `-`."""

    label: str
    entries: int
    credits: CreditAmount


class Usage(Answer):
    """Credits net of refunds."""

    group_by: str
    total_credits: CreditAmount
    rows: list[UsageRow]
    pagination: Pagination


class ArticleCost(AIFigures):
    """A finished article with what was charged for it by name."""

    content_id: int
    title: str
    site: str
    status: str
    words: int
    credits: CreditAmount
    by_operation: dict[Operation, CreditAmount]


class ArticleCosts(Answer):
    """A page of articles, newest first."""

    articles: list[ArticleCost]
    next_before: Annotated[int | None, Field(description="Go on with before=…; null on the last page.")]


class Price(Answer):
    """`cost` per `unit_size` units, at least `minimum` per request."""

    cost: CreditAmount
    unit: str
    unit_size: int
    minimum: CreditAmount
    budget_percentage: int


class Cost(Price):
    """What holds, the constant in code, and who changed it last."""

    operation: Operation
    is_default: bool
    default: Price
    changed_by: str
    changed_at: datetime | None
    reason: str
    version: int


class Costs(Answer):
    """The price list."""

    costs: list[Cost]


class CostChange(Asked):
    """What is null stays as it is."""

    version: Version
    cost: Amount = None
    unit: Annotated[str | None, Field(max_length=50)] = None
    unit_size: Annotated[int | None, Field(ge=1, le=10**9)] = None
    minimum: Amount = None
    budget_percentage: Annotated[int | None, Field(ge=0, le=100)] = None
    is_active: Annotated[bool | None, Field(description="False: the constant in code holds.")] = None
    reason: Annotated[str, Field(max_length=500, description="Why; kept in the history.")] = ""


class ChangedCost(Answer):
    """A change that was made; `old` is null where the operation was first written."""

    operation: Operation
    changed_by: str
    changed_at: datetime
    reason: str
    old: dict[str, Any] | None
    new: dict[str, Any]


class CostHistory(Answer):
    """A page of changes, newest first."""

    changes: list[ChangedCost]
    pagination: Pagination


class Plan(Answer):
    """What an account may buy. The price is per billing cycle, in the currency of the contract."""

    name: str
    monthly_credits: CreditAmount
    support_level: str
    billing_cycle: str
    price: float
    features: dict[str, Any]


class Plans(Answer):
    """All plans for the platform's admins, the account's own for everybody else."""

    plans: list[Plan]


class BudgetShare(Answer):
    """An operation's part of the next run's credits; `up_to` is with all that earlier ones leave."""

    operation: Operation
    percentage: int
    credits: CreditAmount
    up_to: CreditAmount


class AIBudget(Answer):
    """How the next run's credits are shared out."""

    site: str
    site_id: int
    is_default: bool
    total: Annotated[int | float, Field(description="The lower of what is available and the limit per run.")]
    max_credits_per_run: CreditAmount
    operations: list[BudgetShare]


class SharesWanted(Asked):
    """Whole percentages of the run's operations that sum to 100; what is not named gets 0."""

    shares: dict[Operation, Annotated[int, Field(ge=0, le=100)]]


class Decision(Answer):
    """What a month brought."""

    month: date
    outcome: ReplenishmentOutcome
    credits: CreditAmount
    decided_at: datetime


class Replenishments(Answer):
    """A page of months, newest first."""

    replenishments: list[Decision]
    pagination: Pagination
