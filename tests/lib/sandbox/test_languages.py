"""Languages: what a site's readers see is written in the language that the prompt names."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from igny8_lib.ai.functions import generate_content, generate_image_prompts
from igny8_lib.sandbox.answers.article import article
from igny8_lib.sandbox.answers.article_phrases import LANGUAGES, article_phrases
from igny8_lib.sandbox.answers.asked import Asked, language_name
from igny8_lib.sandbox.answers.idea_phrases import LANGUAGES as IDEA_LANGUAGES
from igny8_lib.sandbox.answers.ideas import content_ideas
from igny8_lib.sandbox.answers.image_prompts import SCENES, image_prompts
from igny8_lib.sandbox.answers.words import title_cased
from igny8_lib.sandbox.chat import answer_text
from igny8_lib.sandbox.protocol import ChatRequest
from igny8_lib.text.html import plain_text
from igny8_lib.text.language import other_language

KEYWORDS = {
    "de-DE": ("wärmepumpe kosten", "fahrrad reparieren", "was kostet ein treppenlift"),
    "fr": ("prix monte escalier", "comment choisir un matelas", "plombier paris"),
    "es-MX": ("cambio de aceite precio", "cómo limpiar un sofá", "reforma de baño"),
    "ru": ("укладка плитки цена", "как выбрать матрас", "ремонт квартиры под ключ"),
    "en-AU": ("granny flat cost", "how to prune roses", "plumber near me"),
}
CASES = [(code, keyword) for code, keywords in KEYWORDS.items() for keyword in keywords]


def planned(code: str, keyword: str) -> dict[str, Any]:
    """The idea for a keyword."""
    item = {"clusters": [{"n": 1, "name": keyword, "keywords": [keyword]}], "ideas_per_cluster": 1}
    found: dict[str, Any] = content_ideas(item, Asked(language=language_name(code)))["clusters"][0]["ideas"][0]
    return found


@pytest.mark.parametrize(("code", "keyword"), CASES)
def test_an_article_from_plan_to_alt_text_is_in_the_sites_language(code: str, keyword: str) -> None:
    idea = planned(code, keyword)
    words = idea.pop("estimated_word_count")
    asked = Asked(language=language_name(code))
    written = generate_content.Article.model_validate(article(idea | {"word_count": words}, asked))
    generate_content.check(written, generate_content.ArticleBrief(**idea, word_count=words), code)
    item = {"title": idea["title"], "headings": idea["outline"], "summary": "", "images": 4}
    pictures = generate_image_prompts.ImagePrompts.model_validate(image_prompts(item, asked))
    generate_image_prompts.check(pictures, 4)
    shown = " ".join([plain_text(written.html), *idea["outline"], *(image.alt_text for image in pictures.images)])
    assert other_language(shown, code) is None
    assert abs(written.words - words) <= 0.08 * words
    assert all(image.prompt.isascii() or keyword in image.prompt or "“" in image.prompt for image in pictures.images)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_has_texts_for_everything(language: str) -> None:
    phrases, english = article_phrases(language), article_phrases("english")
    assert phrases.themes.keys() == english.themes.keys()
    assert all(vars(phrases).values())
    assert len({*phrases.categories}) == len(english.categories)
    assert all(scene[language] for scene in SCENES)
    assert language in IDEA_LANGUAGES
    for text in (text for texts in (*vars(phrases).values(), *phrases.themes.values()) for text in texts):
        assert text.count("{") == text.count("}")
        assert not re.search(r"\d|%|\$", text.replace("IGNY8", "")), "no template states a figure"


def test_the_language_is_read_from_the_site_in_the_prompt() -> None:
    idea = planned("de", "fahrrad reparieren") | {"word_count": 900}
    request = ChatRequest.model_validate(
        {
            "model": "any",
            "messages": [
                {"role": "system", "content": "Write.\n\nSITE:\n" + json.dumps({"language": "de-CH"}) + "\n\nRules"},
                {"role": "user", "content": "Write the article.\n\nINPUT:\n" + json.dumps(idea)},
            ],
            "response_format": {"type": "json_schema", "json_schema": {"name": "article", "schema": {}}},
        }
    )
    answer = json.loads(answer_text(request))
    assert "Dies ist ein Text der Sandbox" in answer["html"]
    assert answer["categories"][-1] == "Ratgeber"


def test_a_language_without_phrases_keeps_english() -> None:
    idea = planned("it", "cambio olio auto")
    html = article(idea | {"word_count": 900}, Asked(language=language_name("it")))["html"]
    assert "This is sandbox text" in html
    assert other_language(plain_text(html), "it") == "en"
    assert language_name("xx") == ""


def test_a_question_is_asked_as_the_language_asks() -> None:
    assert planned("es", "cómo limpiar un sofá")["title"].startswith("¿Cómo limpiar un sofá?")
    assert planned("fr", "combien coûte un plombier")["title"].startswith("Combien coûte un plombier ?")
    assert planned("de", "was kostet ein treppenlift")["title"].startswith("Was kostet ein Treppenlift?")


def test_german_nouns_have_capitals() -> None:
    assert title_cased("fahrrad reparieren in der nähe", "german") == "Fahrrad reparieren in der Nähe"
