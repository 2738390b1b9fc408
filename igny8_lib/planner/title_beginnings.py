"""Titles that begin alike: "How to Prune Roses" and "How to Prune Roses: A Guide", "… | The Rose Blog".

What stands behind a colon, a dash or a bar often says nothing of the subject: that it is a guide, or whose site it is.
Where it does say something ("Roses: How to Prune", "Roses: When to Prune") a long beginning is still reason to look.
"""

from __future__ import annotations

import re
from collections import defaultdict

from igny8_lib.planner.competition import Match, Page
from igny8_lib.text.language import main_language
from igny8_lib.text.normalisation import normalise
from igny8_lib.text.stems import stems
from igny8_lib.text.stop_words import stop_stems

SEPARATOR = re.compile(r"[:;]\s+|：|\s*[|｜]\s*|\s+[-–—]+\s+|—")
"""Where a title's beginning ends; a hyphen within a word is none."""
SAME_BUT_FOR_FILLERS = 0.95
"""Likeness of titles that differ by a subtitle which says nothing: nearly the same title."""
LONG = 3
"""Words from which a beginning is a subject of its own, and not a head term in front of many ("Roses: …")."""
FILLERS = {
    "en": "guide guides tips basics explained introduction overview tutorial handbook advice faq complete ultimate "
    "full essential beginner beginners expert experts simple easy quick step steps know need everything",
    "de": "ratgeber leitfaden anleitung tipps grundlagen einführung überblick erklärt komplett einfach schritt wissen",
    "fr": "guide conseils bases introduction aperçu explications complet ultime simple facile étape étapes savoir",
    "es": "guía consejos básico introducción resumen explicación completa definitiva fácil sencilla paso pasos saber",
    "it": "guida consigli basi introduzione panoramica spiegato completa definitiva facile semplice passo passi sapere",
    "pt": "guia dicas básico introdução resumo explicado completo definitivo fácil simples passo passos saber",
    "nl": "gids handleiding tips basis inleiding overzicht uitgelegd compleet ultieme eenvoudig stap stappen weten",
}
"""Words by which a subtitle tells the shape of an article, by language; numbers and years are some, too."""


class SameBeginning:
    """Titles that are equal up to their first separator: near to one title where the rest says nothing, else to be
    looked at where the beginning is long."""

    def __init__(self, language: str, doubtful: float) -> None:
        """`doubtful` is the likeness of what people are to look at."""
        self._language, self._doubtful = language, doubtful
        told = FILLERS.get(main_language(language), "")
        self._fillers = frozenset(stems(told, language))
        self._idle = self._fillers | stop_stems(language)
        self._cores: defaultdict[str, list[Page]] = defaultdict(list)
        self._beginnings: defaultdict[str, list[Page]] = defaultdict(list)

    def split(self, title: str) -> tuple[str, str]:
        """The title's beginning and its core, which is without a subtitle of fillers; as texts are compared."""
        beginning, *rest = SEPARATOR.split(title, maxsplit=1)
        whole, first = normalise(title), normalise(beginning)
        if not first:
            return whole, whole
        return first, first if rest and self.says_nothing(rest[0]) else whole

    def says_nothing(self, subtitle: str) -> bool:
        """Whether a subtitle has fillers and stop words only, and one of the former."""
        found = {stem for stem in stems(subtitle, self._language) if not stem.isdecimal()}
        return found <= self._idle and bool(found & self._fillers or not found)

    def add(self, page: Page) -> None:
        """Remember its title."""
        beginning, core = self.split(page.title)
        self._cores[core].append(page)
        self._beginnings[beginning].append(page)

    def nearest(self, page: Page) -> Match | None:
        """The page whose core is the same, else the one that begins alike."""
        beginning, core = self.split(page.title)
        if core and (found := page.first_of(self._cores.get(core, ()))):
            return Match(found, SAME_BUT_FOR_FILLERS, "same title but for a subtitle")
        if len(beginning.split()) >= LONG and (found := page.first_of(self._beginnings.get(beginning, ()))):
            return Match(found, self._doubtful, "same beginning of the title")
        return None
