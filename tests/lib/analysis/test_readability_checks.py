"""How a text reads: each check at its published thresholds, counted where it points."""

from __future__ import annotations

import pytest

from tests.lib.analysis.articles import analysed, check, left_out, marked, points, words

LONG = "This one goes on and on until it has more than the twenty words that a reader of it can keep in mind."
SHORT = "This one is short."


@pytest.mark.parametrize(("long", "expected"), [(0, 9), (5, 9), (6, 6), (7, 3)])
def test_a_quarter_of_the_sentences_may_be_long(long: int, expected: int) -> None:
    html = f"<p>{f'{LONG} ' * long}{f'{SHORT} ' * (20 - long)}</p>"
    found = check("sentence_length", html)
    assert (found.points, marked(html, found)) == (expected, [LONG] * long)
    assert found.sentence.startswith(f"{long} sentence")


@pytest.mark.parametrize(("language", "longest"), [("en", 20), ("it", 25), ("ru", 15), ("de-AT", 20)])
def test_how_long_a_sentence_may_be_depends_on_the_language(language: str, longest: int) -> None:
    html = f"<p>{'wort ' * longest}.</p><p>{'wort ' * (longest + 1)}.</p>"
    assert len(check("sentence_length", html, language=language).places) == 1


@pytest.mark.parametrize(("number", "expected"), [(150, 9), (151, 6), (200, 6), (201, 3)])
def test_paragraph_length(number: int, expected: int) -> None:
    html = f"<p>Short.</p><p>{words(number)}</p>"
    found = check("paragraph_length", html)
    assert (found.points, len(found.places)) == (expected, 0 if expected == 9 else 1)


@pytest.mark.parametrize(("number", "expected"), [(300, 9), (301, 6), (350, 6), (351, 3)])
def test_sections_between_headings_have_three_hundred_words(number: int, expected: int) -> None:
    part = words(number // 2)
    html = f"<h2>A</h2><p>Short.</p><h3>B</h3><p>{part}</p><ul><li>{words(number - number // 2)}</li></ul>"
    found = check("subheadings", html)
    assert found.points == expected
    if expected != 9:
        assert marked(html, found) == [html[html.index(part) : -len("</li></ul>")]]


def test_a_long_text_needs_headings_and_a_short_one_none() -> None:
    assert points("subheadings", f"<p>{words(301)}</p>") == 2
    assert points("subheadings", f"<p>{words(300)}</p>") == 9
    assert points("subheadings", f"<h2></h2><p>{words(301)}</p>") == 2, "an empty one is none"


@pytest.mark.parametrize(("has", "expected"), [(0, 3), (9, 3), (10, 6), (14, 6), (15, 9)])
def test_transition_words_in_three_sentences_of_ten(has: int, expected: int) -> None:
    html = f"<p>{'However, it is short. ' * has}{f'{SHORT} ' * (50 - has)}</p>"
    found = check("transition_words", html)
    assert (found.points, len(found.places)) == (expected, has)
    assert found.sentence.startswith(f"{has} sentence")
    assert left_out("transition_words", "<p>However, it is short.</p>")


@pytest.mark.parametrize(("passive", "expected"), [(0, 9), (2, 9), (3, 6), (4, 3)])
def test_one_sentence_of_ten_may_be_in_the_passive(passive: int, expected: int) -> None:
    html = f"<p>{'The alarm was tested by us. ' * passive}{'We test it. ' * (20 - passive)}</p>"
    found = check("passive_voice", html)
    assert (found.points, marked(html, found)) == (expected, ["The alarm was tested by us."] * passive)


def test_three_sentences_in_a_row_that_begin_alike() -> None:
    html = "<p>We test. We look. <b>We</b> write. They read.</p><p>The cat. The dog. The bird.</p>"
    found = check("consecutive_sentences", html)
    assert (found.points, marked(html, found)) == (3, ["We test. We look. <b>We</b> write."])
    assert points("consecutive_sentences", "<p>We test. We look.</p><p>They read.</p>") == 9
    assert points("consecutive_sentences", "<ul><li>We test.</li><li>We look.</li><li>We go.</li></ul><p>A.</p>") == 9


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The cat sat on the mat. We saw it.", 9),
        ("The Australian platypus is seemingly a hybrid of a mammal and reptilian creature.", 3),
    ],
)
def test_reading_ease_by_the_formula(text: str, expected: int) -> None:
    assert points("flesch", f"<p>{text}</p>") == expected


def test_a_language_without_a_formula_has_no_reading_ease_and_says_so() -> None:
    analysis = analysed("<p>Lamput palavat. Kissa nukkuu.</p>", language="fi")
    assert analysis.check("flesch") is None
    assert analysis.measures["reading_ease"] is None
    assert analysis.check("sentence_length") is not None
    assert "The Flesch reading ease: no formula was fitted to this language (fi)." in analysis.not_measured


def test_headings_tables_captions_and_code_are_no_sentences() -> None:
    html = "<h2>Head</h2><table><tr><td>Cell</td></tr></table><figure><figcaption>Cap</figcaption></figure>"
    assert analysed(f"{html}<pre>Code</pre><p>One. Two.</p>").measures["sentences"] == 2
