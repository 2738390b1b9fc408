"""How alike keywords are: shared stems, rare ones counting more, and shared pieces of words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from igny8_lib.ai.sandbox.answers.words import MODIFIERS, Vocabulary, parted

SHARE_OF_STEMS = 0.75
"""The rest is character trigrams: they find typing errors, compounds, and scripts without spaces."""
WEIGHT_OF_MODIFIER = 0.4


class Likeness:
    """Similarities among texts; a stem most of them have in common says little about any of them."""

    def __init__(self, texts: Sequence[str], vocabulary: Vocabulary) -> None:
        self._texts = list(texts)
        stems = [vocabulary.stems(text) for text in texts]
        counts = Counter(stem for found in stems for stem in set(found))
        modifiers = {vocabulary.stem(word) for word in MODIFIERS}
        weights = {
            stem: math.log(1 + len(texts) / count) * (WEIGHT_OF_MODIFIER if stem in modifiers else 1)
            for stem, count in counts.items()
        }
        self._weighted = [{stem: weights[stem] for stem in found} for found in stems]
        self._pieces = [trigrams(text) for text in texts]

    def of(self, one: int, other: int) -> float:
        """Between 0 and 1, for two texts by their positions."""
        stems = weighted_overlap(self._weighted[one], self._weighted[other])
        pieces = overlap(self._pieces[one], self._pieces[other])
        return SHARE_OF_STEMS * stems + (1 - SHARE_OF_STEMS) * pieces


def trigrams(text: str) -> frozenset[str]:
    """The trigrams of each word, with its borders marked."""
    return frozenset(f"^{word}$"[start : start + 3] for word in parted(text) for start in range(max(1, len(word))))


def weighted_overlap(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Weighted Jaccard similarity of two sets of stems."""
    shared = sum(weight for stem, weight in one.items() if stem in other)
    union = sum(one.values()) + sum(other.values()) - shared
    return shared / union if union else 0.0


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard similarity of two sets."""
    union = len(one | other)
    return len(one & other) / union if union else 0.0
