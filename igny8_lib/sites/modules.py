"""What is switched on: accounts, their sites, and their modules."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from igny8_lib.errors import ModuleDisabled, NotAllowed, NotFound
from igny8_lib.models import Account, AccountStatus, Module, ModuleSettings, Site, SiteStatus


class SwitchedOff(NotAllowed):
    """The site, or its account, does not take part at present."""


def module_switches(session: Session, account_id: int) -> Mapping[Module, bool]:
    """Which modules the account has on. Raises NotFound for an account that does not exist."""
    settings = session.scalar(select(ModuleSettings).where(ModuleSettings.account_id == account_id))
    if settings is None:
        raise NotFound(f"There is no account number {account_id}.")
    return {module: bool(getattr(settings, column(module))) for module in Module}


def require_module(session: Session, account_id: int, module: Module) -> None:
    """Raises ModuleDisabled where the account has the module off, NotFound for an account that does not exist."""
    if not module_switches(session, account_id)[module]:
        slug = session.scalar(select(Account.slug).where(Account.id == account_id))
        raise ModuleDisabled(module.value, str(slug))


def require_active(session: Session, site: Site) -> None:
    """Raises SwitchedOff where the site is not active, or its account is suspended."""
    account = session.get_one(Account, site.account_id)
    if account.status is not AccountStatus.ACTIVE:
        raise SwitchedOff(f"Account {account.slug} is suspended: its sites start no runs.")
    if site.status is not SiteStatus.ACTIVE:
        raise SwitchedOff(f"Site {site.slug} is switched off: it starts no runs.")


def set_module(session: Session, account_id: int, module: Module, *, enabled: bool) -> None:
    """Switch a module on or off. Raises NotFound for an account that does not exist."""
    switched = update(ModuleSettings).where(ModuleSettings.account_id == account_id).values({column(module): enabled})
    if session.execute(switched.returning(ModuleSettings.account_id)).scalar_one_or_none() is None:
        raise NotFound(f"There is no account number {account_id}.")


def column(module: Module) -> str:
    """The name of the module's switch in module_settings."""
    return f"{module.value}_enabled"
