"""The raw content of a post cut into pieces that are, put together, the raw content again.

A piece shows something (a paragraph, a list, a block of the block editor) or it does not (scripts, comments, tags of
containers). What does not show goes through untouched whatever people edit; what shows has a form in our HTML.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from igny8_lib.text.html import plain_text, sanitise
from igny8_lib.text.html_policy import ALLOWED, DROPPED_WHOLE, INLINE, RAW_TEXT, RENAMED, VOID

TOKEN = re.compile(
    r"<!--(?P<comment>.*?)(?:-->|\Z)"
    r"|<(?P<close>/?)(?P<tag>[a-zA-Z][a-zA-Z0-9:-]*)(?:\"[^\"]*\"|'[^']*'|[^'\"<>])*+>"
    r"|[^<]+|<",
    re.DOTALL,
)
BLOCK = re.compile(
    r"\s*(?P<close>/?)wp:(?P<name>[a-z][a-z0-9_-]*(?:/[a-z][a-z0-9_-]*)?)\b.*?(?P<void>/?)\s*\Z", re.DOTALL
)
"""The comment that begins or ends a block of the block editor (its grammar: @wordpress/block-serialization-spec)."""
WHOLE = frozenset({"list", "quote", "buttons", "gallery", "table", "social-links"})
"""Blocks that hold blocks and are edited as one thing; others that hold blocks are containers."""
LINE_END = re.compile(r"(?<!>)\n")
BLANK_LINE = re.compile(r"\n[ \t\r]*\n\s*")
OWN = (ALLOWED | RENAMED.keys()) - INLINE - VOID
"""Elements that are a piece from their start tag to their end tag."""
SHOWN = re.compile(r"<(?:img|hr)\b")
"""What is seen although it is no text."""
UNSHOWN = DROPPED_WHOLE | RAW_TEXT
UNCLOSED = frozenset({"p", "li", "dt", "dd"})
"""Elements whose end tag may be left out: the next block ends a paragraph."""


@dataclass(frozen=True)
class Token:
    """A comment, a tag or text, as it stands."""

    source: str
    tag: str = ""
    closes: bool = False
    is_comment: bool = False

    @cached_property
    def block(self) -> re.Match[str] | None:
        """What the comment says of a block."""
        return BLOCK.fullmatch(self.source[4:].removesuffix("-->")) if self.is_comment else None


@dataclass(frozen=True)
class Piece:
    """Part of the raw content."""

    raw: str

    @cached_property
    def html(self) -> str:
        """The piece in our HTML, empty where it shows nothing there. Lines of text are what WordPress makes of them:
        a blank line ends a paragraph, a line end is a line break (wpautop)."""
        bare = TOKEN.sub(lambda found: "" if found["comment"] is not None else found[0], self.raw).strip()
        first = TOKEN.match(bare)
        own = first and (first["tag"] or "").lower() in OWN | UNSHOWN | {"hr"}
        html = sanitise(bare if own else f"<p>{LINE_END.sub('<br>', bare)}</p>")
        return html if SHOWN.search(html) or plain_text(html) else ""


def tokens_of(raw: str) -> list[Token]:
    """The raw content in tokens."""
    return [
        Token(found[0], (found["tag"] or "").lower(), bool(found["close"]), found["comment"] is not None)
        for found in TOKEN.finditer(raw)
    ]


def pieces_of(raw: str) -> list[Piece]:
    """The pieces in order; put together they are the raw content."""
    tokens = tokens_of(raw)
    blocks = ends_of_blocks(tokens)
    place, pieces, run = 0, list[str](), ""
    while place < len(tokens):
        token = tokens[place]
        if is_running(token):
            *whole, run = split_at_blank_lines(run, token)
            pieces += whole
            place += 1
            continue
        end = blocks.get(place) or end_of_element(tokens, place)
        pieces += [run, "".join(each.source for each in tokens[place:end])]
        run, place = "", end
    return [Piece(part) for part in [*pieces, run] if part]


def is_running(token: Token) -> bool:
    """Whether it is text, or stands within text."""
    return not token.is_comment and (not token.tag or token.tag in INLINE or token.tag in {"br", "img"})


def split_at_blank_lines(run: str, token: Token) -> list[str]:
    """What ran so far and the token, cut after blank lines; the last part runs on."""
    if token.tag:
        return [run + token.source]
    parts, start = [], 0
    for blank in BLANK_LINE.finditer(token.source):
        parts.append(token.source[start : blank.end()])
        start = blank.end()
    parts.append(token.source[start:])
    return [run + parts[0], *parts[1:]]


def ends_of_blocks(tokens: list[Token]) -> dict[int, int]:
    """Where each block that is edited as one thing begins and ends; containers, and what is not closed, are missing."""
    ends: dict[int, int] = {}
    opened: list[tuple[int, str]] = []
    containers: set[int] = set()
    for place, token in enumerate(tokens):
        block = token.block
        if block is None:
            continue
        if not block["close"]:
            containers.update(start for start, name in opened[-1:] if name not in WHOLE)
            if block["void"]:
                ends[place] = place + 1
            else:
                opened.append((place, block["name"]))
        elif opened and opened[-1][1] == block["name"]:
            start, _ = opened.pop()
            ends[start] = place + 1
    return {start: end for start, end in ends.items() if start not in containers}


def end_of_element(tokens: list[Token], place: int) -> int:
    """Where the element ends that begins here, for one that is a piece: at its end tag; an unclosed paragraph before
    the next block, what else is not closed at the end. Any other token is a piece by itself."""
    name, depth = tokens[place].tag, 0
    if tokens[place].closes or name not in OWN | UNSHOWN:
        return place + 1
    for number in range(place, len(tokens)):
        token = tokens[number]
        if token.tag == name:
            depth += -1 if token.closes else 1
        if depth == 0:
            return number + 1
        if name in UNCLOSED and number > place and ends_paragraph(token):
            return number
    return len(tokens)


def ends_paragraph(token: Token) -> bool:
    """Whether an open paragraph ends before it, as in a browser."""
    return bool(token.block) or token.tag in OWN or bool(token.tag and token.tag not in INLINE | VOID | UNSHOWN)


def html_of(raw: str) -> str:
    """The raw content as our HTML."""
    return sanitise("\n".join(piece.html for piece in pieces_of(raw) if piece.html))
