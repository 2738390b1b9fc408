"""What a check is made of: its rule, and what the rule finds in an article."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from igny8_lib.analysis.document import Document
from igny8_lib.analysis.results import Check, Part, Place

GOOD, OKAY, BAD = 9, 6, 3


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found. The sentence counts the places that it names."""

    points: int
    sentence: str
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class NotMeasured:
    """Why a rule says nothing of an article, for people."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A check that is made of every article. `look` returns None where it does not apply."""

    name: str
    part: Part
    weight: int
    look: Callable[[Document], Finding | NotMeasured | None]

    def check(self, finding: Finding) -> Check:
        """What was found, as a check."""
        return Check(self.name, self.part, finding.points, self.weight, finding.sentence, finding.places)


def count(places: Sequence[object], one: str, many: str) -> str:
    """How many, in words: `1 sentence`, `12 sentences`."""
    return f"{len(places):,} {one if len(places) == 1 else many}"


def percent(part: int, whole: int) -> float:
    """A share in percent."""
    return 100 * part / whole if whole else 0.0


def shown(share: float) -> str:
    """A share as people read it: one decimal place, none where it is a whole number."""
    return f"{share:.1f}".removesuffix(".0") + " %"


def by_limits(value: float, okay_above: float, bad_above: float) -> int:
    """Points for what should be little."""
    if value > bad_above:
        return BAD
    return OKAY if value > okay_above else GOOD
