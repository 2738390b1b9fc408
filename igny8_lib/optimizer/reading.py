"""What a text holds beside its words: links, pictures, code, quotations, tables, figures. None may be lost."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import NamedTuple

from igny8_lib.text.html_reading import collapse

VERBATIM = frozenset({"code", "pre", "blockquote"})
"""What is quoted to the letter: the program would not run otherwise, and nobody said the other sentence."""
COUNTED = frozenset({"table", "figure"})


class Link(NamedTuple):
    """Where a link leads, and what its `rel` says of it."""

    href: str
    rel: str


@dataclass
class Holdings:
    """What there is in a text, and how often."""

    links: Counter[Link] = field(default_factory=Counter)
    images: Counter[str] = field(default_factory=Counter)
    """By their address."""
    nameless_images: Counter[str] = field(default_factory=Counter)
    """Those without an alternative text."""
    empty_links: list[str] = field(default_factory=list)
    """Addresses of links that show nothing to click on."""
    verbatim: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Element and text of code and quotations."""
    elements: Counter[str] = field(default_factory=Counter)
    """Tables and figures."""


class HoldingsReader(HTMLParser):
    """Collects the holdings of a sanitised fragment."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found = Holdings()
        self._open: list[tuple[str, str, list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the tag brings, and begin to collect what stands in a link or a quotation."""
        given = {name: value or "" for name, value in attrs}
        if tag == "img":
            self.found.images[given.get("src", "")] += 1
            if not given.get("alt", "").strip():
                self.found.nameless_images[given.get("src", "")] += 1
            self._collect("▣")
        elif tag == "a" and given.get("href"):
            relations = " ".join(sorted(given.get("rel", "").lower().split()))
            self.found.links[Link(given["href"], relations)] += 1
            self._open.append((tag, given["href"], []))
        elif tag in VERBATIM:
            self._open.append((tag, "", []))
        elif tag in COUNTED:
            self.found.elements[tag] += 1

    def handle_endtag(self, tag: str) -> None:
        """End the innermost link or quotation of this element."""
        place = next((at for at in range(len(self._open) - 1, -1, -1) if self._open[at][0] == tag), None)
        if place is None:
            return
        _, href, pieces = self._open.pop(place)
        text = collapse("".join(pieces))
        if tag in VERBATIM:
            self.found.verbatim[tag, text] += 1
        elif not text:
            self.found.empty_links.append(href)

    def handle_data(self, data: str) -> None:
        """Text, for all that is open."""
        self._collect(data)

    def _collect(self, text: str) -> None:
        for _, _, pieces in self._open:
            pieces.append(text)


def holdings(html: str) -> Holdings:
    """What a sanitised fragment holds. Linear in its length: sanitising bounds how deep elements nest."""
    reader = HoldingsReader()
    reader.feed(html)
    reader.close()
    return reader.found
