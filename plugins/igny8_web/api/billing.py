"""What an account has and used: balance, ledger, usage, replenishment, and the budgets of its sites.

Whoever sees only some sites of an account is told what is available, and what those sites used: balance, reserved,
balances after entries and monthly credits are the whole account's.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from sqlalchemy.orm import Session
from starlette.responses import StreamingResponse

from igny8_lib import clock
from igny8_lib.amounts import Credits
from igny8_lib.credits import budgets, entries, standing, usage
from igny8_lib.credits.article_costs import article_costs
from igny8_lib.credits.entries import LedgerPage, Places
from igny8_lib.credits.ledger import available_credits
from igny8_lib.models import AutomationConfig, LedgerEntry, Site
from igny8_lib.sites.access import Action, sees_all_sites
from igny8_lib.sites.sites import site_by_slug
from igny8_web.api.billing_shapes import (
    AIBudget,
    ArticleCosts,
    Balance,
    Ledger,
    LedgerPagination,
    Replenishments,
    SharesWanted,
    Usage,
)
from igny8_web.api.shapes import PageNumber, PageSize, pagination
from igny8_web.doors import SLUG_LENGTH, AccountDoor, OnAccount, OnNumberedSite, SiteDoor
from igny8_web.ledger_query import Asking, From, To, aware, stream_csv
from igny8_web.repeats import Named, do_once

router = APIRouter(prefix="/billing", tags=["billing"])

Reading = Annotated[AccountDoor, Depends(OnAccount(Action.READ))]
Managing = Annotated[AccountDoor, Depends(OnAccount(Action.MANAGE))]
ReadingSite = Annotated[SiteDoor, Depends(OnNumberedSite(Action.READ))]
ManagingSite = Annotated[SiteDoor, Depends(OnNumberedSite(Action.MANAGE))]
Before = Annotated[
    int | None, Query(ge=1, le=2**63 - 1, description="Go on before this id: `next_before` of the page in front.")
]
SiteFilter = Annotated[str, Query(max_length=SLUG_LENGTH, description="The slug of a site; all where absent.")]


@router.get("/balance/")
def balance(door: Reading) -> Balance:
    """What the account has, who reserves some of it now, and the next monthly credits."""
    whole = sees_all_sites(door.caller.person)
    with door.begin() as (session, account):
        stands = standing.standing_of(session, account.id)
        held = standing.holds_of(session, account.id)
        grant = standing.next_grant(account, clock.now()) if whole else None
    return Balance.model_validate(
        {
            "account": account.slug,
            "available": stands.available.as_number(),
            "balance": stands.balance.as_number() if whole else None,
            "reserved": stands.reserved.as_number() if whole else None,
            "reservations": [vars(hold) | {"credits": hold.amount.as_number()} for hold in held],
            "next_grant": {"at": grant.at, "credits": grant.amount.as_number()} if grant else None,
        }
    )


@router.get("/ledger/")
def ledger(
    door: Reading, asked: Asking, page: PageNumber = 1, page_size: PageSize = 50, before: Before = None
) -> Ledger:
    """The ledger, newest first, by page; beyond the newest 10,000 entries with `before`."""
    whole = sees_all_sites(door.caller.person)
    with door.begin() as (session, account):
        chosen = asked.filter_for(session, account)
        if before is None:
            found = entries.page_of(session, account.id, page, page_size, chosen=chosen)
        else:
            rest = entries.history(session, account.id, before=before, limit=page_size, chosen=chosen)
            found = LedgerPage(rest, page, page_size, *entries.count_up_to(session, account.id, chosen))
        places = entries.places_of(session, found.history.entries)
    return Ledger(
        entries=[entry_of(entry, places, whole=whole) for entry in found.history.entries],
        pagination=LedgerPagination.model_validate(found),
        next_before=found.history.next_before,
    )


def entry_of(entry: LedgerEntry, places: Places, *, whole: bool) -> Any:  # noqa: ANN401 - a document
    """An entry with the names of what it is about."""
    site, (run, _) = places.sites.get(entry.site_id or 0), places.runs.get(entry.run_id or 0, (None, 0))
    return {
        "id": entry.id,
        "created_at": entry.created_at,
        "entry_type": entry.entry_type,
        "operation": entry.operation,
        "credits": entry.amount.as_number(),
        "balance_after": entry.balance_after.as_number() if whole else None,
        "site": site,
        "run_id": run,
        "stage": entry.stage,
        "related_type": entry.related_type,
        "related_id": entry.related_id,
        "title": places.titles.get(entry.related_id or 0) if entry.related_type == "content" else None,
        "created_by": entry.created_by,
        "note": str(entry.metadata_.get("note", "")),
    }


@router.get("/ledger.csv", response_class=StreamingResponse)
def ledger_csv(door: Reading, asked: Asking) -> StreamingResponse:
    """The same entries as a CSV file, all of them. A text that begins like a formula has an apostrophe before it."""
    return stream_csv(door, asked)


@router.get("/usage/")
def list_usage(
    door: Reading,
    *,
    group_by: Annotated[usage.Grouping, Query(description="What there is one row for.")] = usage.Grouping.OPERATION,
    site: SiteFilter = "",
    since: From = None,
    to: To = None,
    page: PageNumber = 1,
    page_size: PageSize = 50,
) -> Usage:
    """Credits net of refunds, with the provider's tokens and cost, of the period; days are UTC."""
    with door.begin() as (session, account):
        site_id = site_by_slug(session, site, account_id=account.id).id if site else None
        period = usage.Period(aware(since), aware(to))
        rows = usage.usage_by(session, account.id, group_by, period=period, site_id=site_id)
    shown = rows[(page - 1) * page_size : page * page_size]
    return Usage(
        group_by=group_by.value,
        total_credits=Credits.total(row.credits for row in rows).as_number(),
        rows=[row.as_json() for row in shown],  # type: ignore[misc]  # documents, which pydantic reads
        pagination=pagination(page, page_size, len(rows)),
    )


