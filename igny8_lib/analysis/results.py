"""What the analysis finds: checks with points, reasons and places, and the scores made of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

ANALYSIS_VERSION = 1
"""Raised with every change of a rule, so that stored scores are seen to be of an older one."""
MOST_POINTS = 9

Measure = int | float | str | None


class Part(StrEnum):
    """What a check is about; each part has a score of its own."""

    SEO = "seo"
    READABILITY = "readability"
    ENGAGEMENT = "engagement"


@dataclass(frozen=True, slots=True)
class Place:
    """A span of the analysed HTML, as offsets of characters."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    part: Part
    points: int
    """0 … 9: up to 4 is bad, 5 to 7 middling, 8 and 9 good."""
    weight: int
    """How much it counts within its part, 1 … 3."""
    sentence: str
    """What was measured and what to do, for people."""
    places: tuple[Place, ...] = ()
    """Where in the HTML; as many as the sentence counts."""

    def as_document(self) -> dict[str, Any]:
        """As JSON; places are pairs of offsets."""
        return {
            "name": self.name,
            "part": self.part.value,
            "points": self.points,
            "weight": self.weight,
            "sentence": self.sentence,
            "places": [[place.start, place.end] for place in self.places],
        }


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part counts in the overall score; what counts is their proportion. All 0 counts as all alike."""

    seo: int = 40
    readability: int = 35
    engagement: int = 25

    def of(self, part: Part) -> int:
        """A part's weight."""
        weights = {Part.SEO: self.seo, Part.READABILITY: self.readability, Part.ENGAGEMENT: self.engagement}
        return weights[part] if any(weights.values()) else 1

    @property
    def total(self) -> int:
        """The sum, above 0."""
        return sum(self.of(part) for part in Part)


@dataclass(frozen=True, slots=True)
class Analysis:
    """An article's checks and scores."""

    version: int
    digest: str
    """Of the HTML and the facts (SHA-256, hexadecimal): the same article has the same."""
    language: str
    checks: tuple[Check, ...]
    measures: Mapping[str, Measure]
    """Figures behind the checks: words, sentences, shares in percent, Flesch reading ease …"""
    not_measured: tuple[str, ...]
    """What the language or a missing fact does not let be measured, as sentences."""

    @property
    def seo(self) -> int:
        """0 … 100."""
        return self.score(Part.SEO)

    @property
    def readability(self) -> int:
        """0 … 100."""
        return self.score(Part.READABILITY)

    @property
    def engagement(self) -> int:
        """0 … 100."""
        return self.score(Part.ENGAGEMENT)

    def score(self, part: Part) -> int:
        """The weighted mean of a part's checks, 0 … 100."""
        checks = [check for check in self.checks if check.part == part]
        possible = sum(check.weight for check in checks) * MOST_POINTS
        return share(sum(check.points * check.weight for check in checks), possible)

    def overall(self, weights: Weights) -> int:
        """The weighted mean of the parts' scores, 0 … 100."""
        return share(sum(self.score(part) * weights.of(part) for part in Part), weights.total * 100)

    def check(self, name: str) -> Check | None:
        """The check of a name; None where it was left out."""
        return next((check for check in self.checks if check.name == name), None)

    def as_document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "version": self.version,
            "digest": self.digest,
            "language": self.language,
            **{part.value: self.score(part) for part in Part},
            "checks": documents_of(self.checks),
            "measures": dict(self.measures),
            "not_measured": list(self.not_measured),
        }


def documents_of(checks: Iterable[Check]) -> list[dict[str, Any]]:
    """Checks as JSON."""
    return [check.as_document() for check in checks]


def share(part: int, whole: int) -> int:
    """A part of a whole in percent, rounded half up; 0 of nothing."""
    return (200 * part + whole) // (2 * whole) if whole else 0
