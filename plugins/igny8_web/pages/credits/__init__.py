"""The credits of an account: what do I have, where did it go, will it last?"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import HTMLResponse, Response

from igny8_lib import clock
from igny8_lib.credits import cost_changes, entries
from igny8_lib.credits.costs import RUN_OPERATIONS
from igny8_lib.models import EntryType, Operation
from igny8_lib.sites.access import Action, sees_all_sites
from igny8_lib.sites.sites import list_sites
from igny8_web.api.shapes import PageNumber, pagination
from igny8_web.doors import AccountDoor, ByPlatformAdmin, OnAccount
from igny8_web.ledger_query import Asking, stream_csv
from igny8_web.pages.credits.rows import TYPES, change_rows, cost_rows, rows_of
from igny8_web.pages.credits.view import view_of
from igny8_web.pages.frame import frame_of_account
from igny8_web.pages.operations import LOOKS
from igny8_web.pages.site import say
from igny8_web.pages.tables import Listing, choices
from igny8_web.pages.templating import render

router = APIRouter(prefix="/credits")
Reader = Annotated[AccountDoor, Depends(OnAccount(Action.READ))]
ON_A_PAGE = 50
CHANGES_ON_A_PAGE = 20
TYPE_FILTERS = choices([("", "All"), *((kind.value, TYPES[kind].word) for kind in EntryType)])
HighestId = Annotated[int | None, Query(ge=1, le=2**63 - 1)]


@router.get("", name="credits")
def show_credits(request: Request, door: Reader, before: HighestId = None) -> HTMLResponse:
    """The page; `before` turns the pages of the articles."""
    with door.begin() as (session, account):
        view = view_of(session, account, door.caller.person, clock.now(), before)
        frame = frame_of_account(session, account, "Credits")
    return render(request, "credits/page.html", title=f"Credits, {view.name}", frame=frame, view=view)


@router.get("/ledger", name="ledger")
def show_ledger(request: Request, door: Reader, asked: Asking, page: PageNumber = 1) -> HTMLResponse:
    """A page of the ledger; filters and page are in the address."""
    with door.begin() as (session, account):
        chosen = asked.filter_for(session, account)
        found = entries.page_of(session, account.id, page, ON_A_PAGE, chosen=chosen)
        rows = rows_of(found.history.entries, entries.places_of(session, found.history.entries))
        sites = [(site.slug, site.name) for site in list_sites(session, account.id)]
        frame = frame_of_account(session, account, "Credits")
    filters = asked.as_query()
    listing = Listing("credits/ledger", {"account": account.slug} | filters)
    return render(
        request,
        "credits/ledger.html",
        title=f"Ledger, {account.name}",
        frame=frame,
        account=account,
        listing=listing,
        file=Listing("credits/ledger.csv", listing.chosen),
        page=found,
        rows=rows,
        filtered=any(filters.values()),
        types=TYPE_FILTERS,
        sites=sites,
        operations=[(operation.value, look.name) for operation, look in LOOKS.items()],
        whole=sees_all_sites(door.caller.person),
    )


@router.get("/ledger.csv", name="ledger_csv")
def download_ledger(door: Reader, asked: Asking) -> Response:
    """The same entries as a file."""
    return stream_csv(door, asked)


@router.get("/costs", name="costs")
def show_costs(
    request: Request, door: Reader, operation: Operation | None = None, page: PageNumber = 1
) -> HTMLResponse:
    """What operations cost, and who changed that."""
    return costs_page(request, door, "credits/costs.html", operation, page)


@router.post("/costs/{operation}", name="change_cost")
def change_cost(  # noqa: PLR0917 - the fields of a form
    request: Request,
    caller: ByPlatformAdmin,
    door: Reader,
    operation: Operation,
    version: Annotated[int, Form(ge=0, le=2**63 - 1)],
    cost: Annotated[str, Form(max_length=20)],
    minimum: Annotated[str, Form(max_length=20)] = "0",
    reason: Annotated[str, Form(max_length=500)] = "",
) -> HTMLResponse:
    """Change a cost from the next run on; for the platform's admins."""
    with door.begin() as (session, _):
        cost_changes.set_cost(
            session, operation, by=caller.name, cost=cost, minimum=minimum, reason=reason, version=version
        )
    answer = costs_page(request, door, "credits/costs_part.html", None, 1)
    return say(answer, f"{LOOKS[operation].name} cost {cost} from the next run on.")


def costs_page(
    request: Request, door: AccountDoor, template: str, operation: Operation | None, page: int
) -> HTMLResponse:
    """The price list with a page of its history."""
    with door.begin() as (session, account):
        lines = cost_changes.cost_lines(session)
        total = cost_changes.count_changes(session, operation)
        offset = (page - 1) * CHANGES_ON_A_PAGE
        changes = cost_changes.cost_history(session, operation, limit=CHANGES_ON_A_PAGE, offset=offset)
        frame = frame_of_account(session, account, "Credits")
    chosen = {"account": account.slug, "operation": operation.value if operation else ""}
    return render(
        request,
        template,
        title="Costs",
        frame=frame,
        account=account,
        costs=cost_rows(lines),
        shared=RUN_OPERATIONS,
        changes=change_rows(changes),
        listing=Listing("credits/costs", chosen),
        page=pagination(page, CHANGES_ON_A_PAGE, total),
        may_change=door.caller.person.is_platform_admin,
    )
