"""Where an article's pictures stand in its text: the preview, the files and every website follow this one rule."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from html.parser import HTMLParser

from igny8_lib.text.html_policy import VOID

SECTION = "h2"


def figure(src: str, alt_text: str, width: int | None = None, height: int | None = None, **classes: str) -> str:
    """A picture as HTML, `src` and `alt_text` as plain text; `figure` and `img` may name the two elements' classes.

    There is no caption: it could only repeat the alternative text, and screen readers would say it twice.
    """
    size = {"width": width, "height": height} if width and height else {}
    image = {"src": src, "alt": alt_text, **size, "class": classes.get("img")}
    return f"<figure{attributes({'class': classes.get('figure')})}><img{attributes(image)}></figure>"


def attributes(values: dict[str, str | int | None]) -> str:
    """Attributes with a blank before each, without those that are None."""
    return "".join(f' {name}="{escape(str(value))}"' for name, value in values.items() if value is not None)


class SectionReader(HTMLParser):
    """Collects where the sections of a fragment begin, as offsets into it; headings within a box are none."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.starts: list[int] = []
        self._depth = 0
        self._lines = [0, *(at + 1 for at, character in enumerate(html) if character == "\n")]
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the base's name
        """Keep where a section begins; none begins at the very start, for there is nothing before it."""
        line, column = self.getpos()
        start = self._lines[line - 1] + column
        if tag == SECTION and self._depth == 0 and start:
            self.starts.append(start)
        self._depth += tag not in VOID

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that ends at once."""

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        self._depth = max(0, self._depth - (tag not in VOID))


def place(html: str, figures: Sequence[str]) -> str:
    """The article with each figure (HTML of its own) before a section, in their order and spread evenly.

    With n figures and m sections the k-th stands before section k(m+1)/(n+1), rounded half up and kept within 1 … m:
    the introduction counts as a section of its own. Without sections they stand at the end.
    """
    if not figures:
        return html
    starts = SectionReader(html).starts or [len(html)]
    pieces, done = [], 0
    for number, figure in enumerate(figures, 1):
        start = starts[section_of(number, len(figures), len(starts)) - 1]
        pieces += [html[done:start], figure]
        done = start
    return "".join([*pieces, html[done:]])


def section_of(number: int, figures: int, sections: int) -> int:
    """Before which section (1 …) the figure of this number (1 …) stands."""
    rounded = (2 * number * (sections + 1) + figures + 1) // (2 * (figures + 1))
    return min(max(rounded, 1), sections)
