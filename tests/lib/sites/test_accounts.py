"""Accounts, plans and module switches."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.errors import Conflict, InvalidInput, ModuleDisabled, NotFound
from igny8_lib.models import CreditBalance, Module, NotificationSettings
from igny8_lib.sites.accounts import account_by_slug, create_account, ensure_plan, list_accounts
from igny8_lib.sites.modules import module_switches, require_module, set_module


def test_a_new_account_has_its_plan_all_modules_on_and_an_empty_balance(session: Session) -> None:
    plan = ensure_plan(session, name="Growth", monthly_credits=Credits.of(5000), price=Decimal(99))
    account = create_account(session, name="Müller & Söhne", plan=plan)
    assert (account.slug, account.plan_id) == ("muller-sohne", plan.id)
    assert all(module_switches(session, account.id).values())
    balance = session.get_one(CreditBalance, account.id)
    assert (balance.balance, balance.reserved) == (ZERO, ZERO)
    assert session.get_one(NotificationSettings, account.id).emails == []


def test_a_plan_that_is_there_keeps_its_terms(session: Session) -> None:
    plan = ensure_plan(session, name="Growth", monthly_credits=Credits.of(5000))
    assert ensure_plan(session, name="Growth", monthly_credits=Credits.of(1)) is plan
    assert plan.monthly_credits == Credits.of(5000)


def test_a_plan_cannot_have_negative_terms_or_no_name(session: Session) -> None:
    with pytest.raises(InvalidInput, match="cannot be negative"):
        ensure_plan(session, name="Odd", monthly_credits=Credits(-1))
    with pytest.raises(InvalidInput, match="cannot be negative"):
        ensure_plan(session, name="Odd", price=Decimal(-1))
    with pytest.raises(InvalidInput, match="needs a name"):
        ensure_plan(session, name=" ")


def test_an_account_slug_is_taken_once_and_the_session_stays_usable(session: Session) -> None:
    create_account(session, name="One", slug="agency")
    with pytest.raises(Conflict, match="'agency' is taken"):
        create_account(session, name="Two", slug="agency")
    assert [account.name for account in list_accounts(session)] == ["One"]


@pytest.mark.parametrize(("name", "slug"), [("", "a"), ("  ", "a"), ("A", "Not A Slug"), ("!!!", "")])
def test_a_bad_name_or_slug_is_refused(session: Session, name: str, slug: str) -> None:
    with pytest.raises(InvalidInput):
        create_account(session, name=name, slug=slug)


def test_an_account_that_is_not_there_is_said_so(session: Session) -> None:
    with pytest.raises(NotFound, match="no account 'nobody'"):
        account_by_slug(session, "nobody")
    with pytest.raises(NotFound):
        require_module(session, 404, Module.WRITER)
    with pytest.raises(NotFound):
        set_module(session, 404, Module.WRITER, enabled=True)


@pytest.mark.parametrize("module", list(Module))
def test_a_module_switched_off_is_refused_until_it_is_on_again(session: Session, module: Module) -> None:
    account = create_account(session, name="Agency", slug="agency")
    require_module(session, account.id, module)
    set_module(session, account.id, module, enabled=False)
    with pytest.raises(ModuleDisabled, match=f"{module.value} module is switched off for account agency"):
        require_module(session, account.id, module)
    assert [other for other, enabled in module_switches(session, account.id).items() if not enabled] == [module]
    set_module(session, account.id, module, enabled=True)
    require_module(session, account.id, module)
