"""The page of a site's website: connected by a form that never shows its password again, checked by a button."""

from __future__ import annotations

import igny8_product
import pytest
from igny8_web.pages.website.view import NAMES, shown
from pydantic import SecretStr
from sqlalchemy.orm import Session

from igny8_lib.models import HostingType, Site
from igny8_lib.settings import load
from igny8_lib.wordpress.check import Finding
from igny8_lib.wordpress.connection import WordPressConnection
from tests.plugins.web.house import KEPT, PAGES, House
from tests.statements import count_statements

PAGE = f"{PAGES}/sites/blog/settings/website"
HTMX = {"HX-Request": "true"}
SECRET = "abcd EFGH ijkl MNOP qrst UVWX"
FORM = {"url": "https://www.blog.example", "username": "ann", "password": SECRET}


def connected(url: str = "https://www.blog.example") -> None:
    """Let the site "blog" have a connection."""
    KEPT["blog"] = WordPressConnection(url, "ann", SecretStr(SECRET))


def test_a_site_that_is_not_connected_says_what_to_do(house: House) -> None:
    page = house.browser("owner").get(PAGE).text
    assert "not connected with its WordPress yet" in page
    assert "Users → Profile → Application Passwords" in page
    assert "/check" not in page


def test_the_form_connects_and_shows_the_password_never_again(house: House) -> None:
    answer = house.browser("manager").post(PAGE, data=FORM, headers=HTMX)
    assert (answer.status_code, "Connected" in answer.headers["X-Said"]) == (200, True)
    assert KEPT["blog"].password.get_secret_value() == SECRET
    page = house.browser("manager").get(PAGE).text
    assert 'value="https://www.blog.example"' in page
    assert 'value="ann"' in page
    assert "https://www.blog.example/wp-admin/profile.php" in page
    assert not any(SECRET in each for each in (page, answer.text, str(answer.headers)))


def test_what_is_wrong_is_told_in_the_form_and_what_was_typed_stays(house: House) -> None:
    answer = house.browser("owner").post(PAGE, data=FORM | {"url": "http://10.0.0.5"}, headers=HTMX)
    assert (answer.status_code, "public internet" in answer.text) == (400, True)
    assert 'value="http://10.0.0.5"' in answer.text
    assert SECRET not in answer.text
    assert "blog" not in KEPT


def test_a_check_shows_each_finding_with_what_to_do(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IGNY8_WORDPRESS_ALLOW_PRIVATE", "true")
    load.cache_clear()
    connected("http://127.0.0.1:9")
    answer = house.browser("owner").post(f"{PAGE}/check", headers=HTMX)
    assert answer.status_code == 200
    for told in ("1\N{NO-BREAK SPACE}thing has to be changed", "The website cannot be reached.", "What to do:"):
        assert told in answer.text


def test_every_finding_has_a_name_and_a_look() -> None:
    for name in (*NAMES, "something-new"):
        looks = {shown(Finding(name, ok, "It is so.")).state.word for ok in (True, False, None)}
        assert len(looks) == 3


@pytest.mark.parametrize("who", ["editor", "viewer"])
def test_who_may_not_manage_reads_and_has_no_button(house: House, who: str) -> None:
    connected()
    page = house.browser(who).get(PAGE).text
    assert "https://www.blog.example" in page
    assert not any(word in page for word in ("Check connection", "Save connection", 'type="password"'))
    assert house.browser(who).post(PAGE, data=FORM).status_code == 403
    assert house.browser(who).post(f"{PAGE}/check").status_code == 403


def test_a_static_site_shows_its_address_instead(
    house: House, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.get_one(Site, house.blog).hosting_type = HostingType.IGNY8
    session.commit()
    monkeypatch.setenv("IGNY8_STATIC_URL", "https://sites.example")
    load.cache_clear()
    page = house.browser("owner").get(PAGE).text
    assert 'href="https://sites.example/blog/"' in page
    assert "Application password" not in page


def test_a_site_hosted_where_nothing_can_go_says_so(house: House, session: Session) -> None:
    session.get_one(Site, house.blog).hosting_type = HostingType.SHOPIFY
    session.commit()
    assert "Nothing can be published to a site hosted by shopify yet" in house.browser("owner").get(PAGE).text


def test_the_settings_lead_there(house: House) -> None:
    assert f'href="{PAGE}"' in house.browser("viewer").get(f"{PAGES}/sites/blog/settings").text


def test_the_page_asks_the_database_little(house: House) -> None:
    browser = house.browser("owner")
    browser.get(PAGE)
    assert count_statements(igny8_product.product_engine(), lambda: browser.get(PAGE)) <= 8
