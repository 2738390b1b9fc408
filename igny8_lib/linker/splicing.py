"""Links are put into HTML and taken out of it by offset: outside the link not one byte changes.

Nothing is parsed and written anew. What is put in is written as the cleaning writes it (text/html.py), so that an
article that is saved by people later still has it to the letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import unescape

from igny8_lib.text.html import plain_text

TAG = re.compile(r"<(/?)([a-zA-Z][^\s/<>\"]*)((?:[^<>\"]|\"[^<\"]*\")*)>")
"""A tag of clean HTML: values stand in double quotes, and angle brackets in them are references."""
HREF = re.compile(r"(?<=\s)href=\"([^<\"]*)\"")
REFERENCE = re.compile(r"&[#\w]*;")
WITHIN = frozenset({"b", "strong", "em", "i", "span", "sub", "sup", "bdi", "bdo"})
"""Elements that the linked words may hold."""
UNSAFE = {'"': "%22", "<": "%3C", ">": "%3E", "\\": "%5C", "`": "%60"} | {
    chr(code): f"%{code:02X}" for code in range(33)
}
"""Characters of an address that no attribute should have as they stand."""


class NotWhole(ValueError):
    """A place cuts a tag, an element or a character reference in two, or two places overlap."""


@dataclass(frozen=True, slots=True)
class Placement:
    """A link to be put around html[start:end]."""

    start: int
    end: int
    href: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link of some HTML: `<a …>` is html[start:inner_start], its words html[inner_start:inner_end], `</a>` what is
    left up to `end`."""

    start: int
    inner_start: int
    inner_end: int
    end: int
    href: str
    """Its character references resolved; "" where it has none."""
    text: str
    """Its words as readers see them."""


class Fate(StrEnum):
    """What became of a link that was put in."""

    THERE = "there"
    REWORDED = "reworded"
    """Other words bear its address."""
    REDIRECTED = "redirected"
    """Its words bear another address."""
    GONE = "gone"


def clean_href(href: str) -> str:
    """An address as it is written and compared: what no attribute should hold is percent-encoded."""
    return "".join(UNSAFE.get(character, character) for character in href.strip())


def opening(href: str) -> str:
    """The start tag of a link to a clean address."""
    return f'<a href="{href.replace("&", "&amp;")}">'


def insert(html: str, placements: Iterable[Placement]) -> str:
    """The HTML with links at these places. Raises NotWhole for a place that cannot be one, and where two overlap."""
    pieces, done = [], 0
    for place in sorted(placements, key=lambda each: each.start):
        if place.start < done or not is_whole(html, place.start, place.end):
            raise NotWhole(f"No link can be put at {place.start}–{place.end}.")
        pieces += [html[done : place.start], opening(clean_href(place.href)), html[place.start : place.end], "</a>"]
        done = place.end
    return "".join([*pieces, html[done:]])


def is_whole(html: str, start: int, end: int) -> bool:
    """Whether html[start:end] is text in one piece: it cuts no tag and no character reference, holds elements that a
    link may hold only, and both their ends."""
    inner = html[start:end] if 0 <= start < end <= len(html) else ""
    if not inner.strip() or is_inside_tag(html, start) or is_inside_reference(html, start, end):
        return False
    still_open: list[str] = []
    for found in TAG.finditer(inner):
        if found[2] not in WITHIN or (found[1] and (not still_open or still_open.pop() != found[2])):
            return False
        if not found[1]:
            still_open.append(found[2])
    bare = TAG.sub("", inner)
    return not still_open and "<" not in bare and ">" not in bare


def is_inside_tag(html: str, offset: int) -> bool:
    """Whether the offset is after a tag's `<` and before its `>`."""
    return html.rfind("<", 0, offset) > html.rfind(">", 0, offset)


def is_inside_reference(html: str, start: int, end: int) -> bool:
    """Whether one of the offsets is within a character reference."""
    for offset in (start, end):
        begun = html.rfind("&", max(0, offset - 40), offset)
        found = REFERENCE.match(html, begun) if begun >= 0 else None
        if found and found.end() > offset:
            return True
    return False


def read_links(html: str) -> list[Link]:
    """The links of clean HTML in their order; one that is never closed is none. Linear in its length."""
    found: list[Link] = []
    begun: re.Match[str] | None = None
    for tag in TAG.finditer(html):
        if tag[2] != "a":
            continue
        if begun and tag[1]:
            href = HREF.search(begun[3])
            words = plain_text(html[begun.end() : tag.start()])
            address = unescape(href[1]) if href else ""
            found.append(Link(begun.start(), begun.end(), tag.start(), tag.end(), address, words))
        begun = None if tag[1] else tag
    return found


def find(links: Sequence[Link], href: str, text: str, near: int) -> tuple[Fate, Link | None]:
    """What became of a link with this address and these words, as readers see them, that was put in at `near`; and the
    link where it is there. Of several that are the same, the nearest."""
    same = [link for link in links if (link.href, link.text) == (href, text)]
    if same:
        return Fate.THERE, min(same, key=lambda link: abs(link.start - near))
    if any(link.href == href for link in links):
        return Fate.REWORDED, None
    return (Fate.REDIRECTED if any(link.text == text for link in links) else Fate.GONE), None


def remove(html: str, links: Iterable[Link]) -> str:
    """The HTML with the words of these links alone: what is taken out is their tags."""
    for link in sorted(links, key=lambda each: -each.start):
        inner = html[link.inner_start : link.inner_end]
        html = html[: link.start] + inner + html[link.end :]
    return html


def lead_to(html: str, links: Iterable[tuple[Link, str]]) -> str:
    """The HTML with these links leading to other addresses: nothing else of their tags changes."""
    for link, href in sorted(links, key=lambda each: -each[0].start):
        tag = html[link.start : link.inner_start]
        written = clean_href(href).replace("&", "&amp;")
        anew = HREF.sub(lambda _, value=written: f'href="{value}"', tag, count=1)  # type: ignore[misc]
        html = html[: link.start] + anew + html[link.inner_start :]
    return html
