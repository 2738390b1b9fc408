"""Keywords in an order in which neighbours stand together, cut into AI requests between topics.

    keywords ─> blocks of some thousand ─> a tree by average linkage in each ─> requests, packed of whole branches

Only a block is ever compared pair by pair, so time and memory grow with the list, not with its square. The result
follows from the texts and their vectors alone: the order in which they were imported plays no part but for the limit of
a run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from igny8_lib.planner.likeness import Text, likeness
from igny8_lib.planner.linkage import Branch, pack, tree_of
from igny8_lib.text.stems import stems
from igny8_lib.text.stop_words import stop_stems

if TYPE_CHECKING:
    from igny8_lib.planner.vectors import Rows

BLOCK = 2_000
"""Keywords compared pair by pair: 2,000² similarities are 16 MB."""
ALIKE = 0.25
"""Average similarity from which a branch is a group of its own, for the limit of a run (`make bench ARGS=clusters`)."""
TOO_COMMON = 0.3
"""Share of a list above which a stem says nothing about which block a keyword belongs to."""

Look = Callable[[Sequence[str]], "Rows | None"]
"""From the texts of a block to their vectors, read as the block's turn comes: those of all would fill the memory."""


def no_vectors(_texts: Sequence[str]) -> None:
    """Compare by words alone."""


def requests_within(
    texts: Sequence[Text], language: str, limit: int, most: int, look: Look = no_vectors
) -> list[list[int]]:
    """The requests of a run that may take `limit` of the texts."""
    chosen = texts if limit >= len(texts) else oldest_with_company(texts, language, limit, most, look)
    return requests(chosen, language, most, look)


def requests(texts: Sequence[Text], language: str, most: int, look: Look = no_vectors) -> list[list[int]]:
    """The ids of the texts in requests of at most `most`: neighbours together, no group cut that fits into one."""
    found = []
    for block, tree in trees(texts, language, look):
        packed = pack(list(tree.pieces(most)), most)
        found += [[block[place].id for place in places] for places in packed]
    return found


def oldest_with_company(
    texts: Sequence[Text], language: str, limit: int, most: int, look: Look = no_vectors
) -> list[Text]:
    """`limit` of the texts: the oldest (smallest id), then what belongs to their groups, as far as the limit allows."""
    home: dict[int, list[Text]] = {}
    for block, tree in trees(texts, language, look):
        for branch in tree.pieces(most, at=ALIKE):
            group = sorted((block[place] for place in branch.members), key=lambda text: text.id)
            home |= dict.fromkeys((text.id for text in group), group)
    taken: dict[int, Text] = {}
    for text in sorted(texts, key=lambda text: text.id):
        for other in home[text.id]:
            if len(taken) < limit:
                taken.setdefault(other.id, other)
    return list(taken.values())


def trees(texts: Sequence[Text], language: str, look: Look) -> Iterator[tuple[Sequence[Text], Branch]]:
    """Each block with its tree."""
    for block in blocks(texts, language):
        yield block, tree_of(likeness(block, language, look([text.normalized for text in block])))


def blocks(texts: Sequence[Text], language: str) -> list[Sequence[Text]]:
    """The texts in blocks small enough to compare, alike ones in one block as far as it goes.

    Sorted by their commonest telling stems first, the way frequent-pattern trees order a transaction (Han, Pei and Yin
    2000), texts that share what a list is mostly about stand together; a parent keyword speaks for its children.
    """
    if len(texts) <= BLOCK:
        return [sorted(texts, key=lambda text: text.normalized)] if texts else []
    signs = {text.id: frozenset(stems(text.parent_keyword or text.text, language)) for text in texts}
    counts = Counter(stem for sign in signs.values() for stem in sign)
    empty = stop_stems(language) | {stem for stem, times in counts.items() if times > TOO_COMMON * len(texts)}

    def key(text: Text) -> tuple[list[tuple[int, str]], str]:
        telling = sorted((-counts[stem], stem) for stem in signs[text.id] if stem not in empty)
        return telling, text.normalized

    in_order = sorted(texts, key=key)
    size = -(-len(texts) // -(-len(texts) // BLOCK))
    return [in_order[start : start + size] for start in range(0, len(texts), size)]
