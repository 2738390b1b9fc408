"""The analysis as a whole: scores, what to mend first, and that no text breaks it."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from igny8_lib.analysis import seo_keyphrase
from igny8_lib.analysis.analyse import EVERYWHERE, analyse
from igny8_lib.analysis.facts import Facts, PictureFacts
from igny8_lib.analysis.results import ANALYSIS_VERSION, Analysis, Check, Part, Weights
from igny8_lib.analysis.weakest import weakest
from igny8_lib.text.html import sanitise, word_count
from tests.lib.analysis.articles import analysed, facts, words

FULL = Facts(
    language="en",
    title="Smoke alarms",
    slug="smoke-alarms",
    meta_title="Smoke alarms at home",
    meta_description="",
    primary_keyword="smoke alarm",
    secondary_keywords=("battery",),
    pictures=(PictureFacts("An alarm"),),
)
PIECES = ["<p>", "</p>", "<h2>", "</h2>", "<h4>", "<ul><li>", "</li></ul>", "<table><tr><td>", '<a href="/x">', "</a>"]
PIECES += [
    "<img>",
    "Smoke alarm. ",
    "Why? ",
    "We go. ",
    "However, it was tested. ",
    "Call us! ",
    "&amp;",
    "<b>",
    "ä中",
    "?",
]
HTML = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=40).map("".join)
LANGUAGES = ["en", "de", "es", "fr", "it", "nl", "pt", "ru", "fi", "ja", "th", "ar", "tr", "pl", "xx", "", "zh-Hans"]
COUNTING = {"keyphrase_headings", "keyphrase_density", "keyphrase_links", "internal_links", "outbound_links", "lists"}
COUNTING |= {"sentence_length", "transition_words", "passive_voice", "questions", "call_to_action", "tables"}
COUNTING |= {"further_reading", "heading_structure", "paragraph_length", "subheadings", "consecutive_sentences"}


def made(part: Part, points: int, weight: int = 1) -> Check:
    return Check(f"{part.value}_{points}_{weight}", part, points, weight, "…")


def analysis_of(*checks: Check) -> Analysis:
    return Analysis(ANALYSIS_VERSION, "", "en", checks, {}, ())


def test_a_parts_score_is_the_weighted_mean_of_its_checks_and_the_overall_one_of_its_parts() -> None:
    checks = [made(Part.SEO, 9, 3), made(Part.SEO, 3, 1), made(Part.READABILITY, 9), made(Part.ENGAGEMENT, 0)]
    analysis = analysis_of(*checks)
    assert (analysis.seo, analysis.readability, analysis.engagement) == (83, 100, 0)
    assert analysis.overall(Weights(1, 1, 2)) == 46
    assert analysis.overall(Weights(1, 0, 0)) == 83
    assert analysis.overall(Weights(0, 0, 0)) == 61, "all alike"


def test_what_to_mend_first_is_what_gains_most_by_the_weights() -> None:
    little, much, most = made(Part.READABILITY, 8), made(Part.SEO, 3), made(Part.SEO, 3, 2)
    analysis = analysis_of(made(Part.ENGAGEMENT, 9), little, much, most)
    assert weakest(analysis, Weights(50, 50, 0)) == [most, much, little]
    assert weakest(analysis, Weights(0, 1, 0)) == [little]


def test_mending_the_weakest_first_raises_the_overall_score_most() -> None:
    analysis = analysed(f"<p>{words(250)}</p>", meta_title="", meta_description="")
    weights = Weights()
    order = weakest(analysis, weights)
    gains = []
    for check in order:
        mended = tuple(replace(each, points=9) if each is check else each for each in analysis.checks)
        gains.append(exact(replace(analysis, checks=mended), weights) - exact(analysis, weights))
    assert gains == sorted(gains, reverse=True)
    assert all(gain > 0 for gain in gains)


def exact(analysis: Analysis, weights: Weights) -> float:
    """The overall score before rounding."""
    total = 0.0
    for part in Part:
        checks = [check for check in analysis.checks if check.part == part]
        mean = sum(check.points * check.weight for check in checks) / (9 * sum(check.weight for check in checks))
        total += round(mean, 9) * weights.of(part)
    return round(total, 6)


def test_the_digest_is_of_the_html_and_of_every_fact() -> None:
    digests = {analyse("<p>x</p>", FULL).digest, analyse("<p>y</p>", FULL).digest}
    for changed in ({"title": ""}, {"slug": None}, {"language": "de"}, {"hosts": frozenset({"a"})}, {"pictures": ()}):
        digests.add(analyse("<p>x</p>", replace(FULL, **changed)).digest)
    assert len(digests) == 7
    assert analyse("<p>x</p>", FULL).digest in digests


@settings(deadline=None)
@given(HTML, st.sampled_from(LANGUAGES))
@example("", "en")
@example("\ud800", "en")
def test_no_html_makes_the_analysis_raise_and_every_place_lies_in_it(html: str, language: str) -> None:
    for told in (replace(FULL, language=language), Facts(language)):
        analysis = analyse(html, told)
        json.dumps(analysis.as_document())
        assert all(0 <= analysis.score(part) <= 100 for part in Part)
        assert 0 <= analysis.overall(Weights()) <= 100
        for check in analysis.checks:
            assert 0 <= check.points <= 9
            assert all(0 <= place.start < place.end <= len(html) for place in check.places)


@settings(deadline=None)
@given(st.text(), st.text(), st.sampled_from(LANGUAGES))
def test_no_fact_makes_the_analysis_raise(phrase: str, other: str, language: str) -> None:
    told = Facts(language, phrase, phrase, other, other, phrase, (other,), (PictureFacts(phrase),), frozenset({other}))
    json.dumps(analyse(f"<p>{other} smoke</p>", told).as_document())


@settings(deadline=None)
@given(HTML)
def test_the_number_in_a_sentence_is_the_number_of_its_places(html: str) -> None:
    for check in analyse(html, replace(FULL, pictures=())).checks:
        if check.name in COUNTING:
            number = re.search(r"\d+", check.sentence)
            counted = 0 if check.sentence.startswith("No ") or number is None else int(number[0].replace(",", ""))
            assert counted == len(check.places), check


@given(HTML)
def test_words_are_those_that_are_charged_for(fragment: str) -> None:
    html = sanitise(fragment)
    assert analyse(html, facts()).measures["words"] == word_count(html)


def steps(html: str, language: str = "en") -> int:
    """Lines and calls of Python that an analysis takes."""
    taken = 0

    def count(_frame: FrameType, _event: str, _arg: object) -> object:
        nonlocal taken
        taken += 1
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        analyse(html, replace(FULL, language=language))
    finally:
        sys.settrace(before)
    return taken


ARTICLE = "<h2>Why smoke alarms?</h2><p>A <a href='/x'>smoke</a> alarm was tested. However, we go on: call us!</p>"
SHAPES = [
    "<p>Smoke alarm. ",
    "<b><p>a",
    "smoke ",
    "smoke alarm ",
    "a. ",
    "<ul><li>x",
    "<h2>x</h2>",
    "word<br>",
    "中文。",
]


@pytest.mark.parametrize("unit", [ARTICLE, *SHAPES])
def test_the_analysis_takes_steps_in_proportion_to_the_length(unit: str) -> None:
    steps(unit * 20)  # what is made once is made
    few, many = steps(unit * 100), steps(unit * 400)
    assert many < 4.6 * few


@pytest.mark.parametrize("unit", ["<", "&", "<a ", "<!--", "<p>", "a" * 50, "smoke alarm" * 20, "?!. ", "\n"])
def test_long_texts_without_sense_are_analysed(unit: str) -> None:
    # Work that grew with the square of the length would take minutes here.
    analyse(unit * (300_000 // len(unit)), FULL)


@pytest.mark.slow("analyses a hundred thousand words")
def test_a_hundred_thousand_words_are_analysed() -> None:
    html = ARTICLE * (100_000 // word_count(ARTICLE) + 1)
    assert analyse(html, FULL).measures["words"] == word_count(html) >= 100_000


def test_every_check_is_documented_with_its_weight_and_source() -> None:
    told = (Path(__file__).parents[3] / "docs" / "analysis.md").read_text("utf-8")
    rows = [line.strip("| ").split(" | ") for line in told.splitlines() if line.startswith("| `")]
    documented = {
        (name, int(weight))
        for names, weights, _points, _source in (row for row in rows if len(row) == 4)
        for name, weight in zip(re.findall(r"`(\w+)`", names), weights.split(", "), strict=True)
    }
    rules = (seo_keyphrase.SET, *seo_keyphrase.RULES, *EVERYWHERE)
    assert documented == {(rule.name, rule.weight) for rule in rules}
