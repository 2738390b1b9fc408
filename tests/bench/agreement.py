"""How well two groupings of the same things agree, and how many things stand alone.

A grouping is a sequence of labels, one for each thing, in the same order in both; what the labels are called does not
matter. Written out here, for these are a few lines each and the bench needs no more of a statistics library.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb

Labels = Sequence[Hashable]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Of all pairs of things: how many are together in both groupings, in the first, in the second, and at all."""

    both: int
    first: int
    second: int
    all: int

    @classmethod
    def of(cls, first: Labels, second: Labels) -> Pairs:
        """Count them by the contingency table, without looking at each. Raises ValueError for unequal lengths."""
        cells = Counter(zip(first, second, strict=True))
        return cls(together(cells.values()), together_in(first), together_in(second), comb(len(first), 2))


def together(sizes: Iterable[int]) -> int:
    """Pairs inside of groups of these sizes."""
    return sum(comb(size, 2) for size in sizes)


def together_in(labels: Labels) -> int:
    """Pairs of things with one label."""
    return together(Counter(labels).values())


def adjusted_rand_index(first: Labels, second: Labels) -> float:
    """How much more often the groupings agree on a pair than chance would let them: 1 the same, about 0 by chance.

    (index − expected) / (maximum − expected), with index = pairs together in both, expected = first · second / all,
    maximum = (first + second) / 2. Hubert & Arabie, "Comparing partitions", Journal of Classification 2 (1985),
    equation 5. It is below 0 where they agree less than by chance, −1/2 at the least. Where maximum and expected are
    equal, both put everything together or everything apart, so they are the same: 1.
    """
    pairs = Pairs.of(first, second)
    if not pairs.all:
        return 1.0
    expected = Fraction(pairs.first * pairs.second, pairs.all)
    maximum = Fraction(pairs.first + pairs.second, 2)
    return 1.0 if maximum == expected else float((pairs.both - expected) / (maximum - expected))


@dataclass(frozen=True, slots=True)
class PairScore:
    """What is right of the pairs that a grouping puts together, from 0 to 1."""

    precision: float
    """Of the pairs put together, those that belong together; 1 where none was."""
    recall: float
    """Of the pairs that belong together, those put together; 1 where there are none."""

    @property
    def f1(self) -> float:
        """The harmonic mean of both (van Rijsbergen, "Information Retrieval", 1979, chapter 7, with equal weights)."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def pair_score(found: Labels, right: Labels) -> PairScore:
    """Precision and recall of a grouping's pairs against the right ones.

    Manning, Raghavan & Schütze, "Introduction to Information Retrieval" (2008), section 16.3.
    """
    pairs = Pairs.of(found, right)
    return PairScore(share(pairs.both, pairs.first), share(pairs.both, pairs.second))


def share(part: int, whole: int) -> float:
    """The part of a whole; of nothing, all."""
    return part / whole if whole else 1.0


def share_of_lone_groups(labels: Labels) -> float:
    """Groups of one thing, as a share of all groups; 0 where there are none."""
    sizes = Counter(labels).values()
    return sum(size == 1 for size in sizes) / len(sizes) if sizes else 0.0


def share_alone(labels: Labels) -> float:
    """Things that are alone in their group, as a share of all things; 0 where there are none."""
    return sum(size == 1 for size in Counter(labels).values()) / len(labels) if labels else 0.0
