"""How much an article and those that it could link to are about the same: in words, in meaning, near an anchor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from igny8_lib.linker.anchors import Mention, Source
from igny8_lib.linker.owners import VECTORS_OF_SAMPLE, Target
from igny8_lib.linker.scores import Likeness
from igny8_lib.linker.signatures import HALF, Rarity, Signature, alike, covered, encode, shared_stems
from igny8_lib.linker.texts import Article

if TYPE_CHECKING:
    from igny8_lib.linker.owners import Rows

PAIRS_BEFORE = 20
"""Pairs of texts that have nothing in common, added in thought: what a few articles share is what they are about."""


@dataclass(frozen=True)
class Relevance:
    """An article held against others."""

    source: Source
    signature: Signature
    signatures: Mapping[int, Signature]
    """What those are about, by their numbers."""
    vector: Rows | None
    """The article's own; None where there is none."""
    vectors: Mapping[bytes, Rows]
    background: float
    """How alike the model finds any two texts."""
    paragraphs: dict[int, frozenset[int]] = field(default_factory=dict)
    stems: dict[int, dict[int, float]] = field(default_factory=dict)
    meanings: dict[int, float | None] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        article: Article,
        targets: Sequence[Target],
        kept: Mapping[bytes, Rows],
        sample: Sequence[tuple[bytes, bytes]],
    ) -> Relevance:
        """Of an article, with the vectors that there are and a sample of the site (digest and words of each)."""
        rarity = Rarity([words for _, words in sample])
        own, *others = rarity.weigh([encode(article.counts), *(target.words for target in targets)])
        signatures = {target.content_id: other for target, other in zip(targets, others, strict=True)}
        vector = kept.get(article.digest)
        return cls(article.source, own, signatures, vector, kept, background_of(kept, sample))

    @property
    def has_vectors(self) -> bool:
        """Whether meaning can be compared."""
        return self.vector is not None and len(self.vectors) > 1

    def words(self, target: Target) -> float:
        """Cosine of the words of both."""
        return alike(self.signature, self.signatures[target.content_id], self.shared(target))

    def shared(self, target: Target) -> dict[int, float]:
        """The stems that both share, found once."""
        if target.content_id not in self.stems:
            self.stems[target.content_id] = shared_stems(self.signature, self.signatures[target.content_id])
        return self.stems[target.content_id]

    def meaning(self, target: Target) -> float | None:
        """Cosine of the vectors of both, against the background; the better one of text and main keyword."""
        if target.content_id not in self.meanings:
            self.meanings[target.content_id] = self.compare(target)
        return self.meanings[target.content_id]

    def compare(self, target: Target) -> float | None:
        """The same, computed anew."""
        found = [self.vectors[key] for key in (target.digest, target.keyword_digest) if key in self.vectors]
        if self.vector is None or not found:
            return None
        best = max([float(each @ self.vector) for each in found])
        return min(1.0, max(0.0, (best - self.background) / (1 - self.background))) if self.background < 1 else 0.0

    def likeness(self, target: Target, mention: Mention) -> Likeness:
        """How much both are about the same, if the mention's own words tell nothing."""
        codes = self.source.stems[0].codes[mention.first : mention.last + 1]
        anchor = frozenset(map(HALF.__and__, codes))
        theirs = self.signatures[target.content_id]
        return Likeness(
            words=alike(self.signature, theirs, self.shared(target), anchor),
            nearby=covered(theirs, self.paragraph(mention.block), anchor),
            vectors=self.meaning(target),
        )

    def paragraph(self, block: int) -> frozenset[int]:
        """The stems that stand in a paragraph, halves of their numbers, read once."""
        if block not in self.paragraphs:
            self.paragraphs[block] = frozenset(map(HALF.__and__, self.source.block_stems[block].codes))
        return self.paragraphs[block]


def background_of(kept: Mapping[bytes, Rows], sample: Sequence[tuple[bytes, bytes]]) -> float:
    """From which cosine on two of a site's articles have something to do with each other, 0…1: one deviation above the
    mean of all pairs of a sample."""
    import numpy as np  # noqa: PLC0415 - kept out of DAG parsing

    drawn = [kept[key] for key, _ in sample[:VECTORS_OF_SAMPLE] if key in kept]
    if len(drawn) < 2:
        return 0.0
    rows = np.stack(drawn)
    pairs = (rows @ rows.T)[np.triu_indices(len(drawn), k=1)]
    sure = len(pairs) / (len(pairs) + PAIRS_BEFORE)
    return max(0.0, float(pairs.mean() + pairs.std()) * sure)
