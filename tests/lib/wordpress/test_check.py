"""The connection check on real WordPress sites: each finding, and what it says to do."""

from __future__ import annotations

import pytest

from igny8_lib.wordpress.check import Finding, check, same_hours
from igny8_lib.wordpress.client import WordPress
from tests.http_proxy import HttpProxy, Reply
from tests.wordpress_processes import free_port
from tests.wordpress_server import WordPressServer, WordPressWith

ORDER = ["address", "rest_api", "application_passwords", "sign_in", "rights", "seo", "zone", "clock", "uploads"]


def found(client: WordPress, zone: str = "America/New_York") -> dict[str, Finding]:
    with client:
        return {finding.name: finding for finding in check(client, zone=zone)}


@pytest.mark.parametrize("permalinks", ["/%postname%/", ""])
def test_a_good_website_is_good_in_every_respect_that_can_be_told(
    wordpress_with: WordPressWith, permalinks: str
) -> None:
    findings = found(wordpress_with(permalinks=permalinks, seo="yoast").client("editor"))
    assert list(findings) == ORDER
    assert {name for name, finding in findings.items() if finding.ok} == set(ORDER) - {"uploads"}
    assert [finding.todo for finding in findings.values() if finding.todo] == []
    assert ("plain" in findings["rest_api"].says) is (permalinks == "")
    assert "Yoast SEO" in findings["seo"].says


def test_a_check_writes_nothing_and_takes_three_requests(wordpress: WordPressServer) -> None:
    with HttpProxy(wordpress.url) as proxy:
        found(wordpress.client(url=proxy.url))
        assert [seen.method for seen in proxy.exchanges] == ["GET"] * 3


@pytest.mark.parametrize(
    ("role", "ok", "todo"),
    [
        ("administrator", True, ""),
        ("author", None, "Make the categories in WordPress beforehand"),
        ("contributor", False, "the role Editor"),
        ("subscriber", False, "the role Editor"),
    ],
)
def test_missing_rights_are_named_with_the_role_that_has_them(
    wordpress: WordPressServer, role: str, *, ok: bool | None, todo: str
) -> None:
    finding = found(wordpress.client(role))["rights"]
    assert finding.ok is ok
    assert todo in finding.todo


def test_a_wrong_password_says_where_to_make_one(wordpress: WordPressServer) -> None:
    findings = found(WordPress(wordpress.connection(password="wrong wrong"), allow_private=True))
    assert findings["sign_in"].ok is False
    assert "Users → Profile → Application Passwords" in findings["sign_in"].todo
    assert list(findings) == [name for name in ORDER if name != "rights"]


def test_a_plug_in_that_closes_the_api_to_strangers_makes_a_wrong_password_the_finding(
    wordpress_with: WordPressWith,
) -> None:
    closed = wordpress_with(strict=True)
    assert found(closed.client())["sign_in"].ok is True
    findings = found(WordPress(closed.connection(password="wrong wrong"), allow_private=True))
    assert [(finding.name, finding.ok) for finding in findings.values()] == [
        ("address", True),
        ("rest_api", True),
        ("sign_in", False),
    ]


def test_a_production_site_on_plain_http_is_told_to_use_https(wordpress_with: WordPressWith) -> None:
    findings = found(wordpress_with(application_passwords=False).client())
    assert findings["application_passwords"].ok is False
    assert "https" in findings["application_passwords"].todo
    assert findings["sign_in"].ok is False


def test_a_header_that_is_taken_away_is_told(wordpress_with: WordPressWith) -> None:
    findings = found(wordpress_with(strip_authorization=True).client())
    assert "Authorization header" in findings["sign_in"].todo


@pytest.mark.parametrize("switches", [{"rest": False}, {"html": "all"}])
def test_a_rest_api_that_does_not_answer_is_told_with_what_hides_it(
    wordpress_with: WordPressWith, switches: dict[str, object]
) -> None:
    findings = found(wordpress_with(**switches).client())
    assert findings["address"].ok is True
    assert findings["rest_api"].ok is False
    assert "plug-in" in findings["rest_api"].todo


def test_a_website_that_cannot_be_reached_is_one_finding(wordpress: WordPressServer) -> None:
    findings = found(wordpress.client(url=f"http://127.0.0.1:{free_port()}"))
    assert [(finding.name, finding.ok) for finding in findings.values()] == [("address", False)]


def test_an_address_without_wordpress_is_told(wordpress: WordPressServer) -> None:
    with HttpProxy(wordpress.url) as proxy:
        proxy.on(lambda _: True, Reply(200, {"Content-Type": "text/html"}, b"<p>A shop."), times=9)
        findings = found(wordpress.client(url=proxy.url))
    assert findings["rest_api"].ok is False
    assert "No WordPress was found" in findings["rest_api"].todo


@pytest.mark.parametrize(
    ("seo", "said"), [("", "Neither"), ("rank math", "Rank Math is there"), ("yoast", "Yoast SEO is there")]
)
def test_the_plug_in_for_search_engines_is_named(wordpress_with: WordPressWith, seo: str, said: str) -> None:
    assert said in found(wordpress_with(seo=seo).client())["seo"].says


def test_another_zone_is_said_and_stops_nothing(wordpress_with: WordPressWith) -> None:
    tokyo = wordpress_with(zone="Asia/Tokyo")
    finding = found(tokyo.client(), "Europe/Berlin")["zone"]
    assert (finding.ok, "Asia/Tokyo" in finding.says, "Europe/Berlin" in finding.todo) == (None, True, True)
    assert found(tokyo.client(), "Asia/Seoul")["zone"].ok is True


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("+00:00", "UTC", True),
        ("+02:00", "Europe/Berlin", False),  # in winter it is +01:00
        ("Europe/Paris", "Europe/Berlin", True),
        ("-03:30", "America/St_Johns", False),
        ("Nowhere/Else", "UTC", False),
    ],
)
def test_zones_are_the_same_where_their_hours_are_the_same_all_year(one: str, other: str, *, same: bool) -> None:
    assert same_hours(one, other) is same
