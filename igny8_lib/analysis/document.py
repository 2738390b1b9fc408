"""An article read once for all checks: its blocks, running text, sentences, headings, links and images."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from igny8_lib.analysis.facts import Facts
from igny8_lib.analysis.keyphrases import find_keyphrase
from igny8_lib.analysis.phrases import places_of
from igny8_lib.analysis.reading import ReadingEase, reading_ease_of
from igny8_lib.analysis.results import Place
from igny8_lib.analysis.sentences import sentences
from igny8_lib.analysis.words import Span
from igny8_lib.text.html_map import Block, Element, Inline, read_blocks
from igny8_lib.text.html_policy import HEADINGS
from igny8_lib.text.stems import stems
from igny8_lib.text.words import count_words

NOT_RUNNING = frozenset({*HEADINGS, "table", "pre", "figcaption", "figure", "button", "select", "nav", "form"})
"""Elements whose text is no running text: it is not made of sentences, or not the article's."""
ITEMS = frozenset({"li", "dt", "dd"})
LISTS = frozenset({"ul", "ol", "dl"})
WEB = frozenset({"http", "https"})


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the running text."""

    block: Block
    start: int
    end: int
    words: int

    @property
    def text(self) -> str:
        """Its characters."""
        return self.block.text[self.start : self.end]

    @property
    def place(self) -> Place:
        """Where it stands in the HTML."""
        return Place(*self.block.source(self.start, self.end))


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the article, maybe an empty one."""

    level: int
    text: str
    place: Place
    number: int
    """Its block's number."""


@dataclass(frozen=True, slots=True)
class Image:
    """An image: in the HTML, or a picture beside it (without a place)."""

    alt_text: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A link that leads to a page, of this website or another one."""

    href: str
    text: str
    is_internal: bool
    is_followed: bool
    place: Place


class Document:
    """An article's HTML and facts as the checks see them. Everything is read at most once."""

    def __init__(self, html: str, facts: Facts) -> None:
        self.html = html
        self.facts = facts
        self.language = facts.language
        self.blocks = read_blocks(html)

    @cached_property
    def words(self) -> int:
        """Words a reader sees."""
        return count_words(" ".join(block.text for block in self.blocks))

    @cached_property
    def block_words(self) -> tuple[int, ...]:
        """The words of each block."""
        return tuple(count_words(block.text) for block in self.blocks)

    @cached_property
    def running(self) -> tuple[Block, ...]:
        """The blocks that are made of sentences, list items among them."""
        return tuple(
            block
            for block, words in zip(self.blocks, self.block_words, strict=True)
            if words and NOT_RUNNING.isdisjoint(block.tags)
        )

    @cached_property
    def running_words(self) -> tuple[tuple[Block, int], ...]:
        """The running text with the words of each block."""
        running = {id(block) for block in self.running}
        return tuple(
            (block, words) for block, words in zip(self.blocks, self.block_words, strict=True) if id(block) in running
        )

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences of the running text that hold a word."""
        return tuple(sentence for block in self.running for sentence in sentences_of(block, self.language))

    @cached_property
    def reading_ease(self) -> ReadingEase | None:
        """How easily the running text reads; None where the language has no formula, or there is no sentence."""
        return reading_ease_of([sentence.text for sentence in self.sentences], self.language)

    @cached_property
    def headings(self) -> tuple[Heading, ...]:
        """The headings in order."""
        return tuple(
            Heading(level, " ".join(block.text.split()), place_of(block), number)
            for number, block in enumerate(self.blocks)
            if (level := HEADINGS.get(block.tag)) is not None
        )

    @cached_property
    def images(self) -> tuple[Image, ...]:
        """The images in the HTML, then the pictures beside it."""
        inside = [
            Image(block.inlines[0].attributes.get("alt", "").strip(), Place(block.source_start, block.source_end))
            for block in self.blocks
            if block.image
        ]
        return (*inside, *(Image(picture.alt_text.strip()) for picture in self.facts.pictures))

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """The links to pages, each once; not those within the page, to mail addresses or to telephones."""
        found: dict[int, Link] = {}
        for block in self.blocks:
            for inline in block.inlines:
                if inline.tag == "a" and inline.source_start not in found:
                    link = link_of(block, inline, self.facts.hosts)
                    if link:
                        found[inline.source_start] = link
        return tuple(found.values())

    @cached_property
    def paragraphs(self) -> tuple[Block, ...]:
        """The running text without list items."""
        return tuple(block for block in self.running if ITEMS.isdisjoint(block.tags))

    @property
    def keyphrase(self) -> str:
        """The keyphrase, "" where none is set."""
        return self.facts.primary_keyword.strip()

    @cached_property
    def keyphrase_places(self) -> tuple[Place, ...]:
        """Where the text, headings and cells too, holds all content words of the keyphrase within a sentence."""
        return tuple(
            place
            for block, spans in self.spoken
            for place in places_of(block, find_keyphrase(block.text, spans, self.keyphrase, self.language).matches)
        )

    @cached_property
    def spoken(self) -> tuple[tuple[Block, list[Span]], ...]:
        """Each block with words and its sentences; what is no running text is taken as one."""
        spans: dict[int, list[Span]] = {}
        for sentence in self.sentences:
            spans.setdefault(id(sentence.block), []).append((sentence.start, sentence.end))
        return tuple(
            (block, spans.get(id(block), [(0, len(block.text))]))
            for block, words in zip(self.blocks, self.block_words, strict=True)
            if words
        )

    @cached_property
    def stem_sets(self) -> tuple[frozenset[str], ...]:
        """The stems of each sentence."""
        return tuple(
            frozenset(stems(block.text[start:end], self.language))
            for block, spans in self.spoken
            for start, end in spans
        )

    def elements(self, tags: Iterable[str]) -> list[Place]:
        """Where the elements of these tags that hold something stand, from their start tags to their last text; of
        nested ones the outermost."""
        wanted = frozenset(tags)
        found: dict[int, int] = {}
        known: dict[int, Element | None] = {}
        for block in self.blocks:
            if block.element and (element := outermost(block.element, wanted, known)):
                found[element.start] = block.source_end
        return [Place(start, end) for start, end in found.items()]


def sentences_of(block: Block, language: str) -> Iterator[Sentence]:
    """A block's sentences, without the white space around them."""
    for start, end in sentences(block.text, language):
        text = block.text[start:end]
        words = count_words(text)
        if words:
            first = start + len(text) - len(text.lstrip())
            yield Sentence(block, first, start + len(text.rstrip()), words)


