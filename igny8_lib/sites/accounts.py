"""Accounts and their plans."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from igny8_lib.amounts import HIGHEST, ZERO, Credits
from igny8_lib.errors import Conflict, InvalidInput, NotFound
from igny8_lib.models import Account, AccountStatus, CreditBalance, ModuleSettings, NotificationSettings, Plan
from igny8_lib.sites.naming import check_name, check_slug, slug_from


def plan_named(session: Session, name: str) -> Plan | None:
    """The plan of that name, if there is one."""
    return session.scalar(select(Plan).where(Plan.name == name.strip()))


def ensure_plan(
    session: Session,
    *,
    name: str,
    monthly_credits: Credits = ZERO,
    price: Decimal = Decimal(0),
    support_level: str = "standard",
    billing_cycle: str = "monthly",
) -> Plan:
    """The plan of that name, made with these terms where there is none; an existing plan keeps its terms.

    Raises InvalidInput for an empty name, negative credits or a negative price.
    """
    name = check_name(name, "A plan")
    if monthly_credits < ZERO or price < 0:
        raise InvalidInput(f"Plan {name!r}: monthly credits and price cannot be negative.")
    if monthly_credits > HIGHEST:
        raise InvalidInput(f"Plan {name!r}: the most that a month can bring is {HIGHEST} credits.")
    plan = plan_named(session, name)
    if plan is None:
        plan = Plan(
            name=name,
            monthly_credits=monthly_credits,
            price=price,
            support_level=support_level,
            billing_cycle=billing_cycle,
        )
        session.add(plan)
        session.flush()
    return plan


def create_account(session: Session, *, name: str, slug: str = "", plan: Plan | None = None) -> Account:
    """An active account with its module switches (all on), notification settings and an empty balance.

    The slug is made of the name where none is given. Raises InvalidInput for a bad name or slug, Conflict for a slug
    that is taken.
    """
    name = check_name(name, "An account")
    slug = check_slug(slug) if slug else slug_from(name)
    account = Account(name=name, slug=slug, plan_id=plan.id if plan else None)
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError as error:
        raise Conflict(f"The account slug {slug!r} is taken: choose another.") from error
    session.add_all(
        [
            ModuleSettings(account_id=account.id),
            NotificationSettings(account_id=account.id),
            CreditBalance(account_id=account.id),
        ]
    )
    session.flush()
    return account


def account_by_slug(session: Session, slug: str) -> Account:
    """The account of that slug. Raises NotFound."""
    account = session.scalar(select(Account).where(Account.slug == slug))
    if account is None:
        raise NotFound(f"There is no account {slug[:100]!r}: `igny8 accounts list` shows those that there are.")
    return account


def change_account(
    session: Session, slug: str, *, status: AccountStatus | None = None, plan: Plan | None = None
) -> Account:
    """Suspend an account, make it active again, or move it to another plan; None leaves it as it is.

    A suspended account's sites start no runs and it gets no monthly credits; a run that is going on is finished. A new
    plan counts from the next month on. Raises NotFound.
    """
    account = account_by_slug(session, slug)
    account.status = status or account.status
    account.plan = plan or account.plan
    session.flush()
    return account


def list_accounts(session: Session) -> Sequence[Account]:
    """All accounts of the platform, by slug; for the platform's administrators."""
    return session.scalars(select(Account).order_by(Account.slug)).all()
