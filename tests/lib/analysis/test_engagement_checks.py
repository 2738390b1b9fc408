"""What makes readers stay and act."""

from __future__ import annotations

import pytest

from igny8_lib.analysis.calls import CALLS, calls_to_action
from igny8_lib.analysis.facts import PictureFacts
from tests.lib.analysis.articles import analysed, check, marked, points, words


def test_a_call_to_action_is_found_where_it_stands() -> None:
    html = "<p>Alarms age.</p><p><b>Contact us</b> today, or book a visit.</p>"
    found = check("call_to_action", html)
    assert (found.points, marked(html, found)) == (9, ["Contact us", "book a"])
    assert points("call_to_action", "<p>They contact us often.</p><p>Facebook ads.</p>") == 9, "words, not grammar"
    assert points("call_to_action", "<p>Facebook ads.</p>") == 3


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en-GB", "Get in touch for a quote."),
        ("de", "Vereinbaren Sie jetzt einen Termin."),
        ("es", "Solicite una visita."),
        ("fr", "Contactez notre équipe."),
        ("it", "Richiedi un preventivo."),
        ("nl", "Neem vandaag contact met ons op."),
        ("pt", "Entre em contato conosco."),
        ("ru", "Позвоните нам сегодня."),
    ],
)
def test_calls_to_action_in_each_language(language: str, text: str) -> None:
    assert calls_to_action(text, language)
    assert language.split("-", maxsplit=1)[0] in CALLS


def test_a_language_without_calls_says_so() -> None:
    assert calls_to_action("Ota yhteyttä.", "fi") is None
    assert "Calls to action: none are known in this language (fi)." in analysed("<p>x</p>", language="fi").not_measured


@pytest.mark.parametrize(
    ("links", "number", "expected"), [(0, 50, 3), (1, 50, 9), (2, 997, 9), (2, 998, 6), (3, 998, 9), (3, 1400, 6)]
)
def test_three_links_of_the_website_in_each_thousand_words(links: int, number: int, expected: int) -> None:
    html = f"<p>{words(number)}</p><p>" + "<a href='/x'>x</a> " * links + "</p>"
    found = check("further_reading", html)
    assert (found.points, len(found.places)) == (expected, links)


def test_lists_and_tables_are_counted_once_each() -> None:
    html = "<ul><li>a<ol><li>b</li></ol></li></ul><ol><li>c</li></ol><table><tr><td>d</td></tr></table><p>e</p>"
    assert marked(html, check("lists", html)) == ["<ul><li>a<ol><li>b", "<ol><li>c"]
    assert marked(html, check("tables", html)) == ["<table><tr><td>d"]
    assert points("lists", "<p>x</p>") == 4
    assert points("tables", "<p>x</p>") == 6


@pytest.mark.parametrize(("images", "number", "expected"), [(0, 100, 3), (1, 999, 9), (1, 1000, 6), (2, 1000, 9)])
def test_an_image_for_every_five_hundred_words(images: int, number: int, expected: int) -> None:
    assert points("images", f"<p>{words(number)}</p>" + "<img src='a'>" * images) == expected
    pictures = (PictureFacts("A cat"),) * images
    assert points("images", f"<p>{words(number)}</p>", pictures=pictures) == expected, "pictures beside the text, too"


def test_questions_in_headings_and_sentences() -> None:
    html = "<h2>Why test?</h2><p>It ages. “Does it?” Yes.</p><p>他问：为什么？</p>"
    found = check("questions", html)
    assert (found.points, marked(html, found)) == (9, ["Why test?", "“Does it?”", "他问：为什么？"])
    assert points("questions", "<h2>Why?</h2><p>x</p>") == 7
    assert points("questions", "<p>x</p>") == 4
