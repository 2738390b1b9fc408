"""How alike keywords are: by the words and pairs of words they share, and by pieces of words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

from igny8_lib.sandbox.answers.words import MODIFIERS, Vocabulary, part_words

SHARE_OF_WORDS = 0.85
"""The rest is character trigrams: they find typing errors and compounds."""
PIECES_ALONE = 0.6
"""What trigrams count where texts share no word: scripts without spaces have no others."""
RAREST = 2
"""A word that stands in one text only tells nothing of what texts share, so it counts no more than one in two."""
ENOUGH_FOR_COMMON = 8
"""From so many texts on, a word in more than half of them is what all are about, not what parts them."""
COMMON, MODIFYING, FINAL = 0.25, 0.25, 0.3
"""Weights of such words, of modifiers, and of words that only ever end a text: those are mostly places."""

Feature = str | tuple[str, str]


class Likeness:
    """Similarities among texts, by their positions in the list."""

    def __init__(self, texts: Sequence[str], vocabulary: Vocabulary) -> None:
        self.stems = [vocabulary.stems(text) for text in texts]
        self._counts = Counter(stem for stems in self.stems for stem in set(stems))
        self._last = Counter(stems[-1] for stems in self.stems if len(stems) > 1)
        self._modifiers = {vocabulary.stem(word) for word in MODIFIERS}
        pairs = Counter(pair for stems in self.stems for pair in set(pairwise(stems)))
        self._weighted = [self._features(stems, pairs) for stems in self.stems]
        self._pieces = [trigrams(text) for text in texts]

    def of(self, one: int, other: int) -> float:
        """Between 0 and 1, for two texts."""
        words = weighted_cosine(self._weighted[one], self._weighted[other])
        pieces = overlap(self._pieces[one], self._pieces[other])
        return max(SHARE_OF_WORDS * words + (1 - SHARE_OF_WORDS) * pieces, PIECES_ALONE * pieces)

    def average(self, one: int, group: Sequence[int]) -> float:
        """Mean similarity of a text to the others of a group; 0 where there are none."""
        others = [other for other in group if other != one]
        return sum(self.of(one, other) for other in others) / len(others) if others else 0.0

    def is_common(self, stem: str) -> bool:
        """Whether the word is what most of the texts are about."""
        return len(self.stems) >= ENOUGH_FOR_COMMON and self._counts[stem] > len(self.stems) / 2

    def is_modifier(self, stem: str) -> bool:
        """Whether the word changes what is wanted from a topic, and is none itself."""
        return stem in self._modifiers

    def _features(self, stems: Sequence[str], pairs: Mapping[tuple[str, str], int]) -> dict[Feature, float]:
        """A text's words and its pairs of neighbours that other texts have too, with their weights."""
        features: dict[Feature, float] = {stem: self._weight(stem) for stem in stems}
        for pair in pairwise(stems):
            if pairs[pair] > 1:
                features[pair] = self._weight(pair[0]) + self._weight(pair[1])
        return features

    def _weight(self, stem: str) -> float:
        count = self._counts[stem]
        weight = math.log(1 + len(self.stems) / max(RAREST, count))
        weight *= COMMON if self.is_common(stem) else 1
        weight *= MODIFYING if self.is_modifier(stem) else 1
        return weight * (FINAL if count > 1 and self._last[stem] == count else 1)


def trigrams(text: str) -> frozenset[str]:
    """The trigrams of each word, with its borders marked."""
    return frozenset(f"^{word}$"[start : start + 3] for word in part_words(text) for start in range(max(1, len(word))))


def weighted_cosine(one: Mapping[Feature, float], other: Mapping[Feature, float]) -> float:
    """Cosine of two sets of features whose weights are squared lengths."""
    shared = sum(weight for feature, weight in one.items() if feature in other)
    return shared / math.sqrt(sum(one.values()) * sum(other.values())) if shared else 0.0


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard similarity of two sets."""
    union = len(one | other)
    return len(one & other) / union if union else 0.0
