"""What the head of a page says to browsers, search engines and those who share it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any

from igny8_lib.models import PageType
from igny8_lib.site_builder.documents import Page, SiteDocument
from igny8_lib.text.html_tokens import tokens

DESCRIPTION = 160
"""Characters that search engines show of a description."""
TELLING = 40
"""Characters from which on a paragraph tells what a page is about; shorter ones are labels."""


@dataclass(frozen=True)
class SharedPicture:
    """The picture shown where a page is shared: its whole URL, its size in pixels, what it shows in words."""

    url: str
    alt: str
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True)
class Head:
    """The facts of a page's head: `canonical` is the page's whole URL, "" where it has none of its own (404)."""

    title: str
    description: str
    canonical: str
    kind: str = "website"
    """Open Graph's type: "website" or "article"."""
    picture: SharedPicture | None = None
    published: datetime | None = None
    changed: datetime | None = None
    indexed: bool = True
    """Whether search engines shall list the page."""
    data: Sequence[Mapping[str, Any]] = ()
    """What structured_data.py makes."""


def title_of(page: Page, site: SiteDocument) -> str:
    """The title of a page's head: the home page has the site's name and tagline, others their own first."""
    if page.type is not PageType.HOME:
        return f"{page.title} | {site.name}"
    return f"{site.name} – {site.tagline}" if site.tagline else site.name


def shortened(text: str, longest: int = DESCRIPTION) -> str:
    """The text on one line with at most so many characters, cut between words where there are any."""
    line = " ".join(text.split())
    if len(line) <= longest:
        return line
    cut = line[: longest - 1]
    whole = cut.rpartition(" ")[0] if " " in cut[longest // 2 :] else cut
    return whole.rstrip(" ,;:.–-") + "…"


def paragraph_texts(html: str) -> Iterator[str]:
    """The text of each paragraph."""
    text: list[str] | None = None
    for token in tokens(html):
        if token.name == "p":
            if text is not None:
                yield unescape("".join(text)).strip()
            text = None if token.is_end else []
        elif token.name is None and text is not None:
            text.append(html[token.start : token.end])


def described(page: Page, site: SiteDocument, blocks: str) -> str:
    """The page's description: its own, else the first telling paragraph of its rendered blocks, else the tagline."""
    if page.description:
        return page.description
    telling = (text for text in paragraph_texts(blocks) if len(text) >= TELLING)
    return shortened(next(telling, site.tagline or f"{page.title} – {site.name}"))
