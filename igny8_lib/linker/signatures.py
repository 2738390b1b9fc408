"""What an article is about, in a few hundred bytes: its most frequent stems with their weights, and how alike two are.

A stem weighs 1 + ln(how often it stands there); what stands in many articles of the site counts little, as a sample of
them tells. So two articles can be held against each other without reading either.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from igny8_lib.linker.stems import Stems

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Codes = NDArray[np.uint32]
    Weights = NDArray[np.float32]
    Signature = tuple[Codes, Weights]
    """Stems' numbers in order, and their weights."""

MOST_STEMS = 80
CODE, WEIGHT = "<u4", "u1"
STEPS = 16
"""Of a weight of 1: weights are kept as whole numbers of up to 255."""
HALF = 0xFFFFFFFF
"""Half of a stem's number is enough where two articles share some of 80."""
THOUGHT_OF = 8
"""Articles added in thought to the sample: on a site of three, a stem that all have is not yet common."""


def count_stems(texts: Iterable[tuple[Stems, int]]) -> Counter[int]:
    """How often each stem that is no stop word stands in texts, each text counted so many times."""
    counts: Counter[int] = Counter()
    for stems, times in texts:
        for code, tells in zip(stems.codes, stems.tells, strict=True):
            if tells:
                counts[code & HALF] += times
    return counts


def encode(counts: Counter[int]) -> bytes:
    """The most frequent stems as they are kept; of equally frequent ones those with the smaller number."""
    chosen = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST_STEMS]
    chosen.sort()
    codes = b"".join(code.to_bytes(4, "little") for code, _ in chosen)
    return codes + bytes(min(255, round(STEPS * (1 + math.log(count)))) for _, count in chosen)


def decode(kept: bytes) -> Signature:
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

    def of(self, codes: Codes) -> Weights:
        """The rarities of stems."""
        import numpy as np  # noqa: PLC0415 - kept out of DAG parsing

        if not len(self.codes):
            return np.ones(len(codes), dtype=np.float32)
        places = np.searchsorted(self.codes, codes).clip(max=len(self.codes) - 1)
        return np.where(self.codes[places] == codes, self.values[places], np.float32(1))


def alike(source: Signature, other: Signature, rarity: Rarity, without: Codes) -> float:
    """The cosine of two articles' weighed stems, 0…1, the stems `without` left out: a phrase that is to be linked
    stands in both by nature, and tells nothing of whether they are about the same."""
    import numpy as np  # noqa: PLC0415 - kept out of DAG parsing

    mine, theirs = weigh(source, rarity, without), weigh(other, rarity, without)
    lengths = math.sqrt(float(mine @ mine) * float(theirs @ theirs))
    _, here, there = np.intersect1d(source[0], other[0], assume_unique=True, return_indices=True)
    return float(mine[here] @ theirs[there]) / lengths if lengths else 0.0


def weigh(signature: Signature, rarity: Rarity, without: Codes) -> Weights:
    """The weights of a signature's stems on this site."""
    import numpy as np  # noqa: PLC0415 - kept out of DAG parsing

    codes, weights = signature
    found: Weights = weights * rarity.of(codes) * ~np.isin(codes, without)
    return found


def covered(other: Signature, here: Codes, rarity: Rarity, without: Codes) -> float:
    """How much of what an article is about stands in a few words (their stems' numbers), as a share of its weight."""
    import numpy as np  # noqa: PLC0415 - kept out of DAG parsing

    theirs = weigh(other, rarity, without)
    total = float(theirs.sum())
    return float(theirs[np.isin(other[0], here)].sum()) / total if total else 0.0
