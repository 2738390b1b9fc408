"""Words of keywords: parting, language guess, stop words, stems."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from configparser import ConfigParser
from dataclasses import dataclass, field
from pathlib import Path

import snowballstemmer

from igny8_lib.sandbox.answers.synonyms import unify

BETWEEN_WORDS = re.compile(r"[\s!-/:-@\[-`{-~\u00a0«»“”„‘’–—…·•]+")
"""White space and punctuation; not "everything but letters", which would cut Indic words at their vowel signs."""


def word_lists() -> dict[str, frozenset[str]]:
    """The lists of words.ini by their names."""
    lists = ConfigParser(interpolation=None, delimiters=("=",))
    lists.read(Path(__file__).with_suffix(".ini"), encoding="utf-8")
    return {name: frozenset(lists[name]["words"].split()) for name in lists.sections()}


LISTS = word_lists()
MODIFIERS = LISTS.pop("MODIFIERS")
"""Words that change what is wanted from a topic, not the topic."""
QUESTION_WORDS = LISTS.pop("QUESTIONS")
SMALL_IN_TITLES = LISTS.pop("SMALL IN TITLES")
PLACES = LISTS.pop("PLACES")
"""Words that say where, not what; those of the product's demo and of the big markets."""
ACRONYMS = LISTS.pop("ACRONYMS")
PREPOSITIONS = LISTS.pop("PREPOSITIONS")
FRAMES = LISTS.pop("FRAMES")
"""Words around what a question is about."""
STOP_WORDS = LISTS
"""What says nothing about a topic, by language; also what a language is guessed by."""

GERMAN_ARTICLES = frozenset(["der", "die", "das", "den", "dem", "ein", "eine", "einen", "einem", "einer"])
VERB_ENDINGS = ("ieren", "eln")
"""German verbs that are known as such; most other words of a search are nouns, which have capitals."""

SCRIPTS = {"CYRILLIC": "russian", "GREEK": "greek", "ARABIC": "arabic", "DEVANAGARI": "hindi", "ARMENIAN": "armenian"}
"""Scripts that tell the language well enough for stemming."""


def is_question(words: list[str]) -> bool:
    """Whether words begin as a question does."""
    return bool(words) and words[0] in QUESTION_WORDS


def part_words(text: str) -> list[str]:
    """The words of a text in lower case, in order."""
    return [word for word in BETWEEN_WORDS.split(unicodedata.normalize("NFKC", text).casefold()) if word]


def guess_language(texts: Iterable[str]) -> str:
    """The Snowball name of the language most of the words are in; English where nothing tells."""
    words = [word for text in texts for word in part_words(text)]
    scripts: dict[str, int] = {}
    for word in words:
        script = unicodedata.name(word[0], "").split(" ")[0]
        scripts[script] = scripts.get(script, 0) + 1
    main = max(scripts, key=lambda script: scripts[script], default="LATIN")
    if main in SCRIPTS:
        return SCRIPTS[main]
    hits = {language: sum(word in stops for word in words) for language, stops in STOP_WORDS.items()}
    best = max(hits, key=lambda language: hits[language])
    return best if hits[best] > hits["english"] else "english"


def title_cased(text: str, language: str) -> str:
    """A keyword as a name: title case in English, nouns in German, the beginning elsewhere; inner capitals stay."""
    words = text.split()
    if language == "german":
        return " ".join(german_cased(words))
    if language != "english":
        return " ".join(
            [capitalise(word) if place == 0 or word in PLACES else word for place, word in enumerate(words)]
        )
    keep_small = [position > 0 and word in SMALL_IN_TITLES for position, word in enumerate(words)]
    return " ".join(word if kept else title_word(word) for word, kept in zip(words, keep_small, strict=True))


def german_cased(words: Sequence[str]) -> Iterator[str]:
    """German words of a name: nouns have capitals, which in a question are those that follow an article."""
    asks = is_question([word.casefold() for word in words])
    for place, word in enumerate(words):
        is_noun = words[place - 1] in GERMAN_ARTICLES if asks else not is_german_verb_or_small(word)
        yield capitalise(word) if place == 0 or is_noun or word in PLACES else word


def is_german_verb_or_small(word: str) -> bool:
    """Whether a word of a search is no noun, as far as one can tell."""
    return word in STOP_WORDS["german"] or word.endswith(VERB_ENDINGS)


def title_word(word: str) -> str:
    """A word of a title: an acronym in capitals, others with their first letter in upper case."""
    return word.upper() if word in ACRONYMS else capitalise(word)


def capitalise(word: str) -> str:
    """The word with its first letter in upper case."""
    return word[:1].upper() + word[1:]


@dataclass
class Vocabulary:
    """Stems of one language. Not shared between threads: Snowball's stemmers keep state."""

    language: str
    _stems: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._stemmer = snowballstemmer.stemmer(self.language)
        self._stops = STOP_WORDS.get(self.language, frozenset()) | STOP_WORDS["english"]

    def stem(self, word: str) -> str:
        """The word's stem."""
        if word not in self._stems:
            self._stems[word] = self._stemmer.stemWord(word)
        return self._stems[word]

    def content_words(self, text: str) -> list[str]:
        """The words that say what a text is about; all of them where none does."""
        words = part_words(text)
        return [word for word in words if word not in self._stops] or words

    def stems(self, text: str) -> list[str]:
        """The stems of the content words, in order; one for all words that ask for the same thing."""
        words = unify(part_words(text))
        return [self.stem(word) for word in words if word not in self._stops] or [self.stem(word) for word in words]

    def is_small(self, word: str) -> bool:
        """Whether the word says nothing about a topic."""
        return word in self._stops
