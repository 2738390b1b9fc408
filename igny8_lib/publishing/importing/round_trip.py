"""An imported article goes back: what was not changed here is sent as WordPress had it, to the letter.

The raw content is cut into pieces (pieces.py), each with its form in our HTML. The forms are compared with the blocks
of the article as it is now: a piece whose blocks are all there stays as it is; one that was changed is written anew
inside its own tags and block comments; what shows nothing (scripts, frames, comments, containers) always stays.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import escape, unescape

from igny8_lib.publishing.importing.pieces import UNSHOWN, Piece, end_of_element, pieces_of, tokens_of
from igny8_lib.text.html import sanitise
from igny8_lib.text.html_policy import RENAMED

WRAPPED = re.compile(
    r"(?P<before>\s*(?:<!--(?:(?!-->).)*-->\s*)?)(?P<start><(?P<tag>[a-zA-Z][a-zA-Z0-9]*)\b[^>]*>)(?P<inner>.*)"
    r"(?P<end></(?P=tag)\s*>)(?P<after>\s*(?:<!--(?:(?!-->).)*-->\s*)?)",
    re.DOTALL,
)
"""A piece that is one element, with or without the comments of its block."""
ELEMENT = re.compile(r"<(?P<tag>[a-z][a-z0-9]*)\b[^>]*>(?P<inner>.*)</(?P=tag)>", re.DOTALL)
START_TAG = re.compile(r"<(?:a|img)\b(?:\"[^\"]*\"|'[^']*'|[^'\"<>])*+>", re.IGNORECASE)
SOURCE = re.compile(r'\bsrc="([^"]*)"')
ALT = re.compile(r'\balt="([^"]*)"')
RAW_ALT = re.compile(r"""\salt\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE)
AROUND = re.compile(
    r"(?P<before>\s*<!--\s*wp:(?:html|freeform|[a-z0-9_-]+/[a-z0-9_-]+)\b(?:(?!-->).)*-->)(?:.*)"
    r"(?P<after><!--\s*/wp:(?:(?!-->).)*-->\s*)",
    re.DOTALL,
)
"""A block of free markup, or a plugin's: its comments stay whatever is in it."""
BLANK = "\n\n"
"""What stands between blocks."""
BLOCK_NAMES = {"p": "paragraph"} | dict.fromkeys(("h2", "h3", "h4"), "heading")
"""Blocks whose markup is the plain element."""


@dataclass(frozen=True)
class Comparison:
    """Where the blocks of each piece are found in the article as it is now."""

    spans: Sequence[range]
    """By piece: its blocks before."""
    found: dict[int, int]
    """Blocks that are still there, by their places before and now."""
    paired: dict[int, int]
    """Blocks that another one took the place of."""

    def stays(self, number: int) -> bool:
        """Whether all blocks of the piece are there, side by side."""
        span = self.spans[number]
        first = self.found.get(span[0], 0) if span else 0
        return all(self.found.get(block) == first + place for place, block in enumerate(span))

    def now(self, number: int) -> range:
        """The places of the blocks that the piece became, with new ones between them; empty where it is gone."""
        own = [self.found.get(block, self.paired.get(block)) for block in self.spans[number]]
        there = [place for place in own if place is not None]
        return range(there[0], there[-1] + 1) if there else range(0)


def to_wordpress(raw: str, before: str, after: str) -> str:
    """The raw content that says what `after` says; both are our HTML, `before` as it was made of `raw`.

    Unchanged HTML gives the raw content itself. Pure.
    """
    if before == after:
        return raw
    pieces = pieces_of(raw)
    now = blocks_of(after)
    compared = compare([blocks_of(piece.html) for piece in pieces], now)
    return "".join(written(pieces, compared, now, in_blocks="<!-- wp:" in raw))


def blocks_of(html: str) -> list[str]:
    """The blocks of our HTML."""
    return [piece.raw.strip() for piece in pieces_of(html) if piece.html]


def compare(before: Sequence[Sequence[str]], now: Sequence[str]) -> Comparison:
    """Find the blocks of each piece among those of the article as it is now."""
    spans, flat = [], list[str]()
    for blocks in before:
        spans.append(range(len(flat), len(flat) + len(blocks)))
        flat += blocks
    found, paired = dict[int, int](), dict[int, int]()
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, flat, now, autojunk=False).get_opcodes():
        places = zip(range(i1, i2), range(j1, j2), strict=False)
        if kind == "equal":
            found.update(places)
        elif kind == "replace":
            paired.update(places)
    return Comparison(spans, found, paired)


