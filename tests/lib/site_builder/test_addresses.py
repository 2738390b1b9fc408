"""Where the parts of a website are."""

from __future__ import annotations

import pytest

from igny8_lib.errors import InvalidInput
from igny8_lib.site_builder.addresses import Addresses
from tests.lib.site_builder.sites import page, site

SITE = site(page("start", "home"), page("news", "blog"), page("about", "about"))


@pytest.mark.parametrize(
    ("target", "address"),
    [
        ("page:start", "/shop/"),
        ("page:about", "/shop/about/"),
        ("page:about#team", "/shop/about/#team"),
        ("page:start#prices", "/shop/#prices"),
        ("page:news", "/shop/blog/"),
        ("page:gone", "/shop/gone/"),
        ("#team", "#team"),
        ("mailto:a@boats.example", "mailto:a@boats.example"),
        ("tel:+4930123", "tel:+4930123"),
        ("https://example.org/x?y=1#z", "https://example.org/x?y=1#z"),
        ("HTTP://example.org", "HTTP://example.org"),
    ],
)
def test_a_link_target_becomes_an_address_below_the_site(target: str, address: str) -> None:
    assert Addresses.of(SITE, "https://boats.example/shop/").link(target) == address


@pytest.mark.parametrize("target", ["javascript:alert(1)", "data:text/html,x", "/about", "about", "", "//evil.example"])
def test_what_is_no_link_target_is_refused(target: str) -> None:
    with pytest.raises(ValueError, match="is no link"):
        Addresses.of(SITE, "https://boats.example/").link(target)


@pytest.mark.parametrize("base_url", ["https://boats.example", "https://boats.example/"])
def test_a_site_of_its_own_host_begins_at_the_slash(base_url: str) -> None:
    addresses = Addresses.of(SITE, base_url)
    assert addresses.below("about/") == "/about/"
    assert addresses.whole("about/") == "https://boats.example/about/"


@pytest.mark.parametrize(
    "base_url",
    [
        "boats.example",
        "ftp://boats.example/",
        "https:///shop/",
        "https://boats.example/?a=1",
        "https://boats.example/#a",
        "https://boats.example//evil.example/",
        "https://me:secret@boats.example/",
        "https://boats.example/a b/",
        'https://boats.example/"onload=/',
        "https://boats.example/\n",
        "",
    ],
)
def test_what_is_no_web_address_is_no_site_s_address(base_url: str) -> None:
    with pytest.raises(InvalidInput, match="cannot be the address of a site"):
        Addresses.of(SITE, base_url)
