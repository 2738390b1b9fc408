"""An account's pages: how it goes, what is on, its sites and its people."""

from __future__ import annotations

import re

import igny8_product
import pytest
from sqlalchemy.orm import Session

from igny8_lib.airflow_api.fab_names import MEMBER_ROLE
from igny8_lib.db.session import Sessions
from igny8_lib.models import Account, Module, Role, Site, SiteStatus
from igny8_lib.notifications.recipients import settings_of
from igny8_lib.sites.account_day import timezone_of
from igny8_lib.sites.modules import module_switches
from igny8_lib.sites.users import granted_slugs, list_users, user_named
from tests.factories.sites import make_site
from tests.plugins.web.house import PAGES, ROLES, House, add_user
from tests.statements import count_statements

ACCOUNT = f"{PAGES}/account"
PEOPLE, SITES = f"{ACCOUNT}/people", f"{ACCOUNT}/sites"
HTMX = {"HX-Request": "true"}
ANN = {"username": "ann", "email": "ann@agency.example", "role": "editor", "sites": "blog", "password": ""}


def names(session: Session, house: House) -> set[str]:
    return {user.username for user in list_users(session, house.agency)}


@pytest.mark.parametrize("who", ROLES)
def test_everybody_of_the_account_sees_its_figures_and_modules(house: House, who: str) -> None:
    page = house.browser(who).get(ACCOUNT).text
    for word in ("Runs", "Success", "Credits per run", "Articles made", "Modules", "How long stages take"):
        assert word in page
    manages = who in {"owner", "manager"}
    assert ("Save modules" in page, "Save notifications" in page, "Users and access" in page) == (manages,) * 3


@pytest.mark.parametrize("who", ["editor", "viewer"])
def test_whoever_manages_nothing_sees_his_sites_without_buttons_and_no_people(house: House, who: str) -> None:
    browser = house.browser(who)
    page = browser.get(SITES).text
    assert ("Blog" in page, "Shop" in page, "Switch off" in page, "Add site" in page) == (True, False, False, False)
    assert browser.get(PEOPLE).status_code == 403
    asked = [
        browser.post(f"{ACCOUNT}/modules", data={}),
        browser.post(f"{ACCOUNT}/notifications", data={}),
        browser.post(f"{ACCOUNT}/day", data={"timezone": "UTC"}),
        browser.post(SITES, data={"name": "x"}),
        browser.post(f"{SITES}/blog", data={"switch": "off"}),
        browser.post(PEOPLE, data=ANN),
        browser.post(f"{PEOPLE}/{who}/role", data={"role": "owner"}),
        browser.post(f"{PEOPLE}/owner/remove"),
        browser.post(f"{PEOPLE}/{who}/grant", data={"site": "shop"}),
        browser.post(f"{PEOPLE}/{who}/revoke", data={"site": "blog"}),
    ]
    assert [answer.status_code for answer in asked] == [403] * len(asked)


def test_modules_are_switched_by_their_boxes(house: House, session: Session) -> None:
    on = {f"{module.value}_enabled": "on" for module in Module if module is not Module.LINKER}
    answer = house.browser("owner").post(f"{ACCOUNT}/modules", data=on, headers=HTMX)
    assert (answer.status_code, "X-Said" in answer.headers, "<html" in answer.text) == (200, True, False)
    assert [module for module, enabled in module_switches(session, house.agency).items() if not enabled] == [
        Module.LINKER
    ]


def test_the_zone_of_the_account_s_day_is_saved_and_a_wrong_one_stays_typed(house: House, session: Session) -> None:
    browser = house.browser("owner")
    wrong = browser.post(f"{ACCOUNT}/day", data={"timezone": "Mars"}, headers=HTMX)
    assert (wrong.status_code, 'value="Mars"' in wrong.text, "is not a time zone" in wrong.text) == (400, True, True)
    assert timezone_of(session, house.agency) == "UTC"
    session.rollback()
    saved = browser.post(f"{ACCOUNT}/day", data={"timezone": "Asia/Tokyo"}, headers=HTMX)
    assert (saved.status_code, 'value="Asia/Tokyo"' in saved.text, "<html" in saved.text) == (200, True, False)
    assert timezone_of(session, house.agency) == "Asia/Tokyo"


