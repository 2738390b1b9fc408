"""Sentences from templates: choices are drawn, slots filled, and no sentence comes twice while there are others."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import TypeVar

from igny8_lib.sandbox.answers.words import capitalise, is_question, part_words

CHOICE = re.compile(r"\{([^{}]*)\}")
TRIES = 12

Thing = TypeVar("Thing")


class Spinner:
    """Draws sentences about an article's keywords; the same seed draws the same ones."""

    def __init__(self, seed: str, keywords: Sequence[str]) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - a choice of words, not a secret
        self._subjects = [subject(keyword) for keyword in keywords] or ["this topic"]
        self._said: set[str] = set()
        self._decks: dict[tuple[str, ...], list[str]] = {}

    def draw(self, templates: tuple[str, ...], *, heading: str = "", keyword: str | None = None) -> str:
        """A sentence of one of the templates: all have their turn before one comes again."""
        sentence = ""
        for _ in range(TRIES):
            sentence = self._filled(self._next(templates), heading, keyword)
            if sentence not in self._said:
                break
        self._said.add(sentence)
        return sentence

    def count(self, least: int, most: int) -> int:
        """A number between the two, both included."""
        return self._chance.randint(least, most)

    def sample(self, things: Sequence[Thing], number: int) -> list[Thing]:
        """So many of the things, in their order."""
        chosen = sorted(self._chance.sample(range(len(things)), min(number, len(things))))
        return [things[place] for place in chosen]

    def _next(self, templates: tuple[str, ...]) -> str:
        deck = self._decks.setdefault(templates, [])
        if not deck:
            deck += self._chance.sample(templates, len(templates))
        return deck.pop()

    def _filled(self, template: str, heading: str, keyword: str | None) -> str:
        text = CHOICE.sub(lambda found: self._chance.choice(found[1].split("|")), template)
        about = subject(keyword) if keyword else self._subjects[self._subject_number()]
        filling = {"[s]": about, "[S]": capitalise(about), "[h]": heading, "[H]": heading}
        return capitalise(re.sub(r"\[[sShH]\]", lambda found: filling[found[0]], text))

    def _subject_number(self) -> int:
        """The primary keyword half of the time, the others in turn."""
        return 0 if self._chance.random() < 0.5 else self._chance.randrange(len(self._subjects))


def subject(keyword: str) -> str:
    """A keyword as the subject of a sentence; what was typed as a question is quoted."""
    text = " ".join(keyword.split())
    return f"“{text}”" if is_question(part_words(text)) else text
