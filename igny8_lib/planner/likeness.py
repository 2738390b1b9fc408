"""How alike keywords are: by the stems they share, the rarer the more, by pieces of their words, and by their vectors.

Stems are weighted by their inverse document frequency (Spärck Jones 1972) and compared by cosine; trigrams of letters
find typing errors and compounds, and stand in where a language has no stems. Vectors of an embedding model, where there
are some, know synonyms; words tell apart what a model finds all alike, so each has its share. What an export's own tool
says (`Parent Keyword`, the page that ranks) outranks them: the search engine has answered these keywords with the same
results.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Container, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log
from typing import TYPE_CHECKING

from igny8_lib.planner.vectors import background, spread
from igny8_lib.text.normalisation import normalise
from igny8_lib.text.stems import has_stems, stems
from igny8_lib.text.stop_words import stop_stems

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from igny8_lib.planner.vectors import Rows

    Matrix = NDArray[np.floating]

SHARE_OF_STEMS = 0.85
"""The rest is trigrams. Tried from 0.5 to 1 on a labelled export (`make bench ARGS=clusters`)."""
NOTHING = 1e-12
"""Squared length of a text without terms: it is like no other, and no division by zero."""
SHARE_OF_VECTORS = 0.2
"""Of a likeness of two texts that both have vectors; the rest is words. Tried like SHARE_OF_STEMS."""
DECIMALS = 5
"""Of a similarity: beyond them processors differ."""
LIGHT = 0.5
"""What a stop word weighs: "how long to build" and "how long to install" are not one topic."""
COMMON_TO_ALL = 0.3
"""What a term weighs that stands in every text."""
MOST_HINTED = 40
"""Keywords of one page or parent beyond which it is a home page or a head term, and says nothing."""


@dataclass(frozen=True)
class Text:
    """A keyword with what its export says of its company."""

    id: int
    text: str
    parent_keyword: str | None = None
    page_url: str | None = None

    @cached_property
    def normalized(self) -> str:
        """As keywords are compared."""
        return normalise(self.text)


def likeness(texts: Sequence[Text], language: str, rows: Rows | None = None) -> Matrix:
    """Similarities from 0 to 1 of all pairs, 1 where an export says so; n × n, so for some thousand texts at most.

    `rows` are the texts' vectors, one row for each; where a text has none, it is compared by its words alone.
    """
    import numpy as np  # noqa: PLC0415 - in the tasks that group keywords only

    words = cosine([stems(text.text, language) for text in texts], light=stop_stems(language))
    pieces = cosine([trigrams(text.normalized) for text in texts])
    alike = SHARE_OF_STEMS * words + (1 - SHARE_OF_STEMS) * pieces
    if rows is not None:
        mix(alike, rows)
    for together in find_hints(texts):
        alike[np.ix_(together, together)] = 1
    return np.round(alike, DECIMALS)


def mix(alike: Matrix, rows: Rows) -> None:
    """Give vectors their share in the similarities of those texts that have them."""
    import numpy as np  # noqa: PLC0415 - in the tasks that group keywords only

    known = np.flatnonzero(rows.any(axis=1))
    found = rows[known]
    both = np.ix_(known, known)
    near = spread(found @ found.T, background(found))
    alike[both] = (1 - SHARE_OF_VECTORS) * alike[both] + SHARE_OF_VECTORS * near


def note_on(language: str) -> str:
    """What people are told of a language whose words have no stems; empty for the others."""
    return "" if has_stems(language) else f"by letters: words of the language {language!r} have no stems"


def cosine(documents: Sequence[Iterable[str]], light: Container[str] = ()) -> Matrix:
    """Cosine similarities of documents, their terms weighted by inverse document frequency, `light` ones by half."""
    import numpy as np  # noqa: PLC0415 - in the tasks that group keywords only

    found: defaultdict[str, list[int]] = defaultdict(list)
    for place, document in enumerate(documents):
        for term in set(document):
            found[term].append(place)
    number = len(documents)
    shared = sorted(term for term, places in found.items() if len(places) > 1)
    weighted = np.zeros((number, len(shared)), dtype=np.float32)
    lengths = np.full(number, NOTHING)
    for term, places in found.items():
        weight = (log((1 + number) / (1 + len(places))) + COMMON_TO_ALL) * (LIGHT if term in light else 1)
        lengths[places] += weight * weight
        if len(places) > 1:
            weighted[places, bisect_left(shared, term)] = weight
    return weighted @ weighted.T / np.sqrt(np.outer(lengths, lengths))


def trigrams(normalized: str) -> set[str]:
    """The trigrams of each word, with its borders marked."""
    return {f" {word} "[at : at + 3] for word in normalized.split() for at in range(max(1, len(word)))}


def find_hints(texts: Iterable[Text]) -> list[list[int]]:
    """Places of texts that an export puts together: those of one parent keyword, with the parent itself, and those
    that one page ranks for."""
    groups: defaultdict[Hashable, list[int]] = defaultdict(list)
    for place, text in enumerate(texts):
        groups["keyword", text.normalized].append(place)
        if text.parent_keyword and (parent := normalise(text.parent_keyword)) != text.normalized:
            groups["keyword", parent].append(place)
        if text.page_url:
            groups["page", text.page_url].append(place)
    return [group for group in groups.values() if 1 < len(group) <= MOST_HINTED]
