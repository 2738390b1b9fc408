"""How alike keywords are: by the words they share, and by pieces of words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from igny8_lib.sandbox.answers.synonyms import LABELS
from igny8_lib.sandbox.answers.words import MODIFIERS, PLACES, Vocabulary, part_words

SHARE_OF_WORDS = 0.85
"""The rest is character trigrams: they find typing errors and compounds."""
PIECES_ALONE = 0.6
"""What trigrams count where texts share no word: scripts without spaces have no others."""
PIECES_SHARED = 0.2
"""Share of trigrams from which words are about one thing though they are not the same."""
RAREST = 2
"""A word that stands in one text only tells nothing of what texts share, so it counts no more than one in two."""
ENOUGH_FOR_COMMON = 8
"""From so many texts on, a word in more than half of them is what all are about, not what parts them."""
COMMON, ASPECT, MODIFYING, PLACE, FINAL = 0.25, 0.5, 0.2, 0.15, 0.3
"""Weights of such words, of aspects, modifiers and places, and of words that only ever end a text: mostly places.
Found, as those of clustering.py, by the adjusted Rand index against two exports whose topics are known."""


class Likeness:
    """Similarities among texts, by their positions in the list."""

    def __init__(self, texts: Sequence[str], vocabulary: Vocabulary) -> None:
        self.stems = [vocabulary.stems(text) for text in texts]
        self._counts = Counter(stem for stems in self.stems for stem in set(stems))
        self._last = Counter(stems[-1] for stems in self.stems if len(stems) > 1)
        self._modifiers = {vocabulary.stem(word) for word in MODIFIERS}
        self._places = {vocabulary.stem(word) for word in PLACES}
        self._aspects = {vocabulary.stem(word) for word in LABELS}
        self._weighted = [{stem: self._weight(stem) for stem in stems} for stems in self.stems]
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

    def share_topic(self, one: int, group: Sequence[int]) -> bool:
        """Whether a text and a group are alike in more than modifiers, by their words or by pieces of them."""
        words = self._topic_words(one)
        return any(
            overlap(trigrams(" ".join(words)), trigrams(" ".join(self._topic_words(other)))) >= PIECES_SHARED
            or words & self._topic_words(other)
            for other in group
        )

    def _topic_words(self, position: int) -> set[str]:
        return {stem for stem in self.stems[position] if not self.is_modifier(stem)}

    def is_common(self, stem: str) -> bool:
        """Whether the word is what most of the texts are about."""
        return len(self.stems) >= ENOUGH_FOR_COMMON and self._counts[stem] > len(self.stems) / 2

    def is_modifier(self, stem: str) -> bool:
        """Whether the word changes what is wanted from a topic, and is none itself."""
        return stem in self._modifiers or stem in self._places or stem in self._aspects

    def _weight(self, stem: str) -> float:
        count = self._counts[stem]
        weight = math.log(1 + len(self.stems) / max(RAREST, count))
        weight *= COMMON if self.is_common(stem) else 1
        if stem in self._places:
            return weight * PLACE
        if stem in self._aspects:
            return weight * ASPECT
        if stem in self._modifiers:
            return weight * MODIFYING
        return weight * (FINAL if count > 1 and self._last[stem] == count else 1)


def trigrams(text: str) -> frozenset[str]:
    """The trigrams of each word, with its borders marked."""
    return frozenset(f"^{word}$"[start : start + 3] for word in part_words(text) for start in range(max(1, len(word))))


def weighted_cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Cosine of two sets of words whose weights are squared lengths."""
    shared = sum(weight for stem, weight in one.items() if stem in other)
    return shared / math.sqrt(sum(one.values()) * sum(other.values())) if shared else 0.0


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard similarity of two sets."""
    union = len(one | other)
    return len(one & other) / union if union else 0.0