def outermost(element: Element, wanted: frozenset[str], known: dict[int, Element | None]) -> Element | None:
    """The outermost element of these tags around an element, or itself. `known` keeps what was found by the elements'
    offsets, so that no way up is gone twice."""
    way: list[Element] = []
    at: Element | None = element
    while at and at.start not in known:
        way.append(at)
        at = at.parent
    found = known[at.start] if at else None
    for each in reversed(way):
        found = known[each.start] = found or (each if each.tag in wanted else None)
    return found


def place_of(block: Block) -> Place:
    """Where a block's text stands, without the white space around it; an empty block's whole element."""
    text = block.text
    if not text.strip():
        return Place(block.source_start, block.source_end)
    return Place(*block.source(len(text) - len(text.lstrip()), len(text.rstrip())))


def link_of(block: Block, inline: Inline, hosts: frozenset[str]) -> Link | None:
    """A link, if it leads to a page."""
    href = inline.attributes.get("href", "").strip()
    internal = is_internal(href, hosts)
    if internal is None:
        return None
    return Link(
        href,
        " ".join(block.text[inline.start : inline.end].split()),
        internal,
        is_followed(inline.attributes),
        Place(inline.source_start, inline.source_end),
    )


def is_internal(href: str, hosts: frozenset[str]) -> bool | None:
    """Whether an address is one of the website; None where it leads to no page, or not away from this one."""
    try:
        parts = urlsplit(href)
        host = parts.hostname or ""
    except ValueError:
        return None
    if not href or href.startswith("#") or (parts.scheme and parts.scheme not in WEB):
        return None
    return not host or without_www(host) in {without_www(own) for own in hosts}


def without_www(host: str) -> str:
    """A host name as it is compared."""
    return host.lower().rstrip(".").removeprefix("www.")


def is_followed(attributes: Mapping[str, str]) -> bool:
    """Whether search engines are let through a link."""
    return {"nofollow", "sponsored", "ugc"}.isdisjoint(attributes.get("rel", "").lower().split())
