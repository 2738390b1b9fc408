"""Article HTML: cleaned, and read as plain text."""

from __future__ import annotations

import re

import nh3

from igny8_lib.text.html_depth import bound_depth
from igny8_lib.text.html_policy import (
    ALLOWED,
    ATTRIBUTES,
    DROPPED_WHOLE,
    EVERYWHERE,
    INLINE,
    RAW_TEXT,
    RENAMED,
    SCHEMES,
    filter_attribute,
)
from igny8_lib.text.html_reading import collapse, read
from igny8_lib.text.html_rewriting import rewrite
from igny8_lib.text.normalisation import normalise
from igny8_lib.text.words import count_words

TAG_NAME = re.compile(r"<([a-z][a-z0-9-]*)")
LINES_AFTER_PRE = re.compile(r"(<pre(?: [^>]*)?>)\n+")
"""A browser drops the first of them, so each pass would take one more away."""
EMPTY_PARAGRAPH = re.compile(r"<p(?: [^>]*)?>\s*</p>")
HEADING = re.compile(r"<(h[234])(?: [^>]*)?>(.*?)</\1>\s*", re.DOTALL)
AROUND_A_TITLE = " .:!?…"
MAX_PASSES = 10
"""Taking a tag out can change how a browser nests the rest, so cleaning goes on until nothing changes any more."""


def sanitise(html: str) -> str:
    """The fragment with allowed elements, attributes and URL schemes only, and all its readable text.

    Sanitising twice changes nothing. Headings are h2 to h4: an h1 becomes an h2, h5 and h6 become h4. A block that is
    not allowed leaves a line end where it began and ended; a summary or legend becomes a paragraph. Links within the
    page keep their targets, or lose their address where there is none.
    """
    for _ in range(MAX_PASSES):
        cleaner = sanitise_once(html)
        if cleaner == html:
            return html
        html = cleaner
    return html


def sanitise_once(html: str) -> str:
    """One pass: bound the nesting, clean, then write anew what is left."""
    shallow = bound_depth(html)
    clean = nh3.clean(
        shallow,
        tags=set(ALLOWED | RENAMED.keys() | unlisted_blocks(shallow)),
        clean_content_tags=set(DROPPED_WHOLE),
        attributes={**ATTRIBUTES, "a": ATTRIBUTES["a"] | {"name"}, "*": set(EVERYWHERE)},
        attribute_filter=filter_attribute,
        url_schemes=SCHEMES,
        link_rel=None,
    )
    return EMPTY_PARAGRAPH.sub("", LINES_AFTER_PRE.sub(r"\1", rewrite(clean))).strip()


def unlisted_blocks(html: str) -> set[str]:
    """Elements of a fragment that end a word and are not allowed: they pass the cleaning to leave a break after it."""
    return set(TAG_NAME.findall(html.lower())) - INLINE - DROPPED_WHOLE - RAW_TEXT


def plain_text(html: str) -> str:
    """The text a reader sees, on one line."""
    return collapse("".join(read(html).pieces))


def word_count(html: str) -> int:
    """Words a reader sees (see `text/words.py`)."""
    return count_words(plain_text(html))


def headings(html: str) -> list[tuple[int, str]]:
    """The headings in order, as (level, text)."""
    return read(html).headings


def without_title(html: str, title: str) -> str:
    """Sanitised HTML without the headings that only repeat the title: the page shows it already."""
    wanted = comparable(title)
    kept = HEADING.sub(lambda found: "" if comparable(plain_text(found[2])) == wanted else found[0], html)
    return html if kept == html else sanitise(kept)


def comparable(title: str) -> str:
    """A title as it is compared, without the punctuation around it."""
    return normalise(title).strip(AROUND_A_TITLE)
