"""Accounts and sites."""

from __future__ import annotations

import itertools

from sqlalchemy.orm import Session

from igny8_lib.models import (
    Account,
    AutomationConfig,
    CreditBalance,
    ImprovementSettings,
    ModuleSettings,
    PublishingSettings,
    Site,
)

counter = itertools.count(1)


def make_account(session: Session, **values: object) -> Account:
    """An active account with all modules on and an empty balance."""
    number = next(counter)
    account = Account(**({"name": f"Agency {number}", "slug": f"agency-{number}"} | values))
    session.add(account)
    session.flush()
    session.add_all([ModuleSettings(account_id=account.id), CreditBalance(account_id=account.id)])
    session.flush()
    return account


def make_site(
    session: Session,
    account: Account | None = None,
    *,
    config: dict[str, object] | None = None,
    improvement: dict[str, object] | None = None,
    publishing: dict[str, object] | None = None,
    **values: object,
) -> Site:
    """An active site with its automation configuration, its publishing and its improvement settings. A
    configuration that is given starts at its exact times, unless it says how far its starts are spread."""
    number = next(counter)
    account = account or make_account(session)
    site = Site(
        **(
            {
                "account_id": account.id,
                "name": f"Site {number}",
                "slug": f"site-{number}",
                "domain": f"site{number}.example",
            }
            | values
        )
    )
    session.add(site)
    session.flush()
    session.add(AutomationConfig(site_id=site.id, **({"schedule_window_minutes": 0} | config if config else {})))
    session.add(ImprovementSettings(site_id=site.id, **(improvement or {})))
    session.add(PublishingSettings(site_id=site.id, **(publishing or {})))
    session.flush()
    return site
