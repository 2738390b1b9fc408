"""A website's own pages."""

from __future__ import annotations

import json
from typing import Any

import pytest

from igny8_lib.errors import InvalidInput
from igny8_lib.site_builder.documents import SiteDocument
from igny8_lib.site_builder.pages import render_pages
from igny8_lib.site_builder.site_files import read_files
from tests.lib.site_builder.sites import BASE_URL, Read, page, site, text_block

LONG = "We repair boats of wood and steel in our own yard at the lake, all year round."


def rendered(whole: SiteDocument) -> dict[str, Read]:
    files = render_pages(whole, BASE_URL, {})
    return {path: Read(file) for path, file in files.items() if path.endswith(".html")}


def data_of(read: Read) -> list[dict[str, Any]]:
    return [json.loads(each.text) for each in read.named("script")]


def test_a_site_has_a_file_for_each_page_but_the_articles_and_comes_back_from_them() -> None:
    files = render_pages(site(), BASE_URL, {})
    assert set(files) == {
        "index.html", "about/index.html", "services/index.html", "contact/index.html", "404.html", "site.json",
        "pages/home.json", "pages/about.json", "pages/services.json", "pages/blog.json", "pages/contact.json",
    }  # fmt: skip
    assert read_files(files) == site()
    assert render_pages(site(), BASE_URL, {}) == files


def test_an_address_that_is_none_renders_nothing() -> None:
    with pytest.raises(InvalidInput):
        render_pages(site(), "boats.example", {})


def test_a_page_says_what_and_where_it_is() -> None:
    whole = site(page("home", "home"), page("about", "about", description="Who we are"), language="de-AT")
    read = rendered(whole)["about/index.html"]
    assert read.one("html").attributes == {"lang": "de-AT", "dir": "ltr"}
    assert read.one("title").text == read.meta("og:title") == "About | Boats & Sons"
    assert read.meta("description") == read.meta("og:description") == "Who we are"
    url = "https://boats.example/shop/about/"
    assert read.one("link", rel="canonical").attributes["href"] == read.meta("og:url") == url
    assert read.meta("robots") is None
    assert read.meta("twitter:card") == "summary"


@pytest.mark.parametrize(("tagline", "title"), [("", "Boats & Sons"), ("Since 1987", "Boats & Sons – Since 1987")])
def test_the_home_page_s_title_is_the_site_s(tagline: str, title: str) -> None:
    assert rendered(site(tagline=tagline))["index.html"].one("title").text == title


@pytest.mark.parametrize(
    ("bodies", "description"),
    [
        ([f"Short.\n\n{LONG}"], LONG),
        (["Short.", LONG], LONG),
        ([" ".join([LONG] * 3)], f"{LONG} {LONG[:-1]}…"),
        ([f"{LONG[:-1]} & <b>more</b>."], f"{LONG[:-1]} & <b>more</b>."),
        (["Short."], "Since 1987"),
        ([], "Since 1987"),
    ],
)
def test_a_page_without_a_description_is_described_by_its_first_telling_text(
    bodies: list[str], description: str
) -> None:
    blocks = [text_block(f"b{number}", body=body) for number, body in enumerate(bodies)]
    read = rendered(site(page("home", "home", *blocks), tagline="Since 1987"))["index.html"]
    assert read.meta("description") == description


def test_a_description_is_cut_between_words() -> None:
    read = rendered(site(page("home", "home", text_block(body="hammer " * 100))))["index.html"]
    description = read.meta("description") or ""
    assert len(description) <= 160
    assert description == "hammer " * (description.count("hammer") - 1) + "hammer…"


def test_every_page_has_the_same_way_in_and_knows_where_it_stands() -> None:
    for path, read in rendered(site()).items():
        assert read.one("a", **{"class": "skip"}).attributes["href"] == "#main"
        assert read.one("main").attributes["id"] == "main"
        menu, footer = (nav.children[0].children for nav in read.named("nav"))
        addresses = [each.children[0].attributes["href"] for each in menu]
        assert addresses == [each.children[0].attributes["href"] for each in footer]
        assert addresses == ["/shop/", "/shop/about/", "/shop/services/", "/shop/blog/", "/shop/contact/"]
        here = [each.children[0].attributes["href"] for each in menu if "aria-current" in each.children[0].attributes]
        assert here == ([] if path == "404.html" else [f"/shop/{path.removesuffix('index.html')}"])


def test_more_pages_than_the_header_holds_open_at_its_end() -> None:
    many = site(page("home", "home"), *(page(f"p{number}") for number in range(20)))
    menu = rendered(many)["index.html"].named("nav")[0].children[0].children
    assert len(menu) == 7
    folded = menu[-1].children[0]
    assert folded.name == "details"
    assert len(folded.children[1].children) == 21 - 6


def test_a_site_of_one_page_has_no_menu() -> None:
    assert rendered(site(page("home", "home")))["index.html"].named("nav") == []


