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

from igny8_lib.planner.likeness import Text, find_hints, likeness
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
    2000), texts that share what a list is mostly about stand together; a parent keyword speaks for its children. What
    an export puts together stands together whatever its words, and no edge of a block runs through it.
    """
    texts = sorted(texts, key=lambda text: text.normalized)
    if len(texts) <= BLOCK:
        return [texts] if texts else []
    signs = {text.id: frozenset(stems(text.parent_keyword or text.text, language)) for text in texts}
    counts = Counter(stem for sign in signs.values() for stem in sign)
    empty = stop_stems(language) | {stem for stem, times in counts.items() if times > TOO_COMMON * len(texts)}

    def telling(text: Text) -> list[tuple[int, str]]:
        return sorted((-counts[stem], stem) for stem in signs[text.id] if stem not in empty)

    first = first_of_hinted(texts)
    order = sorted(range(len(texts)), key=lambda place: (telling(texts[first[place]]), first[place], place))
    size = -(-len(texts) // -(-len(texts) // BLOCK))
    return [[texts[place] for place in part] for part in cut(order, size, together=first)]


def first_of_hinted(texts: Sequence[Text]) -> list[int]:
    """For each text the place of the first of those that an export puts together, by one hint or by several in a row.

    No more than a quarter of a block: a chain of hints may run through a whole list.
    """
    first = list(range(len(texts)))
    members = {place: [place] for place in first}
    for one, *others in find_hints(texts):
        for other in others:
            low, high = sorted((first[one], first[other]))
            if low != high and len(members[low]) + len(members[high]) <= BLOCK // 4:
                moved = members.pop(high)
                members[low] += moved
                for place in moved:
                    first[place] = low
    return first


def cut(order: Sequence[int], size: int, together: Sequence[int]) -> Iterator[Sequence[int]]:
    """Parts of at most `size` places, none of which ends between two that have the same number in `together`."""
    start = 0
    while start < len(order):
        end = min(start + size, len(order))
        while end < len(order) and end - start > 1 and together[order[end]] == together[order[end - 1]]:
            end -= 1
        yield order[start:end]
        start = end
