"""The account's module switches."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.errors import ModuleDisabled, NotFound
from igny8_lib.models import Account, Module, ModuleSettings


def modules_of(session: Session, account_id: int) -> dict[Module, bool]:
    """Every module and whether it is on. Raises NotFound for an unknown account."""
    settings = session.get(ModuleSettings, account_id)
    if settings is None:
        raise NotFound(f"There is no account {account_id}.")
    return {module: bool(getattr(settings, f"{module.value}_enabled")) for module in Module}


def require_module(session: Session, account_id: int, module: Module) -> None:
    """Raise ModuleDisabled where the account has switched the module off."""
    if not modules_of(session, account_id)[module]:
        slug = session.scalars(select(Account.slug).where(Account.id == account_id)).one()
        raise ModuleDisabled(module.value, slug)


def set_module(session: Session, account_id: int, module: Module, *, enabled: bool) -> None:
    """Switch a module on or off for the account; holds from the next run on."""
    modules_of(session, account_id)
    setattr(session.get_one(ModuleSettings, account_id), f"{module.value}_enabled", enabled)
    session.flush()