def test_notifications_that_do_not_fit_are_refused_in_their_card_and_stay_typed(house: House, session: Session) -> None:
    typed = {"emails": "ops@agency.example\nnope", "slack_webhook_conn_id": "slack_agency", "on_failure": "on"}
    answer = house.browser("owner").post(f"{ACCOUNT}/notifications", data=typed, headers=HTMX)
    assert answer.status_code == 400
    assert "is not an e-mail address" in answer.text
    assert "ops@agency.example\nnope</textarea>" in answer.text
    assert settings_of(session, house.agency).on_completion
    typed["emails"] = "ops@agency.example, boss@agency.example"
    assert house.browser("owner").post(f"{ACCOUNT}/notifications", data=typed, headers=HTMX).status_code == 200
    session.rollback()
    stored = settings_of(session, house.agency)
    assert stored.emails == ["ops@agency.example", "boss@agency.example"]
    assert (stored.on_completion, stored.on_failure) == (False, True)
    typed["slack_webhook_conn_id"] = "slack_rival"
    assert house.browser("owner").post(f"{ACCOUNT}/notifications", data=typed, headers=HTMX).status_code == 400


def test_a_site_is_added_and_one_that_cannot_be_stays_typed(house: House, session: Session) -> None:
    site = {"name": "New One", "domain": "new.example", "timezone": "Europe/Berlin", "language": "de"}
    site |= {"slug": "", "hosting_type": "wordpress"}
    wrong = house.browser("owner").post(SITES, data=site | {"language": "deutsch"}, headers=HTMX)
    assert wrong.status_code == 400
    assert 'value="deutsch"' in wrong.text
    assert 'value="New One"' in wrong.text
    assert house.browser("owner").post(SITES, data=site | {"hosting_type": "ftp"}, headers=HTMX).status_code == 400
    added = house.browser("owner").post(SITES, data=site, headers=HTMX)
    assert (added.status_code, "new.example" in added.text, 'value="new.example"' in added.text) == (200, True, False)
    assert session.query(Site).filter_by(slug="new-one").one().account_id == house.agency


def test_a_site_is_switched_off_and_on_and_renamed(house: House, session: Session) -> None:
    browser = house.browser("manager")
    assert "Switch on" in browser.post(f"{SITES}/blog", data={"switch": "off"}, headers=HTMX).text
    assert session.get_one(Site, house.blog).status is SiteStatus.INACTIVE
    session.rollback()
    browser.post(f"{SITES}/blog", data={"switch": "on"}, headers=HTMX)
    browser.post(f"{SITES}/blog", data={"name": "Our blog", "timezone": "Asia/Tokyo", "language": "ja", "brand": "We"})
    site = session.get_one(Site, house.blog)
    assert (site.name, site.timezone, site.language, site.brand) == ("Our blog", "Asia/Tokyo", "ja", "We")
    assert site.status is SiteStatus.ACTIVE
    assert browser.post(f"{SITES}/rival-blog", data={"switch": "off"}, headers=HTMX).status_code == 404


def test_somebody_is_added_and_the_password_is_shown_this_once(house: House, session: Session) -> None:
    answer = house.browser("owner").post(PEOPLE, data=ANN, headers=HTMX)
    password = house.airflow.users["ann"][1]
    assert (answer.status_code, answer.headers["Cache-Control"], password in answer.text) == (200, "no-store", True)
    assert password not in house.browser("owner").get(PEOPLE).text
    assert granted_slugs(session)[user_named(session, "ann").id] == ["blog"]
    given = ANN | {"username": "ben", "email": "ben@agency.example", "password": "a-long-enough-password"}
    assert "a-long-enough" not in house.browser("owner").post(PEOPLE, data=given, headers=HTMX).text


