"""How much an article and those that it could link to are about the same: in words, in meaning, near an anchor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from igny8_lib.linker.anchors import Mention, Source
from igny8_lib.linker.owners import VECTORS_OF_SAMPLE, Target
from igny8_lib.linker.scores import Likeness
from igny8_lib.linker.signatures import HALF, Rarity, alike, covered, decode, encode
from igny8_lib.linker.texts import Article
from igny8_lib.planner.vectors import spread

if TYPE_CHECKING:
    from igny8_lib.linker.owners import Rows
    from igny8_lib.linker.signatures import Codes, Signature

PAIRS_BEFORE = 20
"""Pairs of texts that have nothing in common, added in thought: what a few articles share is what they are about."""


@dataclass(frozen=True)
class Relevance:
    """An article held against others."""

    source: Source
    signature: Signature
    rarity: Rarity
    vector: Rows | None
    """The article's own; None where there is none."""
    vectors: Mapping[bytes, Rows]
    background: float
    """How alike the model finds any two texts."""
    signatures: dict[int, Signature] = field(default_factory=dict)
    paragraphs: dict[int, Codes] = field(default_factory=dict)

    @classmethod
    def of(cls, article: Article, kept: Mapping[bytes, Rows], sample: Sequence[tuple[bytes, bytes]]) -> Relevance:
        """Of an article, with the vectors that there are and a sample of the site (digest and words of each)."""
        rarity = Rarity([words for _, words in sample])
        signature = decode(encode(article.counts))
        return cls(article.source, signature, rarity, kept.get(article.digest), kept, background_of(kept, sample))

    @property
    def has_vectors(self) -> bool:
        """Whether meaning can be compared."""
        return self.vector is not None and len(self.vectors) > 1

    def words(self, target: Target) -> float:
        """Cosine of the words of both."""
        import numpy as np  # noqa: PLC0415 - kept out of DAG parsing

        return alike(self.signature, self.signature_of(target), self.rarity, np.empty(0, dtype=np.uint32))

    def meaning(self, target: Target) -> float | None:
        """Cosine of the vectors of both, against the background; the better one of text and main keyword."""
        import numpy as np  # noqa: PLC0415 - kept out of DAG parsing

        found = [self.vectors[key] for key in (target.digest, target.keyword_digest) if key in self.vectors]
        if self.vector is None or not found:
            return None
        return float(spread(np.stack(found) @ self.vector, self.background).max())

    def likeness(self, target: Target, mention: Mention) -> Likeness:
        """How much both are about the same, if the mention's own words tell nothing."""
        import numpy as np  # noqa: PLC0415 - kept out of DAG parsing

        codes = self.source.stems[0].codes[mention.first : mention.last + 1]
        anchor = np.array([code & HALF for code in codes], dtype=np.uint32)
        theirs = self.signature_of(target)
        return Likeness(
            words=alike(self.signature, theirs, self.rarity, anchor),
            nearby=covered(theirs, self.paragraph(mention.block), self.rarity, anchor),
            vectors=self.meaning(target),
        )

    def signature_of(self, target: Target) -> Signature:
        """A target's words, read once."""
        if target.content_id not in self.signatures:
            self.signatures[target.content_id] = decode(target.words)
        return self.signatures[target.content_id]

    def paragraph(self, block: int) -> Codes:
        """The stems that stand in a paragraph, halves of their numbers, read once."""
        import numpy as np  # noqa: PLC0415 - kept out of DAG parsing

        if block not in self.paragraphs:
            codes = {code & HALF for code in self.source.block_stems[block].codes}
            self.paragraphs[block] = np.array(sorted(codes), dtype=np.uint32)
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
