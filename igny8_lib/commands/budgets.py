"""`igny8 budgets`: how a site's runs share out their credits."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show, table
from igny8_lib.credits import budgets
from igny8_lib.credits.costs import RUN_OPERATIONS
from igny8_lib.credits.ledger import available_credits
from igny8_lib.errors import InvalidInput
from igny8_lib.models import AutomationConfig, Operation, Site
from igny8_lib.sites.sites import site_by_slug

app = typer.Typer(help="How a site's runs share out their credits.", no_args_is_help=True)

SiteArgument = Annotated[str, typer.Argument(help="The site's slug.")]


@app.command("show")
def show_budget(site: SiteArgument, as_json: JsonOption = False) -> None:
    """Show the shares in force and what a run that started now could spend on each operation."""
    with open_sessions()() as session:
        document = describe_budget(session, site_by_slug(session, site))
    print_budget(document, as_json=as_json)


@app.command("set")
def set_shares(
    site: SiteArgument,
    shares: Annotated[list[str], typer.Argument(help="OPERATION=PERCENT …, summing to 100.", metavar="SHARE...")],
    as_json: JsonOption = False,
) -> None:
    """Give the site shares of its own; an operation that is not named gets none.

    Example: igny8 budgets set blog content_generation=70 image_generation=30
    """
    wanted = dict(parse_share(share) for share in shares)
    with open_sessions().begin() as session:
        found = site_by_slug(session, site)
        budgets.set_site_shares(session, found.id, wanted)
        document = describe_budget(session, found)
    print_budget(document, as_json=as_json)


@app.command("clear")
def clear_shares(site: SiteArgument, as_json: JsonOption = False) -> None:
    """Let the site follow the default shares again."""
    with open_sessions().begin() as session:
        found = site_by_slug(session, site)
        budgets.clear_site_shares(session, found.id)
        document = describe_budget(session, found)
    print_budget(document, as_json=as_json)


def parse_share(text: str) -> tuple[Operation, int]:
    """`clustering=15` as operation and percentage. Raises InvalidInput."""
    name, _, percentage = text.partition("=")
    try:
        return Operation(name), int(percentage)
    except ValueError:
        names = ", ".join(RUN_OPERATIONS)
        raise InvalidInput(
            f"{text[:100]!r} is not OPERATION=PERCENT, with one of {names} and a whole number."
        ) from None


def describe_budget(session: Session, site: Site) -> dict[str, Any]:
    """The site's budget as JSON."""
    config = session.get_one(AutomationConfig, site.id)
    available = available_credits(session, site.account_id)
    budget = budgets.Budget.open(available, config.max_credits_per_run, budgets.shares_in_force(session, site.id))
    return {
        "site": site.slug,
        "source": "site" if budgets.site_shares(session, site.id) else "default",
        "available_credits": available.as_number(),
        "max_credits_per_run": config.max_credits_per_run.as_number(),
        "total": budget.total.as_number(),
        "operations": [describe_share(budget, operation) for operation in RUN_OPERATIONS],
    }


def describe_share(budget: budgets.Budget, operation: Operation) -> dict[str, Any]:
    """An operation's part of the budget; `up_to` is what it may spend when nothing was spent before it."""
    credits_of_share: Credits = budget.share_of(operation)
    return {
        "operation": operation.value,
        "percentage": budget.shares[operation],
        "credits": credits_of_share.as_number(),
        "up_to": budget.up_to(operation).as_number(),
    }


def print_budget(document: dict[str, Any], *, as_json: bool) -> None:
    """The shares as a table."""
    columns = ["operation", "percentage", "credits", "up_to"]
    rows = [[share[name] for name in columns] for share in document["operations"]]
    title = f"{document['site']}: {document['total']} credits for the next run, {document['source']} shares"
    heads = ["operation", ">%", ">credits", ">with all that rolls on"]
    show(document, as_json=as_json, text=lambda: table(heads, rows, title=title))
