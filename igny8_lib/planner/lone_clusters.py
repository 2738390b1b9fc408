"""Which clusters of a single keyword are close to another cluster, and which ones these are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log

from igny8_lib.planner.nearest import cosine
from igny8_lib.text.stems import stems
from igny8_lib.text.stop_words import stop_stems

CLOSE = 0.2
"""Cosine of weighted stems from which another cluster may be the same topic; the AI decides."""
MOST_TOPICS = 3
"""Clusters that are offered to a lone one, the closest first."""


@dataclass(frozen=True)
class Named:
    """A cluster as it is compared: by its name and its strongest keywords."""

    id: int
    name: str
    keywords: tuple[str, ...]


def close_ones(lone: Iterable[Named], clusters: Sequence[Named], language: str) -> dict[int, list[int]]:
    """From each lone cluster that has close ones to their ids, the closest first.

    Only clusters that share a stem are compared, so thousands of them take seconds.
    """
    light = stop_stems(language)
    signs = {cluster.id: sign_of(cluster, language) - light for cluster in clusters}
    counts = Counter(stem for sign in signs.values() for stem in sign)
    weights = {stem: log((1 + len(signs)) / times) ** 2 for stem, times in counts.items()}
    having: defaultdict[str, list[int]] = defaultdict(list)
    for number, sign in signs.items():
        for stem in sign:
            having[stem].append(number)
    found = {}
    for cluster in lone:
        near = nearest_of(cluster.id, signs, weights, having)
        if near:
            found[cluster.id] = near
    return found


def nearest_of(
    number: int, signs: Mapping[int, frozenset[str]], weights: dict[str, float], having: Mapping[str, Sequence[int]]
) -> list[int]:
    """The ids of the clusters that are close to one."""
    others = {other for stem in signs[number] for other in having[stem]} - {number}
    near = ((cosine(signs[number], signs[other], weights), -other) for other in others)
    return [-other for alike, other in sorted(near, reverse=True)[:MOST_TOPICS] if alike >= CLOSE]


def sign_of(cluster: Named, language: str) -> frozenset[str]:
    """The stems of its name and keywords."""
    return frozenset(stem for text in (cluster.name, *cluster.keywords) for stem in stems(text, language))
