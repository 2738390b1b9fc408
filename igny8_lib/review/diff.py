"""What differs between two versions of an article, as data: block by block, and within a block sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from igny8_lib.models import ArticleText
from igny8_lib.review.versions import FIELDS
from igny8_lib.text.html_reading import TextReader, collapse, read

SENTENCE = re.compile(r".*?(?:(?<![.!?…])[.!?…]++[\"'”’»)\]]*+\s|[。！？]++|\Z)", re.DOTALL)
"""A sentence with what follows it up to the next one, so that the sentences of a text put together are the text."""


class Kind(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"
    CHANGED = "changed"
    """A block of which some sentences stayed."""


@dataclass(frozen=True)
class Piece:
    """Sentences of a block that have the same fate: same, removed or added."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Block:
    """A paragraph, heading, list item or table cell; only that of a changed block has pieces of several kinds."""

    kind: Kind
    pieces: tuple[Piece, ...]

    def side(self, other: Kind) -> str:
        """The block's text on one side: `other` is the kind of what stands on the other one only."""
        return "".join(piece.text for piece in self.pieces if piece.kind != other)


@dataclass(frozen=True)
class FieldChange:
    """A field beside the text: a title, an address, meta data, keywords, tags, categories."""

    name: str
    before: str | list[str]
    after: str | list[str]


@dataclass(frozen=True)
class ArticleDiff:
    """The way from one text to the other."""

    fields: tuple[FieldChange, ...]
    blocks: tuple[Block, ...]
    markup_only: bool
    """Whether readers see the same text with other markup: a link, a picture, emphasis."""


def diff(before: ArticleText, after: ArticleText) -> ArticleDiff:
    """What changed between any two versions, in either direction. Pure."""
    changes = tuple(
        FieldChange(name, getattr(before, name), getattr(after, name))
        for name in FIELDS
        if name != "html" and getattr(before, name) != getattr(after, name)
    )
    old, new = blocks_of(before.html), blocks_of(after.html)
    return ArticleDiff(changes, diff_blocks(old, new), markup_only=before.html != after.html and old == new)


def blocks_of(html: str) -> list[str]:
    """The readable blocks of sanitised HTML, in order."""
    lines = "".join(read(html, TextReader("\n")).pieces).splitlines()
    return [block for block in map(collapse, lines) if block]


def sentences_of(block: str) -> list[str]:
    """The block's sentences; put together they are the block."""
    return [sentence for sentence in SENTENCE.findall(block) if sentence]


def diff_blocks(before: Sequence[str], after: Sequence[str]) -> tuple[Block, ...]:
    """The way from one list of blocks to the other."""
    found: list[Block] = []
    for old, new in parts(before, after):
        if old == new:
            found += [Block(Kind.SAME, (Piece(Kind.SAME, text),)) for text in old]
        else:
            found += replaced(old, new)
    return tuple(found)


def parts(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Both lists cut into parts that are equal or have nothing in common, in order."""
    for _, i1, i2, j1, j2 in SequenceMatcher(None, before, after).get_opcodes():
        yield before[i1:i2], after[j1:j2]


def replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[Block]:
    """Blocks that took the place of others: those in the same place that share a sentence are told as changed."""
    for place in range(max(len(old), len(new))):
        before, after = old[place : place + 1], new[place : place + 1]
        pieces = diff_sentences(before[0], after[0]) if before and after else ()
        if any(piece.kind is Kind.SAME for piece in pieces):
            yield Block(Kind.CHANGED, pieces)
            continue
        yield from (Block(Kind.REMOVED, (Piece(Kind.REMOVED, text),)) for text in before)
        yield from (Block(Kind.ADDED, (Piece(Kind.ADDED, text),)) for text in after)


def diff_sentences(before: str, after: str) -> tuple[Piece, ...]:
    """The way from one block to the other, sentence by sentence."""
    found: list[Piece] = []
    for old, new in parts(sentences_of(before), sentences_of(after)):
        if old == new:
            found.append(Piece(Kind.SAME, "".join(old)))
            continue
        sides = ((Kind.REMOVED, old), (Kind.ADDED, new))
        found += [Piece(kind, "".join(texts)) for kind, texts in sides if texts]
    return tuple(found)


def before_of(found: ArticleDiff) -> list[str]:
    """The blocks that the diff leads from."""
    return [block.side(Kind.ADDED) for block in found.blocks if block.kind is not Kind.ADDED]


def after_of(found: ArticleDiff) -> list[str]:
    """The blocks that the diff leads to."""
    return [block.side(Kind.REMOVED) for block in found.blocks if block.kind is not Kind.REMOVED]
