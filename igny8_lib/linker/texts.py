"""An article as others are held against it: the text that its vector is made from, and the stems that stand in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Row

from igny8_lib.linker.anchors import Source
from igny8_lib.linker.signatures import count_stems
from igny8_lib.linker.stems import read_stems
from igny8_lib.models import Content
from igny8_lib.planner import vectors

BEGINNING = 2_000
"""Characters of an article's text: what it is about stands there, and every embedding model takes so much."""
TITLE_COUNTS, KEYWORD_COUNTS, TEXT_COUNTS = 5, 5, 1
"""How much oftener a word of the title, or of a keyword, tells what an article is about than one of its text."""


@dataclass(frozen=True)
class Article:
    """What an article says of itself, and its text as it was read."""

    title: str
    keywords: tuple[str, ...]
    """The primary one first; without one, an empty one."""
    description: str
    source: Source

    @classmethod
    def of(cls, content: Content | Row[Any], source: Source) -> Article:
        """An article by its row."""
        keywords = (content.primary_keyword.strip(), *map(str, content.secondary_keywords))
        return cls(content.title, keywords, content.meta_description, source)

    @property
    def embedding_text(self) -> str:
        """What stands for it: its title, keywords, description and the beginning of its text."""
        facts = (self.title, *self.keywords, self.description, self.beginning)
        return "\n".join(fact.strip() for fact in facts if fact.strip())

    @property
    def keyword_text(self) -> str:
        """What it is mainly called."""
        return self.keywords[0] or self.title

    @cached_property
    def digest(self) -> bytes:
        """What the vector of its embedding text is found by."""
        return vectors.digest(self.embedding_text)

    @property
    def beginning(self) -> str:
        """The beginning of its text as a reader sees it, so that a link that is put in changes nothing."""
        found: list[str] = []
        left = BEGINNING
        for block in self.source.blocks:
            if left <= 0:
                break
            words = " ".join(block.text.split())[:left]
            found.append(words)
            left -= len(words) + 1
        return " ".join(found)

    @cached_property
    def counts(self) -> Counter[int]:
        """How often each stem stands in it, title and keywords counted more often; halves of their numbers."""
        language = self.source.language
        heads = [(read_stems(self.title, language), TITLE_COUNTS)]
        heads += [(read_stems(keyword, language), KEYWORD_COUNTS) for keyword in self.keywords]
        return count_stems([*heads, *((stems, TEXT_COUNTS) for stems in self.source.block_stems)])
