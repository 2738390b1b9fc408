"""Paragraphs counted by hand: a line for each sentence, after each word its syllables as it is read aloud.

The counts were made by saying the words, before any program counted them. What bears no number is no word. German and
Portuguese part `ti-on` and `si-tu-a-ção`, Spanish glides in `si-tua-ción`, as their dictionaries part these words;
French leaves out the e at a word's end.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "hand_counted"
LANGUAGES = ("de", "en", "es", "fr", "it", "nl", "pt", "ru")


@dataclass(frozen=True, slots=True)
class Counted:
    """A paragraph with its counts; `by_word` holds each word, punctuation included, with its syllables."""

    language: str
    sentences: tuple[str, ...]
    by_word: tuple[tuple[str, int], ...]

    @property
    def text(self) -> str:
        """As a reader sees it."""
        return " ".join(self.sentences)

    @property
    def syllables(self) -> int:
        """Of all words."""
        return sum(count for _, count in self.by_word)


def paragraphs(language: str) -> list[Counted]:
    """The paragraphs of a language."""
    blocks = (FOLDER / f"{language}.txt").read_text(encoding="utf-8").strip().split("\n\n")
    return [counted(language, block.splitlines()) for block in blocks]


def counted(language: str, lines: list[str]) -> Counted:
    """A paragraph of lines like `The/1 old/1 house/1`."""
    tokens = [[token.rpartition("/") for token in line.split()] for line in lines]
    sentences = tuple(" ".join(word or rest for word, _, rest in line) for line in tokens)
    by_word = tuple((word, int(rest)) for line in tokens for word, slash, rest in line if slash)
    return Counted(language, sentences, by_word)