@pytest.mark.parametrize("layout", ["default", "minimal"])
def test_a_landing_site_without_buttons_shows_its_contact_page_instead_of_the_menu_but_all_pages_can_be_reached(
    layout: str,
) -> None:
    read = rendered(site(template="landing", layout=layout))["index.html"]
    header = read.one("header", **{"class": "site-header"})
    assert [each.attributes["href"] for each in header.children[0].children] == ["/shop/", "/shop/contact/"]
    assert len(read.one("nav").children[0].children) == 5


@pytest.mark.parametrize(
    ("blocks", "headings"),
    [
        ([], [1]),
        ([text_block()], [1]),
        ([text_block("a"), text_block("b")], [1, 2]),
        ([text_block("a", title=""), text_block("b")], [1, 2]),
        ([text_block("a", title="")], [1]),
    ],
)
def test_a_page_has_one_first_heading_and_none_is_left_out(blocks: list[dict[str, Any]], headings: list[int]) -> None:
    read = rendered(site(page("home", "home", *blocks)))["index.html"]
    assert read.headings == headings
    titled = bool(blocks) and blocks[0]["data"]["title"]
    assert read.one("h1").text == ("We repair boats" if titled else "Home")


def test_the_home_page_tells_search_engines_whose_site_it_is() -> None:
    [data] = data_of(rendered(site(tagline="Since 1987"))["index.html"])
    organization, website = data["@graph"]
    assert organization["name"] == website["name"] == "Boats & Sons"
    assert organization["@id"] == website["publisher"]["@id"] == f"{BASE_URL}#organization"
    assert website["url"] == organization["url"] == BASE_URL
    assert website["description"] == "Since 1987"


def test_other_pages_tell_search_engines_the_way_to_them() -> None:
    [data] = data_of(rendered(site())["about/index.html"])
    assert [(step["position"], step["name"], step["item"]) for step in data["itemListElement"]] == [
        (1, "Home", BASE_URL),
        (2, "About", f"{BASE_URL}about/"),
    ]


def test_where_there_is_nothing_a_page_says_so_and_is_not_listed() -> None:
    read = rendered(site(language="de"))["404.html"]
    assert read.one("h1").text == "Seite nicht gefunden"
    assert read.meta("robots") == "noindex"
    assert read.meta("og:url") is None
    assert [each.attributes["rel"] for each in read.named("link")].count("canonical") == 0


def test_the_feed_is_named_where_there_is_a_blog() -> None:
    with_blog, without = rendered(site())["index.html"], rendered(site(page("home", "home")))["index.html"]
    assert with_blog.one("link", rel="alternate").attributes["href"] == "/shop/feed.xml"
    assert [each for each in without.named("link") if each.attributes["rel"] == "alternate"] == []


def test_english_words_on_a_page_of_a_language_without_words_say_so() -> None:
    read = rendered(site(language="ar"))["404.html"]
    assert read.one("html").attributes == {"lang": "ar", "dir": "rtl"}
    skip = read.one("a", **{"class": "skip"})
    assert (skip.attributes["lang"], skip.attributes["dir"]) == ("en", "ltr")


HOSTILE = "</title></script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;{{ 7 * 7 }}{% x %}\u2028<!--"


def test_hostile_texts_in_every_field_stay_texts() -> None:
    mild = site(page("home", "home", text_block(body=LONG)), page("a", "about", text_block(body=LONG)), tagline="T")
    wild = site(
        page("home", "home", text_block(title=HOSTILE, body=HOSTILE), title=HOSTILE[:120], description=HOSTILE),
        page("a", "about", text_block(title=HOSTILE, body=HOSTILE), title=HOSTILE[:120], description=HOSTILE),
        name=HOSTILE[:100],
        tagline=HOSTILE,
    )
    calm, hostile = rendered(mild), rendered(wild)
    for path, read in hostile.items():
        assert [each.name for each in read.elements] == [each.name for each in calm[path].elements]
        assert read.one("title").text
        assert "49" not in read.one("title").text
        for each in data_of(read):
            assert each["@context"] == "https://schema.org"
    assert hostile["index.html"].one("h1").text == " ".join(HOSTILE.split())
    assert hostile["index.html"].meta("description") == HOSTILE


def test_a_page_needs_no_script_and_nothing_from_elsewhere() -> None:
    for read in rendered(site()).values():
        assert all(each.attributes["type"] == "application/ld+json" for each in read.named("script"))
        loaded = [
            each.attributes["href"]
            for each in read.named("link")
            if each.attributes["rel"] not in {"canonical", "alternate"}
        ]
        assert all(str(address).startswith("/shop/") for address in loaded)
        assert [each.attributes["href"] for each in read.named("link") if each.attributes["rel"] == "stylesheet"] == [
            "/shop/assets/site.css"
        ]
        assert not [name for each in read.elements for name in each.attributes if name.startswith("on")]
