"""What an optimized text must keep: each rule with a text that breaks it alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.optimizer.guards import About, why_not
from igny8_lib.optimizer.texts import Texts
from igny8_lib.text.html import sanitise

ABOUT = About("en", "Pruning roses", ("prune roses",))
HTML = (
    "<p>In spring 2024 the gardeners of Kew pruned 1,500 roses with tools from Felco, which cut every old shoot.</p>"
    "<h2>When to begin</h2>"
    '<p>Begin after the frost, as <a href="https://roses.example/frost" rel="nofollow">the calendar</a> of the society '
    "tells, and cut above a bud that looks away from the middle of the plant.</p>"
    '<figure><img src="/rose.jpg" alt="A rose"><figcaption>A rose in May.</figcaption></figure>'
    "<blockquote>Whoever cuts nothing will see nothing flower.</blockquote>"
    "<pre><code>cut --above bud</code></pre>"
    "<table><tbody><tr><td>March</td><td>hard</td></tr></tbody></table>"
    "<p>Old wood goes first; then the thin shoots follow, because they would take the light from stronger ones.</p>"
)
BEFORE = Texts(sanitise(HTML), "Pruning roses", "How to prune roses.")


def changed(old: str, new: str, html: str = BEFORE.html) -> Texts:
    """The texts with a part of the HTML written otherwise."""
    assert old in html
    return Texts(sanitise(html.replace(old, new)), BEFORE.meta_title, BEFORE.meta_description)


def reasons(after: Texts, before: Texts = BEFORE, about: About = ABOUT) -> str:
    return " ".join(why_not(before, after, about))


def test_the_same_text_keeps_everything() -> None:
    assert not why_not(BEFORE, BEFORE, ABOUT)


def test_better_sentences_with_the_same_facts_are_let_through() -> None:
    after = changed("Old wood goes first; then", "To prune roses well, take old wood first. Then")
    after = changed("<h2>When to begin</h2>", "<h2>When to prune roses</h2><p>Timing matters.</p>", after.html)
    assert not reasons(after)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("1,500 roses", "many roses", "lost the number 1,500."),
        ("every old shoot", "87 percent of the old shoots", "a number that was not there 87."),
        ("tools from Felco", "good tools", "lost the name Felco."),
        ("tools from Felco", "tools from Felco and Gardena", "a name that was not there Gardena."),
        ("in May", "in June", "a name that was not there"),
        ("https://roses.example/frost", "https://roses.example/snow", "lost the link to https://roses.example/frost"),
        ("https://roses.example/frost", "https://roses.example/snow", "a link that was not there"),
        (' rel="nofollow"', "", "lost the link to https://roses.example/frost (rel nofollow)"),
        (">the calendar</a>", "></a>the calendar", "nothing to click on"),
        ('<img src="/rose.jpg" alt="A rose">', "", "lost the picture /rose.jpg"),
        ('src="/rose.jpg"', 'src="/other.jpg"', "a picture that was not there: /other.jpg"),
        ('alt="A rose"', 'alt=""', "no alternative text any more"),
        ("will see nothing flower", "sees no flowers", "quoted to the letter: <blockquote>"),
        ("cut --above bud", "cut --below bud", "quoted to the letter: <"),
        ("<h2>When to begin</h2>", "## When to begin", "Markdown"),
    ],
)
def test_what_is_lost_or_made_up_is_told(old: str, new: str, sentence: str) -> None:
    assert sentence in reasons(changed(old, new))


def test_a_lost_table_or_figure_is_told() -> None:
    start, end = BEFORE.html.index("<table"), BEFORE.html.index("</table>") + 8
    after = changed(BEFORE.html[start:end], "<p>March: hard.</p>")
    assert "lost 1 of its elements <table>" in reasons(after)


def test_a_text_that_lost_more_than_30_percent_of_its_words_is_refused_and_one_at_the_border_is_not() -> None:
    words = " ".join(f"word{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(100))
    before = Texts(f"<p>{words}</p>")
    for left, refused in ((70, False), (69, True)):
        after = Texts(f"<p>{' '.join(words.split()[:left])}</p>")
        assert ("more than 30 %" in reasons(after, before)) is refused


def test_a_long_text_in_another_language_is_refused_by_its_language() -> None:
    german = "Wer im Frühjahr schneidet, sieht im Sommer viele schöne Blüten an den jungen Trieben stehen. " * 20
    english = "Whoever cuts in spring will see many beautiful flowers on the young shoots in the summer. " * 20
    told = reasons(Texts(f"<p>{german}</p>"), Texts(f"<p>{english}</p>"))
    assert "written in the language 'de'" in told


def test_a_short_text_in_another_language_is_refused_by_its_words() -> None:
    english = (
        "<p>Cut each old shoot above a strong bud, early in spring, before new leaves open, using sharp clean tools, "
    )
    english += "because ragged wounds heal slowly while rain carries fungus into soft tissue behind them.</p>"
    german = (
        "<p>Jeder alte Trieb wird oberhalb einer kräftigen Knospe geschnitten, zeitig im Frühling, bevor neue Blätter "
    )
    german += "austreiben, mit scharfem sauberem Werkzeug, weil ausgefranste Wunden langsam verheilen.</p>"
    assert "says something else" in reasons(Texts(german), Texts(english))


def test_a_text_that_never_was_in_the_sites_language_may_stay_in_its_own() -> None:
    english = "Whoever cuts in spring will see many beautiful flowers on the young shoots in the summer. " * 20
    assert not reasons(Texts(f"<p>{english}</p>"), Texts(f"<p>{english}</p>"), About("de"))


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("meta_title", " ", "meta title is empty"),
        ("meta_title", "x" * 71, "meta title has 71 characters"),
        ("meta_description", "", "meta description is empty"),
        ("meta_description", "Prune 300 roses.", "a number that was not there 300"),
        ("meta_description", "Prune roses as Gardena does.", "a name that was not there Gardena"),
    ],
)
def test_the_lines_for_search_engines_keep_to_the_facts_and_to_their_lengths(
    field: str, value: str, sentence: str
) -> None:
    assert sentence in reasons(Texts(**BEFORE.as_document() | {field: value}))


TAGS = ["<p>", "</p>", "<h2>", "</h2>", '<a href="/x">', "</a>", '<img src="/y.png">', "<code>", "</code>", "<td>"]
WORDS = ["1,5", "2026", "Bosch", "München ist", "東京", "&amp;", "&#0;", "<", ". ", " "]
ELEMENTS = st.sampled_from([*TAGS, "<blockquote>", "</blockquote>", *WORDS])
HTML_TEXTS = st.lists(st.one_of(ELEMENTS, st.text(max_size=6)), max_size=25).map("".join)


@given(html=HTML_TEXTS, language=st.sampled_from(["en", "de", "ru", "ja", "xx", ""]))
def test_every_text_may_stay_as_it_is(html: str, language: str) -> None:
    text = Texts(sanitise(html))
    assert not why_not(text, text, About(language))


@given(before=HTML_TEXTS, after=HTML_TEXTS, language=st.sampled_from(["en", "de", "ar"]))
def test_no_text_makes_a_guard_fail(before: str, after: str, language: str) -> None:
    told = why_not(Texts(sanitise(before)), Texts(sanitise(after)), About(language))
    assert all(sentence.endswith(".") for sentence in told)


@given(html=HTML_TEXTS, number=st.integers(1000, 10**9), tag=st.sampled_from(["a", "img", "number"]))
def test_whatever_the_text_a_lost_link_picture_or_number_is_seen(html: str, number: int, tag: str) -> None:
    things = {"a": f'<p><a href="/only-{number}">there</a></p>', "img": f'<p><img src="/only-{number}.png"></p>'}
    with_it = sanitise(things.get(tag, f"<p>x {number} y</p>")) + sanitise(html)
    without = sanitise(html) + "<p>there x y</p>"
    assert str(number) in " ".join(why_not(Texts(with_it), Texts(without), About("en")))
