"""Whether an idea would compete with a page of the site for the same searches (SPEC §3).

An idea is held against pages in several ways, each of which finds the page that is most alike and how much, 0 to 1.
What a page is about is told by two short texts, its title and its main keyword. Articles of one cluster share their
head words and answer other searches ("how to prune roses", "when to prune roses", "rose pruning tools"), so the whole
of a text must fit, and a word that stands in the place of another one tells two searches apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from igny8_lib.models.planner import CompetitionVerdict, SearchIntent
from igny8_lib.text.normalisation import normalise
from igny8_lib.text.stems import stems

DOUBTFUL_SHARE = 0.8
"""An idea is marked for people from this share of the threshold on."""
OTHER_INTENT = 0.8
"""What is left of a likeness where people search the two for different reasons: buying is not learning."""


class PageKind(StrEnum):
    """What an idea can compete with: another idea, an article of ours, one that the site had before."""

    IDEA = "idea"
    ARTICLE = "article"
    IMPORTED = "imported"


@dataclass(frozen=True, slots=True)
class Page:
    """A page that the site has or plans."""

    kind: PageKind
    id: int
    title: str
    keywords: tuple[str, ...] = ()
    """What it is to be found for, the main one first; none where nobody knows."""
    intent: SearchIntent | None = None
    url: str | None = None
    idea_id: int | None = None
    """The idea that an article was made of."""
    overruled: frozenset[tuple[str, int]] = frozenset()
    """Pages (kind and id) that people did not think competing with it: it is not held against them."""

    def is_held_against(self, other: Page) -> bool:
        """Whether people have not overruled the page, nor the idea that it was made of."""
        named = self.overruled
        return not named or ((other.kind, other.id) not in named and (PageKind.IDEA, other.idea_id) not in named)

    def first_of(self, pages: Iterable[Page]) -> Page | None:
        """The first page that it is held against; None where there is none."""
        return next((other for other in pages if self.is_held_against(other)), None)


@dataclass(frozen=True, slots=True)
class Match:
    """A page that is like an idea."""

    page: Page
    score: float
    """Likeness, 0 to 1."""
    by: str
    """The way it was found."""

    def as_json(self) -> dict[str, Any]:
        """The match as an idea keeps it."""
        page = self.page
        facts = {"kind": page.kind.value, "id": page.id, "title": page.title, "url": page.url}
        return facts | {"score": round(self.score, 3), "by": self.by}


class Way(Protocol):
    """A way to tell how alike two pages are."""

    def add(self, page: Page) -> None:
        """Hold the ideas to come against this page, too."""
        ...

    def nearest(self, page: Page) -> Match | None:
        """The page that is most alike of those it is held against, of equals the one added first; else None."""
        ...


class SameTitle:
    """Titles that are equal as texts are compared everywhere."""

    def __init__(self) -> None:
        self._pages: defaultdict[str, list[Page]] = defaultdict(list)

    def add(self, page: Page) -> None:
        """Remember its title."""
        self._pages[normalise(page.title)].append(page)

    def nearest(self, page: Page) -> Match | None:
        """The page of this title."""
        found = page.first_of(self._pages.get(normalise(page.title), ()))
        return Match(found, 1.0, "same title") if found else None


class SameMainKeyword:
    """Main keywords of the same stems, whatever their order."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._pages: dict[frozenset[str], ByIntent] = {}

    def key(self, page: Page) -> frozenset[str]:
        """The stems of its main keyword."""
        return frozenset(stems(page.keywords[0], self._language)) if page.keywords else frozenset()

    def add(self, page: Page) -> None:
        """Remember its main keyword, where it has one."""
        if key := self.key(page):
            self._pages.setdefault(key, ByIntent()).add(page)

    def nearest(self, page: Page) -> Match | None:
        """The page of this main keyword, one of the same intent first."""
        known = self._pages.get(self.key(page))
        found = known.nearest(page) if known else None
        return Match(*found, "same main keyword") if found else None


class ByIntent:
    """Pages for one search, by their intents."""

    __slots__ = ("_pages",)

    def __init__(self) -> None:
        self._pages: dict[SearchIntent | None, list[Page]] = {}

    def add(self, page: Page) -> None:
        """Remember it."""
        self._pages.setdefault(page.intent, []).append(page)

    def nearest(self, page: Page) -> tuple[Page, float] | None:
        """A page of the same intent, or of which nobody knows it; else any, with the share that is left of its
        likeness. None where people overruled them all."""
        held = {intent: found for intent, pages in self._pages.items() if (found := page.first_of(pages))}
        if not held:
            return None
        first = next(iter(held.values()))
        same = first if page.intent is None else held.get(page.intent) or held.get(None)
        return (same, 1.0) if same else (first, OTHER_INTENT)


@dataclass(frozen=True, slots=True)
class Judgement:
    """How an idea stands, and the page that it is most alike, where one is near enough to say so."""

    verdict: CompetitionVerdict
    match: Match | None = None


def judge(page: Page, ways: Sequence[Way], threshold: float) -> Judgement:
    """Hold an idea against all pages in every way; the strongest match tells, of equals the one of the first way."""
    found = [match for way in ways if (match := way.nearest(page))]
    match = max(found, key=lambda each: each.score, default=None)
    if match is None or match.score < doubtful_from(threshold):
        return Judgement(CompetitionVerdict.CLEAR)
    clear_cut = match.score >= threshold
    return Judgement(CompetitionVerdict.COMPETING if clear_cut else CompetitionVerdict.DOUBTFUL, match)


def doubtful_from(threshold: float) -> float:
    """The likeness from which people are to look at an idea themselves."""
    return threshold * DOUBTFUL_SHARE
