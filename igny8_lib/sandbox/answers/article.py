"""Articles: what a brief asks for, written from the phrases of its language, and what archives are told of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from igny8_lib.sandbox.answers.article_meta import meta_description, meta_title, tags_and_categories
from igny8_lib.sandbox.answers.article_phrases import LANGUAGES, ArticlePhrases, article_phrases
from igny8_lib.sandbox.answers.asked import PLAINLY, Asked
from igny8_lib.sandbox.answers.naming import core, fold, name_of
from igny8_lib.sandbox.answers.spinning import Spinner
from igny8_lib.sandbox.answers.titling import readable, spelled
from igny8_lib.sandbox.answers.words import Vocabulary, guess_language, is_question, part_words
from igny8_lib.sandbox.answers.writing import Writer
from igny8_lib.text.normalisation import normalise

DEFAULT_WORDS, MOST_WORDS = 1000, 10_000
WORDS_PER_SECTION = 90
FEWEST_SECTIONS = 2


def article(item: Mapping[str, Any], asked: Asked = PLAINLY) -> dict[str, Any]:
    """The answer to INPUT {title, outline, content_type, intent, target_keywords, word_count} and perhaps {remark},
    which is not understood, but makes it another article."""
    language = asked.language if asked.language in LANGUAGES else "english"
    title = " ".join(str(item["title"]).split()) or "Untitled"
    keywords = [str(keyword) for keyword in item.get("target_keywords") or () if str(keyword).strip()] or [title]
    content_type = str(item.get("content_type") or "article")
    target = min(int(item.get("word_count") or DEFAULT_WORDS), MOST_WORDS)
    phrases, vocabulary = article_phrases(language), Vocabulary(language)
    name = name_of(keywords[0], naming_language(keywords[0], language))
    subjects = [subject(keyword, vocabulary, phrases) for keyword in keywords]
    seed = f"{title}/{keywords[0]}/{target}" + (f"/{item['remark']}" if item.get("remark") else "")
    spinner = Spinner(seed, subjects, quoted(keywords[0], language))
    draft = Writer(phrases, spinner, target).write(headings_of(item, name, phrases, target), content_type)
    tags, categories = tags_and_categories(keywords, phrases.category(content_type), title, vocabulary)
    return {
        "title": title,
        "meta_title": meta_title(title, name),
        "meta_description": meta_description(title, name, phrases.description),
        "primary_keyword": keywords[0],
        "secondary_keywords": keywords[1:],
        "tags": tags,
        "categories": categories,
        "html": draft.html(),
    }


def headings_of(item: Mapping[str, Any], name: str, phrases: ArticlePhrases, target: int) -> list[str]:
    """The outline's headings, as many as the length carries, one of them with the primary keyword, none the title."""
    title = str(item.get("title") or "")
    outline = [" ".join(str(point).split()) for point in item.get("outline") or ()]
    outline = list(dict.fromkeys(point for point in outline if point))
    if len(outline) < FEWEST_SECTIONS:
        outline = list(dict.fromkeys([*outline, *phrases.outline]))
    headings = outline[: max(FEWEST_SECTIONS, target // WORDS_PER_SECTION)]
    if not any(fold(name) in fold(heading) for heading in headings):
        headings[0] = f"{name}: {headings[0]}"
    repeated = normalise(title)
    return [f"{text}: {phrases.beginning[0]}" if normalise(text) == repeated else text for text in headings]


def naming_language(keyword: str, language: str) -> str:
    """The language by whose rules a keyword is capitalised: its own where it tells, else the article's."""
    return language if language != "english" else guess_language([keyword])


def subject(keyword: str, vocabulary: Vocabulary, phrases: ArticlePhrases) -> str:
    """A keyword as a part of sentences: English ones are bared of places and the like, others stand in quotes."""
    if vocabulary.language != "english":
        return " ".join(keyword.split())
    if is_question(part_words(keyword)):
        return phrases.it[0]
    return spelled(core(keyword, vocabulary), vocabulary.language)


def quoted(keyword: str, language: str) -> str:
    """The keyword letter for letter; in quotes where it is nothing that one would say."""
    text = " ".join(keyword.split())
    is_said = language != "english" or (
        not is_question(part_words(text)) and fold(readable(text, language)) == fold(text)
    )
    return text if is_said else f"“{text}”"
