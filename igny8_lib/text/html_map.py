"""An article's text block by block, and where each character of it stands in the HTML.

What measures a text, marks a place in it or puts a link into it reads it here: one reading, so that what is counted is
what is shown, and a place in the text is always a place in the HTML.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from igny8_lib.text.html_depth import FORMATTING, MAX_DEPTH, MAX_FORMATTING
from igny8_lib.text.html_policy import DROPPED_WHOLE, HEADINGS, INLINE, VOID
from igny8_lib.text.html_tokens import REFERENCE, Token, attributes, reference, tokens

IMAGE = "img"
CELLS = frozenset({"td", "th"})
ROWS = CELLS | {"tr"}
TABLE_PARTS = ROWS | {"thead", "tbody", "tfoot", "caption", "colgroup"}
ENDED_BY = {
    "li": frozenset({"li"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
    "td": CELLS,
    "th": CELLS,
    "tr": ROWS,
    "option": frozenset({"option"}),
    **dict.fromkeys(("thead", "tbody", "tfoot"), TABLE_PARTS),
    **dict.fromkeys(HEADINGS, frozenset(HEADINGS)),
}
"""The innermost elements that the start of another one ends, beside a paragraph, which every block ends."""
KEPT_WHEN_EMPTY = frozenset({*HEADINGS, "p", "li", "td", "th", "dt", "dd", "figcaption", "caption", "blockquote"})
"""Blocks that are reported without any text, too: an empty heading is a mistake that a reader meets."""


@dataclass(frozen=True, slots=True)
class Element:
    """An open block element: its tag, where it begins in the HTML, and the one around it."""

    tag: str
    start: int
    parent: Element | None = None
    depth: int = 1
    tags: frozenset[str] = frozenset()
    """Its own tag and those of all elements around it."""


@dataclass(frozen=True, slots=True)
class Inline:
    """An element within a block's text, or what of one that goes on over several blocks lies in this one."""

    tag: str
    attributes: Mapping[str, str]
    start: int
    end: int
    """Span in the block's text."""
    source_start: int
    source_end: int
    """Span of the whole element in the HTML, tags included; to the HTML's end where its end tag is missing."""


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text that no other block interrupts, or an image."""

    element: Element | None
    """The innermost block element; None for bare text."""
    text: str
    """As a reader sees it, character references resolved, white space as it stands; `br` is a line end."""
    starts: Sequence[int]
    ends: Sequence[int]
    """For each character of the text, the span in the HTML that stands for it."""
    inlines: tuple[Inline, ...]
    source_start: int
    source_end: int
    """Span in the HTML, from the block's first character or tag within it to its last."""
    image: bool = False
    """Whether it is an image: without text, its first inline element is the `img` itself."""

    @property
    def tag(self) -> str:
        """The innermost block element's tag, "" for bare text; "img" for an image."""
        if self.image:
            return IMAGE
        return self.element.tag if self.element else ""

    @property
    def elements(self) -> tuple[Element, ...]:
        """All open block elements from the outside in, at most `MAX_DEPTH`."""
        found = []
        element = self.element
        while element:
            found.append(element)
            element = element.parent
        return tuple(reversed(found))

    @property
    def tags(self) -> frozenset[str]:
        """The tags of all open block elements, in no order."""
        return self.element.tags if self.element else frozenset()

    @property
    def within(self) -> tuple[str, ...]:
        """The tags of all open block elements from the outside in; an image's own is not among them."""
        return tuple(element.tag for element in self.elements)

    def source(self, start: int, end: int) -> tuple[int, int]:
        """The span in the HTML of a span of the text; an empty one lies before its character."""
        if start < end:
            return self.starts[start], self.ends[end - 1]
        at = self.starts[start] if start < len(self.text) else self.source_end
        return at, at


@dataclass
class OpenInline:
    """An inline element as it is read: `start` is where it, or its rest, begins in the text of the block being read."""

    tag: str
    attributes: Mapping[str, str]
    source_start: int
    element: Element | None
    start: int
    source_end: int | None = None


