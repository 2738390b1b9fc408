"""Each fault of a rendered site is found in its file and line; a sound site has none."""

from __future__ import annotations

import pytest

from igny8_lib.errors import InvalidInput
from igny8_lib.site_builder.releases.checks import REQUIRED, SiteHasFaults, check_site, require_sound
from igny8_lib.site_builder.releases.pages import Finding
from tests.lib.site_builder.releases.small_site import BASE, PICTURE, page, small_site

MAIN_LINE = 13
"""Where the main part of a page begins."""


def faults_of(main: str, path: str = "index.html", **more: str) -> list[str]:
    """What is found in a page with this main part, in the line of its beginning or in the file as a whole."""
    findings = check_site({**small_site(), path: page("Tea", main, **more)}, BASE)
    assert {one.path for one in findings} <= {path}
    return [one.what for one in findings]


def test_a_sound_site_has_no_findings() -> None:
    assert check_site(small_site(), BASE, required=["about/index.html"]) == []
    require_sound(small_site(), BASE)


@pytest.mark.parametrize("path", REQUIRED)
def test_what_every_site_must_have_is_missed(path: str) -> None:
    files = small_site()
    del files[path]

    assert Finding(path, 0, "is missing") in check_site(files, BASE)


def test_a_page_of_the_structure_is_missed() -> None:
    assert check_site(small_site(), BASE, required=["team/index.html"]) == [Finding("team/index.html", 0, "is missing")]


@pytest.mark.parametrize(
    "address",
    [
        *("/sites/tea/", "/sites/tea/#main", "/sites/tea/about/#people", "about/", "#main", "#top", "?page=1", BASE),
        *("https://elsewhere.test/x#y", "http://elsewhere.test", "mailto:tea@shop.test", "tel:+123", "./about/#people"),
        *("/sites/tea/assets/images/tea.webp", "/sites/tea/%61bout/", "https://shop.test/sites/tea/about/#main"),
    ],
)
def test_addresses_that_lead_somewhere_are_no_faults(address: str) -> None:
    assert faults_of(f'<h1>T</h1><a href="{address}">x</a>') == []


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("/sites/tea/team/", '"/sites/tea/team/" leads to team/index.html, which is not there'),
        ("team.html", '"team.html" leads to team.html, which is not there'),
        ("/sites/tea/about", '"/sites/tea/about" lacks the slash at its end'),
        ("/sites/tea/about/#boss", '"/sites/tea/about/#boss" leads to the anchor "boss", which about/index.html does'),
        ("#nowhere", '"#nowhere" leads to the anchor "nowhere", which index.html does not have'),
        ("/about/", '"/about/" leads out of the site, which is below /sites/tea/'),
        ("../../", '"../../" leads out of the site'),
        ("javascript:alert(1)", '"javascript:alert(1)" is no address that a link may have'),
        ("data:text/html,x", '"data:text/html,x" is no address that a link may have'),
        ("http://[x", '"http://[x" is no address'),
    ],
)
def test_addresses_that_lead_nowhere_are_found_by_line(address: str, fault: str) -> None:
    files = {**small_site(), "index.html": page("Tea", f'<h1>T</h1>\n<a href="{address}">x</a>')}

    (found,) = check_site(files, BASE)

    assert (found.path, found.line) == ("index.html", MAIN_LINE + 1)
    assert found.what.startswith(fault)


@pytest.mark.parametrize(
    ("main", "fault"),
    [
        (PICTURE.replace('alt="A cup of tea" ', ""), 'the picture "/sites/tea/assets/images/tea.webp" has no alt'),
        (PICTURE.replace('width="480"', 'width="0"'), 'the picture "/sites/tea/assets/images/tea.webp" has no width'),
        (PICTURE.replace('height="320"', ""), 'the picture "/sites/tea/assets/images/tea.webp" has no height'),
        (PICTURE.replace("tea.webp", "tee.webp"), "leads to assets/images/tee.webp, which is not there"),
        (PICTURE.replace("<img ", '<img srcset="/sites/tea/assets/images/a.webp 480w" '), "leads to assets/images/a"),
        (PICTURE.replace("/sites", "https://cdn.test/sites"), "from outside of the site"),
        ('<p id="a"></p><p id="a"></p>', 'the id "a" is there twice'),
        ('<label for="a">x</label>', 'for names "a", but no element has this id'),
        ("<h1>again</h1>", "has 2 <h1> instead of one"),
        ("<div>", "</main> comes before the end of <div>"),
        ("</section>", "</section> ends nothing"),
        ("<p><div></div></p>", "<div> stands inside a <p>, which ends before it"),
        ('<a href="#main"><a href="#main">x</a></a>', "<a> stands inside another <a>"),
        ("<li>x</li>", "<li> stands outside of a list"),
        ("</br>", "</br> ends an element that has no end"),
        ('<p class="a" CLASS="b"></p>', "<p> has the attribute class twice"),
        ("<script>alert(1)</script>", "has a script; only data may stand in one"),
        ('<script type="application/ld+json">{]</script>', "the data in this script is no JSON"),
        ('<p onclick="x()"></p>', "<p> has the script onclick"),
        ('<iframe src="https://video.test/"></iframe>', "from outside of the site"),
        ("<!-- open", "ends inside a tag or a comment that is never closed"),
    ],
)
def test_faults_of_a_page_are_found(main: str, fault: str) -> None:
    assert any(fault in one for one in faults_of(f"<h1>T</h1>{main}")), faults_of(f"<h1>T</h1>{main}")


