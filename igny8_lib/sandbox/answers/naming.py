"""Names of clusters: what their keywords share and the aspect they ask for, else their most central keyword."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from igny8_lib.sandbox.answers.similarity import Likeness
from igny8_lib.sandbox.answers.synonyms import LABELS, unify
from igny8_lib.sandbox.answers.words import FRAMES, PLACES, Vocabulary, part_words, title_cased

LONGEST_NAME = 80
LONGEST_PHRASE = 4
MOST_WORDS = 5
SHARE_OF_KEYWORDS = 0.6
"""Of a cluster's keywords that must have the phrase or ask for the aspect it is named after."""
SHARE_FOR_ONE_WORD = 0.34
"""One word is hardly a name, so an aspect joins it that fewer keywords ask for."""
NAMELESS = "Topic"

Stems = tuple[str, ...]


def cluster_name(texts: Sequence[str], vocabulary: Vocabulary, likeness: Likeness, *, whole: bool) -> str:
    """A short name for a cluster whose most central keyword comes first.

    What nearly all keywords of the request share names only a cluster that is the `whole` of it.
    """
    if len(texts) > 1:
        stems, phrase = shared_phrase(texts, vocabulary, likeness)
        label = shared_aspect(texts, phrase, vocabulary, SHARE_OF_KEYWORDS if len(stems) > 1 else SHARE_FOR_ONE_WORD)
        telling = len(stems) > 1 and (whole or not all(map(likeness.is_common, stems)))
        if phrase and (label or telling):
            return name_of(f"{phrase} {label}".strip(), vocabulary.language)
    return name_of(core(texts[0], vocabulary), vocabulary.language)


def shared_phrase(texts: Sequence[str], vocabulary: Vocabulary, likeness: Likeness) -> tuple[Stems, str]:
    """The longest run of words that most of the texts share, as it is written most often; empty where there is none.

    One word alone is a name only where keywords begin with it: "stairlift price", but not "lighting at home".
    """
    found: Counter[Stems] = Counter()
    begins: Counter[Stems] = Counter()
    spellings: dict[Stems, Counter[str]] = {}
    for text in texts:
        runs = dict(reversed(list(phrases(text, vocabulary))))
        found.update(runs.keys())
        begins.update(run for run in runs if len(run) == 1 and run == next(iter(reversed(runs))))
        for stems, spelling in runs.items():
            spellings.setdefault(stems, Counter())[spelling] += 1
    enough = max(2, math.ceil(SHARE_OF_KEYWORDS * len(texts)))
    good = [
        stems
        for stems, count in found.items()
        if count >= enough
        and not all(map(likeness.is_modifier, stems))
        and (len(stems) > 1 or 2 * begins[stems] >= len(texts))
    ]
    best = max(good, key=lambda stems: (len(stems) > 1, found[stems] * len(stems)), default=())
    return best, spellings[best].most_common(1)[0][0] if best else ""


def shared_aspect(texts: Sequence[str], phrase: str, vocabulary: Vocabulary, share: float) -> str:
    """What most of the keywords want to know of the topic, where the phrase does not say it; English only."""
    if vocabulary.language != "english":
        return ""
    said = set(unify(part_words(phrase)))
    asked = Counter(word for text in texts for word in set(unify(part_words(text))) if word in LABELS)
    aspect, count = max(asked.items(), key=lambda pair: pair[1], default=("", 0))
    return LABELS[aspect] if count >= max(2, share * len(texts)) and not said & LABELS.keys() else ""


def phrases(text: str, vocabulary: Vocabulary) -> Iterator[tuple[Stems, str]]:
    """The runs of content words in a text, each with its spelling, small words inside included."""
    words, content = part_words(text), set(vocabulary.content_words(text)) - PLACES
    places = [place for place, word in enumerate(words) if word in content]
    for first in range(len(places)):
        for last in range(first, min(first + LONGEST_PHRASE, len(places))):
            run = places[first : last + 1]
            yield tuple(vocabulary.stem(words[place]) for place in run), " ".join(words[run[0] : run[-1] + 1])


def core(text: str, vocabulary: Vocabulary) -> str:
    """What a keyword is about: without the question around it and the place behind it, a few words at most."""
    words = text.split()

    def is_around(word: str) -> bool:
        parts = part_words(word)
        return all(vocabulary.is_small(part) or part in FRAMES for part in parts)

    while words and is_around(words[0]):
        words = words[1:]
    words = words[:MOST_WORDS] if len(words) > MOST_WORDS + 1 else words
    while len(words) > 1 and (is_around(words[-1]) or set(part_words(words[-1])) <= PLACES):
        words = words[:-1]
    return " ".join(words) or text


def name_of(text: str, language: str) -> str:
    """A keyword as a name: readable, never empty, not too long."""
    name = title_cased(" ".join(text.replace('"', " ").split()), language).strip(" ?!.,;:")
    if len(name) > LONGEST_NAME:
        name = name[:LONGEST_NAME].rsplit(" ", 1)[0]
    return name or NAMELESS


def fold(name: str) -> str:
    """A name as names are compared."""
    return " ".join(name.split()).casefold()
