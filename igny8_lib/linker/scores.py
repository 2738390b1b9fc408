"""How well a link fits, 0…100: by what it is called, what both articles are about, and how they stand to each other.

| part | points at most | what |
|---|---|---|
| relevance | 50 | how alike the articles are, in words and, where there are vectors, in meaning |
| phrase | 30 | how surely the anchor names the target: kind, length, how many others are called so |
| rank | 8 | the target's place among all that could be linked: ranks by words, vectors and phrase, fused |
| cluster | 7 | whether both belong to one cluster |
| few_inlinks | 5 | more for a target that few articles link to |

An anchor alone is never enough: what is not about the same gets no more than `WITHOUT_RELEVANCE` points.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from igny8_lib.linker.owners import MANY_LINKS
from igny8_lib.models import PhraseKind

RELEVANCE, PHRASE, RANK, CLUSTER, FEW_INLINKS = 50, 30, 8, 7, 5
KINDS = {PhraseKind.KEYWORD: 1.0, PhraseKind.SECONDARY: 0.9, PhraseKind.TITLE: 0.75}
LENGTHS = (0.75, 0.92, 1.0)
"""By the number of words of the anchor: one, two, three and more."""
FULL_WORDS = 0.30
"""Cosine of two articles' words from which on they are wholly about the same."""
FULL_VECTORS = 0.35
"""The same of their vectors, read against how alike any two texts are to the model."""
FULL_NEARBY = 0.10
"""Share of what a target is about that stands around the anchor when it is certainly meant."""
NEARBY = 0.35
"""How much the paragraph of the anchor counts beside the whole article: there it is decided which jaguar is meant. Only
as far as the article has to do with the target: one sentence on something else is no reason for a link."""
LEAST_RELEVANCE = 0.2
WITHOUT_RELEVANCE = 40
RRF = 60
"""Of reciprocal rank fusion: Σ 1 / (60 + rank)."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much two articles are about the same."""

    words: float
    """Cosine of their words, without the anchor's, 0…1."""
    nearby: float
    """Share of what the target is about that stands in the anchor's paragraph, without the anchor's words, 0…1."""
    vectors: float | None
    """Cosine of their vectors, read against the model's background, 0…1; None without vectors."""

    @property
    def relevance(self) -> float:
        """0…1."""
        whole = min(1.0, self.words / FULL_WORDS)
        if self.vectors is not None:
            whole = (whole + min(1.0, self.vectors / FULL_VECTORS)) / 2
        return (1 - NEARBY) * whole + NEARBY * math.sqrt(whole * min(1.0, self.nearby / FULL_NEARBY))


@lru_cache(maxsize=1_000)
def specificity(kind: PhraseKind, words: int, rivals: int) -> float:
    """How surely a phrase names an article, 0…1: by where it comes from, its length, and how many are called so."""
    return KINDS[kind] * LENGTHS[min(words, len(LENGTHS)) - 1] / (1 + 0.4 * math.log2(max(1, rivals)))


def fuse(lists: Sequence[Sequence[float]]) -> list[float]:
    """Reciprocal rank fusion of values for the same things, 0…1: 1 for the first of every list."""
    if not lists:
        return []
    totals = [0.0] * len(lists[0])
    for values in lists:
        for rank, place in enumerate(sorted(range(len(values)), key=lambda each: -values[each])):
            totals[place] += (RRF + 1) / (RRF + 1 + rank) / len(lists)
    return totals


def score(
    likeness: Likeness, phrase: float, fused: float, *, same_cluster: bool, inlinks: int
) -> tuple[int, dict[str, int | float | str]]:
    """The score 0…100, and its parts: points by name, and what they were computed from."""
    relevance = likeness.relevance
    parts = {
        "relevance": round(RELEVANCE * relevance, 1),
        "phrase": round(PHRASE * phrase, 1),
        "rank": round(RANK * max(0.0, 2 * fused - 1), 1),
        "cluster": CLUSTER if same_cluster else 0,
        "few_inlinks": round(FEW_INLINKS * (1 - min(inlinks, MANY_LINKS) / MANY_LINKS), 1),
    }
    found = round(sum(parts.values()))
    if relevance < LEAST_RELEVANCE and not same_cluster:
        found = min(found, WITHOUT_RELEVANCE)
    told: dict[str, int | float | str] = {
        **parts,
        "words": round(likeness.words, 3),
        "nearby": round(likeness.nearby, 3),
        "inlinks": inlinks,
    }
    return found, told if likeness.vectors is None else told | {"vectors": round(likeness.vectors, 3)}