@pytest.mark.parametrize(
    "main",
    [
        '<svg viewBox="0 0 1 1" aria-hidden="true"><title>x</title><path d="M0 0"/></svg><br><hr>',
        '<script type="application/ld+json">{"a": "\\u003c/script>"}</script>',
        "<ul><li><p>a &lt; b</p><ul><li>c</li></ul></li></ul><dl><div><dt>a</dt><dd>b</dd></div></dl>",
        '<form action="mailto:a@shop.test"><label for="a">A</label><input id="a" name="a"></form>',
        "<!-- a comment --><pre>a < b</pre>",
    ],
)
def test_what_is_right_is_no_fault(main: str) -> None:
    assert faults_of(f"<h1>T</h1>{main}") == []


def test_a_page_needs_language_title_heading_and_document_type() -> None:
    assert faults_of("<h1>T</h1>", lang="") == ["<html> has no lang"]
    assert faults_of("<h2>T</h2>") == ["has 0 <h1> instead of one"]
    for old, new, fault in (
        (b"<title>Tea</title>", b"<title> </title>", "its <title> is empty"),
        (b"<title>Tea</title>", b"", "has 0 <title> instead of one"),
        (b"<!doctype html>", b"", "begins without <!doctype html>"),
    ):
        files = {**small_site(), "index.html": page("Tea", "<h1>T</h1>").replace(old, new)}
        assert [one.what for one in check_site(files, BASE)] == [fault]


@pytest.mark.parametrize(
    ("path", "data", "fault"),
    [
        ("sitemap.xml", f"<urlset><url><loc>{BASE}gone/</loc></url></urlset>".encode(), "leads to gone/index.html"),
        ("feed.xml", f"<rss><channel><link>{BASE}gone/</link></channel></rss>".encode(), "leads to gone/index.html"),
        ("feed.xml", b"<rss><channel></rss>", "is no XML"),
        ("feed.xml", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>", "has a document type"),
        ("pages/home.json", b"{", "is no JSON"),
        ("assets/site.css", b"a { background: url('https://cdn.test/x.png') }", "from outside of the site"),
        ("assets/site.css", b"a { background: url(images/none.png) }", "leads to assets/images/none.png"),
        ("about/index.html", b"\xff", "is not in UTF-8"),
    ],
)
def test_files_that_are_no_pages_are_looked_at(path: str, data: bytes, fault: str) -> None:
    findings = check_site({**small_site(), path: data}, BASE)

    assert any(one.path == path and fault in one.what for one in findings), findings


def test_a_changed_part_may_lead_to_what_stands_elsewhere() -> None:
    part = {"index.html": small_site()["index.html"]}
    elsewhere = set(small_site()) - set(part)

    assert check_site(part, BASE, elsewhere=elsewhere) == []
    assert check_site(part, BASE, elsewhere=elsewhere - {"about/index.html"}) != []


def test_faults_say_all_places_and_contrast_is_among_them() -> None:
    files = {**small_site(), "index.html": page("Tea", '<h1>T</h1><a href="#a">x</a><a href="#b">x</a>')}

    with pytest.raises(SiteHasFaults, match=r"the site has 4 faults.*and 1 more") as refused:
        require_sound(files, BASE, contrast=["text on surface is 3.1:1", "muted is 2:1"])

    assert refused.value.facts["findings"] == [vars(one) for one in refused.value.findings]
    assert Finding("assets/site.css", 0, "contrast: muted is 2:1") in refused.value.findings


def test_a_sites_address_ends_with_a_slash() -> None:
    for wrong in ("https://shop.test/tea", "/tea/", "ftp://shop.test/"):
        with pytest.raises(InvalidInput):
            check_site(small_site(), wrong)