def test_somebody_who_cannot_be_added_stays_typed_without_his_password(house: House, session: Session) -> None:
    for wrong in ({"username": "Ann Lee"}, {"email": "nowhere"}, {"sites": "rival-blog"}, {"role": "god"}):
        typed = ANN | {"password": "a-long-enough-password"} | wrong
        answer = house.browser("owner").post(PEOPLE, data=typed, headers=HTMX)
        assert answer.status_code in {400, 404}
        assert "Nothing was changed" in answer.text
        assert f'value="{typed["email"]}"' in answer.text
        assert "a-long-enough" not in answer.text
    assert house.airflow.users == {}
    assert "ann" not in names(session, house)


def test_an_admin_finds_no_button_for_owners_and_is_refused_without_it(house: House, session: Session) -> None:
    browser = house.browser("manager")
    page = browser.get(PEOPLE).text
    assert "/people/editor/remove" in page
    assert "/people/owner/" not in page
    assert '<option value="owner"' not in page
    assert browser.post(f"{PEOPLE}/owner/remove", headers=HTMX).status_code == 403
    assert browser.post(f"{PEOPLE}/manager/role", data={"role": "owner"}, headers=HTMX).status_code == 403
    assert user_named(session, "manager").role is Role.ADMIN


def test_roles_sites_and_people_are_changed_and_a_refusal_says_why(house: House, session: Session) -> None:
    browser = house.browser("owner")
    house.airflow.users["viewer"] = ("viewer@agency.example", "p", {MEMBER_ROLE})
    last = browser.post(f"{PEOPLE}/owner/role", data={"role": "viewer"}, headers=HTMX)
    assert (last.status_code, "last owner" in last.text) == (409, True)
    browser.post(f"{PEOPLE}/viewer/role", data={"role": "editor"}, headers=HTMX)
    browser.post(f"{PEOPLE}/viewer/grant", data={"site": "shop"}, headers=HTMX)
    browser.post(f"{PEOPLE}/viewer/revoke", data={"site": "blog"}, headers=HTMX)
    viewer = user_named(session, "viewer")
    assert (viewer.role, granted_slugs(session)[viewer.id]) == (Role.EDITOR, ["shop"])
    assert browser.post(f"{PEOPLE}/viewer/grant", data={"site": "rival-blog"}, headers=HTMX).status_code == 404
    assert browser.post(f"{PEOPLE}/neighbour/remove", headers=HTMX).status_code == 404
    session.rollback()
    removed = browser.post(f"{PEOPLE}/viewer/remove", headers=HTMX)
    assert (removed.status_code, "viewer@agency.example" in removed.text) == (200, False)
    assert "viewer" not in names(session, house) | set(house.airflow.users)


def test_a_platform_admin_names_the_account_and_another_accounts_owner_finds_none(house: House) -> None:
    for path in (ACCOUNT, SITES, PEOPLE):
        assert house.browser("admin").get(f"{path}?account=agency").status_code == 200
        assert house.browser("admin").get(path).status_code == 400
        assert house.browser("neighbour").get(f"{path}?account=agency").status_code == 404


def test_pages_of_people_are_reached_by_their_address(house: House, sessions: Sessions) -> None:
    grow(house, sessions)
    page = house.browser("owner").get(f"{PEOPLE}?account=agency&page=2").text
    assert "page 2 of 2" in page
    assert re.search(r'href="[^"]*account/people\?account=agency"', page)


def grow(house: House, sessions: Sessions) -> None:
    """Many more people and sites."""
    with sessions.begin() as session:
        account = session.get_one(Account, house.agency)
        for number in range(60):
            add_user(session, account, f"more-{number}", Role.VIEWER, [make_site(session, account)])


@pytest.mark.parametrize("path", [ACCOUNT, SITES, PEOPLE])
def test_each_page_costs_the_same_statements_whatever_the_volume(house: House, sessions: Sessions, path: str) -> None:
    browser = house.browser("owner")

    def ask() -> int:
        return count_statements(igny8_product.product_engine(), lambda: browser.get(path))

    ask()
    few = ask()
    grow(house, sessions)
    ask()  # who signed in is remembered for seconds only, and growing may take as long
    assert ask() == few <= 20
