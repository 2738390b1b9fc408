"""A site's website is connected and checked on its page, against a real WordPress: what is wrong says what to do."""

from __future__ import annotations

import html
import re

import pytest
from bs4 import BeautifulSoup

from igny8_lib.settings import load
from tests.plugins.web.house import API, PAGES, House
from tests.wordpress_server import WordPressServer, WordPressWith

pytestmark = pytest.mark.slow("starts a WordPress for each kind of website")
PAGE = f"{PAGES}/sites/blog/settings/website"
HTMX = {"HX-Request": "true"}
Findings = dict[str, tuple[str, str]]
"""By name: the badge, and everything that is said."""


@pytest.fixture(autouse=True)
def nearby(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The website is on this machine."""
    assert house
    monkeypatch.setenv("IGNY8_WORDPRESS_ALLOW_PRIVATE", "true")
    load.cache_clear()


def checked(house: House, server: WordPressServer, role: str = "editor", password: str = "") -> tuple[str, Findings]:
    """What the page says after somebody has filled in the form and pressed "Check connection"."""
    user = server.users[role]
    typed = {"url": server.url, "username": user.login, "password": password or user.password}
    browser = house.browser("owner")
    assert browser.post(PAGE, data=typed, headers=HTMX).status_code == 200
    answer = browser.post(f"{PAGE}/check", headers=HTMX)
    assert answer.status_code == 200
    assert typed["password"] not in html.unescape(answer.text)
    page = BeautifulSoup(answer.text, "html.parser")
    summary = page.select_one("[role=status]")
    assert summary
    rows = [(row.b, row.select_one(".badge"), row) for row in page.select("ul.list > li")]
    return words(summary), {words(name): (words(badge), words(row)) for name, badge, row in rows if name and badge}


def words(part: object) -> str:
    """The text as people read it."""
    text = part.get_text(" ") if hasattr(part, "get_text") else str(part)
    return re.sub(r"\s+", " ", text).strip()


def assert_wrong(findings: Findings, name: str, todo: str) -> None:
    """The finding is to be changed, and says how."""
    badge, said = findings[name]
    assert badge == "To be changed"
    assert todo in said.partition("What to do:")[2], said


def test_a_right_password_lets_articles_go_live(house: House, wordpress: WordPressServer) -> None:
    summary, findings = checked(house, wordpress)
    assert summary == "Articles can go live."
    assert {badge for badge, _ in findings.values()} == {"Works", "Good to know"}
    for name in ("Address", "REST API", "Application passwords", "Sign-in", "Rights of the user", "Clock"):
        assert findings[name][0] == "Works"
    told = house.client("owner").post(f"{API}/publishing/connection_check/?site=blog").json()
    assert (told["works"], told["url"]) == (True, wordpress.url)


def test_a_wrong_password_says_where_to_make_a_new_one(house: House, wordpress: WordPressServer) -> None:
    summary, findings = checked(house, wordpress, password="abcd efgh ijkl mnop qrst uvwx")
    assert summary == "1 thing has to be changed before articles can go live."
    assert_wrong(findings, "Sign-in", "Users → Profile → Application Passwords")


def test_a_user_without_the_rights_is_told_which_role_has_them(house: House, wordpress: WordPressServer) -> None:
    _, findings = checked(house, wordpress, role="contributor")
    assert findings["Sign-in"][0] == "Works"
    assert_wrong(findings, "Rights of the user", "the role Editor")


def test_a_website_without_application_passwords_says_what_brings_them(
    house: House, wordpress_with: WordPressWith
) -> None:
    _, findings = checked(house, wordpress_with(application_passwords=False))
    assert_wrong(findings, "Application passwords", "https")
    assert_wrong(findings, "Sign-in", "Once WordPress offers application passwords")


def test_a_server_that_takes_the_header_away_is_told_from_a_wrong_password(
    house: House, wordpress_with: WordPressWith
) -> None:
    _, findings = checked(house, wordpress_with(strip_authorization=True))
    assert_wrong(findings, "Sign-in", "Authorization header")


def test_a_page_instead_of_the_api_says_what_hides_it(house: House, wordpress_with: WordPressWith) -> None:
    summary, findings = checked(house, wordpress_with(html="all"))
    assert summary == "1 thing has to be changed before articles can go live."
    assert findings["Address"][0] == "Works"
    assert_wrong(findings, "REST API", "plug-in")
