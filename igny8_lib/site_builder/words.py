"""The words of a website that are nobody's content (menus, links, the 404 page), in the site's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from markupsafe import Markup

from igny8_lib.site_builder.word_lists import de, en, es, fr, it, ja, nl, pl, pt, ru
from igny8_lib.site_builder.word_lists.kind import Words
from igny8_lib.text.language import main_language

__all__ = ["LANGUAGES", "Words", "day", "direction", "words_in"]

LANGUAGES: Mapping[str, Words] = MappingProxyType(
    {each.WORDS.language: each.WORDS for each in (de, en, es, fr, it, ja, nl, pl, pt, ru)}
)
FOREIGN = Markup(' lang="en" dir="ltr"')


def words_in(language: str) -> Words:
    """The words in a site's language (BCP 47), or the English ones with the attributes that say they are English."""
    return LANGUAGES.get(main_language(language)) or replace(LANGUAGES["en"], attributes=FOREIGN)


def locale_of(language: str) -> Locale | None:
    """What babel knows of a language: of the code itself, else of its language alone; None where it knows neither."""
    for code in (language, main_language(language)):
        try:
            return Locale.parse(code, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return None


def direction(language: str) -> str:
    """In which direction a language is written: "ltr" or "rtl"."""
    locale = locale_of(language)
    return locale.text_direction if locale else "ltr"


def day(moment: date, language: str) -> str:
    """A date as people write it in the language ("3 March 2026"); as ISO 8601 has it where the language is unknown.

    A datetime gives the day it has in its own zone.
    """
    locale = locale_of(language)
    return format_date(moment, format="long", locale=locale) if locale else moment.strftime("%Y-%m-%d")
