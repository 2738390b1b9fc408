"""What a section is about, by the words of its heading (themes.ini)."""

from __future__ import annotations

from configparser import ConfigParser
from pathlib import Path

from igny8_lib.sandbox.answers.words import part_words

LANGUAGES_PARTED_BY = "|"


def read_themes() -> dict[str, tuple[str, ...]]:
    """The beginnings of words that tell a theme, in the file's order."""
    file = ConfigParser(interpolation=None, delimiters=("=",))
    file.read(Path(__file__).with_suffix(".ini"), encoding="utf-8")
    return {name: tuple(file[name]["words"].replace(LANGUAGES_PARTED_BY, " ").split()) for name in file.sections()}


THEMES = read_themes()


def theme_of(heading: str) -> str:
    """The theme that most of a heading's words tell, the first of equals; empty where none does."""
    words = part_words(heading)
    told = {theme: sum(word.startswith(beginnings) for word in words) for theme, beginnings in THEMES.items()}
    best = max(told, key=lambda theme: told[theme])
    return best if told[best] else ""
