"""Bounds how deep a fragment's elements nest, for parsers walk up that whole path at every tag."""

from __future__ import annotations

import re
from collections import Counter

from igny8_lib.text.html_policy import VOID

MAX_DEPTH = 200
"""Elements open at once. Articles nest a dozen; browsers stop at 512."""
MAX_FORMATTING = 12
"""Of these elements open at once: one left open is opened again in each later paragraph (HTML standard 13.2.4.3)."""
FORMATTING = frozenset(
    {"a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"}
)
TAG = re.compile(r"<(/?)([a-zA-Z][^\s/<>]*)[^<>]*>?")
"""A tag or its beginning. It stops at the next angle bracket, so that reading stays linear whatever is left open."""
MAX_TAG = 5_000
"""Characters of a tag; a longer one is left out. Parsers compare each attribute with all the others of its tag."""
ENDED_BY_THE_NEXT = frozenset(
    {"p", "li", "dd", "dt", "tr", "td", "th", "thead", "tbody", "tfoot", "option", "optgroup", "rb", "rt", "rp", "rtc"}
)
"""Elements that may stay open in the source and do not nest by themselves: between two of a kind stands a list, a table
or a box, and those are counted."""


class DepthBound:
    """Takes out the tags of elements that would be opened below `MAX_DEPTH`."""

    def __init__(self) -> None:
        self.open: Counter[str] = Counter()
        self.left_out: Counter[str] = Counter()
        self.depth = 0
        self.formatting = 0

    def replace(self, found: re.Match[str]) -> str:
        """The tag as it stands, or what stands in its place: a line end, within a word nothing."""
        name = found[2].lower()
        if len(found[0]) > MAX_TAG:
            return "\n"
        if name in VOID or name in ENDED_BY_THE_NEXT:
            return found[0]
        return self.close(name, found[0]) if found[1] else self.begin(name, found[0])

    def begin(self, name: str, tag: str) -> str:
        """Count a start tag, or leave it out."""
        if self.depth >= MAX_DEPTH or (name in FORMATTING and self.formatting >= MAX_FORMATTING):
            self.left_out[name] += 1
            return "" if name in FORMATTING else "\n"
        self.count(name, 1)
        return tag

    def close(self, name: str, tag: str) -> str:
        """Count an end tag; it ends the innermost element of its name, which may be one that was left out."""
        if self.left_out[name]:
            self.left_out[name] -= 1
            return "" if name in FORMATTING else "\n"
        if self.open[name]:
            self.count(name, -1)
        return tag

    def count(self, name: str, change: int) -> None:
        """One more element of a name is open, or one less."""
        self.open[name] += change
        self.depth += change
        self.formatting += change if name in FORMATTING else 0


def bound_depth(html: str) -> str:
    """The fragment with at most `MAX_DEPTH` elements open at once; their text stays. Linear in its length."""
    return TAG.sub(DepthBound().replace, html)