@router.get("/usage/articles/")
def list_article_costs(
    door: Reading, site: SiteFilter = "", page_size: PageSize = 50, before: Before = None
) -> ArticleCosts:
    """What finished articles cost, newest first; clustering and ideas serve many at once and are in no article."""
    with door.begin() as (session, account):
        site_id = site_by_slug(session, site, account_id=account.id).id if site else None
        found = article_costs(session, account.id, site_id=site_id, before=before, limit=page_size + 1)
    shown = found[:page_size]
    return ArticleCosts.model_validate(
        {
            "articles": [cost.as_json() for cost in shown],
            "next_before": shown[-1].content_id if len(found) > page_size else None,
        }
    )


@router.get("/replenishments/")
def list_replenishments(door: Managing, page: PageNumber = 1, page_size: PageSize = 50) -> Replenishments:
    """What was decided about each month, newest first: paid, suspended, or nothing due."""
    with door.begin() as (session, account):
        total = standing.count_decisions(session, account.id)
        found = standing.decisions_of(session, account.id, limit=page_size, offset=(page - 1) * page_size)
    return Replenishments.model_validate(
        {
            "replenishments": [vars(each) | {"credits": each.amount.as_number()} for each in found],
            "pagination": pagination(page, page_size, total),
        }
    )


@router.get("/sites/{site_id}/ai-budget/")
def show_ai_budget(door: ReadingSite) -> AIBudget:
    """How the site's next run would share out its credits, as much as is available now."""
    with door.begin() as (session, site):
        return budget_of(session, site)


@router.put("/sites/{site_id}/ai-budget/")
def set_ai_budget(door: ManagingSite, wanted: SharesWanted, request: Named) -> AIBudget:
    """Give the site shares of its own; they hold from its next run on."""

    def write(session: Session, site: Site) -> AIBudget:
        budgets.set_site_shares(session, site.id, wanted.shares)
        return budget_of(session, site)

    return do_once(door, request, AIBudget, write)


@router.delete("/sites/{site_id}/ai-budget/")
def clear_ai_budget(door: ManagingSite, request: Named) -> AIBudget:
    """Let the site follow the default shares again."""

    def clear(session: Session, site: Site) -> AIBudget:
        budgets.clear_site_shares(session, site.id)
        return budget_of(session, site)

    return do_once(door, request, AIBudget, clear)


def budget_of(session: Session, site: Site) -> AIBudget:
    """The budget that a run would open with now."""
    limit = session.get_one(AutomationConfig, site.id).max_credits_per_run
    shares = budgets.shares_in_force(session, site.id)
    budget = budgets.Budget.open(available_credits(session, site.account_id), limit, shares)
    parts = [
        {
            "operation": operation,
            "percentage": share,
            "credits": budget.share_of(operation).as_number(),
            "up_to": budget.up_to(operation).as_number(),
        }
        for operation, share in budget.shares.items()
    ]
    return AIBudget.model_validate(
        {
            "site": site.slug,
            "site_id": site.id,
            "is_default": not budgets.site_shares(session, site.id),
            "total": budget.total.as_number(),
            "max_credits_per_run": limit.as_number(),
            "operations": parts,
        }
    )
