"""Texts from templates: choices are drawn, slots filled, and none comes twice while there are others."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import TypeVar

from igny8_lib.sandbox.answers.words import capitalise

CHOICE = re.compile(r"\{([^{}]*)\}")
SLOT = re.compile(r"\[[sSk]\]")
TRIES = 12

Thing = TypeVar("Thing")


class Spinner:
    """Draws texts about subjects; the same seed draws the same ones."""

    def __init__(self, seed: str, subjects: Sequence[str], keyword: str = "") -> None:
        self._chance = random.Random(seed)  # noqa: S311 - a choice of words, not a secret
        self._subjects = subjects
        self._keyword = keyword
        self._said: set[str] = set()
        self._decks: dict[tuple[str, ...], list[str]] = {}
        self._dealt: set[str] = set()

    def draw(self, templates: tuple[str, ...]) -> str:
        """A text of one of the templates: all have their turn before one comes again."""
        text = ""
        for _ in range(TRIES):
            text = self._filled(self._next(templates))
            if text not in self._said:
                break
        self._said.add(text)
        return text

    def draw_new(self, templates: tuple[str, ...]) -> str | None:
        """A text of a template that was not drawn before; None where all were."""
        fresh = [template for template in templates if template not in self._dealt]
        if not fresh:
            return None
        template = self._chance.choice(fresh)
        self._dealt.add(template)
        return self._filled(template)

    def happens(self, probability: float) -> bool:
        """Whether something that is so probable happens this time."""
        return self._chance.random() < probability

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

    def _filled(self, template: str) -> str:
        text = CHOICE.sub(lambda found: self._chance.choice(found[1].split("|")), template)
        about = self._subjects[self._subject_number()]
        filling = {"[s]": about, "[S]": capitalise(about), "[k]": self._keyword}
        return capitalise(SLOT.sub(lambda found: filling[found[0]], text))

    def _subject_number(self) -> int:
        """The primary keyword half of the time, the others in turn."""
        return 0 if self.happens(0.5) else self._chance.randrange(len(self._subjects))
