"""The sums behind usage reports: of daily rows, and of single entries and requests for parts of days only.

The rows (credit_usage_days, ai_usage_days) are kept by the triggers of what they sum up, in the same transaction, so a
report is right at any moment. A period that begins or ends within a day is whole days and the entries of one or two
parts of days, added up in one statement.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Date, Integer, Select, case, cast, func, literal, select, union_all

from igny8_lib.credits.periods import Period
from igny8_lib.models import AICall, AIUsageDay, CreditUsageDay, LedgerEntry


class Grouping(StrEnum):
    """What a report has one row for; articles have a report of their own (article_costs)."""

    OPERATION = "operation"
    STAGE = "stage"
    SITE = "site"
    DAY = "day"
    RUN = "run"


COLUMNS = {
    Grouping.OPERATION: "operation",
    Grouping.STAGE: "stage",
    Grouping.SITE: "site_id",
    Grouping.RUN: "run_id",
}
TOLD = {
    "tokens_in": "told_in",
    "tokens_cached": "told_cached",
    "tokens_out": "told_out",
    "provider_cost": "told_cost",
}
"""The provider's figures, and where a daily row counts the requests for which one is known."""


def sum_charges(account_id: int, grouping: Grouping, period: Period, site_id: int | None) -> Select[Any]:
    """`entries` and `credits` by `key`: charges less refunds of the account, or of one of its sites."""
    parts = []
    if (days := period.has_days(CreditUsageDay.day)) is not None:
        columns = (CreditUsageDay.entries.label("entries"), CreditUsageDay.credits.label("credits"))
        whole = select(key_of_days(CreditUsageDay, grouping), *columns)
        parts.append(whole.where(CreditUsageDay.account_id == account_id, *days))
        if site_id is not None:
            parts[0] = parts[0].where(CreditUsageDay.site_id == site_id)
    for part in period.parts_of_days():
        columns = (literal(1, BigInteger).label("entries"), (-LedgerEntry.amount).label("credits"))
        single = select(key_of_rows(LedgerEntry, grouping), *columns)
        single = single.where(LedgerEntry.account_id == account_id, LedgerEntry.operation.is_not(None))
        single = single.where(*part.holds(LedgerEntry.created_at))
        parts.append(single if site_id is None else single.where(LedgerEntry.site_id == site_id))
    all_of_it = union_all(*parts).subquery("charges").c
    entries = cast(func.sum(all_of_it.entries), BigInteger)
    sums = (entries.label("entries"), func.sum(all_of_it["credits"]).label("credits"))
    return select(all_of_it.key, *sums).group_by(all_of_it.key)


def sum_requests(site_ids: Iterable[int], grouping: Grouping, period: Period) -> Select[Any]:
    """`calls` and the provider's figures by `key`, each null where it is known of no request."""
    sites = list(site_ids)
    parts = []
    if (days := period.has_days(AIUsageDay.day)) is not None:
        figures = [getattr(AIUsageDay, name) for pair in TOLD.items() for name in pair]
        whole = select(key_of_days(AIUsageDay, grouping), AIUsageDay.calls, *figures)
        parts.append(whole.where(AIUsageDay.site_id.in_(sites), *days))
    for part in period.parts_of_days():
        single = select(key_of_rows(AICall, grouping), literal(1, BigInteger).label("calls"), *figures_of_one())
        parts.append(single.where(AICall.site_id.in_(sites), *part.holds(AICall.created_at)))
    all_of_it = union_all(*parts).subquery("requests").c
    sums = [
        case((func.sum(all_of_it[told]) > 0, func.sum(all_of_it[figure]))).label(figure)
        for figure, told in TOLD.items()
    ]
    calls = cast(func.sum(all_of_it.calls), BigInteger)
    return select(all_of_it.key, calls.label("calls"), *sums).group_by(all_of_it.key).having(calls > 0)


def figures_of_one() -> list[ColumnElement[Any]]:
    """What a single request adds, as a daily row has it."""
    return [
        column
        for figure, told in TOLD.items()
        for known in [getattr(AICall, figure)]
        for column in (known.label(figure), cast(known.is_not(None), Integer).label(told))
    ]


def key_of_days(rows: type[CreditUsageDay | AIUsageDay], grouping: Grouping) -> ColumnElement[Any]:
    """What a daily row counts for: null for no site, no run and no stage, which it has as 0."""
    if grouping is Grouping.DAY:
        return rows.day.label("key")
    column = getattr(rows, COLUMNS[grouping])
    found = column if grouping is Grouping.OPERATION else func.nullif(column, 0, type_=column.type)
    return found.label("key")


def key_of_rows(rows: type[LedgerEntry | AICall], grouping: Grouping) -> ColumnElement[Any]:
    """What a single entry or request counts for."""
    column = day_of(rows.created_at) if grouping is Grouping.DAY else getattr(rows, COLUMNS[grouping])
    return column.label("key")


def day_of(moment: Any) -> ColumnElement[date]:  # noqa: ANN401 - any mapped time
    """The UTC day of a column."""
    return cast(func.timezone("UTC", moment), Date)
