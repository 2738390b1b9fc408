"""Stage 4: write one article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Self

from pydantic import BaseModel, field_validator, model_validator

from igny8_lib.ai.prompts import render
from igny8_lib.ai.requests import SiteBrief, TextRequest
from igny8_lib.text import names
from igny8_lib.text.html import headings, plain_text, sanitise, without_title, word_count
from igny8_lib.text.language import other_language
from igny8_lib.text.markdown import markdown_in, without_fence
from igny8_lib.text.names import clean_name, fits, is_blank
from igny8_lib.text.normalisation import normalise
from igny8_lib.text.stems import stems
from igny8_lib.text.words import length_in_words

VERSION = "generate_content/v3"
MIN_SHARE_OF_WORDS = 0.6
MAX_SHARE_OF_WORDS = 2.5
"""An article shorter or longer than these shares of its target is asked for again."""
MIN_SECTIONS = 2
MAX_SECONDARY_KEYWORDS = 50
MIN_STEM = 3
"""Shorter stems (of, a, der) say nothing about a title's topic."""
TOKENS_PER_WORD = 4
"""Generous: English needs 1.4 with its markup, languages in other scripts three or more."""
TOKENS_AROUND = 2000


@dataclass(frozen=True)
class ArticleBrief:
    """What the writer is told about one task."""

    title: str
    outline: Sequence[str]
    content_type: str
    intent: str
    target_keywords: Sequence[str]
    word_count: int
    remark: str = ""
    """What the site's editor wants of a new version; "" for a first one."""

    def as_input(self) -> dict[str, object]:
        """What the prompt's INPUT says of it; nothing of a remark where there is none."""
        return {name: value for name, value in asdict(self).items() if name != "remark" or value}


class Article(BaseModel):
    """The answer, cleaned as it is read: check, charge and store all see the same article.

    `html` is a sanitised fragment that begins with the first paragraph or heading, without the title.
    """

    title: str
    meta_title: str
    meta_description: str
    primary_keyword: str
    secondary_keywords: list[str]
    tags: list[str]
    categories: list[str]
    html: str

    @field_validator("title", "meta_title", "meta_description", "primary_keyword")
    @classmethod
    def clean_text(cls, text: str) -> str:
        """Names without what nobody sees."""
        return clean_name(text)

    @field_validator("html")
    @classmethod
    def clean_html(cls, html: str) -> str:
        """The fragment itself, out of a Markdown fence around it, sanitised."""
        return sanitise(without_fence(html))

    @model_validator(mode="after")
    def tidy_up(self) -> Self:
        """What needs no second answer: headings that repeat the title, empty, doubled and overlong terms."""
        self.html = without_title(self.html, self.title)
        self.tags = distinct(self.tags, names.TAG, names.MAX_TAGS)
        self.categories = distinct(self.categories, names.CATEGORY, names.MAX_CATEGORIES)
        self.secondary_keywords = distinct(self.secondary_keywords, names.KEYWORD, MAX_SECONDARY_KEYWORDS)
        return self

    @cached_property
    def words(self) -> int:
        """The article's length by the one measure (text/words.py): what it is checked and charged by."""
        return word_count(self.html)


def distinct(terms: Sequence[str], longest: int, most: int) -> list[str]:
    """The first `most` terms, clean, each once, without empty and overlong ones."""
    kept: dict[str, str] = {}
    for term in map(clean_name, terms):
        if not is_blank(term) and fits(term, longest):
            kept.setdefault(normalise(term), term)
    return list(kept.values())[:most]


def request(site: SiteBrief, brief: ArticleBrief) -> TextRequest[Article]:
    """Ask for the article of one task. It cannot be halved: a truncated one is asked for with more room."""
    length = length_in_words(brief.word_count, site.language)
    return TextRequest(
        function="generate_content",
        prompt_version=VERSION,
        prompt=render(VERSION, site, brief.as_input(), length=length, with_remark=bool(brief.remark)),
        schema_name="article",
        answer=Article,
        check=lambda answer: check(answer, brief, site.language),
        max_output_tokens=TOKENS_AROUND + TOKENS_PER_WORD * brief.word_count,
    )


def check(article: Article, brief: ArticleBrief, language: str) -> None:
    """Titled, structured, as long as asked for, in its language, about its topic and keywords. Raises ValueError."""
    check_fields(article)
    if markdown := markdown_in(article.html):
        raise ValueError(f"The html holds Markdown: {markdown}; write HTML elements instead.")
    sections = [text for level, text in headings(article.html) if level == 2]
    if len(sections) < MIN_SECTIONS:
        raise ValueError(f"The html has {len(sections)} h2 headings; divide the article by at least {MIN_SECTIONS}.")
    check_length(article.words, brief.word_count, language)
    check_keyword(article.primary_keyword, brief.target_keywords)
    check_title(article, brief, language)
    if other := other_language(plain_text(article.html), language):
        raise ValueError(f"The article is written in the language {other!r}; write all of it in {language!r}.")


def check_fields(article: Article) -> None:
    """Nothing is empty, and no name is longer than it can be shown or kept. Raises ValueError."""
    for field in ("title", "meta_title", "meta_description", "html"):
        if is_blank(getattr(article, field)):
            raise ValueError(f"The field {field!r} is empty; fill it in.")
    limits = {"title": names.TITLE, "meta_title": names.META_TITLE, "meta_description": names.META_DESCRIPTION}
    for field, longest in limits.items():
        if not fits(text := getattr(article, field), longest):
            raise ValueError(f"The field {field!r} has {len(text)} characters; it may have {longest} at most.")


def check_length(words: int, target: int, language: str) -> None:
    """Neither much shorter nor much longer than asked for, told in the unit it was asked in. Raises ValueError."""
    least, most = round(target * MIN_SHARE_OF_WORDS), round(target * MAX_SHARE_OF_WORDS)
    if least <= words <= most:
        return
    has, about, low, high = (length_in_words(length, language) for length in (words, target, least, most))
    bound = f"never under {low}" if words < least else f"never over {high}"
    raise ValueError(f"The article has {has}; write about {about}, and {bound}.")


def check_keyword(primary: str, targets: Sequence[str]) -> None:
    """The article ranks for what was planned, not for something the model prefers. Raises ValueError."""
    known = {normalise(target) for target in targets}
    if known and normalise(primary) not in known:
        raise ValueError(f"The primary keyword {primary!r} is none of the target keywords; choose one of them.")


def check_title(article: Article, brief: ArticleBrief, language: str) -> None:
    """The title is the planned one, or shares a word's stem with it or the target keywords. Raises ValueError."""
    if normalise(article.title) == normalise(brief.title):
        return
    planned = topic(" ".join([brief.title, *brief.target_keywords]), language)
    if planned and not planned & topic(article.title, language):
        raise ValueError(f"The title {article.title!r} is about something else; write about {brief.title!r}.")


def topic(text: str, language: str) -> set[str]:
    """The stems that say what a text is about; pairs of characters where words are not parted."""
    return {stem for stem in stems(text, language) if len(stem) >= MIN_STEM or not stem.isascii()}
