"""Titles: shapes that fit a keyword's grammar, the ones used least so far first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import count

from igny8_lib.sandbox.answers.idea_phrases import Phrases
from igny8_lib.sandbox.answers.naming import fold, name_of
from igny8_lib.sandbox.answers.words import (
    ACRONYMS,
    PLACES,
    PREPOSITIONS,
    Vocabulary,
    capitalise,
    is_question,
    part_words,
    title_cased,
    title_word,
)

LONGEST_TITLE = 65
SLOT = "{}"
NEAR_ME, NEAR_YOU = " near me", " near you"
SHORTEST_TELLING = 3
"""Shorter words of a shape are not counted as repetitions of the keyword's."""


def spelled(keyword: str, language: str) -> str:
    """A keyword with its places and acronyms in capitals, and without what is typed around it."""
    text = " ".join(keyword.replace('"', " ").split()).strip(" ?!.,;:")
    if language != "english":
        return title_cased(text, language) if language == "german" else text
    return " ".join(title_word(word) if word in ACRONYMS | PLACES else word for word in text.split())


def readable(keyword: str, language: str) -> str:
    """A keyword as it is written in a sentence: English ones get the words that searchers leave out."""
    text = spelled(keyword, language)
    if language != "english":
        return text
    if text.lower().endswith(NEAR_ME):
        text = text[: -len(NEAR_ME)] + NEAR_YOU
    *before, last = text.split() or [""]
    if len(before) > 1 and last.lower() in PLACES and not {before[-1].lower()} & (PREPOSITIONS | PLACES):
        text = f"{' '.join(before)} in {last}"
    return text


def pick(seed: str, number: int) -> int:
    """A number below `number`, the same for the same seed."""
    return int.from_bytes(blake2b(seed.encode(), digest_size=4).digest()) % number


class Titler:
    """Gives titles that no other article has."""

    def __init__(self, language: str, taken: Iterable[str]) -> None:
        self.language = language
        self.taken = set(map(fold, taken))
        self._vocabulary = Vocabulary(language)

    def title(self, keyword: str, phrases: Phrases) -> str:
        """The title: short enough before too long, then in the shape that the fewest titles have."""
        shapes = phrases.questions if is_question(part_words(keyword)) else phrases.titles
        if is_infinitive(keyword):
            shapes = tuple(dict.fromkeys(shape.replace("? ", ": ").rstrip("?") for shape in shapes))
        name = name_of(readable(keyword, self.language), self.language)
        start = pick(keyword, len(shapes))
        rotated = [*shapes[start:], *shapes[:start]]
        rotated.sort(key=lambda shape: self.faults(shape, name))
        for title in number_titles([shape.replace(SLOT, name) for shape in rotated]):
            if fold(title) not in self.taken:
                self.taken.add(fold(title))
                return title
        raise AssertionError("unreachable: the numbers never end")

    def faults(self, shape: str, name: str) -> tuple[bool, bool, int]:
        """Whether a title would be too long, whether it would say a word twice, how many have its shape."""
        own = {stem for stem in self._vocabulary.stems(shape.replace(SLOT, " ")) if len(stem) > SHORTEST_TELLING}
        parts = [part for piece in shape.split(SLOT) if (part := fold(piece).strip(" :,?¿"))]
        uses = sum(all(part in title for part in parts) for title in self.taken) if parts else 0
        return len(shape) - len(SLOT) + len(name) > LONGEST_TITLE, bool(own & {*self._vocabulary.stems(name)}), uses


def is_infinitive(keyword: str) -> bool:
    """Whether an English keyword is a question without a question mark: "where to put grab rails"."""
    words = part_words(keyword)
    return is_question(words) and words[1:2] == ["to"]


def number_titles(titles: Sequence[str]) -> Iterator[str]:
    """The titles, then the same as further parts."""
    yield from titles
    for part in count(2):
        yield from (f"{title} ({part})" for title in titles)


def outline_of(keyword: str, phrases: Phrases, language: str) -> list[str]:
    """The sections: of each line's alternatives one, without those that a question cannot be put into."""
    subject, asks = spelled(keyword, language), is_question(part_words(keyword))
    sections = []
    for place, alternatives in enumerate(phrases.outline):
        fitting = [text for text in alternatives if not (asks and SLOT in text)] or list(alternatives)
        section = fitting[pick(f"{keyword}/{place}", len(fitting))].replace(SLOT, subject)
        sections.append(capitalise(section))
    return list(dict.fromkeys(sections))
