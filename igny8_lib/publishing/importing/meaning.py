"""Whether two texts say the same to a reader: WordPress stores HTML with attributes of its own, bytes tell nothing."""

from __future__ import annotations

import re

from igny8_lib.publishing.importing.posts import WordPressPost
from igny8_lib.review.diff import blocks_of
from igny8_lib.text.characters import typewritten
from igny8_lib.text.html import plain_text

PICTURE = re.compile(r"<figure(?: [^>]*)?>\s*<img [^>]*>\s*</figure>")
"""A picture alone: those of our articles are put into the post when it is published."""


def says_the_same(title: str, html: str, post: WordPressPost) -> bool:
    """Whether a post says what an article says: its title and its text, block by block."""
    return spoken(title) == spoken(post.title) and text_of(html) == text_of(post.html)


def spoken(title: str) -> str:
    """A title without markup and typography."""
    return typewritten(plain_text(title))


def text_of(html: str) -> list[str]:
    """The readable blocks, without typography and pictures."""
    return [typewritten(block) for block in blocks_of(PICTURE.sub("", html))]
