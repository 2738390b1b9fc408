"""Stage 4: write one article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from pydantic import BaseModel

from igny8_lib.ai.prompts import render
from igny8_lib.ai.requests import SiteBrief, TextRequest
from igny8_lib.text.html import headings, sanitise, word_count

VERSION = "generate_content/v1"
MIN_SHARE_OF_WORDS = 0.6
"""An article shorter than this share of its target is asked for again."""
MIN_SECTIONS = 2
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


class Article(BaseModel):
    """The answer. `html` is a fragment that begins with the first paragraph or heading, without the title."""

    title: str
    meta_title: str
    meta_description: str
    primary_keyword: str
    secondary_keywords: list[str]
    tags: list[str]
    categories: list[str]
    html: str


def request(site: SiteBrief, brief: ArticleBrief) -> TextRequest[Article]:
    """Ask for the article of one task. It cannot be halved: a truncated one is asked for with more room."""
    return TextRequest(
        function="generate_content",
        prompt_version=VERSION,
        prompt=render(VERSION, site, asdict(brief), word_count=brief.word_count),
        schema_name="article",
        answer=Article,
        check=lambda answer: check(answer, brief),
        max_output_tokens=TOKENS_AROUND + TOKENS_PER_WORD * brief.word_count,
    )


def check(answer: Article, brief: ArticleBrief) -> None:
    """Titled, structured, long enough (by what is left after sanitising) and about its keywords. Raises ValueError."""
    html = sanitise(answer.html)
    for field in ("title", "meta_title", "meta_description", "html"):
        if not str(getattr(answer, field)).strip():
            raise ValueError(f"The field {field!r} is empty; fill it in.")
    sections = [text for level, text in headings(html) if level == 2]
    if len(sections) < MIN_SECTIONS:
        raise ValueError(f"The html has {len(sections)} h2 headings; divide the article by at least {MIN_SECTIONS}.")
    least = round(brief.word_count * MIN_SHARE_OF_WORDS)
    if (words := word_count(html)) < least:
        raise ValueError(f"The article has {words} words; write about {brief.word_count}, and never under {least}.")
    check_keyword(answer.primary_keyword, brief.target_keywords)


def check_keyword(primary: str, targets: Sequence[str]) -> None:
    """The article ranks for what was planned, not for something the model prefers. Raises ValueError."""
    known = {" ".join(target.split()).casefold() for target in targets}
    if known and " ".join(primary.split()).casefold() not in known:
        raise ValueError(f"The primary keyword {primary!r} is none of the target keywords; choose one of them.")
