"""Optimizing: an article with what an analysis found wrong with it becomes a better text of the same article."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from pydantic import BaseModel, field_validator

from igny8_lib.ai.prompts import render
from igny8_lib.ai.requests import SiteBrief, TextRequest
from igny8_lib.text.html import plain_text, sanitise
from igny8_lib.text.markdown import without_fence
from igny8_lib.text.names import clean_name, is_blank

VERSION = "optimize_content/v1"
TOKENS_PER_BYTE = 0.5
"""Generous: HTML in Latin letters needs a quarter of a token for each byte, other scripts up to a half."""
TOKENS_AROUND = 2000


@dataclass(frozen=True)
class Weakness:
    """A check that the text fails."""

    check: str
    why: str
    """What is wrong, in a sentence."""
    places: Sequence[str] = ()
    """Some of the passages that it is about."""


@dataclass(frozen=True)
class ArticleBrief:
    """The article, and what is to be better."""

    title: str
    language: str
    """BCP 47 code of the language that the article is in, and stays in."""
    keyphrase: str
    secondary_keywords: Sequence[str]
    html: str
    meta_title: str
    meta_description: str
    weaknesses: Sequence[Weakness]
    """What mends most comes first."""

    def as_input(self) -> dict[str, object]:
        """What the prompt's INPUT says of it."""
        return asdict(self)


class OptimizedArticle(BaseModel):
    """The answer, cleaned as it is read: guards, analysis and store all see the same text."""

    html: str
    meta_title: str
    meta_description: str

    @field_validator("meta_title", "meta_description")
    @classmethod
    def clean_text(cls, text: str) -> str:
        """A line without what nobody sees."""
        return clean_name(text)

    @field_validator("html")
    @classmethod
    def clean_html(cls, html: str) -> str:
        """The fragment itself, out of a Markdown fence around it, sanitised."""
        return sanitise(without_fence(html))


def request(
    site: SiteBrief, article: ArticleBrief, why_not: Callable[[OptimizedArticle], Sequence[str]]
) -> TextRequest[OptimizedArticle]:
    """Ask for a better text of one article.

    `why_not` says what a text lost or made up: it is asked for again with that, at most twice. One that still breaks a
    rule then is given back all the same, so that whoever asked can show it and say why it is not taken.
    """
    return TextRequest(
        function="optimize_content",
        prompt_version=VERSION,
        prompt=render(VERSION, site, article.as_input()),
        schema_name="optimized_article",
        answer=OptimizedArticle,
        check=lambda answer: check(answer, why_not),
        max_output_tokens=TOKENS_AROUND + round(len(article.html.encode()) * TOKENS_PER_BYTE),
        keep_right=lambda answer: answer if shows_text(answer) else None,
    )


def check(article: OptimizedArticle, why_not: Callable[[OptimizedArticle], Sequence[str]]) -> None:
    """There is a text, and it keeps what it has to keep. Raises ValueError."""
    if not shows_text(article):
        raise ValueError("The field 'html' shows no text; give the whole article.")
    if reasons := why_not(article):
        raise ValueError(" ".join(reasons))


def shows_text(article: OptimizedArticle) -> bool:
    """Whether the answer is an article at all."""
    return not is_blank(plain_text(article.html))
