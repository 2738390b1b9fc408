"""Adding sites, and finding them within their account."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from igny8_lib.errors import Conflict, InvalidInput, NotFound
from igny8_lib.models import AutomationConfig, SiteStatus
from igny8_lib.sites.domains import check_domain
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


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("https://WWW.Example.com/", "www.example.com"),
        ("MÜNCHEN.example", "münchen.example"),
        ("xn--mnchen-3ya.example", "münchen.example"),
        ("mu\u0308nchen.example", "münchen.example"),
        ("例え.テスト", "例え.テスト"),
        ("faß.example", "faß.example"),
        ("ｅｘａｍｐｌｅ。com", "example.com"),
    ],
)
def test_a_domain_has_one_spelling_as_people_read_it(typed: str, stored: str) -> None:
    assert check_domain(typed) == stored
    assert check_domain(stored) == stored


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("127.0.0.1", "IP address"),
        ("http://10.0.0.1/", "IP address"),
        ("127.1", "IP address"),
        ("0x7f.0x1", "IP address"),
        ("[::1]", "IP address"),
        ("2001:db8::1", "IP address"),
        ("localhost", "no public domain"),
        ("shop.localhost", "no public domain"),
        ("intranet", "no public domain"),
        ("example.com:8080", "port"),
        ("example.com/blog", "path"),
        ("example.com?x=1", "path"),
        ("user:secret@example.com", "password"),
        ("ftp://example.com", "path"),
        ("a..example", "not a domain"),
        ("\u202eexample.com", "not a domain"),
        ("x" * 10_000 + ".com", "too long"),
        ("x" * 64 + ".com", "not a domain"),
    ],
)
def test_what_is_no_public_host_name_is_refused_with_its_reason(typed: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        check_domain(typed)


@given(st.text(max_size=60))
def test_any_text_is_a_domain_that_stays_as_it_is_or_a_refusal(typed: str) -> None:
    try:
        stored = check_domain(typed)
    except InvalidInput:
        return
    assert check_domain(stored) == stored
    assert stored == stored.lower()


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
