"""Where in an article a link may stand: its running text, and the places of phrases in it.

    HTML ─> blocks ─> the running ones ─> stems ─> runs of stems ─> (whose phrases are they?) ─> mentions, longest first

A link never stands in another link, a heading, code, a caption, a quotation, a button, a table or an attribute, and not
in the first paragraph; it takes whole words, and no tag lies within it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from igny8_lib.linker.stems import Stems, read_stems, runs
from igny8_lib.text.html_map import Block, read_blocks

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from igny8_lib.linker.stems import Codes

RUNNING = frozenset({"p", "li"})
"""The blocks whose text may be linked."""
AROUND = frozenset({"p", "li", "ul", "ol", "div", "section", "article", "main"})
"""The blocks that may be around it."""
INSIDE = frozenset({"b", "strong", "em", "i", "span", "bdi", "u", "mark", "small"})
"""The inline elements whose text may be linked."""
SENTENCE_END = re.compile(r"[.!?…]+[\"'”’»)\]]*\s+|[。！？]+|\n+")
LONGEST_SENTENCE = 300
MOST_MENTIONS = 2_000
"""Places of phrases that are looked at in one article: bounds its time, whatever the text is."""
HYPHENS = frozenset("-‐‑")


@dataclass(frozen=True, slots=True)
class Mention:
    """A place where a phrase stands."""

    code: int
    """The phrase's number, unsigned."""
    block: int
    """Which block of the article."""
    start: int
    end: int
    """Span in the block's text."""
    first: int
    last: int
    """The stems that it is made of, by their places among the running text's."""

    @property
    def length(self) -> int:
        """How many stems it has."""
        return self.last - self.first + 1


@dataclass(frozen=True)
class Source:
    """An article that links are looked for in."""

    html: str
    language: str
    blocks: Sequence[Block] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "blocks", read_blocks(self.html))

    @cached_property
    def running(self) -> list[int]:
        """The blocks that links may stand in."""
        found = [number for number, block in enumerate(self.blocks) if is_running(block)]
        first = next((at for at, number in enumerate(found) if self.blocks[number].tag == "p"), 0)
        return found[first + 1 :]

    @cached_property
    def block_stems(self) -> list[Stems]:
        """The stems of every block; of those that nobody reads as text, none."""
        return [read_stems(block.text, self.language) for block in self.blocks]

    @cached_property
    def stems(self) -> tuple[Stems, list[int]]:
        """The stems of all running text, and the block of each."""
        together, owners = Stems([], [], [], [], [], []), []
        for number in self.running:
            stems = self.block_stems[number]
            if not stems.codes:
                continue
            together.starts.extend(stems.starts)
            together.ends.extend(stems.ends)
            together.codes.extend(stems.codes)
            together.edges.extend(stems.edges)
            together.tells.extend(stems.tells)
            together.joined.append(False)
            together.joined.extend(stems.joined[1:])
            owners.extend([number] * len(stems.codes))
        return together, owners

    @cached_property
    def runs(self) -> list[tuple[Codes, NDArray[np.intp]]]:
        """The numbers of the runs of stems that phrases may be, by their length."""
        return runs(self.stems[0], self.language)

    @property
    def codes(self) -> list[int]:
        """The numbers of all these runs, each once, in order; signed, as the database has them."""
        import numpy as np  # noqa: PLC0415 - kept out of DAG parsing

        numbers = np.concatenate([np.empty(0, dtype=np.int64), *(codes.view(np.int64) for codes, _ in self.runs)])
        numbers.sort()
        found: list[int] = numbers[np.append(numbers[1:] != numbers[:-1], True)[: len(numbers)]].tolist()
        return found

    def links(self) -> Iterator[tuple[str, str]]:
        """Address and words of the links in it, as they are written; one over several blocks once."""
        seen: set[int] = set()
        for block in self.blocks:
            for inline in block.inlines:
                if inline.tag == "a" and inline.source_start not in seen:
                    seen.add(inline.source_start)
                    yield inline.attributes.get("href", ""), " ".join(block.text[inline.start : inline.end].split())

    def mentions(self, known: Mapping[int, object]) -> list[Mention]:
        """Where phrases of these numbers (unsigned) stand and could be linked, in the order of the text.

        Of two that share a word the longer one counts, of equally long ones the first: "apple tree" is no place for a
        link to "tree".
        """
        import numpy as np  # noqa: PLC0415 - kept out of DAG parsing

        wanted = np.fromiter(known, dtype=np.uint64, count=len(known))
        wanted.sort()
        found: list[Mention] = []
        taken = bytearray(len(self.stems[0]))
        for length in range(len(self.runs), 0, -1):
            codes, begins = self.runs[length - 1]
            hits = np.flatnonzero(np.isin(codes, wanted))[:MOST_MENTIONS]
            for code, first in zip(codes[hits].tolist(), begins[hits].tolist(), strict=True):
                if not any(taken[first : first + length]):
                    taken[first : first + length] = b"\x01" * length
                    found.append(self.mention(code, first, length))
        return sorted((each for each in found if self.is_free(each)), key=lambda each: each.first)

    def mention(self, code: int, first: int, length: int) -> Mention:
        """The place of a run of stems."""
        stems, owners = self.stems
        last = first + length - 1
        return Mention(code, owners[first], stems.starts[first], stems.ends[last], first, last)

    def is_free(self, mention: Mention) -> bool:
        """Whether a link may stand there: no tag in it, no forbidden element around it, no half of a compound."""
        block = self.blocks[mention.block]
        start, end = block.source(mention.start, mention.end)
        if "<" in self.html[start:end] or touches_hyphen(block.text, mention.start, mention.end):
            return False
        return all(
            inline.tag in INSIDE or inline.end <= mention.start or inline.start >= mention.end
            for inline in block.inlines
        )

    def sentence(self, mention: Mention) -> str:
        """The sentence around a place, on one line."""
        text = self.blocks[mention.block].text
        start, end = 0, len(text)
        for found in SENTENCE_END.finditer(text):
            if found.end() <= mention.start:
                start = found.end()
            elif found.start() >= mention.end:
                end = found.end()
                break
        start = max(start, mention.start - LONGEST_SENTENCE // 2)
        return " ".join(text[start : min(end, mention.end + LONGEST_SENTENCE // 2)].split())


def is_running(block: Block) -> bool:
    """Whether a block is running text."""
    return block.tag in RUNNING and AROUND.issuperset(block.within) and any(map(str.isalnum, block.text))


def touches_hyphen(text: str, start: int, end: int) -> bool:
    """Whether a span is a part of a hyphenated word only."""
    before = start >= 2 and text[start - 1] in HYPHENS and text[start - 2].isalnum()
    after = end + 1 < len(text) and text[end] in HYPHENS and text[end + 1].isalnum()
    return before or after
