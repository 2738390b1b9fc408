"""HTML cut into tags and text with their offsets, as a browser's tokenizer cuts it (HTML standard 13.2.5).

Not the standard library's parser: its positions are lines and columns, and text made to hurt costs it the square of its
length. Here each character is looked at a fixed number of times, for no pattern goes back over what it has read and
what is left open to the end ends the reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from html.entities import html5

BLANK = r"[\t\n\f\r ]"
NAME = r"(?:=(?!\s*+[\"'])|[^\t\n\f\r />=])[^\t\n\f\r />=]*+"
VALUE = r"\"[^\"]*+\"|'[^']*+'|[^\t\n\f\r >\"'][^\t\n\f\r >]*+|(?=>)"
ATTRIBUTE = re.compile(rf"({NAME})(?:{BLANK}*+={BLANK}*+({VALUE}))?+")
TAG = re.compile(rf"<(/?)([a-zA-Z][^\t\n\f\r />]*+)((?:[\t\n\f\r /]++|{NAME}(?:{BLANK}*+={BLANK}*+(?:{VALUE}))?+)*+)>")
COMMENT = re.compile(r"<!--(?:-?>|.*?--!?>)", re.DOTALL)
NO_TAG = re.compile(r"<(?:[!?]|/[^a-zA-Z])[^>]*+>")
"""What a browser takes for a comment: a document type, a processing instruction, an end tag without a name."""
LEFT_OPEN = re.compile(r"<[a-zA-Z!?]|</.", re.DOTALL)
"""The beginning of any of these, where its end is missing."""
RAW_TEXT = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"})
"""Elements in which no tag begins; they end at their own end tag."""
REFERENCE = re.compile(r"&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[a-zA-Z][a-zA-Z0-9]{1,31};?)")


@dataclass(frozen=True, slots=True)
class Token:
    """A tag, or a run of text (`name` is None), with its place in the HTML."""

    start: int
    end: int
    name: str | None = None
    is_end: bool = False
    inside: str = ""
    """What stands between a start tag's name and its end."""


def tokens(html: str) -> Iterator[Token]:
    """The tags and texts of any HTML in order; comments are left out, so is what a browser would never show because a
    tag or comment is left open to the end."""
    done = 0
    while done < len(html):
        at = html.find("<", done)
        if at < 0:
            yield Token(done, len(html))
            return
        if done < at:
            yield Token(done, at)
        if found := TAG.match(html, at):
            name = found[2].lower()
            done = found.end()
            yield Token(at, done, name, bool(found[1]), found[3])
            if name in RAW_TEXT and not found[1]:
                end = end_of_raw_text(html, name, done)
                if done < end:
                    yield Token(done, end)
                done = end
        elif found := (COMMENT if html.startswith("<!--", at) else NO_TAG).match(html, at):
            done = found.end()
        elif LEFT_OPEN.match(html, at):
            return
        else:
            yield Token(at, at + 1)
            done = at + 1


def end_of_raw_text(html: str, name: str, start: int) -> int:
    """Where the end tag of a raw text element begins, or the end of the HTML."""
    found = raw_text_end(name).search(html, start)
    return found.start() if found else len(html)


@lru_cache(maxsize=len(RAW_TEXT))
def raw_text_end(name: str) -> re.Pattern[str]:
    """The pattern of the end tag of a raw text element."""
    return re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE)


def attributes(inside: str) -> dict[str, str]:
    """A start tag's attributes by their names in lower case, character references resolved; the first of a name is
    taken, as browsers do. One without a value has ""."""
    found: dict[str, str] = {}
    for name, value in ATTRIBUTE.findall(inside):
        found.setdefault(name.lower(), unescape(value.strip(value[0]) if value[:1] in {'"', "'"} else value))
    return found


def reference(found: re.Match[str]) -> tuple[str, int]:
    """What a match of `REFERENCE` stands for, and how many of its characters say so: none where it is no reference, not
    all where letters follow one that may stand without its semicolon (`&ampx`)."""
    text = found[0]
    if text[1] == "#":
        return unescape(text), len(text)
    for length in range(len(text), 2, -1):
        if (resolved := html5.get(text[1:length])) is not None:
            return resolved, length
    return "", 0
