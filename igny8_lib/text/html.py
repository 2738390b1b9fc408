"""Article HTML: what is allowed in it, and what it says as plain text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import nh3

HEADINGS = {f"h{level}": level for level in range(1, 7)}
ALLOWED = frozenset(
    {"h2", "h3", "h4", "p", "br", "hr", "ul", "ol", "li", "dl", "dt", "dd", "strong", "em", "b", "i", "sub", "sup"}
    | {"a", "blockquote", "code", "pre", "figure", "figcaption", "img"}
    | {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"}
)
"""Everything a publishing system's theme styles; the title is the page's only h1."""
ATTRIBUTES = {
    "a": {"href", "title", "rel"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
SCHEMES = {"http", "https", "mailto"}
RELATIONS = frozenset({"nofollow", "sponsored", "ugc", "noopener", "noreferrer"})
DROPPED_WHOLE = {"script", "style", "template", "noscript", "iframe", "object", "svg", "math", "title", "textarea"}
"""Elements whose content goes with them; of all others only the tags go and the text stays."""
WRAPPERS = frozenset({"div", "section", "article", "main", "header", "footer", "aside", "nav", "address", "details"})
RENAMED = {"h1": "h2", "h5": "h4", "h6": "h4"}
BLOCKS = (ALLOWED | WRAPPERS | HEADINGS.keys()) - {"strong", "em", "b", "i", "sub", "sup", "a", "code"}
"""Elements that end a word: `<p>one</p><p>two</p>` is two words, `<strong>o</strong>ne` is one."""
LINES_AFTER_PRE = re.compile(r"<pre>\n+")
"""A browser drops the first of them, so each pass would take one more away."""
WRAPPER_TAG = re.compile(f"</?(?:{'|'.join(sorted(WRAPPERS))})>")
RENAMED_TAG = re.compile(f"<(/?)({'|'.join(RENAMED)})>")
MAX_PASSES = 10
"""Taking a tag out can change how a browser nests the rest, so cleaning goes on until nothing changes any more."""


def sanitise(html: str) -> str:
    """The fragment with allowed elements, attributes and URL schemes only, and all its readable text.

    Sanitising twice changes nothing. Headings are h2 to h4: an h1 becomes an h2, h5 and h6 become h4.
    """
    for _ in range(MAX_PASSES):
        cleaner = sanitised_once(html)
        if cleaner == html:
            return html
        html = cleaner
    return html


def sanitised_once(html: str) -> str:
    """One pass: clean, then take out wrappers and rename headings, which bear no attributes any more."""
    clean = nh3.clean(
        html,
        tags=set(ALLOWED | WRAPPERS | RENAMED.keys()),
        clean_content_tags=DROPPED_WHOLE,
        attributes=ATTRIBUTES,
        attribute_filter=filtered,
        url_schemes=SCHEMES,
        link_rel=None,
    )
    unwrapped = LINES_AFTER_PRE.sub("<pre>", WRAPPER_TAG.sub("\n", clean))
    return RENAMED_TAG.sub(lambda tag: f"<{tag[1]}{RENAMED[tag[2]]}>", unwrapped).strip()


def filtered(tag: str, attribute: str, value: str) -> str | None:
    """Of a link's `rel` only the words that say something about the link."""
    if (tag, attribute) != ("a", "rel"):
        return value
    return " ".join(word for word in value.lower().split() if word in RELATIONS) or None


class TextReader(HTMLParser):
    """Collects the readable text and the headings of a fragment."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.headings: list[tuple[int, str]] = []
        self._heading: tuple[int, list[str]] | None = None
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the base's name
        """Begin a heading, skip what nobody reads, and part the words between blocks."""
        if tag in DROPPED_WHOLE:
            self._unseen += 1
        if tag in BLOCKS:
            self.pieces.append(" ")
        if tag in HEADINGS:
            self.end_heading()
            self._heading = (HEADINGS[tag], [])

    def handle_endtag(self, tag: str) -> None:
        """End what the start tag began."""
        if tag in DROPPED_WHOLE:
            self._unseen = max(0, self._unseen - 1)
        if tag in BLOCKS:
            self.pieces.append(" ")
        if tag in HEADINGS:
            self.end_heading()

    def end_heading(self) -> None:
        """Keep the heading that is open, if there is one."""
        if self._heading:
            level, words = self._heading
            self.headings.append((level, collapsed("".join(words))))
            self._heading = None

    def handle_data(self, data: str) -> None:
        """Keep the text that readers see."""
        if self._unseen:
            return
        self.pieces.append(data)
        if self._heading:
            self._heading[1].append(data)


def collapsed(text: str) -> str:
    """Runs of white space as one space, none at the ends: as a browser shows it."""
    return " ".join(text.split())


def read(html: str) -> TextReader:
    """Parse a fragment to its end."""
    reader = TextReader()
    reader.feed(html)
    reader.close()
    reader.end_heading()
    return reader


def plain_text(html: str) -> str:
    """The text a reader sees, on one line."""
    return collapsed("".join(read(html).pieces))


def word_count(html: str) -> int:
    """Words a reader sees, parted by white space."""
    return len(plain_text(html).split())


def headings(html: str) -> list[tuple[int, str]]:
    """The headings in order, as (level, text)."""
    return read(html).headings
