"""Which of a site's many names (clusters, titles) a request is shown: those nearest to what it is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import log, sqrt

from igny8_lib.text.stems import stems
from igny8_lib.text.stop_words import stop_stems


def nearest(names: Sequence[str], texts: Iterable[str], language: str, most: int) -> list[str]:
    """At most so many of the names, the nearest to any of the texts first; all of them where they are no more.

    Near is who shares stems, the rarer among the names the more (cosine of inverse document frequencies), stop words
    aside. A name that shares none with any text is not shown.
    """
    if len(names) <= most:
        return list(names)
    light = stop_stems(language)
    signs = [frozenset(stems(name, language)) - light for name in names]
    counts = Counter(stem for sign in signs for stem in sign)
    weights = {stem: log((1 + len(names)) / times) ** 2 for stem, times in counts.items()}
    asked = [frozenset(stems(text, language)) & weights.keys() for text in texts]
    found = [(max((cosine(sign, other, weights) for other in asked), default=0.0), place)
             for place, sign in enumerate(signs)]  # fmt: skip
    best = sorted((-near, place) for near, place in found if near)[:most]
    return [names[place] for _, place in best]


def cosine(one: frozenset[str], other: frozenset[str], weights: dict[str, float]) -> float:
    """Cosine of two sets of stems."""
    shared = sum(weights[stem] for stem in one & other)
    return shared / sqrt(sum(weights[s] for s in one) * sum(weights[s] for s in other)) if shared else 0.0
