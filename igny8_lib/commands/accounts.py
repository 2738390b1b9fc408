"""`igny8 accounts` and `igny8 modules`: customers, their plan and their module switches."""

from __future__ import annotations

from typing import Annotated

import typer
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.commands.arguments import parse_credits
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show, table
from igny8_lib.errors import InvalidInput
from igny8_lib.models import Account, AccountStatus, Module, Plan
from igny8_lib.sites.account_day import day_of, set_timezone, timezone_of
from igny8_lib.sites.accounts import (
    account_by_slug,
    change_account,
    create_account,
    ensure_plan,
    list_accounts,
    plan_named,
)
from igny8_lib.sites.modules import module_switches, set_module

app = typer.Typer(help="Customers: add, change and list.", no_args_is_help=True)
modules = typer.Typer(help="Which modules an account has on: list and set.", no_args_is_help=True)


def document(account: Account) -> dict[str, object]:
    """The account as JSON."""
    return {
        "id": account.id,
        "slug": account.slug,
        "name": account.name,
        "status": account.status,
        "plan": account.plan.name if account.plan else None,
        "monthly_credits": account.plan.monthly_credits.as_number() if account.plan else 0,
        "timezone": account.timezone,
        "created_at": account.created_at.isoformat(),
    }


AccountArgument = Annotated[str, typer.Argument(help="The account's slug.")]
MonthlyCredits = Annotated[str, typer.Option(help="Makes the plan, where there is none, with so many a month.")]


@app.command()
def add(
    name: Annotated[str, typer.Option(help="What people call the account.")],
    slug: Annotated[str, typer.Option(help="Its short name in commands; made of the name where missing.")] = "",
    plan: Annotated[str, typer.Option(help="Name of its plan; see --monthly-credits.")] = "",
    monthly_credits: MonthlyCredits = "",
    as_json: JsonOption = False,
) -> None:
    """Add an account with all modules on and an empty balance.

    Example: igny8 accounts add --name "Harbour Agency" --plan Growth --monthly-credits 500
    """
    with open_sessions().begin() as session:
        account = create_account(session, name=name, slug=slug, plan=make_plan(session, plan, monthly_credits))
        result = document(account)
    show(result, as_json=as_json, text=lambda: f"Account {result['slug']} added.")


@app.command("set")
def set_account(
    account: AccountArgument,
    status: Annotated[
        AccountStatus | None, typer.Option(help="A suspended account starts no runs and gets no monthly credits.")
    ] = None,
    plan: Annotated[str, typer.Option(help="Its new plan, from the next month on.")] = "",
    monthly_credits: MonthlyCredits = "",
    as_json: JsonOption = False,
) -> None:
    """Suspend an account or make it active again, or move it to another plan; a run that is going on is finished.

    Example: igny8 accounts set agency --status suspended
    """
    with open_sessions().begin() as session:
        result = document(
            change_account(session, account, status=status, plan=make_plan(session, plan, monthly_credits))
        )
    show(result, as_json=as_json, text=lambda: f"Account {account} is {result['status']}, plan {result['plan']}.")


def make_plan(session: Session, name: str, monthly_credits: str) -> Plan | None:
    """The plan of that name, made where its credits are given; nothing without a name.

    Raises InvalidInput, also for an unknown plan without credits: a mistyped name would leave the customer with none.
    """
    if not monthly_credits:
        if name and plan_named(session, name) is None:
            raise InvalidInput(f"There is no plan {name!r}: give its --monthly-credits to make it.")
        return plan_named(session, name) if name else None
    if not name:
        raise InvalidInput("--monthly-credits belong to a plan: name it with --plan.")
    return ensure_plan(session, name=name, monthly_credits=parse_credits(monthly_credits, "--monthly-credits"))


@app.command("list")
def list_(as_json: JsonOption = False) -> None:
    """List the accounts with their plans."""
    with open_sessions()() as session:
        documents = [document(account) for account in list_accounts(session)]
    columns = ("slug", "name", "status", "plan", "monthly_credits", "timezone")
    heads = ("=slug", "~name", "status", "~plan", "?>monthly_credits", "?timezone")
    show(
        documents,
        as_json=as_json,
        text=lambda: table(heads, ([entry[column] for column in columns] for entry in documents)),
    )


@app.command()
def timezone(
    account: AccountArgument,
    zone: Annotated[str, typer.Argument(help="Its new zone, such as Europe/Berlin; left out, nothing changes.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Show or change the zone in which an account's day begins: executions of rules are counted by it.

    Example: igny8 accounts timezone agency Europe/Berlin
    """
    with open_sessions().begin() as session:
        account_id = account_by_slug(session, account).id
        if zone:
            set_timezone(session, account_id, zone)
        today, name = day_of(session, account_id, clock.now()).isoformat(), timezone_of(session, account_id)
    show(
        {"slug": account, "timezone": name, "today": today},
        as_json=as_json,
        text=lambda: f"The day of account {account} begins at midnight in {name}: it is {today} there.",
    )


@modules.command("list")
def list_modules(account: AccountArgument, as_json: JsonOption = False) -> None:
    """Show which modules the account has on.

    Example: igny8 modules list agency
    """
    with open_sessions()() as session:
        switches = module_switches(session, account_by_slug(session, account).id)
    rows = [(module.value, "on" if enabled else "off") for module, enabled in switches.items()]
    show(
        {module.value: enabled for module, enabled in switches.items()},
        as_json=as_json,
        text=lambda: table(("module", "switch"), rows),
    )


@modules.command("set")
def set_switch(
    account: AccountArgument,
    module: Annotated[Module, typer.Argument(help="What to switch.")],
    enabled: Annotated[bool, typer.Option("--on/--off", help="Switch it on or off.")],
    as_json: JsonOption = False,
) -> None:
    """Switch a module of the account on or off; runs that are going on keep to their snapshot.

    Example: igny8 modules set agency linker --off
    """
    with open_sessions().begin() as session:
        set_module(session, account_by_slug(session, account).id, module, enabled=enabled)
    state = "on" if enabled else "off"
    show({module.value: enabled}, as_json=as_json, text=lambda: f"Module {module.value} is {state} for {account}.")
