"""What search engines look at: each check at its published thresholds, and where it points."""

from __future__ import annotations

import pytest

from igny8_lib.analysis.facts import PictureFacts
from tests.lib.analysis.articles import PLAIN, analysed, check, left_out, marked, points, words


def test_without_a_keyphrase_one_check_says_what_to_do_and_the_others_are_left_out() -> None:
    found = check("keyphrase_set", "<p>Text.</p>", primary_keyword=" ")
    assert found.points == 0
    assert "choose the words" in found.sentence
    names = {each.name for each in analysed("<p>Text.</p>", primary_keyword="").checks}
    assert {name for name in names if name.startswith("keyphrase")} == {"keyphrase_set"}


@pytest.mark.parametrize(
    ("title", "expected"),
    [("How to test smoke alarms", 9), ("Alarms that tell of smoke", 9), ("Alarms at home", 5), ("At home", 2), ("", 2)],
)
def test_keyphrase_in_title_in_any_inflection(title: str, expected: int) -> None:
    assert points("keyphrase_title", "<p>Text.</p>", title=title) == expected


def test_what_is_not_known_is_left_out_and_said() -> None:
    analysis = analysed("<p>Text.</p>")
    names = {each.name for each in analysis.checks}
    assert names.isdisjoint({"keyphrase_title", "keyphrase_slug", "meta_title_length", "meta_description_length"})
    assert "How long the meta title is: none is known." in analysis.not_measured


@pytest.mark.parametrize(
    ("meta_title", "expected"),
    [
        ("Smoke alarm tests at home", 9),
        ("The smoke alarm at home", 9),
        ("Test your smoke alarm", 7),
        ("Alarms for smoke", 6),
        ("Alarms", 2),
    ],
)
def test_keyphrase_in_meta_title_best_as_typed_and_at_its_beginning(meta_title: str, expected: int) -> None:
    assert points("keyphrase_meta_title", "<p>Text.</p>", meta_title=meta_title) == expected


@pytest.mark.parametrize(("times", "expected"), [(0, 3), (1, 9), (2, 9), (3, 3)])
def test_keyphrase_in_meta_description_once_or_twice(times: int, expected: int) -> None:
    description = "Read on. " + "Each smoke alarm counts. " * times
    assert points("keyphrase_meta_description", "<p>Text.</p>", meta_description=description) == expected


def test_keyphrase_in_the_first_paragraph_within_one_sentence() -> None:
    html = "<h2>Begin</h2><p>A <b>smoke</b> alarm wakes you.</p><p>Smoke alarm.</p>"
    found = check("keyphrase_introduction", html)
    assert (found.points, marked(html, found)) == (9, ["smoke</b> alarm"])
    assert points("keyphrase_introduction", "<p>Smoke is bad. An alarm wakes you.</p>") == 6
    html = "<p>Nothing of it.</p><p>Smoke alarm.</p>"
    found = check("keyphrase_introduction", html)
    assert (found.points, marked(html, found)) == (3, ["Nothing of it."])


@pytest.mark.parametrize(
    ("about", "of", "expected"), [(0, 4, 3), (1, 4, 3), (2, 4, 9), (3, 4, 9), (4, 4, 3), (1, 1, 9)]
)
def test_keyphrase_in_a_third_to_three_quarters_of_the_headings(about: int, of: int, expected: int) -> None:
    html = "<h2>Smoke and alarms</h2><p>x</p>" * about + "<h3>Other</h3><p>x</p>" * (of - about)
    found = check("keyphrase_headings", html)
    assert found.points == expected
    assert marked(html, found) == ["Smoke and alarms"] * about
    assert left_out("keyphrase_headings", "<p>x</p>")


@pytest.mark.parametrize(
    ("slug", "keyphrase", "expected"),
    [
        ("smoke-alarms", "smoke alarm", 9),
        ("alarms", "smoke alarm", 6),
        ("smoke-alarm-battery", "change smoke alarm battery", 9),
        ("smoke-battery", "change smoke alarm battery", 6),
        ("kitchen", "smoke alarm", 3),
    ],
)
def test_keyphrase_in_slug_all_of_a_short_one_most_of_a_long_one(slug: str, keyphrase: str, expected: int) -> None:
    assert points("keyphrase_slug", "<p>x</p>", slug=slug, primary_keyword=keyphrase) == expected


def test_keyphrase_in_alternative_texts_of_pictures_and_images() -> None:
    image, other = '<img src="a" alt="A smoke detector">', '<img src="a" alt="A cat">'
    assert points("keyphrase_images", f"<p>x</p>{image}") == 9
    assert points("keyphrase_images", f"<p>x</p>{other}") == 6
    assert points("keyphrase_images", f"<p>x</p>{other}", pictures=(PictureFacts("Alarm on a wall"),)) == 9
    assert points("keyphrase_images", image * 4 + other) == 6, "of many, not nearly all"
    assert points("keyphrase_images", image + other * 4) == 6, "of many, not only one"
    assert points("keyphrase_images", image * 2 + other * 3) == 9
    assert left_out("keyphrase_images", "<p>x</p>")


