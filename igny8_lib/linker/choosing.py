"""Which of the links that fit an article are put into it: few, far apart, each to another page. Pure.

The surest comes first, and of two that are as sure the longer words. What is chosen leaves no room for any of the
others: chosen again with these links in the text, nothing more is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from igny8_lib.linker.addresses import absolute, address, host_of
from igny8_lib.linker.ranking import Candidate
from igny8_lib.linker.running_text import RunningText, Spot
from igny8_lib.text.normalisation import normalise

APART = 100
"""Words between two links at least."""
WORN = 2
"""Points that a candidate falls behind for each article whose link to the same page has the same words."""

Uses = Mapping[int, Mapping[str, int]]
"""How many other articles lead to a target by which words, normalised."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How many links there may be."""

    per_1000_words: int
    to_one_target: int
    """Articles that lead to one; 0 = no limit."""

    def most(self, words: int) -> int:
        """Links of an article of so many words; a short one may have one."""
        return max(1, words * self.per_1000_words // 1000) if self.per_1000_words else 0

    @property
    def most_of_same_words(self) -> int:
        """Articles that lead to one target by the same words; 0 = no limit."""
        return (self.to_one_target + 1) // 2


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is put in, in the order of the text, and why each of the others is not."""

    taken: Sequence[Candidate]
    left: Sequence[tuple[Candidate, str]]


@dataclass
class Page:
    """An article while links are chosen for it."""

    text: RunningText
    rules: Rules
    uses: Uses
    base: str
    """The site's own address, below which links without a host lead."""
    spots: list[Spot] = field(default_factory=list)
    addresses: set[str] = field(default_factory=set)
    anchors: set[str] = field(default_factory=set)

    def note_standing(self, hosts: set[str]) -> None:
        """Count the links to pages of these hosts that are there already, whoever put them in."""
        for link in self.text.standing:
            url = absolute(link.href, self.base)
            if host_of(url) in hosts:
                self.note(Spot(link.paragraph, link.word), address(url), normalise(link.text))

    def note(self, spot: Spot, where: str, anchor: str) -> None:
        """One more link stands in the article."""
        self.spots.append(spot)
        self.addresses.add(where)
        self.anchors.add(anchor)

    def why_not(self, candidate: Candidate, spot: Spot | None) -> str | None:
        """Why a candidate is not put in; None where it is."""
        if spot is None:
            return "no link may stand there"
        return self.why_not_to_it(candidate) or self.why_not_there(spot)

    def why_not_to_it(self, candidate: Candidate) -> str | None:
        """Why there is to be no further link to the target, or none by these words."""
        anchor, uses = normalise(candidate.anchor), self.uses.get(candidate.target_id, {})
        if self.key_of(candidate) in self.addresses:
            return "the article links to it already"
        if anchor in self.anchors:
            return "the same words lead to another page already"
        if 0 < self.rules.to_one_target <= sum(uses.values()):
            return f"{sum(uses.values())} articles lead to it already"
        if 0 < self.rules.most_of_same_words <= uses.get(anchor, 0):
            return f"{uses[anchor]} articles lead to it by these words already"
        return None

    def why_not_there(self, spot: Spot) -> str | None:
        """Why there is to be no further link at this place."""
        if any(other.paragraph == spot.paragraph for other in self.spots):
            return "its paragraph has a link already"
        if any(abs(other.word - spot.word) < APART for other in self.spots):
            return f"another link is less than {APART} words away"
        if len(self.spots) >= self.rules.most(self.text.words):
            return f"the article has {len(self.spots)} links, and {self.text.words:,} words are not enough for more"
        return None

    def key_of(self, candidate: Candidate) -> str:
        """The target's address as addresses are compared."""
        return address(absolute(candidate.href, self.base))


def choose(text: RunningText, candidates: Iterable[Candidate], rules: Rules, uses: Uses, *, base: str) -> Chosen:
    """The candidates that are put into the text; `uses` is of other articles."""
    offered = list(candidates)
    page = Page(text, rules, uses, base)
    page.note_standing({host_of(base)} | {host_of(absolute(each.href, base)) for each in offered})
    taken: list[Candidate] = []
    left: list[tuple[Candidate, str]] = []
    for candidate in sorted(offered, key=lambda each: rank(each, uses)):
        spot = text.spot(candidate.start, candidate.end)
        reason = page.why_not(candidate, spot)
        if reason is not None or spot is None:
            left.append((candidate, reason or ""))
            continue
        taken.append(candidate)
        page.note(spot, page.key_of(candidate), normalise(candidate.anchor))
    return Chosen(sorted(taken, key=lambda each: each.start), left)


def rank(candidate: Candidate, uses: Uses) -> tuple[int, int, int]:
    """The surest first, its words being worn or not; then the longest, then as the text goes."""
    worn = WORN * uses.get(candidate.target_id, {}).get(normalise(candidate.anchor), 0)
    return worn - candidate.score, -len(candidate.anchor), candidate.start
