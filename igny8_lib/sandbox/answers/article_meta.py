"""What search engines and archives are told about an article: titles, description, tags, categories."""

from __future__ import annotations

from collections.abc import Sequence

from igny8_lib.sandbox.answers.naming import fold, name_of
from igny8_lib.sandbox.answers.words import Vocabulary

LONGEST_META_TITLE = 60
SHORTEST_DESCRIPTION, LONGEST_DESCRIPTION = 120, 155
FEWEST_TAGS, MOST_TAGS = 3, 6
LONGEST_TAG = 60


def meta_title(title: str, name: str) -> str:
    """The title, with the primary keyword's name in it where that fits, in at most 60 characters."""
    if len(title) <= LONGEST_META_TITLE:
        return title
    return shorten(name if fold(name) in fold(title) else title, LONGEST_META_TITLE)


def meta_description(title: str, name: str, parts: Sequence[str]) -> str:
    """What the reader gets, in 120 to 155 characters, the primary keyword first."""
    text = shorten(name, LONGEST_DESCRIPTION // 2) + ": "
    for part in (*parts, title):
        if len(text) > SHORTEST_DESCRIPTION:
            break
        text += part if text.endswith(": ") else f", {part}"
    text = shorten(text, LONGEST_DESCRIPTION - 1).rstrip(" ,;:.") + "."
    return text if len(text) >= SHORTEST_DESCRIPTION else text[:-1].ljust(SHORTEST_DESCRIPTION - 1, ".") + "."


def shorten(text: str, most: int) -> str:
    """The text cut at a word, or inside one where it is too long itself."""
    if len(text) <= most:
        return text
    head, space, _ = text[: most + 1].rpartition(" ")
    return head.rstrip(" ,;:–-") if space and len(head) > most // 2 else text[:most]


def tags_and_categories(
    keywords: Sequence[str], form: str, title: str, vocabulary: Vocabulary
) -> tuple[list[str], list[str]]:
    """Three to six tags in lower case, and one or two categories: the topic, and the `form` of the article."""
    singles = [word for text in (*keywords, title) for word in vocabulary.content_words(text)]
    found = dict.fromkeys(" ".join(text.lower().split())[:LONGEST_TAG] for text in keywords[: MOST_TAGS - 2])
    for word in (*singles, "sandbox", "example", "draft"):
        if len(found) >= FEWEST_TAGS:
            break
        found.setdefault(word[:LONGEST_TAG], None)
    topic = " ".join(vocabulary.content_words(keywords[0])[:3])[:LONGEST_TAG]
    categories = [name_of(topic, vocabulary.language), form]
    return list(found), list(dict.fromkeys(categories))