def written(pieces: Sequence[Piece], compared: Comparison, now: Sequence[str], *, in_blocks: bool) -> Iterator[str]:
    """The pieces as they go back; new blocks follow the one that they follow in the article. Blank lines are not
    doubled, and what is gone takes those behind it along: a post would grow by them with each text."""
    last, is_gone = BLANK, False
    for text, piece in placed(pieces, compared, now, in_blocks=in_blocks):
        if is_gone and piece is not None and not piece.raw.strip():
            continue
        is_gone = not text and last.endswith(BLANK)
        shown = text.removeprefix(BLANK) if piece is None and last.endswith(BLANK) else text
        last = shown or last
        yield shown


def placed(
    pieces: Sequence[Piece], compared: Comparison, now: Sequence[str], *, in_blocks: bool
) -> Iterator[tuple[str, Piece | None]]:
    """Each piece as it goes back, "" where it is gone, and new blocks, which are none, at their places."""
    taken = sorted({*compared.found.values(), *compared.paired.values(), len(now)})
    yield from ((fresh(block, in_blocks=in_blocks), None) for block in now[: taken[0]])
    for number, piece in enumerate(pieces):
        places = compared.now(number)
        if compared.stays(number):
            yield piece.raw, piece
        else:
            yield changed(piece, [now[each] for each in places], in_blocks=in_blocks), piece
        if places:
            following = taken[bisect_left(taken, places.stop)]
            yield from ((fresh(block, in_blocks=in_blocks), None) for block in now[places.stop : following])


def fresh(block: str, *, in_blocks: bool) -> str:
    """A block that WordPress has not: in the comments of its kind where the post has blocks and the kind is plain."""
    element = ELEMENT.fullmatch(block)
    name = BLOCK_NAMES.get(element["tag"]) if element else None
    if not in_blocks or not element or not name:
        return f"\n\n{block}\n\n"
    level = f' {{"level":{element["tag"][1]}}}' if element["tag"] in {"h3", "h4"} else ""
    return f"\n\n<!-- wp:{name}{level} -->\n{block}\n<!-- /wp:{name} -->\n\n"


def changed(piece: Piece, blocks: Sequence[str], *, in_blocks: bool) -> str:
    """What takes the place of a piece: its new blocks, and what it held that our HTML cannot."""
    unshown = unshown_in(piece.raw)
    restored = [restore_tags(piece.raw, block) for block in blocks]
    wrapped, element = WRAPPED.fullmatch(piece.raw), ELEMENT.fullmatch(restored[0]) if len(restored) == 1 else None
    if wrapped and element and our_tag(wrapped["tag"]) == element["tag"]:
        return f"{wrapped['before']}{wrapped['start']}{element['inner']}{unshown}{wrapped['end']}{wrapped['after']}"
    if around := AROUND.fullmatch(piece.raw):
        return f"{around['before']}\n{''.join(restored)}{unshown}\n{around['after']}"
    return "".join(fresh(block, in_blocks=in_blocks) for block in restored) + unshown


def our_tag(tag: str) -> str:
    """What the element is called in our HTML."""
    return RENAMED.get(tag.lower(), tag.lower())


def unshown_in(raw: str) -> str:
    """The elements of a piece that our HTML leaves out with their content: scripts, frames, drawings."""
    tokens, place, found = tokens_of(raw), 0, ""
    while place < len(tokens):
        end = place + 1
        if tokens[place].tag in UNSHOWN and not tokens[place].closes:
            end = end_of_element(tokens, place)
            found += "".join(token.source for token in tokens[place:end])
        place = end
    return found


def restore_tags(raw: str, block: str) -> str:
    """The block with the links and pictures that it has from the raw content as they stand there: with their classes,
    targets and sizes. A picture may have got another alternative text."""
    known: dict[str, str] = {our_form(tag): tag for tag in reversed(START_TAG.findall(raw))}
    by_source = {found[1]: tag for form, tag in known.items() if (found := SOURCE.search(form))}

    def restored(tag: re.Match[str]) -> str:
        source = SOURCE.search(tag[0])
        if tag[0] in known or source is None or source[1] not in by_source:
            return known.get(tag[0], tag[0])
        alt = ALT.search(tag[0])
        return with_alt(by_source[source[1]], unescape(alt[1]) if alt else "")

    return START_TAG.sub(restored, block)


def our_form(tag: str) -> str:
    """A start tag in our HTML."""
    found = START_TAG.search(sanitise(f"<p>{tag}x</p>"))
    return found[0] if found else ""


def with_alt(tag: str, alt: str) -> str:
    """A picture's tag as WordPress has it, with another alternative text."""
    return f'{RAW_ALT.sub("", tag).rstrip("/> ")} alt="{escape(alt)}" />'
