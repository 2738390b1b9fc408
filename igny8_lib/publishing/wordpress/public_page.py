"""Whether a public page shows an article."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from bs4 import Tag

from igny8_lib.publishing.errors import PublishingFailed
from igny8_lib.publishing.target import Article
from igny8_lib.publishing.wordpress.fields import SENTENCE_END
from igny8_lib.publishing.wordpress.fragments import parse
from igny8_lib.text.html import plain_text
from igny8_lib.text.normalisation import normalise
from igny8_lib.wordpress.client import Seen

NO_LETTERS = re.compile(r"[\W_]+")
TRIED = 5
"""Sentences looked for: one of them is enough, for a theme may put something in between."""
SHORTEST = 12
"""Letters of a sentence that says which article it is."""
GUARDED = {401, 403}


def see(article: Article, seen: Seen) -> dict[str, Any]:
    """What was seen of the article. Raises PublishingFailed where the page does not show it."""
    if seen.status != 200:
        raise not_shown(seen)
    page = letters(seen.text) + letters(seen.title)
    sentence = next((each for each in sentences_of(article.html) if letters(each) in page), None)
    if letters(article.title) not in page or sentence is None:
        what = "the title" if letters(article.title) not in page else "its text"
        text = (
            f"The post is written, but its public address {seen.url} answers without {what} of the article: look at it "
            "in a browser. A cache, a maintenance page or a login may stand before it."
        )
        raise PublishingFailed("not_shown", text, temporary=True)
    return {"url": seen.url, "status": seen.status, "title": seen.title, "sentence": sentence}


def not_shown(seen: Seen) -> PublishingFailed:
    """The error for a page that does not come."""
    text = f"The post is written, but its public address {seen.url} answers {seen.status}"
    if seen.status in GUARDED:
        todo = "visitors are not let in. Open the website to them (maintenance or privacy plug-ins), then try again."
        return PublishingFailed("guarded", f"{text}: {todo}", temporary=False)
    todo = "look at it in a browser, and save the permalinks anew under Settings → Permalinks if it stays so."
    return PublishingFailed("not_live", f"{text}: {todo}", temporary=True)


def sentences_of(html: str) -> list[str]:
    """The first sentences that are long enough; the whole text where none is."""
    paragraphs = [plain_text(str(each)) for each in parse(html).find_all(["p", "li"])]
    found = [piece for text in paragraphs for piece in cut(text) if len(letters(piece)) >= SHORTEST]
    return found[:TRIED] or [plain_text(html)]


def cut(text: str) -> list[str]:
    """A paragraph's sentences."""
    ends = [0, *(found.end() for found in SENTENCE_END.finditer(text)), len(text)]
    return [text[start:end].strip() for start, end in pairwise(ends) if text[start:end].strip()]


def letters(text: str) -> str:
    """A text without all that WordPress typesets when it shows it: quotation marks, dashes, spaces."""
    return NO_LETTERS.sub("", normalise(text))


def description_of(seen: Seen) -> str:
    """The description that a page gives search engines; empty where it gives none."""
    found = parse(seen.html).find("meta", attrs={"name": "description"})
    return str(found.get("content", "")) if isinstance(found, Tag) else ""
