"""Names of clusters: the words most of their keywords share, else their most central keyword."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from igny8_lib.sandbox.answers.similarity import Likeness
from igny8_lib.sandbox.answers.words import Vocabulary, part_words, title_cased

LONGEST_NAME = 80
LONGEST_PHRASE = 4
SHARE_OF_KEYWORDS = 0.6
"""Of a cluster's keywords that must have the phrase it is named after."""

Stems = tuple[str, ...]


def shared_phrase(texts: Sequence[str], vocabulary: Vocabulary, likeness: Likeness, *, whole: bool) -> str | None:
    """The longest run of words that most of the texts share, as it is written most often.

    What nearly all keywords of the request share names only a cluster that is the `whole` of it. One word alone is a
    name only where keywords begin with it: "stairlift price", but not "lighting at home".
    """
    found: Counter[Stems] = Counter()
    begins: Counter[Stems] = Counter()
    spellings: dict[Stems, Counter[str]] = {}
    for text in texts:
        runs = dict(reversed(list(phrases(text, vocabulary))))
        found.update(runs.keys())
        begins[tuple(vocabulary.stems(text)[:1])] += 1
        for stems, spelling in runs.items():
            spellings.setdefault(stems, Counter())[spelling] += 1
    enough = max(2, math.ceil(SHARE_OF_KEYWORDS * len(texts)))
    good = [
        stems
        for stems, count in found.items()
        if count >= enough
        and (whole or not all(likeness.is_common(stem) for stem in stems))
        and not all(likeness.is_modifier(stem) for stem in stems)
        and (len(stems) > 1 or 2 * begins[stems] >= len(texts))
    ]
    best = max(good, key=lambda stems: (len(stems) > 1, found[stems] * len(stems)), default=None)
    return spellings[best].most_common(1)[0][0] if best else None


def phrases(text: str, vocabulary: Vocabulary) -> Iterator[tuple[Stems, str]]:
    """The runs of content words in a text, each with its spelling, small words inside included."""
    words, content = part_words(text), set(vocabulary.content_words(text))
    places = [place for place, word in enumerate(words) if word in content]
    for first in range(len(places)):
        for last in range(first, min(first + LONGEST_PHRASE, len(places))):
            run = places[first : last + 1]
            yield tuple(vocabulary.stem(words[place]) for place in run), " ".join(words[run[0] : run[-1] + 1])


def name_of(text: str, language: str) -> str:
    """A keyword as a name: readable, never empty, not too long."""
    name = title_cased(" ".join(text.replace('"', " ").split()), language).strip(" ?!.,;:")
    if len(name) > LONGEST_NAME:
        name = name[:LONGEST_NAME].rsplit(" ", 1)[0]
    return name or "Other searches"


def fold(name: str) -> str:
    """A name as names are compared."""
    return " ".join(name.split()).casefold()
