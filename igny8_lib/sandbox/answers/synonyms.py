"""Words that ask for the same thing, read from synonyms.ini: one stands for all where keywords are compared."""

from __future__ import annotations

from configparser import ConfigParser
from pathlib import Path

PHRASE_PARTED_BY = "-"


def read_groups() -> tuple[dict[str, tuple[str, ...]], list[tuple[str, ...]]]:
    """The aspects by their labels, and the other groups of synonyms."""
    file = ConfigParser(interpolation=None, delimiters=("=",))
    file.optionxform = str  # type: ignore[assignment,method-assign]  # labels keep their capitals
    file.read(Path(__file__).with_suffix(".ini"), encoding="utf-8")
    aspects = {label: tuple(words.split()) for label, words in file["aspects"].items()}
    return aspects, [tuple(line.split()) for line in file["words"]["same"].splitlines() if line.strip()]


ASPECTS, SAME = read_groups()
HEADS = {word: group[0] for group in (*ASPECTS.values(), *SAME) for word in group}
"""The word that stands for each word, phrases written with hyphens."""
PHRASES = {tuple(phrase.split(PHRASE_PARTED_BY)): head for phrase, head in HEADS.items() if PHRASE_PARTED_BY in phrase}
LONGEST_PHRASE = max(map(len, PHRASES))
LABELS = {words[0]: label for label, words in ASPECTS.items()}
"""What a cluster is called that asks for an aspect, by the aspect's first word."""


def unify(words: list[str]) -> list[str]:
    """The words with each phrase and each word replaced by the one that stands for it."""
    unified, place = [], 0
    while place < len(words):
        for length in range(LONGEST_PHRASE, 1, -1):
            if head := PHRASES.get(tuple(words[place : place + length])):
                unified.append(head)
                place += length
                break
        else:
            unified.append(HEADS.get(words[place], words[place]))
            place += 1
    return unified
