"""A file of HTML as an article: of a whole web page its title, description, address and main content."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import unquote, urlsplit

from igny8_lib.text.html_map import read_blocks
from igny8_lib.text.html_tokens import Token, attributes, tokens

OF_A_PAGE = frozenset({"html", "head", "body", "title", "meta"})
CONTENT = ("article", "main", "body")
"""Where the article is looked for: in the first of these of which there is just one."""
AROUND_IT = frozenset({"nav", "aside", "footer", "form"})
SITE_HEADER = frozenset({"header"})
"""Beside the above, no part of the article where it is only known to be in the body."""
WATCHED = AROUND_IT | SITE_HEADER | frozenset(CONTENT)

Span = tuple[int, int]


@dataclass
class Page:
    """What a page says of itself; None where it does not. The HTML is as long as the file's, with blanks for what is
    not the article, so that places in it are places in the file."""

    html: str
    is_page: bool = False
    language: str | None = None
    title: str | None = None
    slug: str | None = None
    meta_title: str | None = None
    meta_description: str | None = None
    host: str | None = None


@dataclass
class PageReader:
    """Collects what a page says of itself, and where its parts are."""

    page: Page
    spans: dict[str, list[Span]] = field(default_factory=dict)
    open: dict[str, list[int]] = field(default_factory=dict)
    reads_title: bool = False

    def take(self, token: Token) -> None:
        """Read one tag or text."""
        if token.name is None:
            if self.reads_title and self.page.meta_title is None:
                self.page.meta_title = " ".join(unescape(self.page.html[token.start : token.end]).split())
            return
        self.reads_title = token.name == "title" and not token.is_end
        self.page.is_page |= token.name in OF_A_PAGE
        if token.name in WATCHED:
            self.watch(token.name, token)
        elif token.name in {"html", "meta", "link"} and not token.is_end:
            self.tell(token.name, attributes(token.inside))

    def watch(self, name: str, token: Token) -> None:
        """Keep where an element is; of nested ones of a name the outermost."""
        begun = self.open.setdefault(name, [])
        if not token.is_end:
            begun.append(token.start)
        elif begun:
            start = begun.pop()
            if not begun:
                self.spans.setdefault(name, []).append((start, token.end))

    def tell(self, name: str, given: dict[str, str]) -> None:
        """Read what a tag of the head says; the first of a kind counts."""
        page = self.page
        if name == "html":
            page.language = page.language or given.get("lang", "").strip() or None
        elif name == "meta" and given.get("name", "").lower() == "description" and page.meta_description is None:
            page.meta_description = " ".join(given.get("content", "").split())
        elif name == "link" and "canonical" in given.get("rel", "").lower().split() and page.host is None:
            self.tell_address(given.get("href", ""))

    def tell_address(self, address: str) -> None:
        """The host and the last step of a page's own address."""
        try:
            parts = urlsplit(address.strip())
            self.page.host = parts.hostname
        except ValueError:
            return
        self.page.slug = unquote(parts.path.rstrip("/").rsplit("/", 1)[-1]) or None

    def close(self, end: int) -> None:
        """End what is open at the end of the file."""
        for name, begun in self.open.items():
            if begun:
                self.spans.setdefault(name, []).append((begun[0], end))


def read_page(html: str) -> Page:
    """A file's article. A fragment without a head or body is the article itself. Linear, and never raises."""
    reader = PageReader(Page(html))
    for token in tokens(html):
        reader.take(token)
    reader.close(len(html))
    page = reader.page
    if page.is_page:
        page.meta_title = page.meta_title or ""
        page.meta_description = page.meta_description or ""
    titles = [block.text for block in read_blocks(html) if block.tag == "h1" and block.text.strip()]
    page.title = " ".join(titles[0].split()) if titles else page.meta_title or None
    if page.is_page:
        page.html = only_the_article(html, reader.spans)
    return page


def only_the_article(html: str, spans: dict[str, list[Span]]) -> str:
    """The HTML with blanks for all that stands around the article."""
    found = next((name for name in CONTENT if len(spans.get(name, ())) == 1), None)
    start, end = spans[found][0] if found else (0, len(html))
    left_out = AROUND_IT if found in {"article", "main"} else AROUND_IT | SITE_HEADER
    inner = sorted(span for name in left_out for span in spans.get(name, ()))
    return blanked(html, [(0, start), *inner, (end, len(html))])


def blanked(html: str, spans: Iterable[Span]) -> str:
    """The HTML with blanks in place of the spans, which may overlap; line ends stay."""
    pieces, done = [], 0
    for start, end in spans:
        if end <= done:
            continue
        first = max(start, done)
        pieces += [html[done:first], blank(html[first:end])]
        done = end
    return "".join([*pieces, html[done:]])


def blank(text: str) -> str:
    """As many blanks, and the same lines."""
    return "\n".join(" " * len(line) for line in text.split("\n"))
