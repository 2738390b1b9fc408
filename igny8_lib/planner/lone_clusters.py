"""Which clusters of a single keyword are close to another cluster, and which ones these are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from igny8_lib.planner.nearest import StemIndex

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
    """From each lone cluster that has close ones to their ids, the closest first."""
    index = StemIndex({cluster.id: (cluster.name, *cluster.keywords) for cluster in clusters}, language)
    found = {cluster.id: closest(index, cluster.id) for cluster in lone}
    return {number: others for number, others in found.items() if others}


def closest(index: StemIndex, number: int) -> list[int]:
    """The few clusters that are closest to one, where they are close."""
    near = {other: alike for other, alike in index.near(index.signs[number]).items() if alike >= CLOSE}
    near.pop(number, None)
    return sorted(near, key=lambda other: (-near[other], other))[:MOST_TOPICS]
