"""What an article is about, in a few hundred bytes: its most frequent stems with their weights, and how alike two are.

A stem weighs 1 + ln(how often it stands there); what stands in many articles of the site counts little, as a sample of
them tells. So two articles can be held against each other without reading either.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import accumulate, compress, pairwise
from typing import TYPE_CHECKING

from igny8_lib.linker.stems import Stems

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Codes = NDArray[np.uint32]
    Weights = NDArray[np.float32]

MOST_STEMS = 80
CODE, WEIGHT = "<u4", "u1"
STEPS = 16
"""Of a weight of 1: weights are kept as whole numbers of up to 255."""
HALF = 0xFFFFFFFF
"""Half of a stem's number is enough where two articles share some of 80."""
THOUGHT_OF = 8
"""Articles added in thought to the sample: on a site of three, a stem that all have is not yet common."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What an article is about."""

    weights: dict[int, float]
    """Halves of stems' numbers, and what each weighs on a site."""
    total: float
    square: float
    """Of its length."""

    def square_without(self, stems: Collection[int]) -> float:
        """The square of its length without some stems."""
        return self.square - sum([self.weights.get(code, 0.0) ** 2 for code in stems])


def count_stems(texts: Iterable[tuple[Stems, int]]) -> Counter[int]:
    """How often each stem that is no stop word stands in texts, each text counted so many times."""
    counts: Counter[int] = Counter()
    for stems, times in texts:
        counts.update(list(map(HALF.__and__, compress(stems.codes, stems.tells))) * times)
    return counts


def encode(counts: Counter[int]) -> bytes:
    """The most frequent stems as they are kept; of equally frequent ones those with the smaller number."""
    chosen = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST_STEMS]
    chosen.sort()
    codes = b"".join(code.to_bytes(4, "little") for code, _ in chosen)
    return codes + bytes(min(255, round(STEPS * (1 + math.log(count)))) for _, count in chosen)


def decode(kept: Sequence[bytes]) -> tuple[Codes, Weights]:
    """The stems' numbers of articles, each article's in order, and their weights; one article after the other."""
    import numpy as np  # noqa: PLC0415 - kept out of DAG parsing

    # All at once: numpy takes as long to begin with eighty numbers as to go through thousands.
    codes: Codes = np.frombuffer(b"".join(each[: len(each) // 5 * 4] for each in kept), dtype=CODE)
    weights = np.frombuffer(b"".join(each[len(each) // 5 * 4 :] for each in kept), dtype=WEIGHT)
    return codes, weights.astype(np.float32) / np.float32(STEPS)


class Rarity:
    """How much each stem tells on a site: 1 for one that a sample of its articles lacks, near 0 for what all have."""

    def __init__(self, sample: Sequence[bytes]) -> None:
        import numpy as np  # noqa: PLC0415 - kept out of DAG parsing

        self.codes, counts = np.unique(decode(sample)[0], return_counts=True)
        self.all = len(sample) + THOUGHT_OF
        self.values = (np.log(self.all / (counts + 1.0)) / math.log(self.all)).clip(0, 1).astype(np.float32)

    def weigh(self, kept: Sequence[bytes]) -> list[Signature]:
        """The stems of articles with their weights on this site."""
        import numpy as np  # noqa: PLC0415 - kept out of DAG parsing

        codes, weights = decode(kept)
        if len(self.codes):
            places = np.searchsorted(self.codes, codes).clip(max=len(self.codes) - 1)
            weights *= np.where(self.codes[places] == codes, self.values[places], np.float32(1))
        numbers, each, exact = codes.tolist(), weights.tolist(), weights.astype(np.float64)
        return [
            Signature(
                dict(zip(numbers[start:end], each[start:end], strict=True)),
                float(exact[start:end].sum()),
                float(exact[start:end] @ exact[start:end]),
            )
            for start, end in pairwise(accumulate((len(one) // 5 for one in kept), initial=0))
        ]


def shared_stems(source: Signature, other: Signature) -> dict[int, float]:
    """The stems that two articles share, with the products of their weights."""
    mine, theirs = source.weights, other.weights
    return {code: mine[code] * theirs[code] for code in mine.keys() & theirs.keys()}


def alike(
    source: Signature, other: Signature, shared: Mapping[int, float], without: AbstractSet[int] = frozenset()
) -> float:
    """The cosine of two articles' weighed stems, 0…1, by those that they share (`shared_stems`), the stems `without`
    left out: a phrase that is to be linked stands in both by nature, and tells nothing of whether they are about the
    same."""
    left = shared.values() if without.isdisjoint(shared) else [shared[code] for code in shared if code not in without]
    both = sum(left)
    lengths = source.square_without(without) * other.square_without(without)
    return both / math.sqrt(lengths) if both and lengths > 0 else 0.0


def covered(other: Signature, here: AbstractSet[int], without: Collection[int]) -> float:
    """How much of what an article is about stands in a few words (their stems' numbers), as a share of its weight."""
    weights = other.weights
    total = other.total - sum([weights.get(code, 0.0) for code in without])
    found = sum([weights[code] for code in (weights.keys() & here).difference(without)])
    return found / total if found and total > 0 else 0.0