@pytest.mark.parametrize(("times", "expected"), [(0, 2), (1, 4), (2, 9), (7, 9), (8, 2), (9, 0)])
def test_density_between_half_a_percent_and_three_and_a_half(times: int, expected: int) -> None:
    html = f"<p>{words(200 - 3 * times)}. {'Smoke alarms work. ' * times}</p>"
    found = check("keyphrase_density", html)
    assert (found.points, marked(html, found)) == (expected, ["Smoke alarms"] * times)
    assert f"{times} time" in found.sentence


def test_density_says_nothing_of_short_texts() -> None:
    assert left_out("keyphrase_density", f"<p>{words(90)}</p>")


def test_a_link_to_another_page_by_the_keyphrase_competes_with_this_one() -> None:
    html = '<p><a href="/a">Smoke alarms</a> and <a href="/b">smoke alarm batteries</a></p>'
    found = check("keyphrase_links", html)
    assert (found.points, marked(html, found)) == (2, ['<a href="/a">Smoke alarms</a>'])
    assert points("keyphrase_links", '<p><a href="/b">batteries</a></p>') == 9


def test_secondary_keywords_are_looked_for_and_the_missing_ones_named() -> None:
    html = "<h2>Fires in the kitchen</h2><p>Batteries last. We change a battery.</p>"
    assert points("secondary_keywords", html, secondary_keywords=("change battery", "kitchen fire")) == 9
    found = check("secondary_keywords", html, secondary_keywords=("battery", "garage door"))
    assert (found.points, "“garage door”" in found.sentence) == (6, True)
    assert points("secondary_keywords", html, secondary_keywords=("garage", "door", "battery")) == 3


@pytest.mark.parametrize(("length", "expected"), [(0, 1), (29, 6), (30, 9), (60, 9), (61, 6), (70, 6), (71, 3)])
def test_meta_title_length(length: int, expected: int) -> None:
    assert points("meta_title_length", "<p>x</p>", meta_title="x" * length) == expected
    if length % 2 == 0:
        assert points("meta_title_length", "<p>x</p>", meta_title="漢" * (length // 2)) == expected, "twice as wide"


@pytest.mark.parametrize(("length", "expected"), [(0, 1), (120, 6), (121, 9), (156, 9), (157, 6)])
def test_meta_description_length(length: int, expected: int) -> None:
    assert points("meta_description_length", "<p>x</p>", meta_description="x" * length) == expected


@pytest.mark.parametrize(("number", "expected"), [(0, 0), (199, 0), (200, 3), (249, 3), (250, 6), (299, 6), (300, 9)])
def test_text_length(number: int, expected: int) -> None:
    assert points("text_length", f"<p>{words(number)}</p>") == expected


def test_headings_go_down_level_by_level_and_are_not_empty() -> None:
    assert points("heading_structure", "<h2>A</h2><h3>B</h3><h4>C</h4><h2>D</h2>") == 9
    html = "<h2>A</h2><h4>Skips</h4><h2> </h2>"
    found = check("heading_structure", html)
    assert (found.points, marked(html, found)) == (3, ["Skips", "<h2> </h2>"])
    assert points("heading_structure", "<h3>First</h3>") == 6
    assert points("heading_structure", "<h1>Title</h1><h2>A</h2>") == 9, "a page's own title"
    assert points("heading_structure", "<h1>Title</h1><h2>A</h2><h1>Another</h1>") == 6


def test_links_are_told_apart_by_the_websites_hosts() -> None:
    html = (
        '<p><a href="/a">a</a> <a href="https://www.Homes.example/b">b</a> <a href="https://other.example/">c</a> '
        '<a href="mailto:x@homes.example">d</a> <a href="#e">e</a> <a href="https://[">f</a> <a>g</a></p>'
    )
    inside, outside = check("internal_links", html), check("outbound_links", html)
    assert [len(inside.places), len(outside.places)] == [2, 1]
    assert (inside.points, outside.points) == (9, 9)
    assert points("internal_links", "<p>x</p>") == points("outbound_links", "<p>x</p>") == 3


def test_links_that_search_engines_may_not_follow_count_for_less() -> None:
    closed, opened = '<a rel="nofollow" href="https://a.example">x</a>', '<a href="https://a.example">x</a>'
    assert points("outbound_links", f"<p>{closed}</p>") == 7
    assert points("outbound_links", f"<p>{closed}{opened}</p>") == 8


def test_images_without_alternative_text_are_pointed_at() -> None:
    html = f'<p>{PLAIN}</p><img src="a"><img src="b" alt="B"><img src="c" alt=" ">'
    found = check("alternative_texts", html)
    assert (found.points, marked(html, found)) == (3, ['<img src="a">', '<img src="c" alt=" ">'])
    assert points("alternative_texts", '<img src="b" alt="B">') == 9
