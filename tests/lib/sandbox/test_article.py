"""Articles and image prompts: complete, of the right length, about their keywords, and open about what they are."""

from __future__ import annotations

import re
from typing import Any

import nh3
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from igny8_lib.ai.functions import generate_content, generate_image_prompts
from igny8_lib.sandbox.answers.article import article
from igny8_lib.sandbox.answers.article_phrases import article_phrases
from igny8_lib.sandbox.answers.image_prompts import image_prompts
from igny8_lib.sandbox.answers.spinning import Spinner
from igny8_lib.sandbox.answers.themes import THEMES
from igny8_lib.text.html import headings, plain_text, word_count

TAGS = {"h2", "h3", "p", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td"}
TYPES = ("article", "how_to", "guide", "list", "comparison", "faq")
WORD = st.sampled_from(
    [
        "payday",
        "loans",
        "<b>best</b>",
        "&",
        "near",
        "отделка",
        "квартиры",
        "taller's",
        "how",
        "to",
        "what",
        "are",
        "住宅",
        "«цена»",
        "x",
    ]
)
PHRASE = st.lists(WORD, min_size=1, max_size=8).map(" ".join)


def brief(**values: Any) -> dict[str, Any]:
    usual = {
        "title": "Payday Loans Online: What to Know First",
        "outline": ["What it is", "How it works", "What to check", "Common mistakes"],
        "content_type": "guide",
        "intent": "informational",
        "target_keywords": ["payday loans online", "best online loans"],
        "word_count": 1000,
    }
    return usual | values


@settings(max_examples=150, deadline=None)
@given(
    title=PHRASE,
    outline=st.lists(PHRASE, max_size=8),
    content_type=st.sampled_from(TYPES),
    keywords=st.lists(PHRASE, min_size=1, max_size=6),
    words=st.integers(250, 2500),
)
def test_any_brief_gets_a_valid_article_of_its_length_about_its_keywords(
    title: str, outline: list[str], content_type: str, keywords: list[str], words: int
) -> None:
    asked = brief(title=title, outline=outline, content_type=content_type, target_keywords=keywords, word_count=words)
    answer = generate_content.Article.model_validate(article(asked))
    generate_content.check(answer, generate_content.ArticleBrief(**asked), "en")
    html = answer.html
    assert abs(word_count(html) - words) <= 0.08 * words
    assert nh3.clean(html, tags=TAGS) == html, "balanced, escaped, and of allowed elements only"
    first = plain_text(html.split("</p>")[0]).casefold()
    assert " ".join(keywords[0].split()).casefold() in first
    assert any(
        " ".join(keywords[0].split()).casefold() in text.casefold() for level, text in headings(html) if level == 2
    )
    assert "sandbox text" in html.rsplit("<p>", 1)[1]
    assert_meta(answer)


def assert_meta(answer: generate_content.Article) -> None:
    assert 0 < len(answer.meta_title) <= 60
    assert 120 <= len(answer.meta_description) <= 155
    assert 3 <= len(answer.tags) <= 6
    assert len(set(answer.tags)) == len(answer.tags)
    assert all(tag == tag.lower() and tag.strip() for tag in answer.tags)
    assert 1 <= len(answer.categories) <= 2


@pytest.mark.parametrize(
    ("content_type", "element"),
    [("how_to", "<ol>"), ("list", "<h3>"), ("comparison", "<table>"), ("faq", "<h3>"), ("guide", "<ul>")],
)
def test_the_form_fits_the_content_type(content_type: str, element: str) -> None:
    assert element in article(brief(content_type=content_type))["html"]


def test_a_usual_article_has_sections_a_list_and_a_table() -> None:
    html = article(brief(content_type="article"))["html"]
    assert "<h2>" in html
    assert "<ul>" in html
    assert "<table>" in html


def test_the_outline_is_kept_in_its_order() -> None:
    found = [text for level, text in headings(article(brief())["html"]) if level == 2]
    assert found[0].endswith("What it is")
    assert found[1:4] == ["How it works", "What to check", "Common mistakes"]


def test_no_sentence_of_a_usual_article_comes_twice() -> None:
    text = re.sub(r"<(ul|ol|table).*?</\1>|<h\d>.*?</h\d>", " ", article(brief(word_count=1400))["html"])
    sentences = [sentence.strip() for sentence in re.split(r"(?<=[.?!])\s+", plain_text(text)) if len(sentence) > 30]
    assert len(set(sentences)) == len(sentences)


def test_articles_of_different_titles_differ_and_of_the_same_brief_do_not() -> None:
    assert article(brief()) == article(brief())
    assert article(brief())["html"] != article(brief(title="Another"))["html"]


def test_nothing_that_is_no_word_is_left_of_the_templates() -> None:
    for content_type in TYPES:
        assert not re.search(r"[{}|\[\]]", article(brief(content_type=content_type, word_count=1500))["html"])


def test_no_template_states_a_figure() -> None:
    phrases = article_phrases("english")
    for templates in (*vars(phrases).values(), *phrases.themes.values()):
        assert not [text for text in templates if re.search(r"\d|%|\$", text.replace("IGNY8", ""))]


def test_a_section_is_written_about_its_heading() -> None:
    phrases = article_phrases("english")
    assert set(phrases.themes) == set(THEMES)
    html = article(brief(outline=["What drives the price", "Common mistakes"], content_type="article"))["html"]
    first, second = html.split("<h2>")[1:3]
    assert re.search(r"quote|offer|bill|cost", first)
    assert re.search(r"mistake|haste|Hurry|forget|underestimate", second)


def test_two_articles_of_one_outline_share_less_than_a_third_of_their_sentences() -> None:
    texts = [
        article(brief(title=f"{word}s", target_keywords=[word], word_count=900))["html"] for word in ("tea", "dog")
    ]
    one, other = (
        {part for part in re.split(r"(?<=[.?!])\s|<[^>]+>", text.rsplit("<p>", 1)[0]) if len(part) > 30}
        for text in texts
    )
    assert len(one & other) < 0.33 * len(one)


def test_articles_differ_in_their_form() -> None:
    forms = {
        tuple(re.findall(r"<(ol|ul|table|h3)>", article(brief(title=f"Title {number}"))["html"]))
        for number in range(12)
    }
    assert len(forms) >= 3


def test_nothing_comes_between_a_list_and_the_sentence_that_leads_to_it() -> None:
    for content_type in TYPES:
        html = article(brief(content_type=content_type, word_count=1500))["html"]
        assert all(html[: found.start()].endswith(":</p>") for found in re.finditer(r"<(ol|ul|table)>", html))


def test_a_deck_of_templates_is_dealt_to_its_end_before_one_comes_again() -> None:
    templates = tuple(f"Sentence {number}." for number in range(9))
    spinner = Spinner("seed", ["loans"])
    assert sorted(spinner.draw(templates) for _ in range(9)) == sorted(templates)


@settings(max_examples=80, deadline=None)
@given(title=PHRASE, sections=st.lists(PHRASE | st.just(""), max_size=9), images=st.integers(1, 16))
@example(title="x" * 300, sections=["y" * 300], images=4)
def test_any_article_gets_its_image_prompts(title: str, sections: list[str], images: int) -> None:
    item = {"title": title, "headings": sections, "summary": "", "images": images}
    answer = image_prompts(item)
    generate_image_prompts.check(generate_image_prompts.ImagePrompts.model_validate(answer), images)
    assert answer == image_prompts(item)


def test_pictures_show_different_scenes_and_follow_the_headings() -> None:
    found = image_prompts({"title": "A", "headings": ["One", "Two", "Three"], "summary": "", "images": 4})["images"]
    assert [
        "“A”" in found[0]["prompt"],
        *(f"“{text}”" in image["prompt"] for text, image in zip(("One", "Two", "Three"), found[1:], strict=True)),
    ] == [True] * 4
    assert len({image["alt_text"].split(",")[0] for image in found}) == 4
