"""What an article is about, in a few hundred bytes: its most frequent stems with their weights, and how alike two are.

A stem weighs 1 + ln(how often it stands there); what stands in many articles of the site counts little, as a sample of
them tells. So two articles can be held against each other without reading either.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
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
    square: float
    """Of its length."""

    @classmethod
    def of(cls, weights: dict[int, float]) -> Signature:
        """Of stems with their weights."""
        return cls(weights, sum(weight * weight for weight in weights.values()))

    def square_without(self, stems: Collection[int]) -> float:
        """The square of its length without some stems."""
        return self.square - sum(self.weights.get(code, 0.0) ** 2 for code in stems)


def count_stems(texts: Iterable[tuple[Stems, int]]) -> Counter[int]:
    """How often each stem that is no stop word stands in texts, each text counted so many times."""
    counts: Counter[int] = Counter()
    for stems, times in texts:
        telling = [code & HALF for code, tells in zip(stems.codes, stems.tells, strict=True) if tells]
        counts.update(telling * times)
    return counts


def encode(counts: Counter[int]) -> bytes:
    """The most frequent stems as they are kept; of equally frequent ones those with the smaller number."""
    chosen = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST_STEMS]
    chosen.sort()
    codes = b"".join(code.to_bytes(4, "little") for code, _ in chosen)
    return codes + bytes(min(255, round(STEPS * (1 + math.log(count)))) for _, count in chosen)


def decode(kept: bytes) -> tuple[Codes, Weights]:
    """The stems' numbers in order, and their weights."""
    import numpy as np  # noqa: PLC0415 - kept out of DAG parsing

    number = len(kept) // 5
    codes: Codes = np.frombuffer(kept, dtype=CODE, count=number)
    weights = np.frombuffer(kept, dtype=WEIGHT, offset=4 * number).astype(np.float32) / np.float32(STEPS)
    return codes, weights


class Rarity:
    """How much each stem tells on a site: 1 for one that a sample of its articles lacks, near 0 for what all have."""

    def __init__(self, sample: Sequence[bytes]) -> None:
        import numpy as np  # noqa: PLC0415 - kept out of DAG parsing

        drawn = [np.frombuffer(kept, dtype=CODE, count=len(kept) // 5) for kept in sample]
        empty = np.empty(0, dtype=CODE)
        self.codes, counts = np.unique(np.concatenate([empty, *drawn]), return_counts=True)
        self.all = len(sample) + THOUGHT_OF
        self.values = (np.log(self.all / (counts + 1.0)) / math.log(self.all)).clip(0, 1).astype(np.float32)

    def weigh(self, kept: Sequence[bytes]) -> list[Signature]:
        """The stems of articles with their weights on this site."""
        import numpy as np  # noqa: PLC0415 - kept out of DAG parsing

        if not kept:
            return []
        codes, weights = (np.concatenate(column) for column in zip(*map(decode, kept), strict=True))
        if len(self.codes):
            places = np.searchsorted(self.codes, codes).clip(max=len(self.codes) - 1)
            weights *= np.where(self.codes[places] == codes, self.values[places], np.float32(1))
        pairs = list(zip(codes.tolist(), weights.tolist(), strict=True))
        ends = np.cumsum([len(each) // 5 for each in kept]).tolist()
        return [Signature.of(dict(pairs[start:end])) for start, end in zip([0, *ends], ends, strict=False)]


def alike(source: Signature, other: Signature, without: Collection[int] = ()) -> float:
    """The cosine of two articles' weighed stems, 0…1, the stems `without` left out: a phrase that is to be linked
    stands in both by nature, and tells nothing of whether they are about the same."""
    mine = source.weights
    both = sum(weight * mine[code] for code, weight in other.weights.items() if code in mine and code not in without)
    lengths = source.square_without(without) * other.square_without(without)
    return both / math.sqrt(lengths) if both and lengths > 0 else 0.0


def covered(other: Signature, here: Collection[int], without: Collection[int]) -> float:
    """How much of what an article is about stands in a few words (their stems' numbers), as a share of its weight."""
    total = found = 0.0
    for code, weight in other.weights.items():
        if code not in without:
            total += weight
            found += weight if code in here else 0.0
    return found / total if total else 0.0
