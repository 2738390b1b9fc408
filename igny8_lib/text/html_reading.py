"""What a reader sees of a fragment of HTML: its text, and its headings."""

from __future__ import annotations

from html.parser import HTMLParser

from igny8_lib.text.html_policy import DROPPED_WHOLE, HEADINGS, INLINE

CODE = frozenset({"pre", "code"})


class TextReader(HTMLParser):
    """Collects the readable text and the headings of a fragment."""

    def __init__(self, break_with: str = " ", leave_out: frozenset[str] = DROPPED_WHOLE) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.headings: list[tuple[int, str]] = []
        self._break = break_with
        self._leave_out = leave_out
        self._heading: tuple[int, list[str]] | None = None
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the base's name
        """Begin a heading, skip what nobody reads, and part the words between blocks."""
        if tag in self._leave_out:
            self._unseen += 1
        if tag not in INLINE:
            self.part()
        if tag in HEADINGS:
            self.end_heading()
            self._heading = (HEADINGS[tag], [])

    def handle_endtag(self, tag: str) -> None:
        """End what the start tag began."""
        if tag in self._leave_out:
            self._unseen = max(0, self._unseen - 1)
        if tag not in INLINE:
            self.part()
        if tag in HEADINGS:
            self.end_heading()

    def part(self) -> None:
        """End a word."""
        self.pieces.append(self._break)
        if self._heading:
            self._heading[1].append(" ")

    def end_heading(self) -> None:
        """Keep the heading that is open, if there is one."""
        if self._heading:
            level, words = self._heading
            self.headings.append((level, collapse("".join(words))))
            self._heading = None

    def handle_data(self, data: str) -> None:
        """Keep the text that readers see."""
        if self._unseen:
            return
        self.pieces.append(data)
        if self._heading:
            self._heading[1].append(data)


def collapse(text: str) -> str:
    """Runs of white space as one space, none at the ends: as a browser shows it."""
    return " ".join(text.split())


def read(html: str, reader: TextReader | None = None) -> TextReader:
    """Parse a fragment to its end."""
    reader = reader or TextReader()
    reader.feed(html)
    reader.close()
    reader.end_heading()
    return reader


def lines_outside_code(html: str) -> list[str]:
    """The readable lines as they stand in the source, blocks on lines of their own, without code."""
    return "".join(read(html, TextReader("\n", DROPPED_WHOLE | CODE)).pieces).splitlines()
