"""Which of a site's many names (clusters, titles) are near to a text: by the stems they share, the rarer the more.

Cosine of inverse document frequencies, stop words aside. Only names that share a stem are compared, so ten thousand of
them take no longer than those that are near.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import log, sqrt

from igny8_lib.text.stems import stems
from igny8_lib.text.stop_words import stop_stems

Sign = frozenset[str]
"""The telling stems of one or several texts."""


class StemIndex:
    """Texts by number, found by their stems."""

    def __init__(self, texts: Mapping[int, Iterable[str]], language: str) -> None:
        """`texts` are what each number stands for, such as a cluster's name and keywords; in a language (BCP 47)."""
        self._language = language
        self.signs = {number: self.sign(parts) for number, parts in texts.items()}
        counts = Counter(stem for sign in self.signs.values() for stem in sign)
        self._weights = {stem: log((1 + len(texts)) / times) ** 2 for stem, times in counts.items()}
        self._having: defaultdict[str, list[int]] = defaultdict(list)
        for number, sign in self.signs.items():
            for stem in sign:
                self._having[stem].append(number)
        self._lengths = {number: self._weight(sign) for number, sign in self.signs.items()}

    def sign(self, texts: Iterable[str]) -> Sign:
        """What texts are compared by."""
        found = frozenset(stem for text in texts for stem in stems(text, self._language))
        return found - stop_stems(self._language)

    def near(self, sign: Sign) -> dict[int, float]:
        """The numbers that share a stem with it, each with its similarity, above 0 to 1. Unknown stems do not count."""
        known = frozenset(sign & self._weights.keys())
        shared: defaultdict[int, float] = defaultdict(float)
        for stem in sorted(known):
            for number in self._having[stem]:
                shared[number] += self._weights[stem]
        length = self._weight(known)
        return {number: shared[number] / sqrt(length * self._lengths[number]) for number in sorted(shared)}

    def _weight(self, sign: Sign) -> float:
        """In a fixed order: sums of floats depend on it."""
        return sum(self._weights[stem] for stem in sorted(sign))


class Names:
    """The names of a site's clusters or titles, of which a request is shown the nearest, not the newest."""

    def __init__(self, names: Sequence[str], language: str) -> None:
        self._names = names
        self._index = StemIndex({place: (name,) for place, name in enumerate(names)}, language)

    def nearest(self, texts: Iterable[str], most: int) -> list[str]:
        """At most so many, the nearest to any of the texts first; all of them where they are no more.

        A name that shares no stem with any text is not shown.
        """
        if len(self._names) <= most:
            return list(self._names)
        best: dict[int, float] = {}
        for text in texts:
            for place, near in self._index.near(self._index.sign((text,))).items():
                best[place] = max(near, best.get(place, 0.0))
        return [self._names[place] for place in sorted(best, key=lambda place: (-best[place], place))[:most]]