@dataclass
class Draft:
    """A block while it is read."""

    element: Element | None = None
    source_start: int = 0
    pieces: list[str] = field(default_factory=list)
    starts: array[int] = field(default_factory=lambda: array("l"))
    ends: array[int] = field(default_factory=lambda: array("l"))
    inlines: list[tuple[OpenInline, int, int]] = field(default_factory=list)
    images: list[tuple[OpenInline, ...]] = field(default_factory=list)
    """Each with the inline elements around it."""
    source_end: int = 0
    image: bool = False

    def add(self, text: str, start: int, end: int) -> None:
        """Text that one place of the HTML stands for as a whole."""
        self.pieces.append(text)
        self.starts.extend([start] * len(text))
        self.ends.extend([end] * len(text))

    def add_as_it_stands(self, text: str, start: int) -> None:
        """Text each character of which stands for itself."""
        self.pieces.append(text)
        self.starts.extend(range(start, start + len(text)))
        self.ends.extend(range(start + 1, start + 1 + len(text)))

    def block(self, end_of_html: int) -> Block:
        """The finished block."""
        inlines = (
            Inline(one.tag, one.attributes, start, end, one.source_start, one.source_end or end_of_html)
            for one, start, end in self.inlines
        )
        ordered = tuple(inlines) if self.image else tuple(sorted(inlines, key=from_outside_in))
        text = "".join(self.pieces)
        return Block(
            self.element, text, self.starts, self.ends, ordered, self.source_start, self.source_end, self.image
        )


def from_outside_in(inline: Inline) -> tuple[int, int]:
    """Orders the inline elements of a text: by their beginning, the longer first."""
    return inline.source_start, -inline.source_end


