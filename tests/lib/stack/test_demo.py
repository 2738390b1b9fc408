"""The demo's account, site and keywords."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib.credits.ledger import balance_of
from igny8_lib.models import Account, Keyword
from igny8_lib.pipeline.limits import RunOptions
from igny8_lib.sites.accounts import account_by_slug
from igny8_lib.sites.sites import list_sites
from igny8_lib.stack.demo import CREDITS, LIMITS, prepare
from igny8_lib.stack.layout import Layout

FOLDER = Layout.of(Path("anywhere")).demo


def test_the_demo_has_an_account_with_credits_and_a_site_with_the_export_s_keywords(session: Session) -> None:
    demo = prepare(session, FOLDER)
    account = account_by_slug(session, demo.account)
    assert balance_of(session, account.id).available == CREDITS
    assert [site.slug for site in list_sites(session, account.id)] == [demo.site]
    assert demo.report.format == "search_console"
    assert demo.report.refused == []
    assert demo.report.added == session.scalar(select(func.count()).select_from(Keyword)) > 150


def test_making_the_demo_again_changes_nothing(session: Session) -> None:
    first, second = prepare(session, FOLDER), prepare(session, FOLDER)
    assert (second.report.added, second.report.merged) == (0, first.report.added)
    assert session.scalar(select(func.count()).select_from(Account)) == 1
    assert balance_of(session, account_by_slug(session, first.account).id).balance == CREDITS


def test_the_limits_of_a_demo_run_are_limits_of_a_run() -> None:
    assert RunOptions.parse(LIMITS).model_dump(exclude_defaults=True)
