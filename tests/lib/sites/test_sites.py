"""Adding sites, and finding them within their account."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from igny8_lib.errors import Conflict, InvalidInput, NotFound
from igny8_lib.models import AutomationConfig, SiteStatus
from igny8_lib.sites.sites import add_site, list_all_sites, list_sites, site_by_slug
from tests.factories.sites import make_account


def test_a_new_site_is_active_with_its_schedule_off_and_no_limits(session: Session) -> None:
    site = add_site(session, make_account(session).id, name="Harbour Lane Homes", domain="https://Example.com/blog")
    assert (site.slug, site.domain, site.timezone) == ("harbour-lane-homes", "example.com", "UTC")
    assert (site.language, site.status) == ("en", SiteStatus.ACTIVE)
    config = session.get_one(AutomationConfig, site.id)
    session.refresh(config)
    assert (config.is_enabled, config.stage_7_enabled, config.max_keywords_per_run) == (False, True, 0)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "  "),
        ("slug", "Not-A-Slug"),
        ("slug", "a" * 61),
        ("domain", "localhost"),
        ("domain", "has space.example"),
        ("domain", "-bad.example"),
        ("domain", ""),
        ("timezone", "Mars/Olympus"),
        ("timezone", "../etc/passwd"),
        ("timezone", "australia/perth"),
        ("timezone", ""),
        ("language", "English"),
        ("language", "e"),
        ("language", ""),
    ],
)
def test_a_site_is_refused_for_what_could_not_work_later(session: Session, field: str, value: str) -> None:
    values = {"name": "Site", "domain": "a.example", "timezone": "UTC", "language": "en"} | {field: value}
    with pytest.raises(InvalidInput):
        add_site(session, make_account(session).id, **values)


@pytest.mark.parametrize(
    "domain", ["www.example.com", "münchen.example", "a-b.c.example", "EXAMPLE.COM.", "http://x.io"]
)
def test_domains_of_all_kinds_are_taken(session: Session, domain: str) -> None:
    assert "/" not in add_site(session, make_account(session).id, name="Site", domain=domain).domain


def test_a_site_slug_is_taken_once_across_accounts(session: Session) -> None:
    add_site(session, make_account(session).id, name="Blog", domain="a.example")
    with pytest.raises(Conflict, match="'blog' is taken"):
        add_site(session, make_account(session).id, name="Blog", domain="b.example")
    assert len(list_all_sites(session)) == 1


def test_a_site_needs_an_account(session: Session) -> None:
    with pytest.raises(NotFound, match="no account number 404"):
        add_site(session, 404, name="Blog", domain="a.example")


def test_another_accounts_site_is_not_there(session: Session) -> None:
    mine, theirs = make_account(session), make_account(session)
    site = add_site(session, mine.id, name="Blog", domain="a.example")
    assert site_by_slug(session, "blog", account_id=mine.id) is site
    assert site_by_slug(session, "blog") is site
    with pytest.raises(NotFound):
        site_by_slug(session, "blog", account_id=theirs.id)
    assert (list(list_sites(session, mine.id)), list(list_sites(session, theirs.id))) == ([site], [])
