"""Where in an article links may stand: in the running text of paragraphs and list items, after the first paragraph."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from igny8_lib.linker.splicing import WITHIN, is_whole
from igny8_lib.text.html_map import Block, read_blocks
from igny8_lib.text.words import count_words

RUNNING = frozenset({"p", "li"})
AROUND = frozenset({"p", "li", "ul", "ol", "div"})
"""What running text may stand in: no quotation, caption, table, or list of terms."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of the running text."""

    paragraph: int
    """Where its paragraph, or list item, begins in the HTML: its number."""
    word: int
    """So many words of the article stand before it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A link that is there already, wherever it stands."""

    href: str
    text: str
    paragraph: int
    word: int


class RunningText:
    """An article's HTML, read once. Linear in its length; never raises, whatever the HTML is."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.words = 0
        self.standing: list[Standing] = []
        self._blocks: list[tuple[Block, int]] = []
        """Those of the running text, with the words before them."""
        first_seen = False
        for block in read_blocks(html):
            self._note_links(block)
            if is_running(block):
                if first_seen or block.tag != "p":
                    self._blocks.append((block, self.words))
                first_seen = first_seen or block.tag == "p"
            self.words += count_words(block.text)
        self._begins = [block.source_start for block, _ in self._blocks]

    def _note_links(self, block: Block) -> None:
        """Keep the links of a block, each once."""
        for inline in block.inlines:
            if inline.tag == "a" and inline.attributes.get("href") and inline.source_start >= block.source_start:
                words = self.words + count_words(block.text[: inline.start])
                text = " ".join(block.text[inline.start : inline.end].split())
                self.standing.append(Standing(inline.attributes["href"], text, paragraph_of(block), words))

    def spot(self, start: int, end: int) -> Spot | None:
        """The place html[start:end]; None where no link may stand there: outside the running text, within a link, code
        or a tag, or across the border of an element."""
        at = bisect_right(self._begins, start) - 1
        if at < 0 or not is_whole(self.html, start, end):
            return None
        block, words = self._blocks[at]
        first, last = bisect_left(block.starts, start), bisect_right(block.ends, end)
        if end > block.source_end or first >= last:
            return None
        if any(one.start < last and first < one.end and one.tag not in WITHIN for one in block.inlines):
            return None
        return Spot(paragraph_of(block), words + count_words(block.text[:first]))


def is_running(block: Block) -> bool:
    """Whether readers meet the block as a paragraph or list item of the text."""
    return block.tag in RUNNING and bool(block.text.strip()) and AROUND.issuperset(block.within)


def paragraph_of(block: Block) -> int:
    """What tells paragraphs apart: where the element begins, for bare text where the text does."""
    return block.element.start if block.element else block.source_start
