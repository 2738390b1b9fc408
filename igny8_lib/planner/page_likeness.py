"""Likeness of pages by the stems of their titles and keywords, found through an inverted index.

A stem weighs by how rare it is on the site (inverse document frequency), and a likeness is a weighted Jaccard index:
what two texts share over all that they hold. Where each has words that the other has not, these stand for one another
("how" and "when", "cost" and "hire") and count EXCHANGED times. Only the rare stems of a text are looked up: what
shares no more than the common ones cannot be alike enough (prefix filtering: Chaudhuri, Ganti, Kaushik 2006).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from math import log

from igny8_lib.planner.competition import ByIntent, Match, Page
from igny8_lib.text.stems import stems
from igny8_lib.text.stop_words import stop_stems

EXCHANGED = 3
"""How often a word counts that stands in the place of another one."""
COMMONEST = 0.3
"""What the commonest stem weighs; one that only a single page has weighs 1."""
LIGHT = 0.5
"""What of its weight a stop word keeps."""
PAGES_BEFORE = 20
"""Pages added in thought: the words of a site with a few pages are all about equally telling."""
ALL_KEYWORDS = 0.8
"""What is left of a likeness by title and all keywords: articles of one cluster share their lesser keywords."""
MARGIN = 1e-9

Stems = frozenset[str]


@dataclass
class Weights:
    """How telling each stem is, by the site's own pages."""

    light: Container[str] = ()
    """Stop words: they tell pages apart ("how", "when"), but what one page has of them more says little."""
    pages: int = PAGES_BEFORE
    counts: Counter[str] = field(default_factory=Counter)

    def count(self, found: Stems) -> None:
        """Learn from one page."""
        self.pages += 1
        self.counts.update(found)

    def of(self, stem: str) -> float:
        """From COMMONEST to 1; of a stop word LIGHT times as much."""
        rarity = log(self.pages / max(self.counts[stem], 1)) / log(self.pages)
        return (COMMONEST + (1 - COMMONEST) * rarity) * (LIGHT if stem in self.light else 1)


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a page as it is compared: its stems, the most telling ones first, and what they weigh together."""

    weights: dict[str, float]
    total: float

    @classmethod
    def of(cls, found: Stems, weights: Weights) -> Text:
        """The text with the weights that hold now."""
        weighed = sorted(((weights.of(stem), stem) for stem in found), key=lambda pair: (-pair[0], pair[1]))
        return cls({stem: weight for weight, stem in weighed}, sum(weight for weight, _ in weighed))

    def likeness(self, other: Text) -> float:
        """0 to 1; 1 for the same stems."""
        shared = sum(weight for stem, weight in self.weights.items() if stem in other.weights)
        mine, theirs = self.total - shared, other.total - shared
        apart = abs(mine - theirs) + 2 * EXCHANGED * min(mine, theirs)
        return shared / (shared + apart) if shared else 0.0

    def telling(self, least: float) -> Iterator[str]:
        """Stems of which a text must share one to be alike by `least`."""
        left = self.total
        for stem, weight in self.weights.items():
            if left < least * self.total - MARGIN:
                return
            yield stem
            left -= weight


class TextIndex:
    """Texts of pages by their stems; of pages with one text those of different intents are kept."""

    def __init__(self, weights: Weights, least: float) -> None:
        self._weights, self._least = weights, least
        self._texts: list[tuple[Text, ByIntent]] = []
        self._numbers: dict[Stems, int] = {}
        self._with: dict[str, list[int]] = defaultdict(list)

    def add(self, found: Stems, page: Page) -> None:
        """Remember a text of the page; one without stems is none."""
        if not found:
            return
        if found not in self._numbers:
            number = self._numbers[found] = len(self._texts)
            self._texts.append((Text.of(found, self._weights), ByIntent()))
            for stem in found:
                self._with[stem].append(number)
        self._texts[self._numbers[found]][1].add(page)

    def candidates(self, text: Text) -> list[int]:
        """The texts that can be alike enough: they share a telling stem, and weigh about as much."""
        numbers = {number for stem in text.telling(self._least) for number in self._with.get(stem, ())}
        lowest, highest = self._least * text.total - MARGIN, text.total / self._least + MARGIN
        return sorted(number for number in numbers if lowest <= self._texts[number][0].total <= highest)

    def nearest(self, found: Stems, page: Page) -> tuple[Page, float] | None:
        """The page whose text is most alike, by at least `least`; of equals the one added first."""
        text = Text.of(found, self._weights)
        best: tuple[Page, float] | None = None
        for number in self.candidates(text):
            other, pages = self._texts[number]
            likeness = text.likeness(other)
            if likeness >= self._least - MARGIN and (best is None or likeness > best[1]):
                near = pages.nearest(page)
                if near and (best is None or likeness * near[1] > best[1]):
                    best = (near[0], likeness * near[1])
        return best


class StemLikeness:
    """Pages alike by title or main keyword, each against each; by title and all keywords where both have some."""

    def __init__(self, language: str, pages: Iterable[Page], least: float) -> None:
        """`pages` are all there will be: how telling a stem is, is learnt from them. Below `least` nothing is found."""
        self._language, self._known = language, dict[str, Stems]()
        weights = Weights(stop_stems(language))
        for page in pages:
            weights.count(self.everything(page))
        self._focus, self._everything = TextIndex(weights, least), TextIndex(weights, least / ALL_KEYWORDS)

    def stems(self, text: str) -> Stems:
        """The stems of one text, read once."""
        if text not in self._known:
            self._known[text] = frozenset(stems(text, self._language))
        return self._known[text]

    def focus(self, page: Page) -> tuple[Stems, ...]:
        """What the page is about: its title, and its main keyword where it has one."""
        return tuple(self.stems(text) for text in (page.title, *page.keywords[:1]))

    def everything(self, page: Page) -> Stems:
        """All stems of its title and keywords."""
        return frozenset().union(*(self.stems(text) for text in (page.title, *page.keywords)))

    def add(self, page: Page) -> None:
        """Remember its texts."""
        for text in self.focus(page):
            self._focus.add(text, page)
        if page.keywords:
            self._everything.add(self.everything(page), page)

    def nearest(self, page: Page) -> Match | None:
        """The page that is most alike in any of its texts."""
        found = [near for text in self.focus(page) if (near := self._focus.nearest(text, page))]
        if page.keywords and (near := self._everything.nearest(self.everything(page), page)):
            found.append((near[0], near[1] * ALL_KEYWORDS))
        best = max(found, key=lambda each: each[1], default=None)
        return Match(*best, "stems") if best else None
