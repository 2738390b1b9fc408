"""Titles and outlines of planned articles, read from the file of their language."""

from __future__ import annotations

from configparser import ConfigParser
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from igny8_lib.sandbox.answers.intents import Angle

FOLDER = Path(__file__).parent
LANGUAGES = {file.name.split(".")[1]: file for file in sorted(FOLDER.glob("idea_phrases.*.ini"))}
QUESTIONS = "questions"
ALTERNATIVES_PARTED_BY = " | "


@dataclass(frozen=True)
class Phrases:
    """What an angle's articles are called, also where the keyword is a question, and each section's alternatives.

    `{}` is the keyword.
    """

    titles: tuple[str, ...]
    questions: tuple[str, ...]
    outline: tuple[tuple[str, ...], ...]


@lru_cache(maxsize=8)
def idea_phrases(language: str) -> dict[Angle, Phrases]:
    """The language's phrases by angle, the English ones where it has none."""
    file = ConfigParser(interpolation=None, delimiters=("=",))
    file.read(LANGUAGES.get(language, LANGUAGES["english"]), encoding="utf-8")
    usual = lines_of(file[QUESTIONS]["titles"])
    return {
        angle: Phrases(
            lines_of(file[angle]["titles"]),
            lines_of(file[angle].get(QUESTIONS, "")) or usual,
            tuple(tuple(line.split(ALTERNATIVES_PARTED_BY)) for line in lines_of(file[angle]["outline"])),
        )
        for angle in Angle
    }


def lines_of(text: str) -> tuple[str, ...]:
    """The lines that say something."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())
