"""An article measured before and after: the analysis that says what is wrong with it, and whether a text is better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from igny8_lib.ai.functions.optimize_content import Weakness
from igny8_lib.analysis.analyse import analyse
from igny8_lib.analysis.facts import Facts
from igny8_lib.analysis.results import Analysis, Place, Weights
from igny8_lib.analysis.weakest import weakest
from igny8_lib.optimizer.texts import Texts
from igny8_lib.text.html import plain_text

MOST_WEAKNESSES = 12
"""Told at once: the list begins with what mends most, and an editor who is to heed thirty rules heeds none."""
BEYOND = frozenset(
    {"keyphrase_set", "keyphrase_title", "keyphrase_slug", "keyphrase_links", "internal_links", "outbound_links"}
    | {"further_reading", "images", "text_length"}
)
"""Checks that only people, or the Linker, can mend: title, address, keywords, links and pictures are not the AI's to
change, and a longer text says more than was known."""
MOST_PLACES = 3
LONGEST_PLACE = 240
"""Characters of a passage: enough to find it by."""


@dataclass(frozen=True)
class Judged:
    """One text's analysis by the site's weights."""

    html: str
    analysis: Analysis
    weights: Weights

    @property
    def overall(self) -> int:
        """0 to 100."""
        return self.analysis.overall(self.weights)

    def as_scores(self) -> dict[str, Any]:
        """As `optimization_tasks` keeps it: the scores, and each check's points."""
        parts = {part: getattr(self.analysis, part) for part in ("seo", "readability", "engagement")}
        checks = {check.name: check.points for check in self.analysis.checks}
        return {"version": self.analysis.version, **parts, "overall": self.overall, "checks": checks}

    @property
    def weaknesses(self) -> list[Weakness]:
        """What is wrong with the text and can be mended by editing it, what mends most first."""
        checks = [check for check in weakest(self.analysis, self.weights) if check.name not in BEYOND]
        told = checks[:MOST_WEAKNESSES]
        return [Weakness(check.name, check.sentence, self.passages(check.places)) for check in told]

    def passages(self, places: Sequence[Place]) -> list[str]:
        """The text at the first few places, as readers see it."""
        shown = (plain_text(self.html[place.start : place.end])[:LONGEST_PLACE] for place in places)
        return list(dict.fromkeys(text for text in shown if text))[:MOST_PLACES]


def judge(texts: Texts, facts: Facts, weights: Weights) -> Judged:
    """The texts' analysis; `facts` has the rest of the article."""
    told = replace(facts, meta_title=texts.meta_title, meta_description=texts.meta_description)
    return Judged(texts.html, analyse(texts.html, told), weights)


def why_not_better(before: Judged, after: Judged) -> list[str]:
    """Why a text is no gain: only one that scores higher is taken."""
    if after.overall > before.overall:
        return []
    return [f"The text scores {after.overall} of 100, {before.overall} before: it is not better."]