class BlockReader:
    """Reads HTML into blocks."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.drafts: list[Draft] = []
        self.element: Element | None = None
        self.open_blocks: Counter[str] = Counter()
        self.inlines: list[OpenInline] = []
        self.left_out: Counter[str] = Counter()
        self.unseen = 0
        self.draft = Draft()
        self.not_empty: set[int] = set()
        """Where the open blocks begin that hold a text, an image or another block."""

    def read(self) -> tuple[Block, ...]:
        """All blocks of the HTML."""
        for token in tokens(self.html):
            if token.name is None:
                self.take_text(token)
            elif token.name in DROPPED_WHOLE:
                self.break_block(token)
                self.unseen = max(0, self.unseen + (-1 if token.is_end else 1))
            elif not self.unseen:
                self.take_tag(token.name, token)
        self.finish(len(self.html))
        return tuple(draft.block(len(self.html)) for draft in self.drafts)

    def take_text(self, token: Token) -> None:
        """Text between two tags, its character references resolved."""
        if self.unseen:
            return
        done = token.start
        for found in REFERENCE.finditer(self.html, token.start, token.end):
            resolved, length = reference(found)
            if length:
                self.draft.add_as_it_stands(self.html[done : found.start()], done)
                done = found.start() + length
                self.draft.add(resolved, found.start(), done)
        self.draft.add_as_it_stands(self.html[done : token.end], done)

    def take_tag(self, name: str, token: Token) -> None:
        """A tag, by what its element does to the text around it."""
        if name in INLINE:
            if token.is_end:
                self.end_inline(name, token)
            elif name not in VOID:
                self.begin_inline(name, token)
        elif name == "br" or (name in VOID and name != "hr"):
            if name == IMAGE:
                self.draft.images.append((self.opened(name, token), *self.inlines))
            self.draft.add("\n" if name == "br" else " ", token.start, token.end)
        elif token.is_end:
            self.end_block(name, token)
        else:
            self.begin_block(name, token)

    def opened(self, name: str, token: Token) -> OpenInline:
        """An element with its attributes, ended at its start tag's end until its end tag is found."""
        place = len(self.draft.starts)
        end = token.end if name == IMAGE else None
        return OpenInline(name, attributes(token.inside), token.start, self.element, place, end)

    def begin_inline(self, name: str, token: Token) -> None:
        """Open an inline element, unless more are open than an article has: each is told of in every block it spans."""
        is_formatting = name in FORMATTING
        alike = sum((open_inline.tag in FORMATTING) == is_formatting for open_inline in self.inlines)
        if alike >= MAX_FORMATTING:
            self.left_out[name] += 1
        else:
            self.inlines.append(self.opened(name, token))

    def end_inline(self, name: str, token: Token) -> None:
        """End the innermost inline element of a name; those in it stay open, as browsers keep them."""
        if self.left_out[name]:
            self.left_out[name] -= 1
            return
        for at in range(len(self.inlines) - 1, -1, -1):
            if self.inlines[at].tag == name:
                one = self.inlines.pop(at)
                one.source_end = token.end
                self.draft.inlines.append((one, one.start, len(self.draft.starts)))
                return

    def begin_block(self, name: str, token: Token) -> None:
        """Open a block element, after ending those that its start ends."""
        self.break_block(token)
        while self.element and (self.element.tag == "p" or self.element.tag in ENDED_BY.get(name, ())):
            self.leave(token.start)
        depth = self.element.depth + 1 if self.element else 1
        if depth <= MAX_DEPTH and name not in VOID:
            around = self.element.tags if self.element else frozenset()
            tags = around if name in around else around | {name}
            self.element = Element(name, token.start, self.element, depth, tags)
            self.open_blocks[name] += 1
        self.draft.element = self.element

    def end_block(self, name: str, token: Token) -> None:
        """End the innermost block element of a name with all in it; without one, the text is parted all the same."""
        self.break_block(token)
        if self.open_blocks[name]:
            while self.element and self.element.tag != name:
                self.leave(token.start)
            self.leave(token.start, token.end)
        self.draft.element = self.element

    def leave(self, at: int, end: int | None = None) -> None:
        """Leave the innermost block element, and the inline elements that were opened in it; `end` is where its own end
        tag ends, if it has one."""
        left = self.element
        if left is None:
            return
        while self.inlines and self.inlines[-1].element is left:
            self.inlines.pop().source_end = at
        if left.tag in KEPT_WHEN_EMPTY and left.start not in self.not_empty:
            self.drafts.append(Draft(left, left.start, source_end=end or at))
        self.not_empty.discard(left.start)
        self.element = left.parent
        self.open_blocks[left.tag] -= 1
        if self.element:
            self.not_empty.add(self.element.start)

    def break_block(self, token: Token) -> None:
        """End the run of text that a block's tag interrupts; the next one begins after the tag."""
        self.finish(token.start)
        self.draft = Draft(self.element, token.end)

    def finish(self, end: int) -> None:
        """Keep the draft if it holds anything, then its images."""
        draft = self.draft
        draft.source_end = end
        for one in self.inlines:
            if one.start < len(draft.starts):
                draft.inlines.append((one, one.start, len(draft.starts)))
            one.start = 0
        if any(piece.strip() for piece in draft.pieces):
            self.drafts.append(draft)
        elif not draft.images:
            return
        if draft.element:
            self.not_empty.add(draft.element.start)
        self.drafts += [image_draft(draft.element, image, around) for image, *around in draft.images]


def image_draft(element: Element | None, image: OpenInline, around: Iterable[OpenInline]) -> Draft:
    """An image as a block of its own, beside the text that it stands in, with the links around it."""
    end = image.source_end or image.source_start
    inlines = [(one, 0, 0) for one in (image, *around)]
    return Draft(element, image.source_start, inlines=inlines, source_end=end, image=True)


def read_blocks(html: str) -> tuple[Block, ...]:
    """The blocks of an article's HTML in order, and its images: one within a text comes after it. Linear in the HTML's
    length, and never raises, whatever the HTML is."""
    return BlockReader(html).read()
